import { type Federation, startFederation } from '../../helpers/federation.js';
import { expectStockAnswer, type StockGateway, startStockGateway } from '../../helpers/stock-gateway.js';

const MEDIA = [
  { __typename: 'Book', id: 'b1', title: 'Truyen Kieu', pages: 300, maker: { id: 'm1' }, code: 'B', part: { n: 1 } },
  { __typename: 'Film', id: 'f1', title: 'Mui du du xanh', minutes: 104, maker: { id: 'm2' }, code: null, part: null },
  { __typename: 'Book', id: 'b2', title: 'Chi Pheo', pages: 90, maker: { id: 'm2' }, code: 'C', part: { n: 2 } },
];
const mediumOf = ({ id }: { id: string }) => MEDIA.find((medium) => medium.id === id) ?? null;

/**
 * An interface whose types disagree in a subgraph on whether a field may be null, so that the planner has to give the field
 * another name in its fetch and give it its own back in the answer; and one that another subgraph extends as an object.
 */
const SUBGRAPHS = {
  catalog: {
    sdl: `
      type Query { media: [Media!]!  medium(id: ID!): Media  shelf: Shelf  pick: [Pick!]! }
      interface Media @key(fields: "id") { id: ID!  title: String! }
      type Book implements Media @key(fields: "id") {
        id: ID!  title: String!  pages: Int  maker: Maker! @shareable  code: String! @shareable  part: Part @shareable
      }
      type Film implements Media @key(fields: "id") {
        id: ID!  title: String!  minutes: Int  maker: Maker  code: String  part: Part
      }
      type Part @shareable { n: Int }
      type Maker @key(fields: "id") { id: ID! }
      type Shelf @key(fields: "id") { id: ID!  media(first: Int): [[Media!]] }
      union Pick = Book | Film | Shelf
    `,
    resolvers: {
      Query: {
        media: () => MEDIA,
        medium: (_: unknown, reference: { id: string }) => mediumOf(reference),
        shelf: () => ({ id: 's1' }),
        pick: () => [MEDIA[1], MEDIA[0], { __typename: 'Shelf', id: 's1' }],
      },
      Media: { __resolveReference: mediumOf, __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Book: { __resolveReference: mediumOf },
      Film: { __resolveReference: mediumOf },
      Shelf: {
        media: (_: unknown, { first }: { first?: number }) => [MEDIA.slice(0, first ?? 3), null, []],
      },
    },
  },
  scores: {
    sdl: `
      type Query { best: Media  worst: [Media] }
      type Media @key(fields: "id") @interfaceObject { id: ID!  score: Int  votes(atLeast: Int = 0): [Vote!]! }
      type Vote { by: Maker  medium: Media }
      type Maker @key(fields: "id") { id: ID!  voted: Int }
    `,
    resolvers: {
      Query: { best: () => ({ id: 'b1' }), worst: () => [{ id: 'f1' }, null, { id: 'gone' }] },
      Media: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        score: ({ id }: { id: string }) => id.charCodeAt(0),
        votes: ({ id }: { id: string }) => [{ by: { id: 'm1' }, medium: { id: id === 'b1' ? 'f1' : 'b1' } }],
      },
      Maker: { voted: () => 3 },
    },
  },
  makers: {
    sdl: `
      type Maker @key(fields: "id") { id: ID!  name: String!  country: Country }
      enum Country { VN FR }
      type Book @key(fields: "id") { id: ID!  maker: Maker @shareable  code: String @shareable  part: Part @shareable }
      type Part @shareable { n: Int }
    `,
    resolvers: {
      Maker: {
        __resolveReference: ({ id }: { id: string }) => ({
          id,
          name: `maker ${id}`,
          country: id === 'm1' ? 'VN' : 'FR',
        }),
      },
      Book: { __resolveReference: mediumOf },
    },
  },
};

let federation: Federation;
let stock: StockGateway;
beforeAll(async () => {
  federation = await startFederation({ subgraphs: SUBGRAPHS });
  stock = await startStockGateway(federation);
});
afterAll(async () => {
  await stock?.stop();
  await federation?.stop();
});

