import type { DossierCheck } from '../../../gateway/dossier/checks.js';
import type { PartyInput } from '../../../gateway/dossier/parties.js';
import { dayInVietnam } from '../../../gateway/vietnam-day.js';
import { BRIDE, checkOf, citizen, createTrial, GROOM, marriageOf, PARCEL, type Trial } from './dossier-trial.js';

const DOWN = (registry: string, ...path: (string | number)[]) => ({
  message: 'x',
  path,
  extensions: { code: 'REGISTRY_UNAVAILABLE', registry },
});

async function marriageCheck(
  key: string,
  groom: Record<string, unknown>,
  more: Omit<Trial, 'data'> = {},
): Promise<DossierCheck> {
  return checkOf(await marriageOf({ data: { groom: citizen(groom), bride: citizen() }, ...more }), key);
}

describe('alive', () => {
  test('passes for the living', async () => {
    expect(await marriageCheck('groom.alive', {})).toMatchObject({
      result: 'PASSED',
      reason: null,
      provenance: [{ registry: 'citizen-identity' }],
    });
  });

  test('fails with a death record, even where the identity registry has not heard of it', async () => {
    const check = await marriageCheck('groom.alive', { death: { recordNo: '12/2025' } });
    expect(check).toMatchObject({ result: 'FAILED', value: { lifeStatus: 'SONG', deathRecord: '12/2025' } });
    expect(check.provenance.map(({ registry }) => registry)).toEqual(['civil-status', 'citizen-identity']);
  });

  test.each(['DA_CHET', 'MAT_TICH'])('fails for %s', async (lifeStatus) => {
    expect((await marriageCheck('groom.alive', { lifeStatus })).result).toBe('FAILED');
  });

  test('is unknown while the civil-status registry is silent, and for someone nobody knows', async () => {
    expect(await marriageCheck('groom.alive', {}, { errors: [DOWN('civil-status', 'groom', 'death')] })).toMatchObject({
      result: 'UNKNOWN',
      reason: 'SOURCE_DOWN',
    });
    expect(await marriageCheck('groom.alive', { lifeStatus: null })).toMatchObject({
      result: 'UNKNOWN',
      reason: 'NO_RECORD',
    });
  });
});

describe('of age', () => {
  const on = (day: string) => Date.parse(`${day}T12:00:00+07:00`);
  const born = (date: string | null, birth: string | null = date) => ({
    dateOfBirth: date,
    birth: birth === null ? null : { dateOfBirth: birth },
  });

  test.each([
    ['2006-09-01', '2026-08-31', 'FAILED'],
    ['2006-09-01', '2026-09-01', 'PASSED'],
    ['2006', '2025-12-31', 'FAILED'],
    ['2006', '2026-06-01', 'UNKNOWN'],
    ['2006', '2026-12-31', 'PASSED'],
    ['2006-09', '2026-08-31', 'FAILED'],
    ['2006-09', '2026-09-15', 'UNKNOWN'],
    ['2006-09', '2026-10-01', 'PASSED'],
    ['2008-02-29', '2028-02-28', 'FAILED'],
    ['2008-02-29', '2028-02-29', 'PASSED'],
    ['mùa xuân', '2026-09-01', 'UNKNOWN'],
  ])('a groom born %s is 20 on %s: %s', async (date, day, result) => {
    expect((await marriageCheck('groom.ofAge', born(date), { nowMs: on(day) })).result).toBe(result);
  });

  test('the day is that of Vietnam: at 17:00 UTC it is already tomorrow', async () => {
    expect(dayInVietnam(Date.parse('2026-08-31T16:59:59Z'))).toBe('2026-08-31');
    expect(dayInVietnam(Date.parse('2026-08-31T17:00:00Z'))).toBe('2026-09-01');
    expect(
      (await marriageCheck('groom.ofAge', born('2006-09-01'), { nowMs: Date.parse('2026-08-31T17:00:00Z') })).result,
    ).toBe('PASSED');
  });

  test('the bride is of age two years earlier', async () => {
    const eighteen = citizen({ ...born('2008-03-01') });
    const dossier = await marriageOf({ data: { groom: eighteen, bride: eighteen } });
    expect([checkOf(dossier, 'groom.ofAge').result, checkOf(dossier, 'bride.ofAge').result]).toEqual([
      'FAILED',
      'PASSED',
    ]);
  });

  test('registries that disagree decide only where both lead to the same answer', async () => {
    expect(await marriageCheck('groom.ofAge', born('1990-01-01', '1991-01-01'))).toMatchObject({ result: 'PASSED' });
    expect(await marriageCheck('groom.ofAge', born('2006-12-01', '2005-12-01'))).toMatchObject({
      result: 'UNKNOWN',
      reason: 'CONFLICT',
    });
  });

  test('a precise date decides what a vague one leaves open', async () => {
    expect((await marriageCheck('groom.ofAge', born('2006-02-01', '2006'))).result).toBe('PASSED');
    expect((await marriageCheck('groom.ofAge', born('2006-12-01', '2006'))).result).toBe('FAILED');
  });

  test('without any date it is unknown', async () => {
    expect(await marriageCheck('groom.ofAge', born(null))).toMatchObject({ result: 'UNKNOWN', reason: 'NO_RECORD' });
  });
});

