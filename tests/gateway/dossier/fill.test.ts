import { print } from 'graphql';
import { BRIDE, COUPLE, checkOf, citizen, createTrial, fieldOf, GROOM, marriageOf, NOW_MS } from './dossier-trial.js';

const groomWith = (over: Record<string, unknown>) => ({
  groom: citizen(over),
  bride: citizen({ personalId: BRIDE }),
});
const birthWith = (over: Record<string, unknown>) => ({ birth: { ...(citizen().birth as object), ...over } });

const REPORTED = { version: '1', recordedAt: '2019-02-03T04:05:06.000Z' };

describe('a field that a registry fills', () => {
  test('is shown as the form wants it, with the record it comes from', async () => {
    const dossier = await marriageOf({ data: groomWith({}) });
    expect(fieldOf(dossier, 'groom.fullName')).toEqual({
      key: 'groom.fullName',
      label: 'Họ, chữ đệm, tên',
      labelEn: 'Full name',
      party: 'groom',
      value: 'NGUYỄN VĂN HOÀ',
      status: 'PREFILLED',
      reason: null,
      basis: expect.stringContaining('04/2020/TT-BTP'),
      basisVerified: false,
      provenance: [
        {
          registry: 'civil-status',
          record: 'civil-status-1',
          version: '1',
          recordedAt: '2020-01-01T00:00:00.000Z',
          retrievedAt: new Date(NOW_MS).toISOString(),
          cache: 'SOURCE',
          ageSeconds: 0,
        },
      ],
    });
    expect(fieldOf(dossier, 'groom.dateOfBirth').value).toBe('15/03/1990');
    expect(fieldOf(dossier, 'groom.sex').value).toBe('Nam');
    expect(fieldOf(dossier, 'groom.ethnicity').value).toBe('Kinh');
    expect(fieldOf(dossier, 'groom.residence').value).toContain('Phường Hải Châu');
    expect(fieldOf(dossier, 'groom.maritalStatus').value).toBe('Chưa kết hôn');
    expect(fieldOf(dossier, 'groom.marriageNumber').value).toBe(1);
  });

  test('says how old a cached value is', async () => {
    const record = {
      registry: 'civil-status',
      record: 'KS-1',
      version: '3',
      recordedAt: '2019-02-03T04:05:06.000Z',
      retrievedAtMs: NOW_MS - 90_500,
      cache: 'REDIS' as const,
    };
    const dossier = await marriageOf({ data: groomWith({}), records: { 'groom.birth': record } });
    expect(fieldOf(dossier, 'groom.fullName').provenance).toEqual([
      {
        registry: 'civil-status',
        record: 'KS-1',
        version: '3',
        recordedAt: '2019-02-03T04:05:06.000Z',
        retrievedAt: new Date(NOW_MS - 90_500).toISOString(),
        cache: 'REDIS',
        ageSeconds: 90.5,
      },
    ]);
  });

  test('of a registry that reports no records names none, rather than an invented one', async () => {
    const dossier = await marriageOf({ data: groomWith({}), records: {} });
    expect(fieldOf(dossier, 'groom.fullName')).toMatchObject({ status: 'PREFILLED', provenance: [] });
    expect(checkOf(dossier, 'groom.alive')).toMatchObject({ result: 'PASSED', provenance: [] });
  });

  test.each(['record', 'version', 'recordedAt'] as const)(
    'whose registry reports no %s names none',
    async (missing) => {
      const { [missing]: _, ...record } = {
        registry: 'civil-status',
        record: 'KS-1',
        version: '3',
        recordedAt: '2019-02-03T04:05:06.000Z',
      };
      const dossier = await marriageOf({
        data: groomWith({}),
        records: { 'groom.birth': record as { registry: string } },
      });
      expect(fieldOf(dossier, 'groom.fullName')).toMatchObject({ status: 'PREFILLED', provenance: [] });
    },
  );

  test('takes the next registry where the prevailing one has nothing, and says so', async () => {
    const dossier = await marriageOf({ data: groomWith({ birth: null }) });
    expect(fieldOf(dossier, 'groom.fullName')).toMatchObject({
      value: 'NGUYỄN VĂN HÒA',
      status: 'PREFILLED',
      provenance: [{ registry: 'citizen-identity' }],
    });
  });

  test('takes the next registry where the prevailing one is down', async () => {
    const errors = [
      {
        message: 'x',
        path: ['groom', 'birth'],
        extensions: { code: 'REGISTRY_UNAVAILABLE', registry: 'civil-status' },
      },
    ];
    const dossier = await marriageOf({ data: groomWith({ birth: null }), errors });
    expect(fieldOf(dossier, 'groom.fullName')).toMatchObject({
      status: 'PREFILLED',
      provenance: [{ registry: 'citizen-identity' }],
    });
  });

  test('the number that the request named rests on the record that knows it', async () => {
    expect(fieldOf(await marriageOf({ data: groomWith({}) }), 'groom.personalId')).toMatchObject({
      value: GROOM,
      provenance: [{ registry: 'citizen-identity' }],
    });
    const unknown = await marriageOf({ data: groomWith({ fullName: null }) });
    expect(fieldOf(unknown, 'groom.personalId')).toMatchObject({ value: null, status: 'MISSING', reason: 'NO_RECORD' });
  });
});

