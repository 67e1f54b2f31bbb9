import { freePort, startNode } from './processes.mjs';

const READY = /GraphQL at (http:\S+)\n/;
// Production mode makes graphql-js, and so every gateway, faster. Ours writes its log, a line an operation, all the same.
const ENV = { NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true' };
/** Ours bounds what one caller may ask for, and how much at once; no peer does, and the load is one caller's. */
export const UNBOUNDED = {
  BUDGET_REQUESTS_A_SECOND: '0',
  BUDGET_COST_A_SECOND: '0',
  BUDGET_CITIZENS_A_DAY: '0',
  ROOT_FIELDS_MAX: '100',
  COST_MAX: '0',
};
/** No peer writes down who read what: it is asked for where that is the question (audit.mjs), and has no store elsewhere. */
const UNWATCHED = { AUDIT: 'off' };

/** How each peer is started over a supergraph; `urls`, NAME=URL, go before those that it names. */
const STARTS = {
  ours: (supergraph, { sharing, urls, ...more }) => {
    // As `npm run gateway` starts it.
    const args = ['--max-semi-space-size=64', 'dist/cli/gateway.js', '--supergraph', supergraph, '--port', '0'];
    return startReady([...args, ...urls.flatMap((named) => ['--subgraph', named])], {
      ...more,
      env: { ...UNBOUNDED, ...UNWATCHED, ...switches('SHARE', sharing), ...more.env },
    });
  },
  // It shares nothing between requests, and has no setting for it.
  stock: (supergraph, { sharing, urls, ...more }) => startReady(['bench/stock-gateway.mjs', supergraph, ...urls], more),
  hive: (supergraph, more) => startHive(supergraph, { HIVE_PLANNER: 'javascript' }, more),
  'hive-rust': (supergraph, more) => startHive(supergraph, { HIVE_PLANNER: 'rust' }, more),
  'hive-rust, its cache': (supergraph, more) => startHive(supergraph, { HIVE_PLANNER: 'rust', HIVE_CACHE: 'on' }, more),
};

/**
 * One gateway in a process of its own, on the core that is kept for what is measured unless `measured` is false.
 * @returns its process (see processes.mjs) with the `url` of its GraphQL and its `peer`
 */
export async function startGateway(peer, supergraph, options = {}) {
  const { sharing = 'off', measured = true, urls = [], env, ...more } = options;
  const gateway = await STARTS[peer](supergraph, { ...more, sharing, measured, urls, env: { ...ENV, ...env } });
  return { ...gateway, peer };
}

/** Several at once over the same supergraph; resolves with a map by peer. */
export async function startGateways(peers, supergraph, options) {
  const gateways = await Promise.all(peers.map((peer) => startGateway(peer, supergraph, options)));
  return new Map(gateways.map((gateway) => [gateway.peer, gateway]));
}

export const stopGateways = (gateways) => Promise.all([...gateways.values()].map((gateway) => gateway.stop()));

/** What ours is told by `sharing`. */
export const SHARE_SETTINGS = Object.keys(switches('SHARE', 'off'));

/** Who shares whole requests shares fetches as well. */
function switches(prefix, sharing) {
  return {
    [`${prefix}_FETCHES`]: sharing === 'off' ? 'off' : 'on',
    [`${prefix}_REQUESTS`]: sharing === 'requests' ? 'on' : 'off',
  };
}

async function startReady(args, options) {
  const process = await startNode(args, { ...options, ready: READY });
  return { ...process, url: process.match[1] };
}

async function startHive(supergraph, how, { sharing, urls, env, ...more }) {
  if (urls.length > 0) throw new Error('Hive Gateway takes its URLs from the supergraph');
  const port = await freePort();
  const at = `http://127.0.0.1:${port}`;
  const args = [
    'supergraph',
    supergraph,
    '--config-path',
    'bench/hive.config.mjs',
    '--host',
    '127.0.0.1',
    '--port',
    `${port}`,
  ];
  const process = await startNode(['bench/node_modules/@graphql-hive/gateway/dist/bin.js', ...args], {
    ...more,
    env: { ...env, ...how, ...switches('HIVE_SHARE', sharing) },
    readyAt: `${at}/readiness`,
  });
  return { ...process, url: `${at}/graphql` };
}
