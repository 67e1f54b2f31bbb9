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
import { startGateway, stopGateways, UNBOUNDED } from './gateways.mjs';
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

/** So many officers, each with a dossier of their own, that none spends what a caller may by default. */
const OFFICERS = 400;
/** May read all that the marriage form needs. */
const OFFICER = { role: 'officer', department: 'H48', scope: 'sensitive:ethnicity' };
const HEADERS = Array.from({ length: OFFICERS }, (_, index) => ({
  authorization: `Bearer ${issuer.tokenOf({ ...OFFICER, sub: `officer-${index}` })}`,
  purpose: `procedure=1.000894; dossier=H48.2026.${String(index).padStart(6, '0')}`,
}));
/** As they are by themselves. */
const BOUNDS = Object.fromEntries(Object.keys(UNBOUNDED).map((name) => [name, '']));
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
  for (const scenario of await scenariosForOfficer(names, backend)) {
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
