// What does it cost to write down who read what, before each answer leaves? Ours in turn over the same registries, everything
// remembered: without an audit log, with one in a PostgreSQL on this machine whose commits are on the disk, and with one in the
// embedded store. Then how slow the slowest are at half of the greatest load, how many entries a second go on for long, whether they
// come into the signed tree as fast, and how many bytes an entry takes.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askAll } from './answers.mjs';
import { bytesOfDossiers } from './audit-bytes.mjs';
import { embeddedLog, postgresLog, settled, verified, written } from './audit-log.mjs';
import { withBackends } from './backends.mjs';
import { startGateway } from './gateways.mjs';
import { startIssuer } from './issuer.mjs';
import { steadyLoad } from './load.mjs';
import { BOUNDS, headersOf, scenariosForOfficer } from './officers.mjs';
import { readOptions } from './options.mjs';
import { startPostgres } from './postgres.mjs';
import { cpuOf, familyOf, leaveMeasuredCore, pinning } from './processes.mjs';
import { printProfile } from './profile.mjs';
import { IN_PROCESS } from './remembering.mjs';
import { measure, ratios } from './rounds.mjs';
import { median, printTable, spread } from './table.mjs';

/** So much of the throughput there must be with the log. */
const KEPT = 0.6;
/** At half of the greatest load. */
const P99_MS = 20;
const LOAD_SHARE = 0.5;
/** More than ever are in flight at half load, so that what waits, waits in the gateway. */
const STEADY_CONNECTIONS = 128;
const SUSTAINED_SECONDS_MIN = 20;
const LINE_BYTES = 600;
const OFF = 'off';

const options = readOptions({ scenario: ['pre-fill'], people: 100, connections: 128 });
leaveMeasuredCore();
const postgres = await startPostgres();
const issuer = await startIssuer();
const headers = headersOf(issuer);
const AUDITOR = issuer.tokenOf({ role: 'auditor', sub: 'auditor', procedure: 'audit' });

/** Where the log is kept, each beside the first. */
const KINDS = {
  [OFF]: undefined,
  ...(postgres ? { PostgreSQL: () => postgresLog(postgres) } : {}),
  'the embedded store': embeddedLog,
};

/** `base`: what it had written before it was measured; `answered`: of how many requests an answer came since. */
async function start(kind, standIns, more) {
  const log = await KINDS[kind]?.();
  const env = { ...issuer.env, ...IN_PROCESS, ...BOUNDS, ...log?.env };
  const gateway = await startGateway('ours', standIns.ownSupergraph({ access: true }), { ...more, env });
  return { ...gateway, headers, kind, log, answered: 0 };
}

async function startAll(standIns, scenario) {
  const gateways = new Map();
  for (const kind of Object.keys(KINDS)) gateways.set(kind, await start(kind, standIns));
  await askAll(gateways, scenario);
  for (const gateway of gateways.values()) if (gateway.log) gateway.base = await written(gateway);
  return gateways;
}

/** Full load, and its CPU time until all of it is in the tree: what is put off is not saved. */
async function turn(gateway, scenario, how) {
  const before = cpuOf(gateway.pid);
  const result = await measure(gateway, scenario, how);
  gateway.answered += result.answered;
  const { backlog, seconds } = gateway.log ? await settled(gateway) : {};
  return { ...result, cpuMs: (cpuOf(gateway.pid) - before) / result.answered, backlog, settledSeconds: seconds };
}

async function steadyTurn(gateway, scenario, perSecond) {
  const how = { perSecond, connections: STEADY_CONNECTIONS, seconds: options.seconds };
  const result = await steadyLoad({ url: gateway.url, headers, bodies: scenario.bodies, ...how });
  gateway.answered += result.answered;
  if (gateway.log) await settled(gateway);
  return { ...result, asked: perSecond };
}

