import { changed } from '../../helpers/faulty-subgraph.js';
import { type Answer, type Federation, startFederation } from '../../helpers/federation.js';

const FIELDS = `
  good: String  last: Boolean
  int: Int  float: Float  string: String  id: ID  boolean: Boolean  mood: Mood  date: Date
  ints: [Int]  matrix: [[Int]]  moods: [Mood]
  part: Part  parts: [Part]  node: Node  nodes: [Node]  hit: Hit
  mustInt: Int!  mustPart: Part!  mustInts: [Int!]  mustParts: [Part!]!
`;
const TYPES = `
  enum Mood { GOOD BAD }
  scalar Date
  type Part @shareable { no: Int  must: Int! }
  interface Node { no: Int }
  type Leaf implements Node @shareable { no: Int }
  type Twig implements Node @shareable { no: Int }
  union Hit = Leaf | Twig
`;
const RIGHT: Record<string, unknown> = {
  good: 'fine',
  last: true,
  int: 1,
  float: 1.5,
  string: 'text',
  id: 'x',
  boolean: true,
  mood: 'GOOD',
  date: '2026-01-01',
  ints: [1, null],
  matrix: [[1], []],
  moods: ['GOOD', 'BAD'],
  part: { no: 1, must: 2 },
  parts: [{ no: 1, must: 2 }],
  node: { __typename: 'Leaf', no: 1 },
  nodes: [{ __typename: 'Twig', no: 2 }],
  hit: { __typename: 'Leaf', no: 3 },
  mustInt: 1,
  mustPart: { no: 1, must: 2 },
  mustInts: [1],
  mustParts: [{ no: 1, must: 2 }],
};

/** Two subgraphs with the same fields: one is asked from the root, one for entities. */
const SUBGRAPHS = {
  roots: {
    sdl: `type Query { box: Box  entity: Entity } type Box { ${FIELDS} } type Entity @key(fields: "key") { key: ID! } ${TYPES}`,
    resolvers: { Query: { box: () => RIGHT, entity: () => ({ key: 'e' }) } },
  },
  entities: {
    sdl: `type Entity @key(fields: "key") { key: ID!  ${FIELDS} } ${TYPES}`,
    resolvers: { Entity: { __resolveReference: ({ key }: { key: string }) => ({ key, ...RIGHT }) } },
  },
};

let federation: Federation;
beforeAll(async () => {
  federation = await startFederation({
    subgraphs: SUBGRAPHS,
    config: { limits: { fetchMs: 30_000, requestMs: 60_000 } },
  });
});
afterAll(() => federation?.stop());

const SELECTION: Record<string, string> = {
  part: '{ n: no must }',
  parts: '{ n: no must }',
  node: '{ __typename no }',
  nodes: '{ ... on Leaf { no } ... on Twig { no } }',
  hit: '{ ... on Leaf { no } ... on Twig { no } }',
  mustPart: '{ n: no must }',
  mustParts: '{ must }',
};

/** Asks for one field, which the subgraph answers with `wrong`, under an alias and beside right ones. */
async function askWith(place: 'root' | 'entity', field: string, wrong: unknown): Promise<Answer> {
  const name = place === 'root' ? 'roots' : 'entities';
  federation.subgraph(name).behave(
    changed(({ data }: { data: Record<string, unknown> }) => {
      const object = (data.box ?? (data._entities as unknown[] | undefined)?.[0]) as
        | Record<string, unknown>
        | undefined;
      if (object) object[field] = wrong;
      return { data };
    }),
  );
  const top = place === 'root' ? 'box' : 'entity';
  const query = `{ top: ${top} { before: good x: ${field} ${SELECTION[field] ?? ''} after: last } }`;
  const answer = await federation.ask(query);
  federation.subgraph(name).behave();
  return answer;
}

/** An unlikely text, which must be in no answer and no line of the log. */
const SECRET = 'secret-048090000001';