describe('registries that disagree', () => {
  test.each([
    ['groom.fullName', groomWith({ fullName: 'Nguyễn Văn Hóa' }), ['NGUYỄN VĂN HOÀ', 'NGUYỄN VĂN HÓA']],
    ['groom.dateOfBirth', groomWith({ dateOfBirth: '1990-05-13' }), ['15/03/1990', '13/05/1990']],
    ['groom.dateOfBirth', groomWith({ dateOfBirth: '1990-15-03' }), ['15/03/1990', '1990-15-03 (sai định dạng)']],
    ['groom.sex', groomWith({ sex: 'NU' }), ['Nam', 'Nữ']],
    ['groom.ethnicity', groomWith({ ethnicity: { code: '04', name: 'Hoa' } }), ['Kinh', 'Hoa']],
    ['groom.nationality', groomWith({ nationality: { code: 'LAO', name: 'Lào' } }), ['Việt Nam', 'Lào']],
    ['groom.maritalStatus', groomWith({ identityMaritalStatus: 'DA_LY_HON' }), ['Chưa kết hôn', 'Đã ly hôn']],
  ])('%s is a conflict, the prevailing value first, each in the place of its record', async (key, data, values) => {
    const field = fieldOf(await marriageOf({ data }), key);
    expect(field).toMatchObject({ value: values, status: 'CONFLICT', reason: 'CONFLICT' });
    expect(field.provenance.map(({ registry }) => registry)).toEqual(['civil-status', 'citizen-identity']);
  });

  test('name no record where one of them reported none, or the other would stand in the place of its value', async () => {
    const data = groomWith({ fullName: 'Nguyễn Văn Hóa' });
    const identity = { ...REPORTED, registry: 'citizen-identity', record: 'DC-1' };
    const both = { groom: identity, 'groom.birth': { ...REPORTED, registry: 'civil-status', record: 'KS-1' } };
    const records = async (reported: typeof both | { groom: typeof identity }) => {
      const field = fieldOf(await marriageOf({ data, records: reported }), 'groom.fullName');
      expect(field).toMatchObject({ status: 'CONFLICT', value: ['NGUYỄN VĂN HOÀ', 'NGUYỄN VĂN HÓA'] });
      return field.provenance.map(({ record }) => record);
    };
    expect([await records(both), await records({ groom: identity })]).toEqual([['KS-1', 'DC-1'], []]);
  });

  test('spelling, precision and names of codes are no conflict', async () => {
    const data = groomWith({
      fullName: 'NGUYỄN  VĂN Hòa',
      dateOfBirth: '1990',
      ethnicity: { code: '01', name: 'Kinh (Việt)' },
      nationality: { code: 'Việt Nam', name: 'Việt Nam' },
    });
    const dossier = await marriageOf({ data });
    expect(dossier.fields.filter(({ status }) => status === 'CONFLICT')).toEqual([]);
    expect(fieldOf(dossier, 'groom.dateOfBirth').value).toBe('15/03/1990');
  });

  test('two paths of one registry that say the same are one voice', async () => {
    const relative = { relation: 'CHA', fullName: 'Trần Văn Ba', citizen: { dateOfBirth: '1950' } };
    const father = { fullName: 'Trần Văn Bốn', yearOfBirth: '1960', citizen: { dateOfBirth: '1950' } };
    const subject = citizen({ birth: { father }, relatives: [relative] });
    const parties = [
      { role: 'requester', personalId: GROOM },
      { role: 'subject', personalId: BRIDE },
    ];
    const dossier = await createTrial({ data: { requester: citizen(), subject } }).dossier('1.004884', parties);
    expect(fieldOf(dossier, 'subject.fatherName').value).toEqual(['TRẦN VĂN BỐN', 'TRẦN VĂN BA']);
    expect(fieldOf(dossier, 'subject.fatherYearOfBirth').value).toEqual(['1960', '1950']);
  });

  test('a count of nothing rests on the record that knows the person', async () => {
    const record = { ...REPORTED, registry: 'civil-status', record: 'KS-1' };
    const field = fieldOf(
      await marriageOf({ data: groomWith({}), records: { groom: record } }),
      'groom.marriageNumber',
    );
    expect(field).toMatchObject({ value: 1, provenance: [{ record: 'KS-1' }] });
    const second = await marriageOf({ data: groomWith({ marriages: [{ recordNo: '1/2010' }] }) });
    expect(fieldOf(second, 'groom.marriageNumber').value).toBe(2);
    const unknown = await marriageOf({ data: groomWith({ marriages: [], maritalStatus: null }) });
    expect(fieldOf(unknown, 'groom.marriageNumber')).toMatchObject({ value: null, reason: 'ASK_CITIZEN' });
  });

  test('one that has no value contradicts nothing', async () => {
    const dossier = await marriageOf({
      data: groomWith({ fullName: null, dateOfBirth: null, sex: null, ethnicity: null }),
    });
    expect(dossier.coverage.conflict).toBe(0);
  });
});