/** Rounds of full load, each with one at half of it. */
async function compare(gateways, scenario, standIns) {
  const how = { ...options, standIns };
  for (const gateway of gateways.values()) await turn(gateway, scenario, how);
  const full = new Map([...gateways.keys()].map((kind) => [kind, []]));
  const half = new Map([...gateways.keys()].map((kind) => [kind, []]));
  for (let round = 0; round < options.rounds; round += 1) {
    for (const [kind, gateway] of gateways) full.get(kind).push(await turn(gateway, scenario, how));
    for (const [kind, gateway] of gateways) {
      const perSecond = median(full.get(kind).map((result) => result.perSecond)) * LOAD_SHARE;
      half.get(kind).push(await steadyTurn(gateway, scenario, perSecond));
    }
  }
  return { full, half };
}

function throughputRows(full) {
  return [...full].map(([kind, rounds]) => {
    const all = (name) => rounds.map((round) => round[name]);
    const kept = rounds.map(({ perSecond }, round) => perSecond / full.get(OFF)[round].perSecond);
    const more = rounds.map(({ cpuMs }, round) => (cpuMs - full.get(OFF)[round].cpuMs) * 1000);
    const isOff = kind === OFF;
    return [
      kind,
      spread(all('perSecond'), 0),
      ratios(full, { peer: kind, rival: OFF, of: ({ perSecond }) => perSecond, digits: 2 }),
      spread(all('cpuMs'), 3),
      isOff ? '' : spread(more, 0),
      median(all('p50')).toFixed(1),
      median(all('p99')).toFixed(1),
      median(all('busy')).toFixed(0),
      isOff ? '' : median(kept) >= KEPT ? 'yes' : '**no**',
    ];
  });
}

function latencyRows(half) {
  return [...half].map(([kind, rounds]) => {
    const all = (name) => rounds.map((round) => round[name]);
    return [
      kind,
      spread(all('asked'), 0),
      spread(all('perSecond'), 0),
      spread(all('p50'), 1),
      spread(all('p99'), 1),
      median(all('p99')) < P99_MS ? 'yes' : '**no**',
      Math.max(...all('waited')),
      spread(all('late'), 1),
    ];
  });
}

/** Full load for long, and what is on the disk afterwards that was not before. */
async function sustain(gateway, scenario, standIns) {
  const seconds = Math.max(SUSTAINED_SECONDS_MIN, options.seconds);
  const how = { ...options, seconds, standIns };
  const before = await sizesOf(gateway.log);
  const { answered, perSecond, busy, backlog, settledSeconds } = await turn(gateway, scenario, how);
  const after = await sizesOf(gateway.log);
  const each = (name) => (before ? ((after[name] - before[name]) / answered).toFixed(0) : '');
  const figures = [seconds, answered, perSecond.toFixed(0), busy.toFixed(0), backlog, settledSeconds.toFixed(1)];
  return [gateway.kind, ...figures, ...['cpu', 'lines', 'tables', 'entry', 'lookup', 'wal'].map(each)];
}

/** Bytes; and the CPU time that PostgreSQL has taken, microseconds, by those of its processes that are still there. */
async function sizesOf(log) {
  if (!log.sizes) return undefined;
  const cpuMs = familyOf(postgres.pid).reduce((sum, pid) => sum + (cpuOf(pid) ?? 0), 0);
  return { ...(await log.sizes()), cpu: cpuMs * 1_000 };
}

/**
 * Each answered request has its entry, and no entry is of none: counted in the store, in the embedded one when the gateway has
 * stopped. Whoever verifies a log adds to it, so that comes after.
 */
async function countRow({ kind, log, base, answered, ...gateway }) {
  const isOpen = log.rows !== undefined;
  if (!isOpen) await gateway.stop();
  const entries = (await log.count()) - base;
  const verdict = !isOpen ? '' : (await verified(gateway, AUDITOR)).isWhole ? 'yes' : '**no**';
  if (isOpen) await gateway.stop();
  await log.drop();
  return [kind, answered, entries, entries === answered ? 'yes' : '**no**', verdict];
}

