// What does it cost to know where each value came from? Ours three times: over registries that report no records, over the same
// registries reporting theirs (which is always noted, for dossiers and the audit log), and with the client asking for them.
import { askAll } from './answers.mjs';
import { withBackends } from './backends.mjs';
import { startGateway, stopGateways } from './gateways.mjs';
import { readOptions } from './options.mjs';
import { leaveMeasuredCore, pinning } from './processes.mjs';
import { OFF } from './remembering.mjs';
import { takeTurns } from './rounds.mjs';
import { scenariosOf } from './scenarios.mjs';
import { median, printTable, spread } from './table.mjs';

/** What each may cost of the throughput, in percent of what is answered when nothing is reported. */
const KINDS = [
  { kind: 'nothing reported', withoutExtensions: true },
  { kind: 'noted', most: 10 },
  { kind: 'asked for', extensions: { provenance: true }, most: 25 },
];
const [BASE] = KINDS;

const options = readOptions({ scenario: ['pre-fill', 'dossier', 'parcels'] });

async function measureScenario(scenario, { bare, reporting }) {
  const gateways = new Map();
  for (const { kind, withoutExtensions, extensions } of KINDS) {
    const standIns = withoutExtensions ? bare : reporting;
    const bodies = extensions
      ? scenario.bodies.map((body) => JSON.stringify({ ...JSON.parse(body), extensions }))
      : scenario.bodies;
    const gateway = {
      ...(await startGateway('ours', standIns.supergraph, { env: OFF })),
      standIns,
      scenario: { ...scenario, bodies },
    };
    await askAll(new Map([[kind, gateway]]), gateway.scenario);
    gateways.set(kind, gateway);
  }
  const results = await takeTurns(gateways, scenario, options);
  await stopGateways(gateways);
  return KINDS.map((kind) => rowOf(scenario.title, kind, results));
}

function rowOf(title, { kind, most }, results) {
  const rounds = results.get(kind);
  const base = results.get(BASE.kind);
  const lost = rounds.map(({ perSecond }, round) => (1 - perSecond / base[round].perSecond) * 100);
  const dearer = rounds.map(({ cpuMs }, round) => (cpuMs / base[round].cpuMs - 1) * 100);
  const all = (name) => rounds.map((round) => round[name]);
  const isBase = kind === BASE.kind;
  return [
    title,
    kind,
    spread(all('perSecond'), 0),
    isBase ? '' : spread(lost, 0),
    spread(all('cpuMs'), 3),
    isBase ? '' : spread(dearer, 0),
    isBase ? '' : `${most} %: ${median(lost) < most ? 'yes' : '**no**'}`,
    median(all('busy')).toFixed(0),
  ];
}

leaveMeasuredCore();
const rows = await withBackends(options, async (backend, names) => {
  const bare = await backend.standIn({ withoutExtensions: true });
  const reporting = await backend.standIn();
  const rows = [];
  for (const scenario of await scenariosOf(names, { backend, people: options.people })) {
    rows.push(...(await measureScenario(scenario, { bare, reporting })));
  }
  await Promise.all([bare.stop(), reporting.stop()]);
  return rows;
});
const { rounds, seconds, connections } = options;
printTable(
  `What provenance costs (${rounds} rounds of ${seconds} s, ${connections} connections; ${pinning})`,
  ['scenario', 'provenance', 'requests/s', 'lost %', 'CPU ms/request', 'CPU more %', 'lost under', 'core %'],
  rows,
);
