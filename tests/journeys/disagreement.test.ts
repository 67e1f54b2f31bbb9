import { DEMO } from '../helpers/demo-people.js';
import { type FilledDossier, recordsOf } from '../helpers/filled-dossier.js';
import { type Product, startProduct } from '../helpers/product.js';
import { unrecorded } from '../helpers/recorded.js';

let product: Product;
let dossier: FilledDossier;
beforeAll(async () => {
  product = await startProduct();
  dossier = await product.dossier('1.004873', { subject: DEMO.contradicted });
});
afterAll(() => product?.stop());

test('both names are shown, the birth record’s first, each in the place of its record', async () => {
  const field = dossier.field('subject.fullName');
  expect(field).toMatchObject({ status: 'CONFLICT', reason: 'CONFLICT', value: ['HỒ THỊ THÚY VÂN', 'HỒ THỊ THÚY VI'] });
  expect(recordsOf(field)).toEqual([
    expect.stringMatching(/^civil-status KS-/),
    expect.stringMatching(/^citizen-identity DC-/),
  ]);
  expect(await unrecorded(product.database, field.provenance)).toEqual([]);
});

test('both marital statuses are shown, the civil-status registry’s first', () => {
  const field = dossier.field('subject.maritalStatus');
  expect(field).toMatchObject({ status: 'CONFLICT', value: ['Đang có vợ hoặc có chồng', 'Chưa kết hôn'] });
  expect(field.provenance.map(({ registry }) => registry)).toEqual(['civil-status', 'citizen-identity']);
});

test('what the registries agree on is filled in', () => {
  expect(dossier.field('subject.dateOfBirth')).toMatchObject({ status: 'PREFILLED', value: '09/04/1978' });
  expect(dossier.coverage.conflict).toBe(2);
});

test('the check is decided by the civil-status registry: she is married', () => {
  expect(dossier.check('subject.unmarried')).toMatchObject({ result: 'FAILED' });
  expect(recordsOf(dossier.check('subject.unmarried'))).toEqual([expect.stringMatching(/^civil-status KH-2003-/)]);
});

test('someone whose registries agree has no conflict', async () => {
  const { coverage } = await product.dossier('1.004873', { subject: DEMO.bride });
  expect(coverage.conflict).toBe(0);
});