describe('of the sex', () => {
  const sexes = (identity: string | null, birth: string | null) => ({ sex: identity, birth: { sex: birth } });

  test.each([
    ['groom.male', 'NAM', 'NAM', 'PASSED', null],
    ['groom.male', 'NU', 'NU', 'FAILED', null],
    ['groom.male', 'NU', null, 'FAILED', null],
    ['groom.male', null, 'NAM', 'PASSED', null],
    ['groom.male', 'NU', 'NAM', 'UNKNOWN', 'CONFLICT'],
    ['groom.male', null, null, 'UNKNOWN', 'NO_RECORD'],
    ['bride.female', 'NU', 'NU', 'PASSED', null],
    ['bride.female', 'NAM', 'NAM', 'FAILED', null],
  ])('%s, identity %s, birth %s: %s', async (key, identity, ...[birth, result, reason]) => {
    const both = citizen(sexes(identity, birth ?? null));
    const dossier = await marriageOf({ data: { groom: both, bride: both } });
    expect(checkOf(dossier, key)).toMatchObject({ result, reason });
  });

  test('rests on the records of both registries, and names both sexes where they differ', async () => {
    const agreed = await marriageCheck('groom.male', sexes('NAM', 'NAM'));
    expect(agreed).toMatchObject({
      value: { sex: 'NAM' },
      provenance: [{ registry: 'civil-status' }, { registry: 'citizen-identity' }],
    });
    expect((await marriageCheck('groom.male', sexes('NU', 'NAM'))).value).toEqual({ sex: ['NAM', 'NU'] });
  });

  test('is unknown while neither registry answers', async () => {
    const errors = [DOWN('citizen-identity', 'groom', 'sex'), DOWN('civil-status', 'groom', 'birth')];
    expect(await marriageCheck('groom.male', { sex: null, birth: null }, { errors })).toMatchObject({
      result: 'UNKNOWN',
      reason: 'SOURCE_DOWN',
    });
  });
});

describe('unmarried', () => {
  test.each([
    ['CHUA_KET_HON', 'CHUA_KET_HON', 'PASSED', null],
    ['DA_LY_HON', 'CHUA_KET_HON', 'PASSED', null],
    ['VO_CHONG_DA_CHET', null, 'PASSED', null],
    ['DANG_CO_VO_CHONG', 'CHUA_KET_HON', 'FAILED', null],
    ['CHUA_KET_HON', 'DANG_CO_VO_CHONG', 'UNKNOWN', 'CONFLICT'],
    [null, 'CHUA_KET_HON', 'UNKNOWN', 'NO_RECORD'],
  ])('civil status %s, identity %s: %s', async (maritalStatus, identityMaritalStatus, ...[result, reason]) => {
    expect(await marriageCheck('groom.unmarried', { maritalStatus, identityMaritalStatus })).toMatchObject({
      result,
      reason,
    });
  });
});

test('nobody marries themselves', async () => {
  const parties = [
    { role: 'groom', personalId: GROOM },
    { role: 'bride', personalId: GROOM },
  ];
  const dossier = await createTrial({ data: { groom: citizen(), bride: citizen() } }).dossier('1.000894', parties);
  expect(checkOf(dossier, 'groom.notSamePerson')).toMatchObject({ result: 'FAILED', provenance: [] });
  expect((await marriageCheck('groom.notSamePerson', {})).result).toBe('PASSED');
});

test('a check carries its provision and that nobody has confirmed it', async () => {
  expect(await marriageCheck('groom.ofAge', {})).toMatchObject({
    basis: expect.stringContaining('Điều 8'),
    basisVerified: false,
  });
});

