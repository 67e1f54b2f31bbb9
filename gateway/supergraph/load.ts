import { createHash } from 'node:crypto';
import { Supergraph } from '@apollo/federation-internals';
import type { LoadedSchema } from '../context.js';

/** SHA-256 of a supergraph's text, hexadecimal: its id in logs, metrics and health. */
export function supergraphId(supergraphSdl: string): string {
  return createHash('sha256').update(supergraphSdl).digest('hex');
}

/** Validates a supergraph and makes of it what the engine needs. Throws with the reason when it is not one. */
export function loadSchema(supergraphSdl: string): LoadedSchema {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: true });
  return {
    id: supergraphId(supergraphSdl),
    supergraphSdl,
    supergraph,
    api: supergraph.apiSchema().toGraphQLJSSchema(),
    full: supergraph.schema.toGraphQLJSSchema(),
    subgraphs: new Map(supergraph.subgraphsMetadata().map(({ name, url }) => [name, { url }])),
  };
}
