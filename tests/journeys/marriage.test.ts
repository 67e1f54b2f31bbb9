import { DEMO, NOBODY } from '../helpers/demo-people.js';
import { type FilledDossier, recordsOf } from '../helpers/filled-dossier.js';
import { type Product, startProduct } from '../helpers/product.js';
import { unrecorded } from '../helpers/recorded.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.stop());

const marriage = (groom: string, bride: string) => product.dossier('1.000894', { groom, bride });

describe('two who may marry', () => {
  let dossier: FilledDossier;
  beforeAll(async () => {
    dossier = await marriage(DEMO.groom, DEMO.bride);
  });

  test('all is filled in but what only the two can say', () => {
    expect(dossier.keysWith({ status: 'MISSING' })).toEqual(['dossier.copies']);
    expect(dossier.field('dossier.copies').reason).toBe('ASK_CITIZEN');
    expect(dossier.keysWith({ status: 'PREFILLED' }).length).toBe(dossier.fields.length - 1);
  });

  test('the values are what the registries hold, as the form wants them written', () => {
    const values = Object.fromEntries(dossier.fields.map(({ key, value }) => [key, value]));
    expect(values).toMatchObject({
      'groom.fullName': 'TRẦN MINH KHÔI',
      'groom.dateOfBirth': '14/03/1990',
      'groom.sex': 'Nam',
      'groom.personalId': DEMO.groom,
      'groom.maritalStatus': 'Chưa kết hôn',
      'groom.marriageNumber': 1,
      'bride.fullName': 'LÊ THỊ THU HÀ',
      'bride.dateOfBirth': '25/11/1992',
      'bride.sex': 'Nữ',
      'bride.nationality': 'Việt Nam',
    });
  });

  test('every check is passed', () => {
    expect(new Set(Object.values(dossier.results))).toEqual(new Set(['PASSED']));
    expect(dossier.checks.length).toBeGreaterThanOrEqual(9);
  });

  test('every filled field names a record, and the registries hold each of them in that version', async () => {
    const unfounded = dossier.fields.filter((field) => field.status === 'PREFILLED' && field.provenance.length === 0);
    expect(unfounded.map(({ key }) => key)).toEqual([]);
    expect(await unrecorded(product.database, dossier.provenance)).toEqual([]);
  });

  test('a record that no registry holds would be noticed', async () => {
    const [claim] = dossier.provenance;
    expect(await unrecorded(product.database, [{ ...claim!, version: '99' }])).toHaveLength(1);
  });

  test('the values were read from the registries just now', () => {
    for (const { retrievedAt, recordedAt, ageSeconds, cache } of dossier.provenance) {
      expect(cache).toBe('SOURCE');
      expect(ageSeconds).toBeGreaterThanOrEqual(0);
      expect(ageSeconds).toBeLessThan(30);
      expect(Math.abs(product.now() - Date.parse(retrievedAt))).toBeLessThan(60_000);
      expect(Date.parse(recordedAt)).toBeLessThan(Date.parse(retrievedAt));
    }
  });
});

test('a name comes from the birth record, a card from the identity registry', async () => {
  const dossier = await marriage(DEMO.groom, DEMO.bride);
  expect(dossier.field('groom.fullName').provenance[0]?.registry).toBe('civil-status');
  expect(dossier.field('groom.idNumber').provenance[0]?.registry).toBe('citizen-identity');
});

describe('those who may not marry', () => {
  test('a married groom fails the check, on the record of his marriage', async () => {
    const dossier = await marriage(DEMO.husband, DEMO.bride);
    const check = dossier.check('groom.unmarried');
    expect(check.result).toBe('FAILED');
    const [record] = await product.database.query<{ record_id: string }>(
      'select record_id from civil_status.marriage where husband_id = $1 and replaced_at is null',
      [DEMO.husband],
    );
    expect(check.provenance.map((each) => each.record)).toEqual([record?.record_id]);
    expect(dossier.check('bride.unmarried').result).toBe('PASSED');
    expect(dossier.field('groom.marriageNumber').value).toBe(2);
  });

  test('a divorced woman may marry again, and it is her second marriage', async () => {
    const dossier = await marriage(DEMO.groom, DEMO.divorcee);
    expect(dossier.check('bride.unmarried').result).toBe('PASSED');
    expect(dossier.field('bride.maritalStatus').value).toBe('Đã ly hôn');
    expect(dossier.field('bride.marriageNumber').value).toBe(2);
  });

  test('a widow may marry again', async () => {
    const dossier = await marriage(DEMO.groom, DEMO.widow);
    expect(dossier.check('bride.unmarried').result).toBe('PASSED');
    expect(dossier.field('bride.marriageNumber').value).toBe(2);
  });

  test('a child is not of age, by the record of birth', async () => {
    const check = (await marriage(DEMO.child, DEMO.bride)).check('groom.ofAge');
    expect(check.result).toBe('FAILED');
    expect(check.provenance.map(({ registry }) => registry)).toContain('civil-status');
  });

  test('a dead man is not alive, by the record of his death', async () => {
    const check = (await marriage(DEMO.deceased, DEMO.bride)).check('groom.alive');
    expect(check.result).toBe('FAILED');
    expect(recordsOf(check)[0]).toMatch(/^civil-status KT-2025-/);
  });

  test('nobody marries himself', async () => {
    const dossier = await marriage(DEMO.groom, DEMO.groom);
    expect(dossier.check('groom.notSamePerson').result).toBe('FAILED');
  });

  test('a woman is no groom and a man no bride, by both registries', async () => {
    const dossier = await marriage(DEMO.bride, DEMO.groom);
    for (const key of ['groom.male', 'bride.female']) {
      const check = dossier.check(key);
      expect(check.result).toBe('FAILED');
      expect(check.provenance.map(({ registry }) => registry)).toEqual(['civil-status', 'citizen-identity']);
      expect(await unrecorded(product.database, check.provenance)).toEqual([]);
    }
  });

  test('of someone whom no registry knows nothing is decided', async () => {
    const { results } = await marriage(NOBODY, DEMO.bride);
    expect(results).toMatchObject({ 'groom.alive': 'UNKNOWN', 'groom.ofAge': 'UNKNOWN', 'groom.unmarried': 'UNKNOWN' });
    expect(results).toMatchObject({ 'groom.male': 'UNKNOWN', 'bride.female': 'PASSED' });
    expect(results).toMatchObject({ 'bride.alive': 'PASSED', 'bride.ofAge': 'PASSED', 'bride.unmarried': 'PASSED' });
  });
});