async function bytesRow(kind, standIns) {
  const gateway = await start(kind, standIns);
  const { entries, line, most, opening, shapes, shape } = await bytesOfDossiers(gateway);
  await gateway.stop();
  await gateway.log.drop();
  return ['a marriage dossier', entries, line, most, line < LINE_BYTES ? 'yes' : '**no**', opening, shapes, shape];
}

/** In a gateway of its own, so that looking costs nothing in the tables. */
async function profile(kind, scenario, standIns) {
  const gateway = await start(kind, standIns, { inspected: true });
  const measuring = () => measure(gateway, scenario, { ...options, standIns });
  await measuring();
  await gateway.ask({ what: 'startProfile' });
  await measuring();
  const file = join(tmpdir(), `lien-thong-audit-${kind}.cpuprofile`.replace(/ /g, '-'));
  await gateway.ask({ what: 'stopProfile', file });
  await gateway.stop();
  await gateway.log?.drop();
  printProfile(`${scenario.title}: where the time goes, ${kind} (${file})`, file);
}

const tables = { throughput: [], latency: [], sustained: [], counted: [], bytes: [] };
await withBackends(options, async (backend, names) => {
  const standIns = await backend.standIn();
  for (const scenario of await scenariosForOfficer(names, { backend, people: options.people })) {
    const gateways = await startAll(standIns, scenario);
    const { full, half } = await compare(gateways, scenario, standIns);
    tables.throughput.push(...throughputRows(full));
    tables.latency.push(...latencyRows(half));
    const logged = [...gateways.values()].filter(({ log }) => log);
    for (const gateway of logged) tables.sustained.push(await sustain(gateway, scenario, standIns));
    for (const gateway of logged) tables.counted.push(await countRow(gateway));
    await gateways.get(OFF).stop();
    if (options.profile) for (const kind of Object.keys(KINDS)) await profile(kind, scenario, standIns);
  }
  if (postgres) tables.bytes.push(await bytesRow('PostgreSQL', standIns));
  await standIns.stop();
  return [];
});
await postgres?.stop();

const { rounds, seconds, connections } = options;
const where = postgres ? `; ${postgres.title}, beside the load: a commit takes ${postgres.commitMs}` : '';
printTable(
  `What it costs to write down who reads what (${rounds} rounds of ${seconds} s, ${connections} connections; ${pinning}${where})`,
  ['log', 'requests/s', '÷ off', 'CPU ms/request', 'CPU µs more', 'p50 ms', 'p99 ms', 'core %', `${KEPT} and more`],
  tables.throughput,
);
printTable(
  `At half of the greatest load`,
  [
    'log',
    'asked requests/s',
    'requests/s',
    'p50 ms',
    'p99 ms',
    `under ${P99_MS} ms`,
    'waited',
    'our clock late, p99 ms',
  ],
  tables.latency,
);
printTable(
  'Full load for long. Tessera says of itself: more than 1500 entries/s on a small machine',
  [
    ...['log', 'seconds', 'entries', 'entries/s', 'core %', 'not in the tree at the end', 'seconds until all are'],
    ...[
      'PostgreSQL’s CPU, µs an entry',
      'bytes of the line',
      'on disk an entry',
      'of them the entries',
      'what they are found by',
    ],
    'WAL an entry',
  ],
  tables.sustained,
);
printTable(
  'Each request that was answered has its entry',
  ['log', 'answered', 'entries', 'as many', 'verified as whole'],
  tables.counted,
);
printTable(
  'Bytes of an entry',
  [
    ...['asked', 'entries', 'line, median', 'longest', `under ${LINE_BYTES}`],
    ...['salt and digests, an answer', 'different shapes', 'bytes of a shape'],
  ],
  tables.bytes,
);
