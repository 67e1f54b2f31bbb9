import { recordsOf } from '../../../../gateway/audit/entry.js';
import { DEFAULTS } from '../../../../gateway/config.js';
import type { ReadEntry } from '../../../helpers/audit-log.js';
import { DEMO } from '../../../helpers/demo-people.js';
import { until } from '../../../helpers/federation.js';
import { type Product, startProduct } from '../../../helpers/product.js';

/** What the entries of dossiers say when what they are made of is remembered, in part anew, or old. */
const { groom, bride } = DEMO;
const HOUR = 3_600_000;
const TOKEN = 'a token of the test';

let product: Product;
let seen = new Set<string>();
beforeAll(async () => {
  const config = { breaker: { failuresMax: 3, openMs: 50 }, cache: { ...DEFAULTS.cache, token: TOKEN } };
  product = await startProduct({ registries: 'http', audit: true, config });
  const metrics = async () => (await fetch(new URL('/metrics', product.url))).text();
  await until(async () => ((await metrics()).match(/cache_heard\{subgraph="[\w-]+"\} 1/g) ?? []).length === 3);
});
afterAll(() => product?.stop());

interface Told {
  readonly entry: ReadEntry;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Of each field of the form that was shown, its records: `registry/record@version`, the tier and the time. */
  readonly fields: ReadonlyMap<string, readonly { name: string; cache: string; retrievedAtMs: number }[]>;
  readonly dossier: Awaited<ReturnType<Product['dossier']>>;
}

/** A dossier, and what its only entry says. */
async function fill(): Promise<Told> {
  const fromMs = product.now();
  const dossier = await product.dossier('1.000894', { groom, bride });
  const isNew = ({ entry, shape }: ReadEntry) => shape?.name === 'Dossier' && !seen.has(entry.req!);
  const entries = (await product.audit!.entries()).filter(isNew);
  seen = new Set([...seen, ...entries.map(({ entry }) => entry.req!)]);
  expect(entries).toHaveLength(1);
  const [entry] = entries as [ReadEntry];
  expect(entry.entry.about?.slice(1).sort()).toEqual([groom, bride].map(product.audit!.hashOf).sort());
  const records = recordsOf(entry.entry, entry.shape!)!.map(({ registry, record, version, cache, retrievedAtMs }) => {
    return { name: `${registry}/${record}@${version}`, cache, retrievedAtMs };
  });
  const shown = entry.shape!.fields.filter(
    ([path, , outcome]) => path.startsWith('form ') && outcome.startsWith('shown'),
  );
  const fields = new Map(shown.map(([path, from]) => [path.slice('form '.length), from.map((each) => records[each]!)]));
  return { entry, fromMs, untilMs: product.now(), fields, dossier };
}

const tiersOf = ({ fields }: Told) => new Set([...fields.values()].flat().map(({ cache }) => cache));
const namesOf = ({ fields }: Told) => new Map([...fields].map(([key, from]) => [key, from.map(({ name }) => name)]));
const isWithin = (told: Told, { fromMs, untilMs }: Told) =>
  [...told.fields.values()].flat().every(({ retrievedAtMs: at }) => fromMs <= at && at <= untilMs);

/** All versions that hold now, as the registries' tables have them. */
async function current(): Promise<Set<string>> {
  const tables = await product.database.query<{ schema: string; name: string }>(
    `SELECT table_schema AS schema, table_name AS name FROM information_schema.columns
      WHERE column_name IN ('record_id', 'version', 'replaced_at') AND table_schema <> 'audit' GROUP BY 1, 2 HAVING count(*) = 3`,
  );
  const all = await Promise.all(
    tables.map(({ schema, name }) =>
      product.database.query<{ text: string }>(
        `SELECT '${schema.replaceAll('_', '-')}/' || record_id || '@' || version AS text FROM ${schema}.${name} WHERE replaced_at IS NULL`,
      ),
    ),
  );
  return new Set(all.flat().map(({ text }) => text));
}

