import type { Identity } from '../../../gateway/identity.js';
import { NOBODY } from '../../../gateway/identity.js';
import { identityOf } from '../../helpers/callers.js';
import { type Answer, type Federation, startFederation } from '../../helpers/federation.js';

const SHOP = `
  type Query {
    open: String
    me: User @authenticated
    products: [Product!]
    anyProduct: Product
    things: [Thing]
    grid: [[Cell]]
    nodes: [Node]
    shelf: [Shelf]
    locked: Locked
    closed: String! @authenticated
  }
  type Mutation { open: String close: String @authenticated }
  type User @key(fields: "id") { id: ID! name: String email: String @requiresScopes(scopes: [["email", "pii"], ["admin"]]) }
  type Product @key(fields: "id") { id: ID! name: String cost: Int @policy(policies: [["staff", "margin"], ["owner"]]) }
  union Thing = Book | Secret
  type Locked @key(fields: "code") { code: String @authenticated label: String }
  type Book { title: String pages: Int @authenticated }
  type Secret @authenticated { text: String }
  type Cell { x: Int y: Int @authenticated must: Int! @authenticated }
  interface Node { id: ID! label: String }
  type Plain implements Node { id: ID! label: String }
  type Guarded implements Node { id: ID! label: String @authenticated }
  scalar Money @authenticated
  interface Kept { a: Int b: Int }
  type Cup implements Kept { a: Int b: Int }
  type Safe implements Kept @authenticated { a: Int b: Int }
  union Shelf = Cup | Book | Safe
`;
const STOCK = `
  type Product @key(fields: "id") {
    id: ID!
    cost: Int @external
    price: Int @requires(fields: "cost") @policy(policies: [["staff", "margin"], ["owner"]])
    stock: Int
  }
  type Locked @key(fields: "code") { code: String size: Int }
`;

let federation: Federation;
let identity: Identity = NOBODY;
const MEMBER = identityOf({ role: 'officer', scopes: [] });
const withScopes = (...scopes: string[]) => identityOf({ scopes });

beforeAll(async () => {
  federation = await startFederation({
    subgraphs: {
      shop: {
        sdl: SHOP,
        resolvers: {
          Mutation: { open: () => 'opened', close: () => 'closed' },
          Query: {
            open: () => 'open',
            closed: () => 'closed',
            me: () => ({ id: '1', name: 'Mai', email: 'mai@example.vn' }),
            products: () => [
              { id: '1', name: 'one', cost: 3 },
              { id: '2', name: 'two', cost: 5 },
            ],
            things: () => [
              { __typename: 'Book', title: 'a', pages: 7 },
              { __typename: 'Secret', text: 'hidden' },
              null,
            ],
            grid: () => [[{ x: 1, y: 2, must: 3 }, null], null, [{ x: 4, y: 5, must: 6 }]],
            locked: () => ({ code: 'k-17', label: 'a box' }),
            shelf: () => [
              { __typename: 'Cup', a: 1, b: 2 },
              { __typename: 'Book', title: 'c' },
            ],
            nodes: () => [
              { __typename: 'Plain', id: '1', label: 'plain' },
              { __typename: 'Guarded', id: '2', label: 'guarded' },
            ],
          },
        },
      },
      stock: {
        sdl: STOCK,
        resolvers: {
          Locked: {
            __resolveReference: (reference: { code: string }) => ({ ...reference, size: reference.code.length }),
          },
          Product: {
            __resolveReference: (reference: { id: string; cost?: number }) => ({
              ...reference,
              price: (reference.cost ?? 0) * 2,
              stock: 9,
            }),
          },
        },
      },
    },
    gateway: { identify: () => identity },
  });
});
afterAll(() => federation?.stop());

/** Asks as somebody, and gives the answer with what the subgraphs were asked for it. */
async function as(
  who: Identity,
  query: string,
  variables?: Record<string, unknown>,
): Promise<Answer & { sent: string }> {
  identity = who;
  const before = ['shop', 'stock'].map((name) => federation.requestsTo(name).length);
  const answer = await federation.ask(query, variables);
  const sent = ['shop', 'stock']
    .flatMap((name, at) => federation.requestsTo(name).slice(before[at]))
    .map(({ query }) => query);
  return { ...answer, sent: sent.join('\n') };
}

const pathsOf = ({ errors = [] }: Answer) => errors.map(({ path }) => path?.join('.'));

