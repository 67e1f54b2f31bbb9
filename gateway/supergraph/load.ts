import { createHash } from 'node:crypto';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import type { LoadedSchema } from '../context.js';

/** SHA-256 of a supergraph's text, hexadecimal: its id in logs, metrics and health. */
export function supergraphId(supergraphSdl: string): string {
  return createHash('sha256').update(supergraphSdl).digest('hex');
}

/** Features that say who may read what. Those of a version that nothing here enforces MUST NOT be served. */
const OF_ACCESS = /^https:\/\/specs\.apollo\.dev\/(?:authenticated|requiresScopes|policy)\/(?!v0\.1$)/;

/** Validates a supergraph and makes of it what the engine needs. Throws with the reason when it is not one. */
export function loadSchema(supergraphSdl: string): LoadedSchema {
  const supergraph = Supergraph.build(supergraphSdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: true,
  });
  for (const { url } of supergraph.schema.coreFeatures?.allFeatures() ?? []) {
    if (OF_ACCESS.test(url.toString())) {
      throw new Error(`it asks for authorization by ${url}, which is not enforced here; compose it with v0.1`);
    }
  }
  return {
    id: supergraphId(supergraphSdl),
    supergraphSdl,
    supergraph,
    api: supergraph.apiSchema().toGraphQLJSSchema(),
    full: supergraph.schema.toGraphQLJSSchema(),
    subgraphs: new Map(supergraph.subgraphsMetadata().map(({ name, url }) => [name, { url }])),
  };
}

/**
 * The text of a supergraph as `ApolloGateway` takes it. It refuses features that must be understood to execute rightly
 * (`@link(for: EXECUTION)`) or safely (`for: SECURITY`) and are not its own; here it executes nothing, so it need not know.
 */
export function forApolloGateway(supergraphSdl: string): string {
  const link = /@link\(\s*url:\s*"https:\/\/specs\.apollo\.dev\/(?!join\/)[^"]*"[^)]*\)/g;
  return supergraphSdl.replace(link, (text) => text.replace(/,?\s*for:\s*(?:SECURITY|EXECUTION)/, ''));
}