test('a second dossier is of the same records, and of the time of the first', async () => {
  const first = await fill();
  const second = await fill();
  expect([tiersOf(first), tiersOf(second)]).toEqual([new Set(['SOURCE']), new Set(['MEMORY'])]);
  expect(namesOf(second)).toEqual(namesOf(first));
  expect([isWithin(first, first), isWithin(second, first)]).toEqual([true, true]);
  const now = await current();
  expect([...namesOf(second).values()].flat().filter((name) => !now.has(name))).toEqual([]);
});

test('of a record that was changed the entry has the new version, of its registry, and all else as before', async () => {
  const before = await fill();
  const where = `personal_id = '${groom}' AND replaced_at IS NULL`;
  const columns = await product.database.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'citizen_identity' AND table_name = 'person'
      AND column_name NOT IN ('version', 'replaced_at', 'full_name')`,
  );
  const same = columns.map(({ name }) => name).join();
  await product.database.transaction(async (tx) => {
    const [row] = await tx.query<{ record_id: string; version: number }>(
      `UPDATE citizen_identity.person SET replaced_at = now() WHERE ${where} RETURNING record_id, version`,
    );
    await tx.query(
      `INSERT INTO citizen_identity.person (${same}, version, full_name)
        SELECT ${same}, version + 1, 'Lê Văn Đổi' FROM citizen_identity.person WHERE record_id = $1 AND version = $2`,
      [row!.record_id, row!.version],
    );
  });
  const gone = [...namesOf(before).values()].flat();
  let after = before;
  await until(async () => tiersOf((after = await fill())).has('SOURCE'));
  const now = await current();
  expect([...namesOf(after).values()].flat().filter((name) => !now.has(name))).toEqual([]);
  expect(gone.some((name) => !now.has(name))).toBe(true);
  for (const [key, records] of after.fields) {
    for (const { name, cache, retrievedAtMs } of records) {
      const isNew = cache === 'SOURCE';
      expect([key, isNew ? retrievedAtMs >= after.fromMs : retrievedAtMs < after.fromMs]).toEqual([key, true]);
      if (!isNew) expect([key, gone.includes(name)]).toEqual([key, true]);
    }
    expect([key, new Set(records.map(({ name }) => name)).size]).toEqual([key, records.length]);
  }
});

test('where some of a person is remembered and the rest is not, each field of the form is of its own fetch', async () => {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ subgraph: 'citizen-identity', all: true });
  await fetch(`${product.url}/cache/invalidate`, { method: 'POST', headers, body });
  await product.ask(`{ citizen(personalId: "${groom}") { fullName } }`);
  product.pass(1_000);
  const half = await fill();
  expect(tiersOf(half)).toEqual(new Set(['MEMORY', 'SOURCE']));
  const twice = [...namesOf(half)].filter(([, names]) => new Set(names).size < names.length);
  expect(twice).toEqual([]);
});

test('of registries that have died the entry has old values as what they are, of the time when they were there', async () => {
  const before = await fill();
  for (const registry of Object.values(product.registries)) await registry.kill();
  product.pass(HOUR + 1);
  const dead = await fill();
  expect(tiersOf(dead)).toEqual(new Set(['STALE']));
  expect([...dead.fields.values()].flat().every(({ retrievedAtMs: at }) => at <= before.untilMs)).toBe(true);
  for (const [key, names] of namesOf(dead)) expect([key, names]).toEqual([key, namesOf(before).get(key)]);
  const reasons = dead.entry.fields.filter((field) => /^check .*: missing/.test(field));
  expect(reasons.length).toBeGreaterThan(0);
  expect(reasons.filter((reason) => /SOURCE_DOWN/.test(reason)).length).toBeGreaterThan(0);
  const prefilled = dead.dossier.fields
    .filter(({ status }) => ['PREFILLED', 'CONFLICT'].includes(status))
    .map(({ key }) => key);
  expect([...dead.fields.keys()].sort()).toEqual(prefilled.sort());
});
