// How many times stock? Our gateway and a stock `@apollo/server` over `@apollo/gateway` take turns on the same supergraph, over
// the same registries, in one run. See stock-gateway.mjs for the peer and stand-ins.mjs for what both ask.
import { deepStrictEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import { writeTemporary } from './backends.mjs';
import { composeSupergraph, marriageOperation, people } from './built-product.mjs';
import { startGateway } from './gateways.mjs';
import { startIssuer } from './issuer.mjs';
import { load } from './load.mjs';
import { readOptions } from './options.mjs';
import { cpuOf, leaveMeasuredCore, memoryOf, pinning, startNode } from './processes.mjs';
import { createStore, seed, startRegistries } from './registries.mjs';
import { OFF } from './remembering.mjs';
import { median, printTable, spread } from './table.mjs';

const CITIZENS = 2_000;
const SEED = 1;
const WARM_UP_SECONDS = 5;
/**
 * The registries close a connection that has lain idle for 5 s, which is just as long as the other's turn: stock fails on one that
 * it takes up at that moment. A while later it knows.
 */
const PAUSE_MS = 1_500;

const options = readOptions({ connections: 16, people: 300 });

/** What each gateway is asked, by question: bodies of requests, each about other people. */
function questions() {
  const { men, women } = people({ citizens: CITIZENS, seed: SEED, count: options.people });
  const textOf = (file) => readFileSync(new URL(file, import.meta.url), 'utf8');
  const citizen = textOf('citizen.graphql');
  const dossier = textOf('dossier.graphql');
  const marriage = marriageOperation();
  const couples = men.slice(0, women.length).map((groom, index) => ({ groom, bride: women[index] }));
  const operations = couples.map((couple) => bodyOf(marriage, couple));
  const citizens = [...men, ...women].map((personalId) => bodyOf(citizen, { personalId }));
  return [
    // Stock has no `dossier` field: it runs the operation that our dossier compiles to. Ours fills the form besides.
    {
      name: 'marriage dossier',
      ours: couples.map((couple) => bodyOf(dossier, { parties: partiesOf(couple) })),
      stock: operations,
    },
    { name: 'its operation', ours: operations, stock: operations, mustBeEqual: true },
    { name: 'one citizen', ours: citizens, stock: citizens, mustBeEqual: true },
  ];
}

const bodyOf = (query, variables) => JSON.stringify({ query, variables });
const partiesOf = (couple) => Object.entries(couple).map(([role, personalId]) => ({ role, personalId }));

/** The committed supergraph, but open to all: stock serves no other. */
function supergraphOpenToAll() {
  const urls = JSON.parse(readFileSync(new URL('../schema/subgraphs.json', import.meta.url), 'utf8'));
  const subgraphs = Object.entries(urls).map(([name, url]) => ({ name, url, file: `schema/${name}.graphql` }));
  return writeTemporary('supergraph.graphql', composeSupergraph(subgraphs));
}

/** Both gateways over the same URLs, each in its own process, both on the core that is kept for them. */
async function startGateways(supergraph, urls) {
  // Where it adds something itself, ours starts in production only if it knows an issuer.
  const { env } = await startIssuer();
  const [ours, stock] = await Promise.all(
    KINDS.map((kind) => startGateway(kind, supergraph, { urls, env: { ...env, ...OFF } })),
  );
  return { ours, stock };
}

const KINDS = ['ours', 'stock'];

async function measure(gateway, bodies, seconds) {
  const { connections } = options;
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  const before = cpuOf(gateway.pid);
  const result = await load({ url: gateway.url, bodies, connections, seconds });
  const cpuMs = before === undefined ? undefined : (cpuOf(gateway.pid) - before) / result.answered;
  return { ...result, cpuMs, rss: memoryOf(gateway.pid).now };
}

/** Each gateway answers each body once: what is recorded is complete, and that both say the same is checked. */
async function recordAll(gateways, asked) {
  for (const question of asked) {
    for (const kind of KINDS) await measure(gateways[kind], question[kind], 0);
    if (!question.mustBeEqual) continue;
    for (const body of question.ours.slice(0, 50)) {
      const [ours, stock] = await Promise.all(KINDS.map((kind) => answerOf(gateways[kind], body)));
      deepStrictEqual(ours, stock, 'the two gateways answer the same query differently');
    }
  }
}

async function answerOf(gateway, body) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(gateway.url, { method: 'POST', headers, body });
  return (await response.json()).data;
}

/** The gateways take turns: what the machine does besides falls on both. */
async function takeTurns(gateways, question, rounds) {
  const results = { ours: [], stock: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of KINDS) results[kind].push(await measure(gateways[kind], question[kind], options.seconds));
  }
  return results;
}

function rowsOf(question, results) {
  const rows = KINDS.map((kind) => {
    const all = (name) => results[kind].map((result) => result[name]);
    return [
      question.name,
      kind,
      spread(all('perSecond'), 0),
      median(all('p50')).toFixed(1),
      median(all('p99')).toFixed(1),
      spread(all('cpuMs'), 2),
      Math.max(...all('rss')).toFixed(0),
    ];
  });
  const ratios = results.ours.map(({ perSecond }, round) => perSecond / results.stock[round].perSecond);
  const cpuRatio = median(results.stock.map(({ cpuMs }) => cpuMs)) / median(results.ours.map(({ cpuMs }) => cpuMs));
  rows.push([question.name, '**ratio**', `**${spread(ratios, 1)}**`, '', '', cpuRatio.toFixed(1), '']);
  return rows;
}

async function stopAll(gateways) {
  await Promise.all(KINDS.map((kind) => gateways[kind].stop()));
}

const COLUMNS = ['question', 'gateway', 'requests/s', 'p50 ms', 'p99 ms', 'CPU ms/request', 'RSS MiB'];

leaveMeasuredCore();
const store = await createStore(options.postgres);
try {
  await seed(store, { citizens: CITIZENS, seed: SEED });
  const asked = questions();
  const registries = await startRegistries(store);

  const supergraph = supergraphOpenToAll();
  const whole = await startGateways(supergraph, registries.urls);
  const endToEnd = [];
  for (const question of asked) {
    for (const kind of KINDS) await measure(whole[kind], question[kind], WARM_UP_SECONDS);
    endToEnd.push(...rowsOf(question, await takeTurns(whole, question, 2)));
  }
  await stopAll(whole);

  const recorded = await startNode(['bench/stand-ins.mjs', ...registries.urls], {
    ready: /standing in (.*)\n/,
    loud: true,
  });
  const gateways = await startGateways(supergraph, recorded.match[1].split(' '));
  await recordAll(gateways, asked);
  await registries.stop();
  const alone = [];
  for (const question of asked) {
    for (const kind of KINDS) await measure(gateways[kind], question[kind], WARM_UP_SECONDS);
    alone.push(...rowsOf(question, await takeTurns(gateways, question, options.rounds)));
  }
  await stopAll(gateways);
  await recorded.stop();

  const { seconds, rounds, connections } = options;
  const conditions = `${connections} connections, ${asked[0].ours.length} couples, ${asked[2].ours.length} citizens; ${pinning}`;
  printTable(
    `The gateway alone, over recorded registries (${rounds} rounds of ${seconds} s; ${conditions})`,
    COLUMNS,
    alone,
  );
  printTable(`The whole way, over registries on ${store.kind} (2 rounds of ${seconds} s)`, COLUMNS, endToEnd);
} finally {
  await store.drop();
}
