// What does it cost to know who asks? Ours in turn over the same registries: open to all, without a token and without budgets; and
// with all that tells who may read what and how much: the token of an officer who registers a marriage, the purpose, the rules of
// schema/policies, the limits, budgets in the process or in Redis, and signed requests to the registries. Hot, everything is
// remembered; cold, nothing is, so that every fetch is signed.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askAll } from './answers.mjs';
import { withBackends } from './backends.mjs';
import { startGateway, stopGateways } from './gateways.mjs';
import { startIssuer } from './issuer.mjs';
import { readOptions } from './options.mjs';
import { leaveMeasuredCore, pinning } from './processes.mjs';
import { printProfile } from './profile.mjs';
import { startRedis } from './redis.mjs';
import { IN_PROCESS, OFF } from './remembering.mjs';
import { measure, ratios, takeTurns } from './rounds.mjs';
import { scenariosOf } from './scenarios.mjs';
import { median, printTable, spread } from './table.mjs';

/** So much of the hot throughput there must be with everything on. */
const TARGET = 0.8;

const options = readOptions({ scenario: ['pre-fill', 'dossier'], people: 100 });
leaveMeasuredCore();
const redis = await startRedis();
const issuer = await startIssuer();

/** May read all that the marriage form needs. */
const OFFICER = { sub: 'bench-officer', role: 'officer', department: 'H48', scope: 'sensitive:ethnicity' };
const HEADERS = {
  authorization: `Bearer ${issuer.tokenOf(OFFICER)}`,
  purpose: 'procedure=1.000894; dossier=H48.2026.000123',
};
/** They are kept, and never spent. */
const BUDGETS = {
  BUDGET_REQUESTS_A_SECOND: '1000000',
  BUDGET_COST_A_SECOND: '1000000',
  BUDGET_COST_BURST: '100000000',
  BUDGET_CITIZENS_A_DAY: '100000',
};
const SIGNED = {
  SIGNING_KEY: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
};

/** By how much is remembered: what stands in the table, and beside what it is held. The limits hold for all. */
const HOT = {
  open: { env: IN_PROCESS },
  'token and rules': { access: true, env: IN_PROCESS },
  'and budgets, signed': { access: true, env: { ...IN_PROCESS, ...BUDGETS, ...SIGNED } },
  ...(redis
    ? { 'the same, budgets in Redis': { access: true, env: { ...IN_PROCESS, ...BUDGETS, ...SIGNED, REDIS_URL: redis.url } } }
    : {}),
};
const COLD = {
  open: { env: OFF },
  'token, rules, budgets': { access: true, env: { ...OFF, ...BUDGETS } },
  'the same, signed': { access: true, env: { ...OFF, ...BUDGETS, ...SIGNED } },
};
/** Must reach TARGET. */
const WHOLE = 'and budgets, signed';

/** What an officer may read all of: a person's part of the marriage form, or both. */
async function scenariosForOfficer(names, backend) {
  const scenarios = await scenariosOf(names, { backend, people: options.people });
  const party = readFileSync(new URL('party.graphql', import.meta.url), 'utf8');
  return scenarios.map((scenario) =>
    scenario.people
      ? {
          ...scenario,
          title: 'a person’s part of the marriage form',
          bodies: scenario.people.map((personalId) => JSON.stringify({ query: party, variables: { personalId } })),
        }
      : scenario,
  );
}

async function start(standIns, { access = false, env }, more = {}) {
  const supergraph = standIns.ownSupergraph({ access });
  const gateway = await startGateway('ours', supergraph, { ...more, env: { ...issuer.env, ...env } });
  return access ? { ...gateway, headers: HEADERS } : gateway;
}

async function compare(title, kinds, { scenario, standIns }) {
  const gateways = new Map();
  for (const [kind, how] of Object.entries(kinds)) gateways.set(kind, await start(standIns, how));
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
      title === 'hot' && kind === WHOLE ? (median(kept) >= TARGET ? 'yes' : '**no**') : '',
    ];
  });
}

/** In gateways of their own, so that looking costs nothing in the table. */
async function profile(scenario, standIns) {
  for (const kind of ['open', WHOLE]) {
    const gateway = await start(standIns, HOT[kind], { inspected: true });
    const measuring = () => measure(gateway, scenario, { ...options, standIns });
    await measuring();
    await gateway.ask({ what: 'startProfile' });
    await measuring();
    const file = join(tmpdir(), `lien-thong-access-${scenario.name}-${kind.replace(/\W+/g, '-')}.cpuprofile`);
    await gateway.ask({ what: 'stopProfile', file });
    await gateway.stop();
    printProfile(`${scenario.title}, hot: where the time goes, ${kind} (${file})`, file);
  }
}

const rows = await withBackends(options, async (backend, names) => {
  const standIns = await backend.standIn();
  const rows = [];
  for (const scenario of await scenariosForOfficer(names, backend)) {
    rows.push(...(await compare('hot', HOT, { scenario, standIns })));
    rows.push(...(await compare('cold', COLD, { scenario, standIns })));
    if (options.profile) await profile(scenario, standIns);
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