describe('a field that nothing fills', () => {
  const gap = async (errors: Parameters<typeof marriageOf>[0]['errors'], key = 'groom.idNumber') =>
    fieldOf(await marriageOf({ data: groomWith({ card: null, maritalStatus: null, contact: null }), errors }), key);

  test('says that there is no record', async () => {
    expect(await gap([])).toMatchObject({ value: null, status: 'MISSING', reason: 'NO_RECORD', provenance: [] });
  });

  test.each(['REGISTRY_UNAVAILABLE', 'DEADLINE', 'INVALID_REGISTRY_ANSWER', 'SOMETHING_ELSE'])(
    '%s means that the source is down',
    async (code) => {
      const error = { message: 'x', extensions: { code, registry: 'citizen-identity' } };
      for (const path of [['groom'], ['groom', 'card'], ['groom', 'card', 'number']]) {
        expect(await gap([{ ...error, path }])).toMatchObject({ status: 'MISSING', reason: 'SOURCE_DOWN' });
      }
    },
  );

  test.each([
    ['of another registry', ['groom', 'card'], 'civil-status'],
    ['at another field', ['groom', 'contact'], 'citizen-identity'],
    ['of another party', ['bride', 'card'], 'citizen-identity'],
  ])('an error %s does not explain it', async (_name, path, registry) => {
    expect((await gap([{ message: 'x', path, extensions: { code: 'REGISTRY_UNAVAILABLE', registry } }])).reason).toBe(
      'NO_RECORD',
    );
  });

  test.each([{ code: 'NOT_PERMITTED' }, { code: 'FORBIDDEN', reason: 'NOT_PERMITTED' }])(
    '%j withholds it',
    async (extensions) => {
      const field = await gap([{ message: 'x', path: ['groom', 'card', 'number'], extensions }]);
      expect(field).toMatchObject({ value: null, status: 'WITHHELD', reason: 'NOT_PERMITTED', provenance: [] });
    },
  );

  describe('because its path leads through another registry', () => {
    const parties = [
      { role: 'requester', personalId: GROOM },
      { role: 'subject', personalId: BRIDE },
    ];
    const residenceOfFather = async (registry: string) => {
      const subject = citizen({ birth: null, relatives: [] });
      const errors = [
        { message: 'x', path: ['subject', 'birth'], extensions: { code: 'REGISTRY_UNAVAILABLE', registry } },
      ];
      const dossier = await createTrial({ data: { requester: citizen(), subject }, errors }).dossier(
        '1.004884',
        parties,
      );
      return fieldOf(dossier, 'subject.fatherResidence').reason;
    };

    test('says that the source is down when that one is', async () => {
      // birth.father.citizen.permanentResidence.address: civil-status holds the birth, citizen-identity the address.
      expect(await residenceOfFather('civil-status')).toBe('SOURCE_DOWN');
    });

    test('and not when it is one through which the path does not lead', async () => {
      expect(await residenceOfFather('land')).toBe('NO_RECORD');
    });
  });

  test('is asked of the citizen, unless asking the registry again may fill it', async () => {
    expect(await gap([], 'groom.phone')).toMatchObject({ status: 'MISSING', reason: 'ASK_CITIZEN' });
    expect(await gap([], 'dossier.copies')).toMatchObject({ status: 'MISSING', reason: 'ASK_CITIZEN', party: null });
    const down = [
      { message: 'x', path: ['groom', 'contact'], extensions: { code: 'DEADLINE', registry: 'citizen-identity' } },
    ];
    expect((await gap(down, 'groom.phone')).reason).toBe('SOURCE_DOWN');
  });

  test('a status that only the identity registry has does not fill in for the civil-status registry', async () => {
    expect(await gap([], 'groom.maritalStatus')).toMatchObject({ status: 'MISSING', reason: 'NO_RECORD' });
  });
});