/** What stands in the place of a right value, what the client then has there, and where, below it, the errors are. */
const CASES: [field: string, what: string, wrong: unknown, becomes: unknown, ...at: (string | number)[][]][] = [
  ['int', 'a word', SECRET, null, []],
  ['int', 'digits with a word', '12 apples', null, []],
  ['int', 'a fraction', 1.5, null, []],
  ['int', 'what is too large', 2 ** 31, null, []],
  ['int', 'what is too small', -(2 ** 31) - 1, null, []],
  ['int', 'what is far too large', 1e300, null, []],
  ['int', 'an object', { secret: SECRET }, null, []],
  ['int', 'a list', [1], null, []],
  ['int', 'an empty text', '', null, []],
  ['float', 'a word', SECRET, null, []],
  ['float', 'the word NaN', 'NaN', null, []],
  ['float', 'the word Infinity', 'Infinity', null, []],
  ['float', 'an object', {}, null, []],
  ['string', 'an object', { secret: SECRET }, null, []],
  ['string', 'a list', [SECRET], null, []],
  ['id', 'an object', { secret: SECRET }, null, []],
  ['id', 'a list', ['x'], null, []],
  ['id', 'a boolean', true, null, []],
  ['id', 'a fraction', 1.5, null, []],
  ['boolean', 'a word', 'true', null, []],
  ['boolean', 'an object', {}, null, []],
  ['boolean', 'a list', [], null, []],
  ['mood', 'a value that the enum has not', SECRET, null, []],
  ['mood', 'a number', 0, null, []],
  ['mood', 'a value in other letters', 'good', null, []],
  ['mood', 'what every object has', 'constructor', null, []],
  ['mood', 'a list', ['GOOD'], null, []],
  ['moods', 'one wrong item', ['GOOD', SECRET, 'BAD'], ['GOOD', null, 'BAD'], [1]],
  ['ints', 'a number that is no list', 1, null, []],
  ['ints', 'an object', { 0: 1, length: 1 }, null, []],
  ['ints', 'a word, which is not a list of letters', 'abc', null, []],
  ['ints', 'wrong items', [1, SECRET, 3, {}], [1, null, 3, null], [1], [3]],
  ['ints', 'a list in the list', [1, [2]], [1, null], [1]],
  ['matrix', 'a flat list', [1, 2], [null, null], [0], [1]],
  ['matrix', 'one wrong item', [[1, SECRET], null], [[1, null], null], [0, 1]],
  ['part', 'a word', SECRET, null, []],
  ['part', 'a number', 5, null, []],
  ['part', 'a boolean', true, null, []],
  ['part', 'a list', [{ no: 1, must: 2 }], null, []],
  ['part', 'a field of the wrong kind', { no: SECRET, must: 2 }, { n: null, must: 2 }, ['n']],
  ['part', 'a field that is missing', { must: 2 }, { n: null, must: 2 }, ['n']],
  ['part', 'a field that must be there and is missing', { no: 1 }, null, ['must']],
  ['part', 'a field that must be there and is null', { no: 1, must: null }, null, ['must']],
  ['part', 'a field that must be there and is wrong', { no: 1, must: SECRET }, null, ['must']],
  ['part', 'nothing but other fields', { secret: SECRET, must: 2 }, { n: null, must: 2 }, ['n']],
  ['parts', 'an object', { no: 1, must: 2 }, null, []],
  [
    'parts',
    'one wrong item',
    [{ no: 1, must: 2 }, SECRET, { no: 3, must: 4 }],
    [{ n: 1, must: 2 }, null, { n: 3, must: 4 }],
    [1],
  ],
  ['parts', 'a list in the list', [[{ no: 1, must: 2 }]], [null], [0]],
  [
    'parts',
    'an item without what must be there',
    [{ no: 1 }, { no: 1, must: 2 }],
    [null, { n: 1, must: 2 }],
    [0, 'must'],
  ],
  ['node', 'a type that nobody knows', { __typename: SECRET, no: 1 }, null, []],
  ['node', 'a type that is no node', { __typename: 'Part', no: 1 }, null, []],
  ['node', 'a type that is no name', { __typename: 5, no: 1 }, null, []],
  ['node', 'no type', { no: 1 }, null, []],
  ['node', 'a word', SECRET, null, []],
  [
    'nodes',
    'one of an unknown type',
    [
      { __typename: SECRET, no: 1 },
      { __typename: 'Twig', no: 2 },
    ],
    [null, { no: 2 }],
    [0],
  ],
  ['hit', 'a type that is not in the union', { __typename: 'Box' }, null, []],
  ['hit', 'a type of what every object has', { __typename: 'constructor' }, null, []],
];

