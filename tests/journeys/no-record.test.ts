import { DEMO, NOBODY } from '../helpers/demo-people.js';
import { type FilledDossier, recordsOf } from '../helpers/filled-dossier.js';
import { type Product, startProduct } from '../helpers/product.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.stop());

describe('someone whose civil-status records were never digitised', () => {
  let dossier: FilledDossier;
  beforeAll(async () => {
    dossier = await product.dossier('1.000894', { groom: DEMO.undigitised, bride: DEMO.bride });
  });

  test('what the identity registry holds is filled in from it', () => {
    const field = dossier.field('groom.fullName');
    expect(field).toMatchObject({ status: 'PREFILLED', value: 'NGÔ TẤN ĐẠT' });
    expect(recordsOf(field)).toEqual([expect.stringMatching(/^citizen-identity DC-/)]);
  });

  test('no record of a marriage is not a record of being single', () => {
    expect(dossier.field('groom.maritalStatus')).toMatchObject({ status: 'MISSING', reason: 'NO_RECORD', value: null });
    expect(dossier.field('groom.marriageNumber')).toMatchObject({ status: 'MISSING', value: null });
  });

  test('nor does it pass the check', () => {
    expect(dossier.check('groom.unmarried')).toMatchObject({ result: 'UNKNOWN', reason: 'NO_RECORD' });
    expect(dossier.check('bride.unmarried').result).toBe('PASSED');
  });

  test('the record of birth is missing where a form asks for it', async () => {
    const extract = await product.dossier('2.000635', { requester: DEMO.undigitised, subject: DEMO.undigitised });
    expect(extract.check('subject.recorded')).toMatchObject({ result: 'UNKNOWN', reason: 'NO_RECORD' });
    expect(extract.field('subject.birthRecordNo')).toMatchObject({ status: 'MISSING', reason: 'NO_RECORD' });
  });
});

describe('a number that nobody has', () => {
  test('every field is missing, none is guessed from the number', async () => {
    const dossier = await product.dossier('1.004873', { subject: NOBODY });
    expect(dossier.keysWith({ status: 'PREFILLED' })).toEqual([]);
    const reasons = new Set(dossier.fields.map(({ reason }) => reason));
    expect(reasons).toEqual(new Set(['NO_RECORD', 'ASK_CITIZEN']));
  });

  test('no check is decided', async () => {
    const { checks } = await product.dossier('1.004873', { subject: NOBODY });
    expect(new Set(checks.map(({ result }) => result))).toEqual(new Set(['UNKNOWN']));
    expect(new Set(checks.map(({ reason }) => reason))).toEqual(new Set(['NO_RECORD']));
  });

  test('asked for by itself, it is null without an error', async () => {
    const query = 'query ($id: ID!) { citizen(personalId: $id) { personalId fullName maritalStatus card { number } } }';
    const { status, data, errors } = await product.ask(query, { id: NOBODY });
    expect({ status, data, errors }).toEqual({
      status: 200,
      data: { citizen: { personalId: NOBODY, fullName: null, maritalStatus: null, card: null } },
      errors: undefined,
    });
  });
});
