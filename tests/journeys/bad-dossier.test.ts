import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemaFolder } from '../../cli/config.js';
import { DEMO } from '../helpers/demo-people.js';
import { DOSSIER_QUERY } from '../helpers/filled-dossier.js';
import { type Product, startProduct } from '../helpers/product.js';

const { groom, bride } = DEMO;
const PARCEL = 'w6ugm5dppy5w';
const both = [
  { role: 'groom', personalId: groom },
  { role: 'bride', personalId: bride },
];

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.stop());

/** What was wrong with it: the answer's only error, which must repeat nothing that was sent. */
async function refusal(procedure: string, parties: unknown, at: Product = product) {
  const answer = await at.ask(DOSSIER_QUERY, { procedure, parties });
  expect(answer.errors).toHaveLength(1);
  expect(answer.text).not.toMatch(/\d{9,}|w6ug|Khôi/);
  expect(answer.data ?? null).toBeNull();
  const [error] = answer.errors!;
  return { status: answer.status, code: error!.extensions?.code, message: error!.message, path: error!.path };
}

test('a role that the procedure does not have: the error lists those that it has', async () => {
  const refused = await refusal('1.000894', [{ role: 'husband', personalId: groom }, both[1]]);
  expect(refused).toMatchObject({ code: 'INVALID_PARTIES', path: ['dossier'] });
  expect(refused.message).toMatch(/parties\[0\].*groom, bride/);
});

test('a party that is missing: the error names the role and what it takes', async () => {
  const refused = await refusal('1.000894', [both[0]]);
  expect(refused.code).toBe('INVALID_PARTIES');
  expect(refused.message).toMatch(/bride is missing.*personalId/);
});

test.each(['04809000001', '0480900000011', '04809000000x', ' 048090000001', '', '٠٤٨٠٩٠٠٠٠٠٠١'])(
  'a number that cannot be one (%j): the error says where and what one looks like',
  async (personalId) => {
    const refused = await refusal('1.000894', [both[0], { role: 'bride', personalId }]);
    expect(refused.code).toBe('BAD_USER_INPUT');
    expect(refused.message).toMatch(/parties\[1\].*12 digits/);
  },
);

test.each(['w6ugm5dppy5', 'w6ugm5dppy5a', 'W6UGM5DPPY5W'])(
  'a parcel identifier that cannot be one (%j): the error says what one looks like',
  async (parcelId) => {
    const parties = [
      { role: 'applicant', personalId: groom },
      { role: 'parcel', parcelId },
    ];
    const refused = await refusal('1.013978', parties);
    expect(refused.code).toBe('BAD_USER_INPUT');
    expect(refused.message).toMatch(/parties\[1\].*12 characters/);
  },
);

test.each(['1.000895', '1.000894 ', '', groom, '../1.000894', 'x'.repeat(10_000)])(
  'a procedure without a form: the error names the nearest',
  async (procedure) => {
    const refused = await refusal(procedure, both);
    expect(refused.code).toBe('UNKNOWN_PROCEDURE');
    expect(refused.message).toContain('1.000894');
    expect(refused.message.length).toBeLessThan(200);
  },
);

test('a parcel where a person belongs, and a person where a parcel belongs', async () => {
  const marriage = await refusal('1.000894', [{ role: 'groom', parcelId: PARCEL }, both[1]]);
  expect(marriage).toMatchObject({
    code: 'INVALID_PARTIES',
    message: expect.stringMatching(/groom takes a personalId/),
  });
  const parties = [
    { role: 'applicant', personalId: groom },
    { role: 'parcel', personalId: bride },
  ];
  expect((await refusal('1.013978', parties)).message).toMatch(/parcel takes a parcelId/);
});

test('both identifiers, and neither', async () => {
  const two = await refusal('1.000894', [{ role: 'groom', personalId: groom, parcelId: PARCEL }, both[1]]);
  expect(two).toMatchObject({ code: 'INVALID_PARTIES', message: expect.stringMatching(/only personalId/) });
  const none = await refusal('1.000894', [{ role: 'groom' }, both[1]]);
  expect(none).toMatchObject({ code: 'INVALID_PARTIES', message: expect.stringMatching(/give the personalId/) });
});

test('a role that is given twice', async () => {
  const refused = await refusal('1.000894', [...both, both[0]]);
  expect(refused).toMatchObject({
    code: 'INVALID_PARTIES',
    message: expect.stringMatching(/parties\[2\].*more than once/),
  });
});

test('all that is wrong is said at once', async () => {
  const refused = await refusal('1.000894', [{ role: 'husband', personalId: 'x' }, { role: 'groom' }]);
  expect(refused.message).toMatch(/parties\[0\].*parties\[1\].*bride is missing/);
});

test('too many parties, in variables and in the text', async () => {
  const many = Array.from({ length: 101 }, () => both[0]);
  const refused = await refusal('1.000894', many);
  expect(refused).toMatchObject({ code: 'OPERATION_TOO_LARGE', status: 400 });
  expect(refused.message).toMatch(/at most 100/);
  const text = many.map(() => '{ role: "groom" }').join(', ');
  const { errors } = await product.ask(`{ dossier(procedure: "1.000894", parties: [${text}]) { coverage { total } } }`);
  expect(errors?.[0]?.extensions?.code).toBe('OPERATION_TOO_LARGE');
});

test('parties that are no parties never reach the form', async () => {
  for (const parties of ['groom', 7, [null], [{ role: 'groom', person: groom }], [{ personalId: groom }], null]) {
    expect(await refusal('1.000894', parties)).toMatchObject({ code: 'BAD_USER_INPUT', status: 400 });
  }
});

describe('a form that is in force for a time only', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lien-thong-forms-'));
    cpSync(join(schemaFolder, 'forms'), folder, { recursive: true });
    const file = join(folder, '1.000894.json');
    const form = JSON.parse(readFileSync(file, 'utf8'));
    Object.assign(form.versions[0], { effectiveFrom: '2026-03-01', effectiveTo: '2027-03-01' });
    writeFileSync(file, JSON.stringify(form));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function on(day: string, work: (product: Product) => Promise<void>) {
    const then = await startProduct({ day, formsFolder: folder, citizens: 60 });
    try {
      await work(then);
    } finally {
      await then.stop();
    }
  }
  const codes = async (at: Product) => {
    const { data } = await at.ask('{ procedures { code } }');
    return data.procedures.map(({ code }: { code: string }) => code);
  };

  test.each(['2026-02-28', '2027-03-02'])('on %s it is refused with its term, and not listed', async (day) => {
    await on(day, async (then) => {
      const refused = await refusal('1.000894', both, then);
      expect(refused.code).toBe('PROCEDURE_NOT_IN_FORCE');
      expect(refused.message).toMatch(/from 2026-03-01 to 2027-03-01/);
      expect(await codes(then)).not.toContain('1.000894');
    });
  });

  test.each(['2026-03-01', '2027-03-01'])('on %s, a day of its term, it is filled and listed', async (day) => {
    await on(day, async (then) => {
      expect((await then.dossier('1.000894', { groom, bride })).coverage.prefilled).toBeGreaterThan(20);
      expect(await codes(then)).toContain('1.000894');
    });
  });
});
