// What does it cost to know who asks? Ours in turn over the same registries: open to all, without a token and without budgets; and
// with all that tells who may read what and how much: the token of an officer who registers a marriage, the purpose, the rules of
// schema/policies, the limits, budgets in the process or in Redis, and signed requests to the registries. Hot, everything is
// remembered; cold, nothing is, so that every fetch is signed.
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askAll } from './answers.mjs';
import { withBackends } from './backends.mjs';
import { startGateway, stopGateways } from './gateways.mjs';
import { startIssuer } from './issuer.mjs';
import { BOUNDS, headersOf, scenariosForOfficer } from './officers.mjs';
import { readOptions } from './options.mjs';
import { leaveMeasuredCore, pinning } from './processes.mjs';
import { printProfile } from './profile.mjs';
import { startRedis } from './redis.mjs';
import { IN_PROCESS, OFF } from './remembering.mjs';
import { measure, ratios, takeTurns } from './rounds.mjs';
import { median, printTable, spread } from './table.mjs';

/** So much of the hot throughput there must be with everything on. */
const TARGET = 0.8;

const options = readOptions({ scenario: ['pre-fill', 'dossier'], people: 100 });
leaveMeasuredCore();
const redis = await startRedis();
const issuer = await startIssuer();

const HEADERS = headersOf(issuer);
const SIGNED = {
  SIGNING_KEY: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
};

const ALL_BUT_SIGNATURES = { access: true, env: BOUNDS };
const ALL = { access: true, env: { ...BOUNDS, ...SIGNED } };
const WHOLE = 'all, budgets in the process';
/** Each set beside the first. What is limited is looked at in all of them. */
const HOT = {
  open: {},
  'token and rules only': { access: true },
  [WHOLE]: ALL,
  ...(redis ? { 'all, budgets in Redis': { access: true, env: { ...ALL.env, REDIS_URL: redis.url } } } : {}),
};
const COLD = { open: {}, 'all but signatures': ALL_BUT_SIGNATURES, all: ALL };
const REMEMBERED = { hot: { kinds: HOT, cache: IN_PROCESS }, cold: { kinds: COLD, cache: OFF } };

async function start({ access = false, env }, { standIns, cache, ...more }) {
  const supergraph = standIns.ownSupergraph({ access });
  const gateway = await startGateway('ours', supergraph, { ...more, env: { ...issuer.env, ...cache, ...env } });
  return access ? { ...gateway, headers: HEADERS } : gateway;
}

async function compare(title, { scenario, standIns }) {
  const { kinds, cache } = REMEMBERED[title];
  const gateways = new Map();
  for (const [kind, how] of Object.entries(kinds)) gateways.set(kind, await start(how, { standIns, cache }));
  await askAll(gateways, scenario);
  const results = await takeTurns(gateways, scenario, { ...options, standIns });
  await stopGateways(gateways);
  return [...results].map(([kind, rounds]) => {
    const all = (name) => rounds.map((round) => round[name]);
    const toOpen = (of) => ratios(results, { peer: kind, rival: 'open', of, digits: 2 });
    const more = rounds.map(({ cpuMs }, round) => (cpuMs - results.get('open')[round].cpuMs) * 1000);
    const kept = rounds.map(({ perSecond }, round) => perSecond / results.get('open')[round].perSecond);
    return [
      `${scenario.title}, ${title}`,
      kind,
      spread(all('perSecond'), 0),
      toOpen(({ perSecond }) => perSecond),
      spread(all('cpuMs'), 3),
      toOpen(({ cpuMs }) => 1 / cpuMs),
      kind === 'open' ? '' : spread(more, 0),
      median(all('busy')).toFixed(0),
      median(all('fetches')).toFixed(1),
      kind === WHOLE ? (median(kept) >= TARGET ? 'yes' : '**no**') : '',
    ];
  });
}

/** In gateways of their own, so that looking costs nothing in the table. */
async function profile(title, { scenario, standIns }) {
  const { kinds, cache } = REMEMBERED[title];
  for (const [kind, how] of Object.entries(kinds)) {
    const gateway = await start(how, { standIns, cache, inspected: true });
    const measuring = () => measure(gateway, scenario, { ...options, standIns });
    await measuring();
    await gateway.ask({ what: 'startProfile' });
    await measuring();
    const name = `${scenario.name} ${title} ${kind}`.replace(/\W+/g, '-');
    const file = join(tmpdir(), `lien-thong-access-${name}.cpuprofile`);
    await gateway.ask({ what: 'stopProfile', file });
    await gateway.stop();
    printProfile(`${scenario.title}, ${title}: where the time goes, ${kind} (${file})`, file);
  }
}

const rows = await withBackends(options, async (backend, names) => {
  const standIns = await backend.standIn();
  const rows = [];
  for (const scenario of await scenariosForOfficer(names, { backend, people: options.people })) {
    for (const title of Object.keys(REMEMBERED)) {
      rows.push(...(await compare(title, { scenario, standIns })));
      if (options.profile) await profile(title, { scenario, standIns });
    }
  }
  await standIns.stop();
  return rows;
});
redis?.stop();
const { rounds, seconds, connections } = options;
printTable(
  `What it costs to know who asks (${rounds} rounds of ${seconds} s, ${connections} connections; ${pinning})`,
  [
    'scenario',
    'gateway',
    'requests/s',
    '÷ open',
    'CPU ms/request',
    'CPU: ÷ open',
    'CPU µs more',
    'core %',
    'fetches',
    `${TARGET} and more`,
  ],
  rows,
);
