import { DEMO } from '../helpers/demo-people.js';
import type { FilledDossier, PartiesByRole } from '../helpers/filled-dossier.js';
import { type Product, startProduct } from '../helpers/product.js';
import { unrecorded } from '../helpers/recorded.js';

const { groom, bride, husband, wife, child, deceased, undigitised, widow } = DEMO;
/** The parcels that a demo person holds, by what the tests need them for. */
const parcels = { free: '', mortgaged: '', inherited: '' };

let product: Product;
beforeAll(async () => {
  product = await startProduct();
  const held = async (personalId: string) => {
    const query = 'query ($id: ID!) { citizen(personalId: $id) { landRights { parcel { id encumbered } } } }';
    const { data } = await product.ask(query, { id: personalId });
    return data.citizen.landRights.map((right: { parcel: { id: string; encumbered: boolean } }) => right.parcel);
  };
  for (const { id, encumbered } of await held(husband)) parcels[encumbered ? 'mortgaged' : 'free'] = id;
  parcels.inherited = (await held(deceased))[0].id;
});
afterAll(() => product?.stop());

/** Fitting parties for every procedure, every optional role filled. */
const FITTING: Record<string, () => PartiesByRole> = {
  '1.000656': () => ({ requester: husband, deceased: groom }),
  '1.000894': () => ({ groom, bride }),
  '1.001022': () => ({ requester: husband, parent: husband, child, otherParent: wife }),
  '1.001193': () => ({ requester: husband, mother: wife, father: husband }),
  '1.004194': () => ({ applicant: groom, head: husband, dwelling: parcels.free, owner: husband }),
  '1.004222': () => ({ applicant: husband, head: widow, dwelling: parcels.free, owner: husband }),
  '1.004859': () => ({ requester: husband, subject: child }),
  '1.004873': () => ({ requester: husband, subject: groom }),
  '1.004884': () => ({ requester: undigitised, subject: undigitised }),
  '1.012783': () => ({ holder: husband, spouse: wife, parcel: parcels.free }),
  '1.012784': () => ({ holder: husband, spouse: wife, parcel: parcels.free, parcel2: parcels.mortgaged }),
  '1.012796': () => ({ holder: husband, spouse: wife, parcel: parcels.mortgaged }),
  '1.013831': () => ({ transferee: husband, transfereeSpouse: wife, deceased, parcel: parcels.inherited }),
  '1.013978': () => ({ applicant: husband, spouse: wife, parcel: parcels.free }),
  '2.000635': () => ({ requester: husband, subject: husband }),
};

test('procedures lists the fifteen in the order of their codes, each with its names and roles', async () => {
  const { data } = await product.ask('{ procedures { code name nameEn parties { role label labelEn required } } }');
  expect(data.procedures.map(({ code }: { code: string }) => code)).toEqual(Object.keys(FITTING));
  for (const { name, nameEn, parties } of data.procedures) {
    expect([name, nameEn].every((text) => text.length > 5)).toBe(true);
    expect(parties.some(({ required }: { required: boolean }) => required)).toBe(true);
  }
});

