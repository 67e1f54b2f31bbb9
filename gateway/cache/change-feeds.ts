import { Kind, parse } from 'graphql';
import type { LoadedSchema } from '../context.js';
import { isObject } from '../json-object.js';
import { argumentsOf, graphsOf } from './joins.js';

/** Where subgraphs tell what has changed, by name: the path that `@changeFeed(path:)` at their schema names. */
export function feedPathsOf({ full, supergraphSdl }: LoadedSchema): ReadonlyMap<string, string> {
  const names = new Map(Array.from(graphsOf(full), ([name, graph]) => [graph, name]));
  const paths = new Map<string, string>();
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of definition.directives ?? []) {
      const { name, graphs, args } = directive.name.value === 'join__directive' ? argumentsOf(directive) : {};
      if (name !== 'changeFeed' || !Array.isArray(graphs)) continue;
      const path = isObject(args) && typeof args.path === 'string' ? args.path : DEFAULT_PATH;
      for (const graph of graphs) paths.set(names.get(String(graph)) ?? '', path);
    }
  }
  paths.delete('');
  return paths;
}

const DEFAULT_PATH = '/changes';