describe('@authenticated', () => {
  test('what asks for nothing is answered to nobody', async () => {
    expect((await as(NOBODY, '{ open }')).data).toEqual({ open: 'open' });
  });
  test('a field is null and never asked for; the rest is answered', async () => {
    const { data, sent, errors } = await as(NOBODY, '{ open me { name } }');
    expect(data).toEqual({ open: 'open', me: null });
    expect(errors?.[0]).toMatchObject({ path: ['me'], extensions: { code: 'NOT_PERMITTED', rule: 'authentication' } });
    expect(sent).not.toMatch(/me|name/);
  });
  test('for who says who asks it is read', async () => {
    expect((await as(MEMBER, '{ me { name } }')).data).toEqual({ me: { name: 'Mai' } });
  });
  test('a field that may not be null takes its object with it', async () => {
    const { data, errors } = await as(NOBODY, '{ open closed }');
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
  });
  test('in lists of lists every object has its own null, as deep as may be null', async () => {
    const { data, errors } = await as(NOBODY, '{ grid { x y } }');
    expect(data).toEqual({ grid: [[{ x: 1, y: null }, null], null, [{ x: 4, y: null }]] });
    expect(pathsOf({ errors } as Answer)).toEqual(['grid.0.0.y', 'grid.2.0.y']);
    const must = await as(NOBODY, '{ grid { x must } }');
    expect(must.data).toEqual({ grid: [[null, null], null, [null]] });
  });
  test('in a union only the types that ask for it are closed', async () => {
    const query = '{ things { __typename ... on Book { title pages } ... on Secret { text } } }';
    const { data, errors, sent } = await as(NOBODY, query);
    expect(data.things).toEqual([
      { __typename: 'Book', title: 'a', pages: null },
      { __typename: 'Secret', text: null },
      null,
    ]);
    expect(pathsOf({ errors } as Answer)).toEqual(['things.0.pages', 'things.1.text']);
    expect(sent).not.toMatch(/pages|text/);
    expect((await as(MEMBER, query)).data.things[1]).toEqual({ __typename: 'Secret', text: 'hidden' });
  });
  test('by an interface of which one type is closed nothing is read, by the type itself it is', async () => {
    const query = '{ shelf { ... on Kept { a } ... on Cup { b } ... on Book { title } } }';
    expect((await as(NOBODY, query)).data.shelf).toEqual([{ a: null, b: 2 }, { title: 'c' }]);
    expect((await as(MEMBER, query)).data.shelf[0]).toEqual({ a: 1, b: 2 });
  });
  test('what is needed only as a key is fetched, and never shown', async () => {
    const { data, text, sent } = await as(NOBODY, '{ locked { code label size } }');
    expect(data).toEqual({ locked: { code: null, label: 'a box', size: 4 } });
    expect(text).not.toMatch(/k-17/);
    expect(sent).toMatch(/code/);
    expect((await as(NOBODY, '{ locked { label } }')).sent).not.toMatch(/code/);
  });
  test('by its interface a field is read only where all that implement it let it be', async () => {
    const { data } = await as(NOBODY, '{ nodes { id label } }');
    expect(data.nodes).toEqual([
      { id: '1', label: null },
      { id: '2', label: null },
    ]);
    const byType = await as(NOBODY, '{ nodes { id ... on Plain { label } ... on Guarded { label } } }');
    expect(byType.data.nodes).toEqual([
      { id: '1', label: 'plain' },
      { id: '2', label: null },
    ]);
    expect((await as(MEMBER, '{ nodes { id label } }')).data.nodes[1]).toEqual({ id: '2', label: 'guarded' });
  });
});

test('a mutation is closed as a query is, and is not run', async () => {
  const { data, errors, sent } = await as(NOBODY, 'mutation { open close }');
  expect(data).toEqual({ open: 'opened', close: null });
  expect(pathsOf({ errors } as Answer)).toEqual(['close']);
  expect(sent).not.toMatch(/close/);
  expect((await as(NOBODY, 'mutation { close }')).status).toBe(401);
  expect((await as(MEMBER, 'mutation { close }')).data).toEqual({ close: 'closed' });
});

describe('@requiresScopes', () => {
  test.each([
    [[], null],
    [['email'], null],
    [['email', 'pii'], 'mai@example.vn'],
    [['admin'], 'mai@example.vn'],
    [['EMAIL', 'PII'], null],
  ])('with the scopes %j the e-mail is %j', async (scopes, email) => {
    const { data, sent } = await as(withScopes(...scopes), '{ me { name email } }');
    expect(data).toEqual({ me: { name: 'Mai', email } });
    expect(sent.includes('email')).toBe(email !== null);
  });
});

describe('@policy', () => {
  test('a policy that nobody has written never holds', async () => {
    const { data, sent } = await as(withScopes('staff', 'margin', 'owner'), '{ products { name cost } }');
    expect(data.products).toEqual([
      { name: 'one', cost: null },
      { name: 'two', cost: null },
    ]);
    expect(sent).not.toMatch(/cost/);
  });
  test('what rests on a closed field is closed too, and what does not is answered', async () => {
    const { data, sent } = await as(MEMBER, '{ products { id price stock } }');
    expect(data.products[0]).toEqual({ id: '1', price: null, stock: 9 });
    expect(sent).not.toMatch(/cost|price/);
  });
});

describe('there is no way around', () => {
  test.each([
    ['variables', 'query ($yes: Boolean!) { me { name email @include(if: $yes) } }', { yes: true }],
    ['a default', 'query ($yes: Boolean = true) { me { name email @include(if: $yes) } }', {}],
    ['fragments in fragments', '{ me { ...A } } fragment A on User { name ...B } fragment B on User { email }', {}],
    ['the key of the type', '{ me { name ... on User { typeOfObject: email } } }', {}],
    ['both ways at once', '{ me { name email @skip(if: true) ... { email } } }', {}],
  ])('by %s', async (_by, query, variables) => {
    const { text, sent } = await as(MEMBER, query, variables);
    expect(text).not.toMatch(/example/);
    expect(sent).not.toMatch(/email/);
    expect(text).toMatch(/NOT_PERMITTED/);
  });
  test('by a name that stands for the type of an object', async () => {
    const query =
      '{ things { typeOfObject: __typename typeOfObject_: __typename ... on Secret { text } ... on Book { title } } }';
    const { data } = await as(NOBODY, query);
    expect(data.things[1]).toEqual({ typeOfObject: 'Secret', typeOfObject_: 'Secret', text: null });
  });
  test('by @defer: it comes in one piece, without what is closed', async () => {
    identity = MEMBER;
    const response = await fetch(`${federation.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'multipart/mixed;deferSpec=20220824, application/json' },
      body: JSON.stringify({ query: '{ me { name ... @defer { email } } }' }),
    });
    const text = await response.text();
    expect(text).toMatch(/"email":null/);
    expect(text).not.toMatch(/example/);
  });
  test('by asking nothing else: what is left is whether the object is there', async () => {
    const { data, sent } = await as(MEMBER, '{ me { email } }');
    expect(data).toEqual({ me: { email: null } });
    expect(sent).not.toMatch(/email/);
  });
});
