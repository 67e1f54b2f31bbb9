import type { RegistryName } from '../../cli/config.js';
import { DEFAULTS } from '../../gateway/config.js';
import { DEMO } from '../helpers/demo-people.js';
import { until } from '../helpers/federation.js';
import { type FilledDossier, recordsOf } from '../helpers/filled-dossier.js';
import { type Product, startProduct } from '../helpers/product.js';

const { groom, bride, husband, wife } = DEMO;
const BREAKER = { failuresMax: 3, openMs: 50 };

let product: Product;
let parcel: string;
beforeAll(async () => {
  // What is remembered would fill in for a dead registry: tests/journeys/remembered.test.ts.
  const cache = { ...DEFAULTS.cache, memoryBytesMax: 0 };
  product = await startProduct({ registries: 'http', config: { breaker: BREAKER, cache } });
  const { data } = await product.ask(`{ citizen(personalId: "${husband}") { landRights { parcel { id } } } }`);
  parcel = data.citizen.landRights[0].parcel.id;
});
afterAll(() => product?.stop());

const FORMS = {
  marriage: () => product.dossier('1.000894', { groom, bride }),
  exchange: () => product.dossier('1.012783', { holder: husband, spouse: wife, parcel }),
};

/** Which registry each field of a dossier rests on, by its key. */
const sources = ({ fields }: FilledDossier) =>
  new Map(fields.map(({ key, provenance }) => [key, provenance[0]?.registry as RegistryName | undefined]));

/** Kills a registry for the tests of a block, and has it back afterwards with its breaker closed. */
function whileDead(name: RegistryName, tests: (whole: typeof FORMS) => void): void {
  describe(`while ${name} is dead`, () => {
    const before = {} as Record<keyof typeof FORMS, FilledDossier>;
    beforeAll(async () => {
      for (const form of ['marriage', 'exchange'] as const) before[form] = await FORMS[form]();
      await product.registries[name].kill();
    });
    afterAll(async () => {
      await product.registries[name].restart();
      await until(async () => (await FORMS.exchange()).keysWith({ reason: 'SOURCE_DOWN' }).length === 0);
    });

    test('what it alone holds is missing because the source is down, and says so', async () => {
      for (const form of ['marriage', 'exchange'] as const) {
        const dossier = await FORMS[form]();
        for (const [key, source] of sources(before[form])) {
          const field = dossier.field(key);
          if (source !== name) continue;
          const other = field.provenance[0]?.registry;
          if (field.status === 'PREFILLED') expect({ key, other }).not.toEqual({ key, other: name });
          else
            expect(field).toMatchObject({ key, status: 'MISSING', reason: 'SOURCE_DOWN', value: null, provenance: [] });
        }
      }
    });

    test('what others hold is answered as before', async () => {
      for (const form of ['marriage', 'exchange'] as const) {
        const dossier = await FORMS[form]();
        for (const [key, source] of sources(before[form])) {
          if (source === name || source === undefined) continue;
          const field = dossier.field(key);
          expect({ key, value: field.value, from: recordsOf(field) }).toEqual({
            key,
            value: before[form].field(key).value,
            from: recordsOf(before[form].field(key)),
          });
        }
      }
    });

    test('what only the citizen can say is still asked of the citizen', async () => {
      const asked = (dossier: FilledDossier) => dossier.keysWith({ reason: 'ASK_CITIZEN', party: null });
      expect(asked(await FORMS.exchange())).toEqual(asked(before.exchange));
    });

    test('the coverage still adds up', async () => {
      const { prefilled, conflict, missing, withheld, askCitizen, total } = (await FORMS.marriage()).coverage;
      expect(prefilled + conflict + missing + withheld + askCitizen).toBe(total);
      expect(total).toBe(before.marriage.coverage.total);
    });

    test('readiness names it, and the gateway goes on taking requests', async () => {
      const ready = async () => {
        const response = await fetch(`${product.url}/health/ready`);
        return { status: response.status, body: (await response.json()) as { status: string; reasons: string[] } };
      };
      await until(async () => (await ready()).body.reasons.some((reason) => reason.includes(name)));
      expect(await ready()).toMatchObject({ status: 200, body: { status: 'degraded' } });
    });

    tests(FORMS);
  });
}

