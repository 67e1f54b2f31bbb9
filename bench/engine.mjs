// How fast is the engine? The gateways of the JavaScript world take turns over the same supergraph, every subgraph of which is
// remote for all of them, the way in as well, and nothing is remembered; stand-ins.mjs answers for the subgraphs, gateways.mjs
// starts the peers.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askAll } from './answers.mjs';
import { withBackends } from './backends.mjs';
import { unknownSettings } from './built-product.mjs';
import { SHARE_SETTINGS, startGateway, startGateways, stopGateways } from './gateways.mjs';
import { readOptions, SHARING } from './options.mjs';
import { leaveMeasuredCore, pinning } from './processes.mjs';
import { printProfile } from './profile.mjs';
import { OFF } from './remembering.mjs';
import { COLUMNS, measure, rowsOf, takeTurns } from './rounds.mjs';
import { peersOf, scenariosOf } from './scenarios.mjs';
import { printTable } from './table.mjs';

/** Only in the shop do concurrent requests ask the same: there sharing is measured, too. */
const SHARED = ['shop'];

const options = readOptions();
/** What was asked, by scenario: for the table's title. */
const asked = new Map();

/** Which scenarios are run with which sharing between requests. */
function plan(names) {
  const { sharing } = options;
  const shared = names.filter((name) => SHARED.includes(name));
  const ways = sharing ? [[sharing, names]] : SHARING.map((way) => [way, way === 'off' ? names : shared]);
  return ways.filter(([, some]) => some.length > 0);
}

/** A scenario that ours has no setting for cannot be measured: the setting would be passed over without a word. */
function lacksSetting({ title, env = {} }) {
  const lacking = unknownSettings(Object.keys(env));
  if (lacking.length > 0) process.stderr.write(`left out, no setting ${lacking.join(', ')}: ${title}\n`);
  return lacking.length > 0;
}

async function measureAll(backend, names) {
  const rows = [];
  const scenarios = await scenariosOf(names, { backend, people: options.people });
  const standIns = await backend.standIn();
  for (const [sharing, some] of plan(names)) {
    const chosen = scenarios.filter(({ name }) => some.includes(name));
    const gateways = await startGateways(options.peers, standIns.supergraph, { sharing, env: OFF });
    for (const scenario of chosen) {
      const taking = new Map(peersOf(scenario.name, options.peers).map((peer) => [peer, gateways.get(peer)]));
      if (taking.size === 0 || lacksSetting(scenario)) continue;
      const { env } = scenario;
      const ours = { sharing, env: { ...OFF, ...env } };
      const special = env && taking.has('ours') && (await startGateway('ours', standIns.supergraph, ours));
      if (special) taking.set('ours', special);
      const bytes = await askAll(taking, scenario);
      asked.set(scenario.title, `${scenario.bodies.length} of ${Math.round(bytes / 1000)} kB`);
      const title = sharing === 'off' ? scenario.title : `${scenario.title}, ${sharing} shared`;
      rows.push(...rowsOf(title, await takeTurns(taking, scenario, { ...options, standIns })));
      await special?.stop();
    }
    await stopGateways(gateways);
    if (options.profile) await profileAll(standIns, chosen, sharing);
  }
  await standIns.stop();
  return rows;
}

/** In gateways of their own, so that looking costs nothing in the table. */
async function profileAll(standIns, scenarios, sharing) {
  for (const scenario of scenarios) {
    for (const peer of peersOf(scenario.name, options.peers)) {
      const env = peer === 'ours' ? { ...OFF, ...scenario.env } : undefined;
      const gateway = await startGateway(peer, standIns.supergraph, { sharing, env, inspected: true });
      const measuring = () => measure(gateway, scenario, { ...options, standIns });
      await measuring();
      await gateway.ask({ what: 'startProfile' });
      await measuring();
      const file = join(tmpdir(), `lien-thong-${scenario.name}-${peer}.cpuprofile`);
      await gateway.ask({ what: 'stopProfile', file });
      await gateway.stop();
      printProfile(`${scenario.title}: where the time of ${peer} goes (${file})`, file);
    }
  }
}

leaveMeasuredCore();
for (const name of unknownSettings(SHARE_SETTINGS)) process.stderr.write(`ours has no setting ${name}\n`);
const rows = await withBackends(options, measureAll);
const { rounds, seconds, connections } = options;
const sizes = [...asked].map(([title, size]) => `${title}: ${size}`).join('; ');
printTable(
  `The gateways over the same remote subgraphs (${rounds} rounds of ${seconds} s, ${connections} connections; ${pinning}). Different requests, and their longest answer: ${sizes}`,
  COLUMNS,
  rows,
);
