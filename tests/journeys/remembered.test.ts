import { DEFAULTS } from '../../gateway/config.js';
import { DEMO } from '../helpers/demo-people.js';
import { until } from '../helpers/federation.js';
import { type Product, startProduct } from '../helpers/product.js';

const { groom, bride, husband } = DEMO;
const HOUR = 3_600_000;

let product: Product;
beforeEach(async () => {
  product = await startProduct({ registries: 'http', config: { breaker: { failuresMax: 3, openMs: 50 } } });
  // What was remembered before that is forgotten.
  await until(async () => ((await metrics()).match(/cache_heard\{subgraph="[\w-]+"\} 1/g) ?? []).length === 3);
});
afterEach(() => product?.stop());

const marriage = () => product.dossier('1.000894', { groom, bride });
const tiersOf = ({ fields }: Awaited<ReturnType<typeof marriage>>) =>
  new Set(fields.flatMap(({ provenance }) => provenance.map(({ cache }) => cache)));
const metrics = async () => (await fetch(new URL('/metrics', product.url))).text();

/** A new version of a record that differs in one column, as a registry writes it. */
async function change(table: string, column: string, { to, where }: { to: string; where: string }): Promise<void> {
  const columns = await product.database.query<{ column_name: string }>(
    `SELECT column_name FROM information_schema.columns WHERE table_schema || '.' || table_name = '${table}'
     AND column_name NOT IN ('version', 'replaced_at', '${column}')`,
  );
  const same = columns.map(({ column_name }) => column_name).join();
  await product.database.transaction(async (tx) => {
    const [row] = await tx.query<{ record_id: string; version: number }>(
      `UPDATE ${table} SET replaced_at = now() WHERE replaced_at IS NULL AND ${where} RETURNING record_id, version`,
    );
    await tx.query(
      `INSERT INTO ${table} (${same}, version, ${column})
       SELECT ${same}, version + 1, '${to}' FROM ${table} WHERE record_id = $1 AND version = $2`,
      [row!.record_id, row!.version],
    );
  });
}

test('a second dossier asks no registry, says the same, and from where', async () => {
  const first = await marriage();
  expect(tiersOf(first)).toEqual(new Set(['SOURCE']));
  const second = await marriage();
  expect(tiersOf(second)).toEqual(new Set(['MEMORY']));
  const valuesOf = ({ fields }: typeof first) => fields.map(({ key, value, status }) => [key, value, status]);
  expect(valuesOf(second)).toEqual(valuesOf(first));
});

test('what a registry has changed is in the next dossier within a second, and all else is still remembered', async () => {
  const before = await marriage();
  await marriage();
  await change('citizen_identity.person', 'full_name', { to: 'Lê Văn Đổi', where: `personal_id = '${groom}'` });
  const changedAt = performance.now();
  await until(async () => (await marriage()).field('groom.fullName').value !== before.field('groom.fullName').value);
  expect(performance.now() - changedAt).toBeLessThan(1_000);
  const after = await marriage();
  expect(JSON.stringify(after.field('groom.fullName').value)).toContain('LÊ VĂN ĐỔI');
  expect(tiersOf(after)).toEqual(new Set(['MEMORY']));
  expect(await metrics()).toMatch(
    /lien_thong_cache_invalidation_lag_seconds_count\{subgraph="citizen-identity"\} [1-9]/,
  );
});

test('while a registry is dead, what it allows is given when it is no longer fresh, and is marked; what it does not is missing', async () => {
  await marriage();
  for (const registry of Object.values(product.registries)) await registry.kill();
  product.pass(HOUR + 1);
  const dossier = await marriage();
  const name = dossier.field('groom.fullName');
  expect(name).toMatchObject({ status: 'PREFILLED', provenance: [{ cache: 'STALE' }] });
  expect(name.provenance[0]!.ageSeconds).toBeGreaterThan(3_600);
  expect(dossier.check('groom.unmarried')).toMatchObject({ result: 'UNKNOWN', reason: 'SOURCE_DOWN' });
  // Not for ever, either.
  product.pass(HOUR);
  expect((await marriage()).coverage.prefilled).toBe(0);
  for (const registry of Object.values(product.registries)) await registry.restart();
  await until(async () => (await marriage()).coverage.missing === 0);
});

test('nothing is trusted for longer than seconds while nobody tells what has changed', async () => {
  await product.stop();
  product = await startProduct({ registries: 'http', config: { cache: { ...DEFAULTS.cache } } });
  const query = `{ citizen(personalId: "${husband}") { fullName } }`;
  await product.ask(query);
  const { registries } = product;
  await until(async () => /cache_heard\{subgraph="citizen-identity"\} 1/.test(await metrics()));
  // It answers, and tells nothing any more.
  registries['citizen-identity'].subgraph.changes.read = () => new Promise(() => {});
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  product.pass(4_000);
  expect(await metrics()).toMatch(/cache_heard\{subgraph="citizen-identity"\} 0/);
  const { extensions } = await product.ask(query, {}, { provenance: true });
  expect(JSON.stringify(extensions)).toContain('"SOURCE"');
});