describe('land', () => {
  const right = (id: string) => ({ holder: { personalId: id, name: 'A' }, share: null, role: null });
  const clean = {
    id: PARCEL,
    status: 'ACTIVE',
    encumbered: false,
    mortgages: [],
    restrictions: [],
    landUses: [{ purpose: { code: 'ODT', name: 'x' }, expiresOn: null }],
    landRights: [right(BRIDE)],
    certificate: { status: 'VALID' },
  };
  const PARTIES: PartyInput[] = [
    { role: 'transferee', personalId: GROOM },
    { role: 'transferor', personalId: BRIDE },
    { role: 'parcel', parcelId: PARCEL },
  ];
  const transfer = async (key: string, parcel: Record<string, unknown> | null, errors: Trial['errors'] = []) => {
    const data = { transferee: citizen(), transferor: citizen(), parcel: parcel && { ...clean, ...parcel } };
    return checkOf(await createTrial({ data, errors }).dossier('1.013831', PARTIES), key);
  };

  test.each([
    ['parcel.unencumbered', {}, 'PASSED'],
    ['parcel.unencumbered', { encumbered: true, mortgages: [{ id: 'TC-1' }] }, 'FAILED'],
    ['parcel.unencumbered', { encumbered: true, restrictions: [{ id: 'HC-1' }] }, 'FAILED'],
    ['parcel.unencumbered', { encumbered: true, mortgages: null, restrictions: null }, 'FAILED'],
    ['parcel.unencumbered', { encumbered: null, mortgages: null, restrictions: null }, 'UNKNOWN'],
    ['parcel.active', {}, 'PASSED'],
    ['parcel.active', { status: 'SPLIT' }, 'FAILED'],
    ['parcel.active', { status: null }, 'UNKNOWN'],
    ['parcel.certificate', {}, 'PASSED'],
    ['parcel.certificate', { certificate: { status: 'REPLACED' } }, 'FAILED'],
    ['parcel.certificate', { certificate: null }, 'FAILED'],
    ['parcel.usesInTerm', {}, 'PASSED'],
    ['parcel.usesInTerm', { landUses: [{ purpose: { code: 'CLN', name: 'x' }, expiresOn: '2026-08-31' }] }, 'FAILED'],
    ['parcel.usesInTerm', { landUses: [{ purpose: { code: 'CLN', name: 'x' }, expiresOn: '2026-09-01' }] }, 'PASSED'],
    ['parcel.usesInTerm', { landUses: [] }, 'UNKNOWN'],
    ['transferor.holdsRight', {}, 'PASSED'],
    ['transferor.holdsRight', { landRights: [right(GROOM)] }, 'FAILED'],
    ['transferor.holdsRight', { landRights: [] }, 'FAILED'],
    ['transferor.holdsRight', { landRights: null }, 'UNKNOWN'],
    ['transferor.notTransferee', {}, 'PASSED'],
  ])('%s with %j: %s', async (key, parcel, result) => {
    expect((await transfer(key, parcel)).result).toBe(result);
  });

  test('a parcel that nobody knows leaves every question open', async () => {
    for (const key of ['parcel.unencumbered', 'parcel.active', 'parcel.usesInTerm', 'transferor.holdsRight']) {
      expect(await transfer(key, null)).toMatchObject({ result: 'UNKNOWN', reason: 'NO_RECORD' });
    }
  });

  test('a silent land registry leaves them open, too', async () => {
    expect(await transfer('parcel.certificate', null, [DOWN('land', 'parcel')])).toMatchObject({
      result: 'UNKNOWN',
      reason: 'SOURCE_DOWN',
    });
  });

  test('a mortgage names its record', async () => {
    expect((await transfer('parcel.unencumbered', { mortgages: [{ id: 'TC-1' }] })).provenance).toMatchObject([
      { registry: 'land' },
    ]);
  });

  test('an inheritance asks for the death and for the heir', async () => {
    const parties = [PARTIES[0]!, { role: 'deceased', personalId: BRIDE }, PARTIES[2]!];
    const of = async (deceased: Record<string, unknown>) =>
      createTrial({ data: { transferee: citizen(), deceased, parcel: clean } }).dossier('1.013831', parties);
    const complete = await of({
      death: { recordNo: '7/2025' },
      heirs: [{ fullName: 'A', citizen: { personalId: GROOM } }],
    });
    expect([checkOf(complete, 'deceased.deathRecorded').result, checkOf(complete, 'transferee.heir').result]).toEqual([
      'PASSED',
      'PASSED',
    ]);
    const open = await of({ death: null, heirs: [{ fullName: 'A', citizen: { personalId: '048000000000' } }] });
    expect([checkOf(open, 'deceased.deathRecorded').result, checkOf(open, 'transferee.heir').result]).toEqual([
      'UNKNOWN',
      'UNKNOWN',
    ]);
    expect(open.checks.some(({ key }) => key.startsWith('transferor'))).toBe(false);
  });

  test('merged parcels are different ones', async () => {
    const of = async (second: string, third: string) => {
      const parties = [
        { role: 'holder', personalId: BRIDE },
        { role: 'parcel', parcelId: PARCEL },
        { role: 'parcel2', parcelId: second },
        { role: 'parcel3', parcelId: third },
      ];
      const data = { holder: citizen(), parcel: clean, parcel2: clean, parcel3: clean };
      const dossier = await createTrial({ data }).dossier('1.012784', parties);
      const keys = ['parcel2.notSameParcel', 'parcel3.notSameParcel', 'parcel3.notSecondParcel'];
      return keys.map((key) => checkOf(dossier, key).result);
    };
    const [second, third] = ['w6ugqk2zr5bq', 'w6ugqk2zr5br'];
    expect(await of(second!, third!)).toEqual(['PASSED', 'PASSED', 'PASSED']);
    expect(await of(PARCEL, third!)).toEqual(['FAILED', 'PASSED', 'PASSED']);
    expect(await of(second!, PARCEL)).toEqual(['PASSED', 'FAILED', 'PASSED']);
    expect(await of(second!, second!)).toEqual(['PASSED', 'PASSED', 'FAILED']);
  });

  test('a split names one parcel only, and there is nothing to tell apart', async () => {
    const parties = [
      { role: 'holder', personalId: BRIDE },
      { role: 'parcel', parcelId: PARCEL },
    ];
    const dossier = await createTrial({ data: { holder: citizen(), parcel: clean } }).dossier('1.012784', parties);
    expect(dossier.checks.filter(({ key }) => /notSameParcel|notSecondParcel/.test(key))).toEqual([]);
  });

  test('merged parcels belong to the same persons', async () => {
    const parties = [
      { role: 'holder', personalId: BRIDE },
      { role: 'parcel', parcelId: PARCEL },
      { role: 'parcel2', parcelId: 'w6ugqk2zr5bq' },
    ];
    const of = async (second: string[]) => {
      const data = { holder: citizen(), parcel: clean, parcel2: { ...clean, landRights: second.map(right) } };
      return checkOf(await createTrial({ data }).dossier('1.012784', parties), 'parcel2.sameHolders').result;
    };
    expect([await of([BRIDE]), await of([GROOM]), await of([GROOM, BRIDE]), await of([])]).toEqual([
      'PASSED',
      'FAILED',
      'FAILED',
      'UNKNOWN',
    ]);
  });
});

