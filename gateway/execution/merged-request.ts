import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  print,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { SubgraphRequest } from '../context.js';
import { type CompiledFetch, requestOf } from './fetches.js';

/** The variable in which the planner hands a fetch its representations, and the field that takes them. */
export const REPRESENTATIONS = 'representations';
export const ENTITIES = '_entities';

/** How a name of the fetch at `index` is called in a merged request: no name of the planner's or a client's ends like this. */
export function nameIn(index: number, name: string): string {
  return `${name}__${index}`;
}

/** Different combinations of fetches that one plan keeps a merged request of. */
const KEPT_MAX = 100;

/** Merges requests of one plan's fetches, each combination once. */
export function createMerger(fetches: readonly CompiledFetch[]): (some: readonly CompiledFetch[]) => SubgraphRequest {
  const ids = new Map(fetches.map((fetch, index) => [fetch, index]));
  const merged = new Map<string, SubgraphRequest>();
  return (some) => {
    const key = some.map((fetch) => ids.get(fetch)).join();
    let request = merged.get(key);
    if (!request) {
      request = mergeRequests(some);
      if (merged.size < KEPT_MAX) merged.set(key, request);
    }
    return request;
  };
}

/**
 * One request for what several fetches ask of entities of one subgraph: each as `_entities` under an alias of its own. Variables
 * that a client sent are the same for all; representations and arguments from the context are each fetch's own.
 */
function mergeRequests(fetches: readonly CompiledFetch[]): SubgraphRequest {
  const fields: FieldNode[] = [];
  const variables = new Map<string, VariableDefinitionNode>();
  for (const [index, fetch] of fetches.entries()) {
    const { selectionSet, variableDefinitions = [] } = withOwnNames(fetch, index);
    const [field] = selectionSet.selections;
    if (field?.kind !== Kind.FIELD) throw new Error('a fetch of entities asks for something else first');
    fields.push({ ...field, alias: { kind: Kind.NAME, value: nameIn(index, ENTITIES) } });
    for (const definition of variableDefinitions) variables.set(definition.variable.name.value, definition);
  }
  const operation: OperationDefinitionNode = {
    ...fetches[0]!.operation,
    variableDefinitions: [...variables.values()],
    selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
  };
  return requestOf(stripIgnoredCharacters(print(operation)), { name: operation.name?.value, kind: 'query' });
}

function withOwnNames({ operation, context }: CompiledFetch, index: number): OperationDefinitionNode {
  const own = new Set([REPRESENTATIONS, ...context.map(({ variable }) => variable)]);
  return visit(operation, {
    Variable: (node) =>
      own.has(node.name.value) ? { ...node, name: { ...node.name, value: nameIn(index, node.name.value) } } : undefined,
  });
}