whileDead('civil-status', ({ marriage }) => {
  test('a name comes from the identity registry, with that registry’s record', async () => {
    const field = (await marriage()).field('groom.fullName');
    expect(field).toMatchObject({ status: 'PREFILLED', value: 'TRẦN MINH KHÔI' });
    expect(recordsOf(field)).toEqual([expect.stringMatching(/^citizen-identity DC-/)]);
  });

  test('the marital status is not taken from where it does not prevail', async () => {
    const field = (await marriage()).field('groom.maritalStatus');
    expect(field).toMatchObject({ status: 'MISSING', reason: 'SOURCE_DOWN', value: null });
  });

  test('nobody is called unmarried, or alive, while it cannot be asked', async () => {
    const dossier = await marriage();
    for (const key of ['groom.unmarried', 'bride.unmarried', 'groom.alive', 'bride.alive']) {
      expect(dossier.check(key)).toMatchObject({ key, result: 'UNKNOWN', reason: 'SOURCE_DOWN' });
    }
    expect(dossier.check('groom.notSamePerson').result).toBe('PASSED');
  });
});

whileDead('citizen-identity', ({ marriage }) => {
  test('the card is missing, the name still comes from the record of birth', async () => {
    const dossier = await marriage();
    expect(dossier.field('groom.idNumber')).toMatchObject({ status: 'MISSING', reason: 'SOURCE_DOWN' });
    expect(recordsOf(dossier.field('groom.fullName'))).toEqual([expect.stringMatching(/^civil-status KS-/)]);
  });

  test('nobody is called alive, but the age is known from the record of birth', async () => {
    const dossier = await marriage();
    expect(dossier.check('groom.alive')).toMatchObject({ result: 'UNKNOWN', reason: 'SOURCE_DOWN' });
    expect(dossier.check('groom.ofAge').result).toBe('PASSED');
  });
});

whileDead('land', ({ marriage, exchange }) => {
  test('a marriage is filled as ever', async () => {
    expect((await marriage()).coverage).toMatchObject({ missing: 0, askCitizen: 1 });
  });

  test('nothing is said of the parcel', async () => {
    const dossier = await exchange();
    for (const key of ['parcel.active', 'parcel.certificate', 'holder.holdsRight']) {
      expect(dossier.check(key)).toMatchObject({ key, result: 'UNKNOWN', reason: 'SOURCE_DOWN' });
    }
  });

  test('a query of one’s own gets the rest, and an error at the path with the registry’s name', async () => {
    const query = `{ who: citizen(personalId: "${husband}") { fullName maritalStatus landRights { id } } }`;
    const { status, data, errors } = await product.ask(query);
    expect(status).toBe(200);
    expect(data).toEqual({
      who: { fullName: 'Nguyễn Hoàng Long', maritalStatus: 'DANG_CO_VO_CHONG', landRights: null },
    });
    expect(errors).toHaveLength(1);
    expect(errors![0]).toMatchObject({
      path: ['who', 'landRights'],
      extensions: { code: 'REGISTRY_UNAVAILABLE', registry: 'land', reason: 'SOURCE_DOWN' },
    });
    expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|ECONN|\d{12}/);
  });
});

test('with all registries dead a dossier still says what is asked of the citizen', async () => {
  const all = Object.values(product.registries);
  for (const registry of all) await registry.kill();
  const dossier = await FORMS.marriage();
  expect(dossier.coverage).toMatchObject({ prefilled: 0, conflict: 0 });
  expect(dossier.keysWith({ reason: 'ASK_CITIZEN' })).toContain('dossier.copies');
  for (const registry of all) await registry.restart();
  await until(async () => (await FORMS.marriage()).coverage.missing === 0);
});
