import { DEMO } from '../helpers/demo-people.js';
import { type Product, startProduct } from '../helpers/product.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ citizens: 1_500, seed: 3 });
});
afterAll(() => product?.stop());

/** The first row of a statement that finds someone in the seed. */
async function someone<Row extends object>(statement: string): Promise<Row> {
  const [row] = await product.database.query<Row>(statement);
  if (!row) throw new Error(`the seed holds nobody like this: ${statement}`);
  return row;
}

async function citizen(personalId: string, fields: string) {
  const { data, errors } = await product.ask(`query ($id: ID!) { citizen(personalId: $id) { ${fields} } }`, {
    id: personalId,
  });
  expect(errors).toBeUndefined();
  return data.citizen;
}

async function parcel(id: string, fields: string) {
  const { data, errors } = await product.ask(`query ($id: ID!) { parcel(id: $id) { ${fields} } }`, { id });
  expect(errors).toBeUndefined();
  return data.parcel;
}

describe('a divorced marriage', () => {
  const divorced = () =>
    someone<{ personal_id: string; record_id: string; ended_on: string }>(
      `select wife_id as personal_id, record_id, ended_on from civil_status.marriage
       where replaced_at is null and version > 1 and status = 'DIVORCED' and wife_id is not null order by record_id limit 1`,
    );

  test('stays among the marriages, with its end and what ended it', async () => {
    const { personal_id, record_id, ended_on } = await divorced();
    const { marriages } = await citizen(personal_id, 'marriages { recordId status endedOn endedBy }');
    expect(marriages).toContainEqual({
      recordId: record_id,
      status: 'DIVORCED',
      endedOn: ended_on,
      endedBy: expect.stringMatching(/\S/),
    });
  });

  test('shows what its record said before, and the note of its change', async () => {
    const { personal_id, record_id } = await divorced();
    const fields = 'changes { kind recordId } marriages { recordId version status history { version status endedOn } }';
    const { marriages, changes } = await citizen(personal_id, fields);
    const marriage = marriages.find((each: { recordId: string }) => each.recordId === record_id);
    expect(marriage.history).toContainEqual({ version: '1', status: 'IN_FORCE', endedOn: null });
    expect(Number(marriage.version)).toBeGreaterThan(1);
    expect(changes).toContainEqual({ kind: 'LY_HON', recordId: record_id });
  });

  test('is left out when only marriages in force are asked for', async () => {
    const { personal_id, record_id } = await divorced();
    const { marriages } = await citizen(personal_id, 'marriages(includeEnded: false) { recordId status }');
    expect(marriages.map(({ recordId }: { recordId: string }) => recordId)).not.toContain(record_id);
  });

  test('one in force has no end and no earlier state', async () => {
    const { marriages } = await citizen(DEMO.husband, 'marriages { status endedOn history { version } }');
    expect(marriages).toEqual([{ status: 'IN_FORCE', endedOn: null, history: [] }]);
  });
});

describe('a corrected name', () => {
  const corrected = () =>
    someone<{ personal_id: string; before: string; now: string }>(
      `select now.personal_id, before.full_name as before, now.full_name as now
       from civil_status.birth now join civil_status.birth before on before.record_id = now.record_id
       where now.replaced_at is null and before.replaced_at is not null and before.full_name <> now.full_name
       and now.personal_id is not null order by now.record_id limit 1`,
    );

  test('the record of birth shows the name now and the name before', async () => {
    const { personal_id, before, now } = await corrected();
    const { birth } = await citizen(personal_id, 'birth { version fullName history { version fullName } }');
    expect(birth.fullName).toBe(now);
    expect(birth.history.map(({ fullName }: { fullName: string }) => fullName)).toContain(before);
  });

  test('a note says who decided it and when', async () => {
    const { personal_id } = await corrected();
    const { birth } = await citizen(personal_id, 'birth { recordId changes { kind decisionNo decidedOn recordId } }');
    expect(birth.changes).toContainEqual({
      kind: 'CAI_CHINH',
      decisionNo: expect.stringMatching(/\d/),
      decidedOn: expect.stringMatching(/^\d{4}/),
      recordId: birth.recordId,
    });
  });

  test('a form is filled with the name as it is now, on the version that holds it', async () => {
    const { personal_id, now } = await corrected();
    const field = (await product.dossier('1.004873', { subject: personal_id })).field('subject.fullName');
    expect(field).toMatchObject({ status: 'PREFILLED', value: now.normalize('NFC').toLocaleUpperCase('vi') });
    expect(Number(field.provenance[0]?.version)).toBeGreaterThan(1);
  });

  test('a name that was never corrected has no history', async () => {
    const { birth } = await citizen(DEMO.groom, 'birth { version history { version } changes { id } }');
    expect(birth).toEqual({ version: '1', history: [], changes: [] });
  });
});