describe.each(['root', 'entity'] as const)('asked from the %s, a subgraph that gives', (place) => {
  test.each(CASES)('for "%s" %s', async (...[field, , wrong, becomes, ...at]) => {
    const answer = await askWith(place, field, wrong);
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ top: { before: 'fine', x: becomes, after: true } });
    expect(answer.errors?.map(({ path }) => path)).toEqual(at.map((below) => ['top', 'x', ...below]));
    const registry = place === 'root' ? 'roots' : 'entities';
    for (const { extensions } of answer.errors!) {
      expect(extensions).toEqual({ code: 'INVALID_REGISTRY_ANSWER', registry, reason: 'SOURCE_DOWN' });
    }
    expect(answer.text + federation.logLines.join()).not.toContain('048090000001');
  });

  test.each<[field: string, what: string, wrong: unknown, ...at: (string | number)[]]>([
    ['mustInt', 'null', null],
    ['mustInt', 'a word', SECRET],
    ['mustPart', 'a list', []],
    ['mustPart', 'no field that must be there', { no: 1 }, 'must'],
    ['mustParts', 'a null item', [{ must: 1 }, null], 1],
    ['mustParts', 'a wrong field in an item', [{ must: 1 }, { must: SECRET }], 1, 'must'],
  ])(
    'for "%s", where there must be one, %s, loses the object above and no more',
    async (...[field, , wrong, ...at]) => {
      const answer = await askWith(place, field, wrong);
      expect(answer.data).toEqual({ top: null });
      expect(answer.errors?.map(({ path, extensions }) => [path, extensions?.code])).toEqual([
        [['top', 'x', ...at], 'INVALID_REGISTRY_ANSWER'],
      ]);
      expect(answer.text).not.toContain('048090000001');
    },
  );

  test('a list with a null where there must be none loses the list, not the object', async () => {
    const answer = await askWith(place, 'mustInts', [1, null]);
    expect(answer.data).toEqual({ top: { before: 'fine', x: null, after: true } });
    expect(answer.errors?.map(({ path }) => path)).toEqual([['top', 'x', 1]]);
  });

  test.each<[field: string, what: string, given: unknown, becomes: unknown]>([
    ['part', 'fields that nobody asked for', { no: 1, must: 2, secret: SECRET, __proto__: 1 }, { n: 1, must: 2 }],
    ['part', 'null', null, null],
    ['ints', 'an empty list', [], []],
    ['int', 'digits', '12', 12],
    ['int', 'a whole number with a point', 3.0, 3],
    ['int', 'the largest', 2 ** 31 - 1, 2 ** 31 - 1],
    ['int', 'a boolean', true, 1],
    ['float', 'a whole number', 3, 3],
    ['string', 'a number', 5, '5'],
    ['string', 'a boolean', false, 'false'],
    ['id', 'a number', 5, '5'],
    ['boolean', 'a number', 1, true],
    ['date', 'whatever a scalar of their own may be', { year: [2026] }, { year: [2026] }],
  ])('for "%s" %s gives what GraphQL makes of it, without an error', async (...[field, , given, becomes]) => {
    const answer = await askWith(place, field, given);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({ top: { before: 'fine', x: becomes, after: true } });
    expect(answer.text).not.toContain('048090000001');
  });
});
