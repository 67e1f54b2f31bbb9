// How does the hit ratio of the cache fare against plain LRU? Both see the same requests about a million people by Zipf's law, in as
// much room, counted in people; exports in between must not drive out those who are asked about again and again.
import { LRUCache } from 'lru-cache';
import { evictionPolicy } from './built-product.mjs';
import { readOptions } from './options.mjs';
import { printTable } from './table.mjs';
import { exports, zipf } from './zipf-load.mjs';

const SEED = 1;
const SHARES = [0.001, 0.01, 0.05, 0.1];
/** After so many requests, an export of so many people. */
const EXPORT_EVERY = 100_000;
const EXPORTED = 100_000;
/** So many requests after an export of everybody tell what it has left. */
const AFTERWARDS = 20_000;

const { population, requests } = readOptions({ requests: 2_000_000 });
const S3Fifo = evictionPolicy();

const POLICIES = {
  'S3-FIFO': (room) => {
    const values = new S3Fifo(room, { bytesOfName: () => 1, groupOf: () => '', onRemove: () => {} });
    return (person) => {
      const name = String(person);
      if (values.use(name) !== undefined) return true;
      values.set(name, true, 0);
      values.makeRoom();
      return false;
    };
  },
  LRU: (room) => {
    const values = new LRUCache({ max: room });
    return (person) => {
      if (values.get(person) !== undefined) return true;
      values.set(person, true);
      return false;
    };
  },
};

/** The hit ratio of `count` requests, of which those of exports are none; before an export, `exported` people in turn. */
function hitRatio(ask, { draw, count, exporting }) {
  let hits = 0;
  for (let at = 0; at < count; at += 1) {
    if (exporting && at % EXPORT_EVERY === 0) for (let left = EXPORTED; left > 0; left -= 1) ask(exporting());
    if (ask(draw())) hits += 1;
  }
  return hits / count;
}

/** The hit ratios of one policy in so much room: alone, with exports, and right after an export of everybody. */
function ratiosOf(policy, room) {
  const ratios = [false, true].map((withExports) => {
    const ask = POLICIES[policy](room);
    const draw = zipf(population, SEED);
    const exporting = withExports ? exports(population) : undefined;
    hitRatio(ask, { draw, count: requests / 2, exporting });
    return hitRatio(ask, { draw, count: requests, exporting });
  });
  const ask = POLICIES[policy](room);
  const draw = zipf(population, SEED);
  hitRatio(ask, { draw, count: requests, exporting: undefined });
  for (let person = 0; person < population; person += 1) ask(person);
  return [...ratios, hitRatio(ask, { draw, count: AFTERWARDS, exporting: undefined })];
}

const percent = (ratio) => (ratio * 100).toFixed(1);
const rows = SHARES.flatMap((share) => {
  const room = Math.round(population * share);
  return Object.keys(POLICIES).map((policy) => [
    `${(share * 100).toFixed(1)} % (${room.toLocaleString('en')})`,
    policy,
    ...ratiosOf(policy, room).map(percent),
  ]);
});
const number = (value) => value.toLocaleString('en');
printTable(
  `Hits of a hundred requests (${number(population)} people by Zipf's law, s = 1; ${number(requests)} requests after ${number(requests / 2)})`,
  [
    'room, of all people',
    'gives up by',
    'no export',
    `${number(EXPORTED)} exported after each ${number(EXPORT_EVERY)} requests`,
    `the ${number(AFTERWARDS)} requests after an export of everybody`,
  ],
  rows,
);