describe('a sold parcel', () => {
  const sold = () =>
    someone<{ parcel_id: string; holder_id: string; until: string }>(
      `select parcel_id, holder_id, until from land.land_right
       where replaced_at is null and until is not null and holder_id is not null
       and parcel_id in (select parcel_id from land.change where kind_code = 'CN')
       order by record_id limit 1`,
    );

  test('the seller’s right is shown with its end when ended rights are asked for', async () => {
    const { parcel_id, holder_id, until } = await sold();
    const { landRights } = await parcel(parcel_id, 'landRights(includeEnded: true) { until holder { personalId } }');
    expect(landRights).toContainEqual({ until, holder: { personalId: holder_id } });
  });

  test('among the rights of today it is not', async () => {
    const { parcel_id } = await sold();
    const { landRights } = await parcel(parcel_id, 'landRights { until }');
    expect(landRights.length).toBeGreaterThan(0);
    expect(landRights.every(({ until }: { until: string | null }) => until === null)).toBe(true);
  });

  test('the sale is among the parcel’s changes', async () => {
    const { parcel_id } = await sold();
    const { changes } = await parcel(parcel_id, 'changes { registeredOn kind { code name } }');
    expect(changes.map(({ kind }: { kind: { code: string } }) => kind.code)).toContain('CN');
  });

  test('the seller no longer holds it, so that a form’s check fails', async () => {
    const { parcel_id, holder_id } = await sold();
    const dossier = await product.dossier('1.012783', { holder: holder_id, parcel: parcel_id });
    expect(dossier.check('holder.holdsRight').result).toBe('FAILED');
  });
});

describe('a released mortgage', () => {
  const released = () =>
    someone<{ parcel_id: string; released_on: string }>(
      `select parcel_id, released_on::text from land.mortgage where replaced_at is null and released_on is not null
       and parcel_id not in (select parcel_id from land.mortgage where replaced_at is null and released_on is null)
       and parcel_id not in (select parcel_id from land.restriction where replaced_at is null and lifted_on is null)
       order by record_id limit 1`,
    );

  test('is shown with its release when released ones are asked for', async () => {
    const { parcel_id, released_on } = await released();
    const { mortgages } = await parcel(parcel_id, 'mortgages(includeReleased: true) { registeredOn releasedOn }');
    expect(mortgages.map(({ releasedOn }: { releasedOn: string }) => releasedOn)).toContain(released_on);
  });

  test('no longer burdens the parcel', async () => {
    const { parcel_id } = await released();
    expect(await parcel(parcel_id, 'encumbered mortgages { id }')).toEqual({ encumbered: false, mortgages: [] });
  });

  test('one that was not released does', async () => {
    const { parcel_id } = await someone<{ parcel_id: string }>(
      `select parcel_id from land.mortgage where replaced_at is null and released_on is null order by record_id limit 1`,
    );
    const { encumbered, mortgages } = await parcel(parcel_id, 'encumbered mortgages { id }');
    expect({ encumbered, some: mortgages.length > 0 }).toEqual({ encumbered: true, some: true });
  });
});