test('coverage counts every field once', async () => {
  const data = groomWith({ fullName: 'Lê Hòa', card: null, currentResidence: null, contact: null });
  const errors = [{ message: 'x', path: ['groom', 'card', 'issuedOn'], extensions: { code: 'NOT_PERMITTED' } }];
  const { fields, coverage } = await marriageOf({ data, errors });
  expect(coverage).toEqual({
    prefilled: 21,
    conflict: 1,
    missing: 0,
    withheld: 3,
    askCitizen: 2,
    total: 27,
  });
  const { total, ...parts } = coverage;
  expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total);
  expect(total).toBe(fields.length);
});

describe('lists', () => {
  const inheritance = { parcel: 'w6ugqk2zr5bp', transferee: GROOM, deceased: BRIDE };
  const parties = Object.entries(inheritance).map(([role, id]) =>
    role === 'parcel' ? { role, parcelId: id } : { role, personalId: id },
  );
  const open = (parcel: Record<string, unknown>, deceased: Record<string, unknown> = {}) => ({
    parcel,
    deceased,
    transferee: citizen(),
  });
  const dossierOf = (data: Record<string, unknown>, errors: Parameters<typeof marriageOf>[0]['errors'] = []) =>
    createTrial({ data, errors }).dossier('1.013831', parties);

  test('are joined, and an empty one says what the form says', async () => {
    const data = open(
      {
        landRights: [{ holder: { name: 'Lê An' } }, { holder: { name: 'Trần Bình' } }],
        restrictions: [],
        mortgages: [{ mortgagee: 'Ngân hàng A' }],
      },
      { heirs: [] },
    );
    const dossier = await dossierOf(data);
    expect(fieldOf(dossier, 'parcel.holders').value).toBe('LÊ AN; TRẦN BÌNH');
    expect(fieldOf(dossier, 'parcel.restrictions').value).toBe('Không');
    expect(fieldOf(dossier, 'parcel.mortgages').value).toBe('Ngân hàng A');
    expect(fieldOf(dossier, 'deceased.heirs')).toMatchObject({ status: 'MISSING', reason: 'NO_RECORD' });
  });

  test('with an item that could not be read are a gap, for half a list looks like all of it', async () => {
    const data = open({ landRights: [{ holder: { name: 'Lê An' } }, { holder: { name: null } }] });
    const errors = [
      {
        message: 'x',
        path: ['parcel', 'landRights', 1, 'holder', 'name'],
        extensions: { code: 'NOT_PERMITTED', registry: 'land' },
      },
    ];
    expect(fieldOf(await dossierOf(data, errors), 'parcel.holders')).toMatchObject({ status: 'WITHHELD', value: null });
  });

  test('are searched for the item of a party', async () => {
    const right = (id: string, numerator: number) => ({
      holder: { personalId: id, name: 'Nguyễn Văn Hòa' },
      share: { numerator, denominator: 3 },
      role: 'DONG_SU_DUNG',
    });
    const data = { parcel: { landRights: [right(BRIDE, 1), right(GROOM, 2)] }, holder: citizen() };
    const dossier = await createTrial({ data }).dossier('1.012783', [
      { role: 'holder', personalId: GROOM },
      { role: 'parcel', parcelId: inheritance.parcel },
    ]);
    expect(fieldOf(dossier, 'holder.share').value).toBe('2/3');
    expect(fieldOf(dossier, 'holder.role').value).toBe('Đồng sử dụng');
    expect(fieldOf(dossier, 'holder.fullName').status).toBe('PREFILLED');
    const misnamed = {
      ...data,
      parcel: { landRights: [{ ...right(GROOM, 2), holder: { personalId: GROOM, name: 'Nguyễn Văn Hòe' } }] },
    };
    const conflict = await createTrial({ data: misnamed }).dossier('1.012783', [
      { role: 'holder', personalId: GROOM },
      { role: 'parcel', parcelId: inheritance.parcel },
    ]);
    expect(fieldOf(conflict, 'holder.fullName')).toMatchObject({
      status: 'CONFLICT',
      value: ['NGUYỄN VĂN HOÀ', 'NGUYỄN VĂN HÒE'],
    });
    expect(fieldOf(conflict, 'holder.fullName').provenance.map(({ registry }) => registry)).toEqual([
      'civil-status',
      'land',
    ]);
  });
});