describe.each(Object.entries(FITTING))('procedure %s with fitting parties', (procedure, parties) => {
  let dossier: FilledDossier;
  beforeAll(async () => {
    dossier = await product.dossier(procedure, parties());
  });

  test('its coverage adds up', () => {
    const { prefilled, conflict, missing, withheld, askCitizen, total } = dossier.coverage;
    expect(prefilled + conflict + missing + withheld + askCitizen).toBe(total);
    expect(total).toBe(dossier.fields.length);
    expect(prefilled).toBe(dossier.keysWith({ status: 'PREFILLED' }).length);
    expect(askCitizen).toBe(dossier.keysWith({ reason: 'ASK_CITIZEN' }).length);
    expect(prefilled).toBeGreaterThan(total / 3);
    expect(conflict).toBe(0);
  });

  test('no key occurs twice', () => {
    for (const list of [dossier.fields, dossier.checks]) {
      const keys = list.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  test('a filled field has a value and a record that exists; a gap has a reason and no value', async () => {
    for (const { key, value, status, reason, provenance } of dossier.fields) {
      if (status === 'PREFILLED') {
        expect({ key, reason, founded: provenance.length > 0 }).toEqual({ key, reason: null, founded: true });
        expect(String(value)).not.toMatch(/^$|null|undefined|NaN|\[object/);
      } else {
        expect({ key, value, reason }).toEqual({
          key,
          value: null,
          reason: expect.stringMatching(/NO_RECORD|ASK_CITIZEN/),
        });
      }
    }
    expect(await unrecorded(product.database, dossier.provenance)).toEqual([]);
  });

  test('what is said to be unconfirmed law is said so, with its text', () => {
    for (const { basis, basisVerified, label, labelEn } of [...dossier.fields, ...dossier.checks]) {
      expect([basis, label, labelEn].every((text) => text.length > 1)).toBe(true);
      expect(basisVerified).toBe(false);
    }
  });
});

describe('what the officer must see', () => {
  test('a mortgaged parcel cannot simply be sold', async () => {
    const parties = { transferee: groom, transferor: husband, transferorSpouse: wife, parcel: parcels.mortgaged };
    const dossier = await product.dossier('1.013831', parties);
    expect(dossier.check('parcel.unencumbered')).toMatchObject({ result: 'FAILED' });
    expect(dossier.check('parcel.unencumbered').provenance[0]?.registry).toBe('land');
    expect(dossier.check('transferor.holdsRight').result).toBe('PASSED');
  });

  test('who does not hold the parcel cannot sell it', async () => {
    const dossier = await product.dossier('1.013831', { transferee: groom, transferor: bride, parcel: parcels.free });
    expect(dossier.check('transferor.holdsRight').result).toBe('FAILED');
  });

  test('a parcel is not merged with itself', async () => {
    const merge = async (parcel2: string) => {
      const dossier = await product.dossier('1.012784', { holder: husband, parcel: parcels.free, parcel2 });
      return dossier.check('parcel2.notSameParcel').result;
    };
    expect([await merge(parcels.free), await merge(parcels.mortgaged)]).toEqual(['FAILED', 'PASSED']);
  });

  test('a move names the records of birth and marriage that prove the relation', async () => {
    const records = ({ fields }: FilledDossier) =>
      fields.filter(({ key }) => /^applicant\.(birth|marriage)RecordNo$/.test(key)).map(({ status }) => status);
    expect(records(await product.dossier('1.004222', { applicant: husband }))).toEqual(['PREFILLED', 'PREFILLED']);
    expect(records(await product.dossier('1.004222', { applicant: undigitised }))).toEqual(['MISSING', 'MISSING']);
  });

  test('a son inherits from his father, a stranger is nobody’s known heir', async () => {
    const heir = (transferee: string) =>
      product.dossier('1.013831', { transferee, deceased, parcel: parcels.inherited });
    expect((await heir(husband)).check('transferee.heir').result).toBe('PASSED');
    expect((await heir(groom)).check('transferee.heir').result).toBe('UNKNOWN');
  });

  test('a death that is registered is not registered again', async () => {
    const dossier = await product.dossier('1.000656', { requester: husband, deceased });
    expect(dossier.check('deceased.notYetRegistered').result).toBe('FAILED');
    const living = await product.dossier('1.000656', { requester: husband, deceased: groom });
    expect(living.check('deceased.notYetRegistered').result).toBe('PASSED');
  });

  test('a parcel with a certificate is not registered for the first time', async () => {
    const dossier = await product.dossier('1.013978', { applicant: husband, parcel: parcels.free });
    expect(dossier.check('parcel.noCertificate').result).toBe('FAILED');
  });

  test('a parcel that no registry knows fills nothing and decides nothing', async () => {
    const dossier = await product.dossier('1.013978', { applicant: husband, parcel: 'w6ugzzzzzzzz' });
    const ofParcel = dossier.fields.filter(({ party }) => party === 'parcel');
    expect(ofParcel.map(({ status }) => status)).not.toContain('PREFILLED');
    expect(dossier.check('parcel.active').result).toBe('UNKNOWN');
    expect(dossier.check('parcel.unencumbered').result).toBe('UNKNOWN');
  });

  test('an optional party that is left out leaves its fields out', async () => {
    const dossier = await product.dossier('1.013978', { applicant: husband, parcel: parcels.free });
    expect(dossier.fields.some(({ party }) => party === 'spouse')).toBe(false);
    expect(dossier.checks.some(({ key }) => key === 'applicant.marriedTo')).toBe(false);
  });
});
