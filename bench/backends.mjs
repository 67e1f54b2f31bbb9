import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeSupergraph } from './built-product.mjs';
import { startNode } from './processes.mjs';
import { createStore, NAMES as REGISTRIES, seed, startRegistries } from './registries.mjs';
import { NAMES as SHOP } from './shop/subgraphs.mjs';

export const SEED = 1;
/** Where a gateway of ours finds what it adds itself. */
export const OWN_URL = 'local:gateway';
/** Enough citizens for so many men and women born before 2000, see `people`. */
export const citizensFor = (people) => Math.max(2_000, people * 6);

/** Which backend a scenario is asked of. */
export const backendOf = (scenario) => (scenario === 'shop' ? 'shop' : 'registries');

/**
 * What stands behind the gateways: stand-ins for every subgraph, all of them remote, and the supergraph that names them.
 * `registries`: our four, answered by real registries over a fresh seed; `shop`: four computed in memory.
 */
async function openBackend(kind, options) {
  return kind === 'shop' ? openShop() : openRegistries(options);
}

/** Opens what the scenarios `names` need, one after the other, and closes it again; resolves with all rows of `work`. */
export async function withBackends({ scenario: names, ...options }, work) {
  const rows = [];
  for (const kind of ['registries', 'shop']) {
    const some = names.filter((name) => backendOf(name) === kind);
    if (some.length === 0) continue;
    const backend = await openBackend(kind, options);
    try {
      rows.push(...(await work(backend, some)));
    } finally {
      await backend.close();
    }
  }
  return rows;
}

async function openShop() {
  const sources = SHOP.map((name) => ({
    name,
    source: `./shop/subgraphs.mjs#${name}`,
    file: `bench/shop/${name}.graphql`,
  }));
  return { standIn: (how) => standIn(sources, how), close: async () => {} };
}

async function openRegistries({ postgres, people }) {
  const store = await createStore(postgres);
  await seed(store, { citizens: citizensFor(people), seed: SEED });
  const registries = await startRegistries(store);
  const urls = new Map(registries.urls.map((named) => named.split(/=(.*)/s, 2)));
  const sources = ['gateway', ...REGISTRIES].map((name) => ({
    name,
    source: urls.get(name) ?? './entry-subgraph.mjs#answer',
    file: `schema/${name}.graphql`,
  }));
  return {
    urls,
    standIn: (how) => standIn(sources, how),
    async close() {
      await registries.stop();
      await store.drop();
    },
  };
}

/**
 * Starts stand-ins and composes the supergraph over them, which `revise` may change. `models`: who stands for everybody whom no
 * registry has, see anybody.mjs; `afterMs`: how long each answer takes. `counts` says how many `requests` came so far, also
 * `bySubgraph`, and how many `misses` were among them: nothing lay ready. `ownSupergraph` composes another, for ours alone: the
 * way in is the gateway's own, and with `access` it says who may read what.
 */
async function standIn(sources, { withoutExtensions = false, models, afterMs, revise = (text) => text } = {}) {
  const flags = [
    ...(withoutExtensions ? ['--without-extensions'] : []),
    ...(models ? ['--models', models.join()] : []),
    ...(afterMs ? ['--after', String(afterMs)] : []),
  ];
  const named = sources.map(({ name, source }) => `${name}=${source}`);
  const process = await startNode(['bench/stand-ins.mjs', ...flags, ...named], {
    ready: /standing in (.*)\n/,
    loud: true,
  });
  const urls = new Map(process.match[1].split(' ').map((each) => each.split(/=(.*)/s, 2)));
  const supergraphOver = (urlOf, how) => {
    const subgraphs = sources.map(({ name, file }) => ({ name, file, url: urlOf(name) }));
    return writeTemporary('supergraph.graphql', revise(composeSupergraph(subgraphs, how)));
  };
  const [anyUrl] = urls.values();
  return {
    supergraph: supergraphOver((name) => urls.get(name)),
    ownSupergraph: (how) => supergraphOver((name) => (name === 'gateway' ? OWN_URL : urls.get(name)), how),
    pid: process.pid,
    stop: process.stop,
    counts: async () => (await fetch(new URL('/counts', anyUrl))).json(),
  };
}

let folder;

/** A file that is gone when this process ends. */
export function writeTemporary(name, text) {
  if (!folder) {
    folder = mkdtempSync(join(tmpdir(), 'lien-thong-bench-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  const file = join(mkdtempSync(join(folder, 'x')), name);
  writeFileSync(file, text);
  return file;
}