describe('one dossier, one operation', () => {
  test('which asks for all parties by their roles', async () => {
    const trial = createTrial({ data: groomWith({}) });
    await trial.dossier('1.000894', COUPLE);
    expect(trial.asked).toHaveLength(1);
    expect(trial.asked[0]!.variables).toEqual({ groom: GROOM, bride: BRIDE });
    expect(print(trial.asked[0]!.document)).toContain('groom: citizen(personalId: $groom)');
  });

  test('whose document is the same object for the same roles, in any order', async () => {
    const trial = createTrial({ data: groomWith({}) });
    await trial.dossier('1.000894', COUPLE);
    await trial.dossier('1.000894', [...COUPLE].reverse());
    await trial.dossier('1.000894', [
      { role: 'groom', personalId: BRIDE },
      { role: 'bride', personalId: GROOM },
    ]);
    for (const { document } of trial.asked) expect(document).toBe(trial.asked[0]!.document);
  });

  test('whose document is another for other roles, and the same again when those come back', async () => {
    const trial = createTrial({ data: { holder: citizen(), parcel: {} } });
    const alone = [
      { role: 'holder', personalId: GROOM },
      { role: 'parcel', parcelId: 'w6ugqk2zr5bp' },
    ];
    await trial.dossier('1.012783', alone);
    await trial.dossier('1.012783', [...alone, { role: 'spouse', personalId: BRIDE }]);
    await trial.dossier('1.012783', alone);
    const [first, withSpouse, again] = trial.asked.map(({ document }) => document);
    expect(withSpouse).not.toBe(first);
    expect(again).toBe(first);
  });

  test('whose refusal is the refusal of the dossier, with its code', async () => {
    const errors = [{ message: 'Too many requests.', extensions: { code: 'RATE_LIMITED' } }];
    await expect(marriageOf({ data: null, errors })).rejects.toMatchObject({
      message: 'Too many requests.',
      extensions: { code: 'RATE_LIMITED' },
    });
  });

  test('and one dead registry costs only what it alone supplies', async () => {
    const down = ['groom', 'bride'].flatMap((role) =>
      ['birth', 'maritalStatus', 'marriages', 'death'].map((field) => ({
        message: 'x',
        path: [role, field],
        extensions: { code: 'REGISTRY_UNAVAILABLE', registry: 'civil-status' },
      })),
    );
    const dead = { birth: null, maritalStatus: null, marriages: null, death: null };
    const dossier = await marriageOf({ data: { groom: citizen(dead), bride: citizen(dead) }, errors: down });
    const open = dossier.fields.filter(({ status, reason }) => status !== 'PREFILLED' && reason !== 'ASK_CITIZEN');
    expect(open.map(({ key, reason }) => [key, reason])).toEqual(
      ['groom.maritalStatus', 'groom.marriageNumber', 'bride.maritalStatus', 'bride.marriageNumber'].map((key) => [
        key,
        'SOURCE_DOWN',
      ]),
    );
    expect(checkOf(dossier, 'groom.unmarried')).toMatchObject({ result: 'UNKNOWN', reason: 'SOURCE_DOWN' });
  });
});

test('a partial date in the prevailing record is shown as it is known there', async () => {
  const dossier = await marriageOf({ data: groomWith(birthWith({ dateOfBirth: '1990-03' })) });
  expect(fieldOf(dossier, 'groom.dateOfBirth')).toMatchObject({ value: '03/1990', status: 'PREFILLED' });
});
