import type { LedgerEntry } from '../../subgraphs/kit/population/defects.js';
import { DEMO } from '../helpers/demo-people.js';
import { type Product, startProduct } from '../helpers/product.js';

/** Not the seed that anybody sees: what is measured must hold for people whom nobody looked at. */
const SEED = 7;
const CLEAN_PEOPLE = 1_000;
const FOUND_PERCENT_MIN = 95;
const MISMATCHES_MIN = 60;
const ASKED_AT_ONCE = 8;

/** Of those who hold land: each costs a dossier more, and their names are compared in one field only. */
const LAND_HOLDERS_MAX = 200;
const LAND_HOLDERS_MIN = 100;

/**
 * The keys of the fields on which the registries disagree about a person: all that the fifteen forms compare between identity
 * and civil status is in these two, one of which compares the parents as well. What the land forms compare is in `landConflictsOf`.
 */
async function conflictsOf(product: Product, personalId: string): Promise<string[]> {
  const certificate = await product.dossier('1.004873', { subject: personalId });
  const birth = await product.dossier('1.004884', { requester: personalId, subject: personalId });
  return [certificate, birth].flatMap((dossier) => dossier.keysWith({ status: 'CONFLICT' }));
}

interface LandRight {
  holder_id: string;
  parcel_id: string;
}

/** The keys of the fields on which a registry disagrees about a holder of land: the land forms compare the name in the right too. */
async function landConflictsOf(product: Product, { holder_id, parcel_id }: LandRight): Promise<string[]> {
  const exchange = await product.dossier('1.012783', { holder: holder_id, parcel: parcel_id });
  expect(exchange.check('holder.holdsRight').result).toBe('PASSED');
  return exchange.keysWith({ status: 'CONFLICT' });
}

/** A right of each of those among the people who hold land, the first `LAND_HOLDERS_MAX`. */
async function rightsOf(product: Product, people: readonly string[]): Promise<LandRight[]> {
  return product.database.query<LandRight & Record<string, unknown>>(
    `select distinct on (holder_id) holder_id, parcel_id from land.land_right
      where replaced_at is null and until is null and holder_id = any($1) order by holder_id, parcel_id limit $2`,
    [people, LAND_HOLDERS_MAX],
  );
}

/** Works on all, a few at once, in order. */
async function forAll<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += ASKED_AT_ONCE) {
    results.push(...(await Promise.all(items.slice(at, at + ASKED_AT_ONCE).map(work))));
  }
  return results;
}

async function withProduct<Result>(
  options: Parameters<typeof startProduct>[0],
  work: (product: Product) => Promise<Result>,
) {
  const product = await startProduct({ seed: SEED, ...options });
  try {
    return await work(product);
  } finally {
    await product.stop();
  }
}

test(`of ${CLEAN_PEOPLE} people whose registries agree, none has a conflict`, async () => {
  await withProduct({ citizens: CLEAN_PEOPLE + 60, defectsPercent: 0 }, async (product) => {
    const planted = new Set(product.ledger.map(({ personalId }) => personalId));
    const rows = await product.database.query<{ personal_id: string }>(
      'select personal_id from citizen_identity.person where replaced_at is null order by personal_id',
    );
    const clean = rows.map((row) => row.personal_id).filter((id) => !planted.has(id));
    expect(clean.length).toBeGreaterThanOrEqual(CLEAN_PEOPLE);
    const people = clean.slice(0, CLEAN_PEOPLE);
    const rights = await rightsOf(product, people);
    expect(rights.length).toBeGreaterThanOrEqual(LAND_HOLDERS_MIN);
    const ofPeople = await forAll(people, (id) => conflictsOf(product, id));
    const ofHolders = await forAll(rights, (right) => landConflictsOf(product, right));
    const falsely = [...ofPeople, ...ofHolders].flat();
    if (falsely.length > 0) console.error(`conflicts: ${falsely.length} false among ${CLEAN_PEOPLE} people`);
    expect(falsely).toEqual([]);
  });
}, 120_000);

test('a name that only the land registry has otherwise is a conflict of the land form, and of no other', async () => {
  await withProduct({ citizens: 200, defectsPercent: 0 }, async (product) => {
    const [right] = await rightsOf(product, [DEMO.husband]);
    expect(await landConflictsOf(product, right!)).toEqual([]);
    await product.database.query(
      'update land.land_right set holder_name = $1 where holder_id = $2 and replaced_at is null',
      ['Nguyễn Văn Khác', DEMO.husband],
    );
    expect(await landConflictsOf(product, right!)).toEqual(['holder.fullName']);
    expect(await conflictsOf(product, DEMO.husband)).toEqual([]);
  });
});

test(`of the mismatches that were seeded, at least ${FOUND_PERCENT_MIN} in a hundred are found`, async () => {
  await withProduct({ citizens: 1_200, defectsPercent: 80 }, async (product) => {
    const seeded = product.ledger.filter(({ kind, demo }) => kind === 'mismatch with national reference' && !demo);
    expect(seeded.length).toBeGreaterThanOrEqual(MISMATCHES_MIN);
    const found = await forAll(seeded, ({ personalId }) => conflictsOf(product, personalId));
    const missed = seeded.filter((entry, index) => !found[index]!.some((key) => isAbout(key, entry)));
    const percent = 100 * (1 - missed.length / seeded.length);
    const figures = `conflicts: ${seeded.length - missed.length} of ${seeded.length} found (${percent.toFixed(1)} %)`;
    if (percent < FOUND_PERCENT_MIN) {
      console.error([figures, ...missed.map(({ table, field, detail }) => `${table}.${field}: ${detail}`)].join('\n'));
    }
    expect(percent).toBeGreaterThanOrEqual(FOUND_PERCENT_MIN);
  });
});

const FIELDS: Record<string, string> = {
  full_name: 'fullName',
  date_of_birth: 'dateOfBirth',
  sex: 'sex',
  marital_status: 'maritalStatus',
};

/** Whether the conflict is on the very field that was made to differ. */
function isAbout(key: string, { field }: LedgerEntry): boolean {
  return key.endsWith(`.${FIELDS[field]}`);
}