const QUERIES: [name: string, query: string, variables?: Record<string, unknown>][] = [
  ['an interface of several types', '{ media { __typename id title ... on Book { pages } ... on Film { minutes } } }'],
  ['a field that an interface object adds', '{ media { id score } }'],
  ['the same on one type only', '{ media { ... on Book { score pages } ... on Film { minutes } } }'],
  ['an interface object at the root', '{ best { id score } }'],
  [
    'an interface object whose type another subgraph knows',
    '{ best { __typename title ... on Book { pages } } worst { __typename score title } }',
  ],
  [
    'from an interface object to the interface and back',
    '{ best { votes { medium { __typename title score votes { by { name voted } } } } } }',
  ],
  [
    'lists of lists of an interface',
    '{ shelf { media(first: 2) { __typename title score ... on Book { maker { name } } } } }',
  ],
  ['a field of one name that differs in its null', '{ media { ... on Book { code } ... on Film { code } } }'],
  [
    'an object of one name that differs in its null',
    '{ media { ... on Book { part { n } } ... on Film { part { n } } } }',
  ],
  [
    'an entity of one name that differs in its null',
    '{ media { ... on Book { maker { name country } } ... on Film { maker { name voted } } } }',
  ],
  [
    'the same behind an alias',
    '{ media { ... on Book { x: maker { name } y: code } ... on Film { x: maker { name } y: code } } }',
  ],
  [
    'the same in a list of lists',
    '{ shelf { media { ... on Film { code maker { name } } ... on Book { code maker { name } } } } }',
  ],
  [
    'a union with an interface in it',
    '{ pick { __typename ... on Media { title score } ... on Shelf { id media { score } } } }',
  ],
  [
    'a union whose types differ in a null',
    '{ pick { ... on Film { maker { id name } } ... on Book { maker { id name } } } }',
  ],
  [
    'fragments on the interface inside fragments on its types',
    '{ media { ...M ... on Book { ...M } } } fragment M on Media { id score ... on Film { maker { name } } }',
  ],
  [
    'a condition on a renamed field',
    'query ($a: Boolean!) { media { ... on Book { code @include(if: $a) maker { name @skip(if: $a) id } } ... on Film { code maker { name } } } }',
    { a: true },
  ],
  [
    'an entity that the interface does not know',
    '{ a: medium(id: "none") { score } worst { id score ... on Film { minutes } } }',
  ],
  [
    'arguments on a field of an interface object',
    'query ($n: Int) { media { votes(atLeast: $n) { by { id name } } } }',
    { n: 2 },
  ],
];

describe('interfaces, unions and interface objects answer what the stock gateway answers:', () => {
  for (const [name, query, variables] of QUERIES) {
    test(name, async () => {
      const { data } = await expectStockAnswer({ federation, stock }, query, variables);
      expect(data).toBeTruthy();
    });
  }
});

test('these queries are such that the planner has to rename', () => {
  const sent = federation.requestsTo('catalog').map(({ query }) => query);
  expect(sent.some((query) => /__alias_\d/.test(query))).toBe(true);
});

test('an error at a renamed field is at the name that the client gave it', async () => {
  federation.subgraph('catalog').behave(async ({ response, honest }) => {
    const { data } = await honest();
    const media = (data as { media: Record<string, unknown>[] }).media;
    const renamed = Object.keys(media[1]!).find((name) => name.includes('__alias_'))!;
    media[1]![renamed] = null;
    const errors = [{ message: 'no code', path: ['media', 1, renamed], extensions: { code: 'NOT_FOUND' } }];
    response.end(JSON.stringify({ data, errors }));
  });
  const { errors } = await federation.ask('{ media { ... on Book { code } ... on Film { code } } }');
  expect(errors).toEqual([
    { message: 'no code', path: ['media', 1, 'code'], extensions: { code: 'NOT_FOUND', registry: 'catalog' } },
  ]);
  federation.subgraph('catalog').behave();
});
