import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { parse } from 'graphql';
import type { LoadedSchema } from '../../../gateway/context.js';

export const SUBGRAPHS = ['citizen-identity', 'civil-status', 'gateway', 'land'] as const;
export const FORMS_FOLDER = join(dirname(require.resolve('#schema/gateway.graphql')), 'forms');

let loaded: LoadedSchema | undefined;

/** The supergraph of the committed subgraph schemas, composed once a test file. */
export function loadedSchema(): LoadedSchema {
  if (loaded) return loaded;
  const services = SUBGRAPHS.map((name) => ({
    name,
    url: `http://${name}.test`,
    typeDefs: parse(readFileSync(require.resolve(`#schema/${name}.graphql`), 'utf8')),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new AggregateError(errors ?? [], 'the subgraphs do not compose');
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
  loaded = {
    supergraph,
    id: 'test',
    supergraphSdl,
    api: supergraph.apiSchema().toGraphQLJSSchema(),
    full: supergraph.schema.toGraphQLJSSchema(),
    subgraphs: new Map(services.map(({ name, url }) => [name, { url }])),
  };
  return loaded;
}