describe('civil status', () => {
  test.each([
    [{ marriages: [{ spouse: { personalId: GROOM } }], maritalStatus: 'DANG_CO_VO_CHONG' }, 'PASSED'],
    [{ marriages: [], maritalStatus: 'CHUA_KET_HON' }, 'FAILED'],
    [{ marriages: [{ spouse: { personalId: BRIDE } }], maritalStatus: 'DANG_CO_VO_CHONG' }, 'FAILED'],
    [{ marriages: null, maritalStatus: null }, 'UNKNOWN'],
    [{ marriages: [], maritalStatus: null }, 'UNKNOWN'],
  ])('parents married, with %j: %s', async (mother, result) => {
    const parties = [
      { role: 'requester', personalId: GROOM },
      { role: 'father', personalId: GROOM },
      { role: 'mother', personalId: BRIDE },
    ];
    const dossier = await createTrial({ data: { requester: citizen(), father: citizen(), mother } }).dossier(
      '1.001193',
      parties,
    );
    expect(checkOf(dossier, 'parents.married').result).toBe(result);
  });

  test.each([
    [{ birth: null, dateOfBirth: '1980' }, ['PASSED', 'PASSED']],
    [{ birth: { recordNo: '1/2020', dateOfBirth: '2020-01-01' }, dateOfBirth: null }, ['FAILED', 'FAILED']],
    [{ birth: null, dateOfBirth: null }, ['PASSED', 'UNKNOWN']],
  ])('birth registered again, with %j', async (subject, results) => {
    const parties = [
      { role: 'requester', personalId: GROOM },
      { role: 'subject', personalId: BRIDE },
    ];
    const dossier = await createTrial({ data: { requester: citizen(), subject } }).dossier('1.004884', parties);
    expect(['subject.notRecorded', 'subject.bornBefore2016'].map((key) => checkOf(dossier, key).result)).toEqual(
      results,
    );
  });

  test('while the registry is silent nobody can say that there is no record', async () => {
    const parties = [
      { role: 'requester', personalId: GROOM },
      { role: 'subject', personalId: BRIDE },
    ];
    const trial = createTrial({
      data: { requester: citizen(), subject: { birth: null } },
      errors: [DOWN('civil-status', 'subject')],
    });
    expect(checkOf(await trial.dossier('1.004884', parties), 'subject.notRecorded')).toMatchObject({
      result: 'UNKNOWN',
      reason: 'SOURCE_DOWN',
    });
  });
});
