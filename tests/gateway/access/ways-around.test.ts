import { type DocumentNode, type OperationDefinitionNode, parse } from 'graphql';
import { readPermissions } from '../../../cli/permissions.js';
import { createAccess } from '../../../gateway/access/step.js';
import type { OperationExchange } from '../../../gateway/context.js';
import type { Identity } from '../../../gateway/identity.js';
import { identityOf } from '../../helpers/callers.js';
import { DEMO } from '../../helpers/demo-people.js';
import { type Answer, ask } from '../../helpers/federation.js';
import { type Product, startProduct } from '../../helpers/product.js';

/** Ways around the rules that once led past one, or might have. */

const RESIDENCE = '1.004222';
const LAND_CHANGE = '1.013831';

let product: Product;
let identity: Identity;
let parcel: string;
beforeAll(async () => {
  product = await startProduct({ access: { identify: () => identity } });
  const [right] = await product.database.query<{ parcel_id: string }>(
    "select parcel_id from land.land_right where holder_id ~ '^[0-9]{12}$' and until is null and replaced_at is null limit 1",
  );
  parcel = right!.parcel_id;
});
afterAll(() => product?.stop());

async function as(who: Identity, query: string, variables?: Record<string, unknown>): Promise<Answer> {
  identity = who;
  return product.ask(query, variables);
}

describe('arguments', () => {
  const officer = identityOf({ role: 'officer' }, RESIDENCE);
  const tax = identityOf({ role: 'department-system', department: 'tax', scopes: [] }, LAND_CHANGE);
  const marriages = (given: string, of = 'query') =>
    `${of} { citizen(personalId: "${DEMO.divorcee}") { fullName marriages${given} { spouse { personalId } } } }`;
  const refused = [expect.objectContaining({ extensions: expect.objectContaining({ rule: 'grant' }) })];

  test('a form that needs the marriages in force lets nobody read those that have ended', async () => {
    const inForce = await as(officer, marriages('(includeEnded: false)'));
    expect(inForce).toMatchObject({ status: 200, data: { citizen: { marriages: [] } } });
    expect(inForce.errors).toBeUndefined();
    for (const given of ['', '(includeEnded: true)']) {
      const all = await as(officer, marriages(given));
      expect(all).toMatchObject({ data: { citizen: { marriages: null } }, errors: refused });
    }
  });

  test('neither by a variable, whatever was asked before', async () => {
    const query = (type: string) => marriages('(includeEnded: $ended)', `query ($ended: ${type})`);
    const may = [
      await as(officer, query('Boolean!'), { ended: false }),
      await as(officer, query('Boolean = false'), {}),
    ];
    const mayNot = [
      await as(officer, query('Boolean!'), { ended: true }),
      await as(officer, query('Boolean = true'), {}),
      await as(officer, query('Boolean = false'), { ended: true }),
      await as(officer, query('Boolean'), {}),
    ];
    for (const answer of may) expect(answer).toMatchObject({ data: { citizen: { marriages: [] } } });
    for (const answer of mayNot) {
      expect(answer).toMatchObject({ data: { citizen: { marriages: null } }, errors: refused });
    }
  });

  test('who may know the holders of a parcel may not know its former holders', async () => {
    const rights = (given: string) => `{ parcel(id: "${parcel}") { landRights${given} { holder { name } } } }`;
    expect((await as(tax, rights(''))).data.parcel.landRights.length).toBeGreaterThan(0);
    expect(await as(tax, rights('(includeEnded: true)'))).toMatchObject({
      data: { parcel: { landRights: null } },
      errors: refused,
    });
  });
});

describe('aliases that every object has something under', () => {
  const tax = identityOf({ role: 'department-system', department: 'tax', scopes: [] }, LAND_CHANGE);
  const names = ['toString', 'constructor', '__proto__', 'hasOwnProperty', 'typeOfObject'];

  test.each(names)('%s is answered as it is asked for', async (name) => {
    const holder = (inside: string) => `{ parcel(id: "${parcel}") { landRights { holder { ${inside} } } } }`;
    const answer = await as(tax, holder(`name ${name}: personalId`));
    const [{ holder: given }] = answer.data.parcel.landRights;
    expect(Object.getOwnPropertyDescriptor(given, name)?.value).toMatch(/^\d{3}•+\d{2}$/);
    const skipped = await as(tax, holder(`name ${name}: personalId @include(if: false)`));
    expect(skipped.errors).toBeUndefined();
    expect(Object.keys(skipped.data.parcel.landRights[0].holder)).toEqual(['name']);
  });
});

describe('what is left of an operation', () => {
  const { schema, grants, formReads } = readPermissions();
  const document = parse(`{ procedures { code } citizen(personalId: "${DEMO.groom}") { fullName } }`);

  async function leftFor(
    identities: Identity[],
    asked: Partial<OperationExchange> = {},
  ): Promise<Pick<OperationExchange, 'document' | 'acceptsParts'>[]> {
    const access = createAccess();
    access.prepare(schema, { grants, formReads });
    const left: OperationExchange[] = [];
    for (const who of identities) {
      const context = { identity: who, clock: { now: Date.now }, deadlineAtMs: Date.now() + 1_000 };
      const operation = (asked.document ?? document).definitions[0] as OperationDefinitionNode;
      const exchange = { schema, document, operation, variables: {}, acceptsParts: true, ...asked, context } as never;
      const next = async (changed = exchange as OperationExchange) => {
        left.push(changed);
        return { data: {} } as never;
      };
      await access.step(exchange, next);
    }
    return left;
  }

  test('is planned once for all for whom it is the same, whatever purposes are made up', async () => {
    const made = Array.from({ length: 50 }, (_, index) => identityOf({ role: 'auditor' }, `made-up-${index}`));
    const documents = new Set<DocumentNode>((await leftFor(made)).map(({ document: left }) => left));
    expect(documents.size).toBe(1);
  });

  test('is not sent in parts beyond the end of the token', async () => {
    const open = parse('{ procedures { code ... @defer { name } } }');
    const who = identityOf({ role: 'officer' }, '1.000894');
    const short = { ...who, untilMs: Date.now() + 500 };
    const left = await leftFor([who, short], { document: open });
    expect(left.map(({ acceptsParts }) => acceptsParts)).toEqual([true, false]);
  });
});

test('a variable that only an object’s prototype has is none', async () => {
  identity = identityOf({ role: 'citizen', citizen: DEMO.husband, scopes: [] }, '1.000894');
  const query = `query ($id: ID = "${DEMO.husband}") { citizen(personalId: $id) { fullName } }`;
  const answer = await ask(product.url, { query, variables: JSON.parse(`{"__proto__": {"id": "${DEMO.groom}"}}`) });
  expect(answer.data.citizen.fullName).toBe('Nguyễn Hoàng Long');
});
