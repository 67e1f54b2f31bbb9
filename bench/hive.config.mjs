// The peer: Hive Gateway by its own command, as its documentation sets it up for production. What that says, and where:
// - the Rust planner and its executor: `unifiedGraphHandler` (other-features/router-runtime);
// - without it, compiled execution: `jit` (the command's help, and the vendor's own gateways benchmark);
// - in-flight deduplication of fetches is on unless `deduplicateInflightRequests` is false (performance/deduplicate-request),
//   that of whole requests is off unless `inboundInflightRequestDeduplication` is on: both are measured;
// - kept-alive connections to subgraphs (performance/connection-pooling): Node's own default since 19;
// - parsing and validation are cached by default (performance/parsing-and-validation-caching);
// - its response cache, where it is on (performance/response-caching): one for all, for good, in the memory of the process, which
//   is given all the room it wants (a thousand keys are the default, and each answer takes several).
// Nothing is reported anywhere, and only errors are logged.
import { defineConfig } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import InMemoryCache from '@graphql-mesh/cache-inmemory-lru';

const { HIVE_PLANNER, HIVE_SHARE_FETCHES, HIVE_SHARE_REQUESTS, HIVE_CACHE } = process.env;

export const gatewayConfig = defineConfig({
  logging: 'error',
  inboundInflightRequestDeduplication: HIVE_SHARE_REQUESTS === 'on',
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: HIVE_SHARE_FETCHES === 'on' } } },
  ...(HIVE_PLANNER === 'rust' ? { unifiedGraphHandler } : { jit: true }),
  ...(HIVE_CACHE === 'on' ? { cache: new InMemoryCache({ max: 0 }), responseCaching: { session: () => null } } : {}),
});
