import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, type Federation, startFederation } from '../../helpers/federation.js';

/** Every limit, and what is just within it, at each door; and that hostile documents are refused before they cost anything. */

const SDL = `
  type Query { a(x: Int): A  b: A  list(first: Int): [A] @federation__listSize(slicingArguments: ["first"])
    dear: A @federation__cost(weight: 500)  add(numbers: [Int]): Int }
  type A { a: A  n: Int  m: Int }
`;
const LIMITS = {
  tokensMax: 1_000,
  depthMax: 8,
  aliasesMax: 5,
  rootFieldsMax: 6,
  directivesMax: 3,
  fragmentsMax: 10,
  repeatsMax: 12,
  listItemsMax: 9,
  pageItemsMax: 50,
  costMax: 400,
  batchMax: 3,
};

const times = (count: number, of: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => of(index)).join(' ');
const nested = (depth: number): string => (depth === 0 ? 'n' : `a { ${nested(depth - 1)} }`);
/** Fragments that spread the next one six times each. */
const sixfold = (count: number) =>
  `{ b { ...F0 } } ${times(count, (i) => `fragment F${i} on A { ${times(6, () => `...F${i + 1}`)} }`)} fragment F${count} on A { n }`;

/** By limit: what is refused, with what the refusal says, and what is not. */
const CASES: Record<string, { over: string; says: string; within: string; code?: string }> = {
  depth: { over: `{ ${nested(8)} }`, says: '8', within: `{ ${nested(6)} }` },
  comments: {
    over: `${'#\n'.repeat(1_001)}{ b { n } }`,
    says: '1000 comments',
    within: `${'#\n'.repeat(1_000)}{ b { n } }`,
  },
  aliases: {
    over: `{ ${times(6, (i) => `x${i}: b { n }`)} }`,
    says: '5 aliases',
    within: `{ ${times(5, (i) => `x${i}: b { n }`)} b: b { n: n } }`,
  },
  'aliases spread out': {
    over: '{ b { ...F a { ...F } } } fragment F on A { x: n y: n z: n }',
    says: '5 aliases',
    within: '{ b { ...F } a { m } } fragment F on A { x: n y: n z: n }',
  },
  'root fields': {
    over: `{ ${times(7, () => 'b { n }')} }`,
    says: '6 fields of the root',
    within: `{ ${times(6, () => 'b { n }')} }`,
  },
  'root fields spread out': {
    over: '{ ...F ... { ...F } b { m } } fragment F on Query { a { n } b { n } add }',
    says: '6 fields of the root',
    within: '{ ...F ... { ...F } } fragment F on Query { a { n } b { n } add }',
  },
  directives: {
    over: `{ b ${times(4, () => '@skip(if: false)')} { n } }`,
    says: '3 directives',
    within: '{ b @skip(if: false) @include(if: true) { n } }',
  },
  fragments: {
    over: `{ b { ${times(11, (i) => `...F${i}`)} } } ${times(11, (i) => `fragment F${i} on A { n }`)}`,
    says: '10 fragments',
    within: `{ b { ${times(10, (i) => `...F${i}`)} } } ${times(10, (i) => `fragment F${i} on A { n }`)}`,
  },
  'repeated fields': {
    over: `{ b { ${times(13, () => 'a { n }')} } }`,
    says: '12 times',
    within: `{ b { ${times(12, () => 'a { n }')} } }`,
  },
  'fields spread out': {
    over: sixfold(4),
    says: 'more than 1000 fields',
    within: sixfold(3),
  },
  'a list': {
    over: '{ add(numbers: [1,2,3,4,5,6,7,8,9,10]) }',
    says: 'at most 9',
    within: '{ add(numbers: [1,2,3,4,5,6,7,8,9]) }',
  },
  'a page': { over: '{ list(first: 51) { n } }', says: '50 items', within: '{ list(first: 50) { n } }' },
  'the cost': {
    over: '{ dear { n } }',
    says: 'cost 500, and at most 400',
    within: '{ list(first: 20) { a { a { n } } } }',
    code: 'OPERATION_TOO_DEAR',
  },
};

let federation: Federation;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-operations-'));
  for (const [name, { over, within }] of Object.entries(CASES)) {
    for (const [kind, text] of Object.entries({ over, within })) {
      writeFileSync(join(folder, `${kind}-${name}.graphql`), named(text, `${kind}_${name.replaceAll(' ', '_')}`));
    }
  }
  const a = {};
  const resolvers = {
    Query: {
      a: () => a,
      b: () => a,
      dear: () => a,
      list: (_: unknown, { first }: { first: number }) => Array(Math.min(first, 3)).fill(a),
      add: () => 1,
    },
    A: { a: () => a, n: () => 1, m: () => 2 },
  };
  federation = await startFederation({
    subgraphs: { one: { sdl: SDL, resolvers } },
    config: { limits: LIMITS },
    gateway: { operationsFolder: folder },
  });
}, 60_000);
afterAll(async () => {
  await federation?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const named = (text: string, name: string) => text.replace(/^((?:#\n)*)\{/, `$1query ${name} {`);

async function answered(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, ...JSON.parse(text) };
}

const post = async (body: unknown) =>
  answered(
    await fetch(`${federation.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );

const hashOf = (query: string) => ({
  persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
});

const DOORS: Record<string, (query: string) => Promise<Answer>> = {
  POST: (query) => post({ query }),
  GET: async (query) =>
    answered(
      await fetch(`${federation.url}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { 'content-type': 'application/json' },
      }),
    ),
  APQ: (query) => post({ query, extensions: hashOf(query) }),
  batch: async (query) => {
    const answer = await post([{ query: '{ b { n } }' }, { query }]);
    const [first, second] = JSON.parse(answer.text);
    expect(first.data).toEqual({ b: { n: 1 } });
    // A list is answered with 200 whatever its items come to.
    return { ...answer, status: second.errors ? 400 : answer.status, ...second };
  },
};

describe.each(Object.entries(DOORS))('at the door %s', (_, ask) => {
  test.each(Object.entries(CASES))('%s', async (_, { over, within, says, code = 'OPERATION_TOO_LARGE' }) => {
    const refused = await ask(over);
    expect([refused.status, refused.errors?.[0]?.extensions?.code]).toEqual([400, code]);
    expect(refused.errors?.[0]?.message).toContain(says);
    expect(refused.data ?? null).toBeNull();
    const taken = await ask(within);
    expect([taken.status, taken.errors]).toEqual([200, undefined]);
  });
});

/** What guards nothing but validation is not asked of what the operators have registered. */
const OF_TEXTS = new Set(['comments', 'fragments', 'repeated fields']);

test.each(Object.entries(CASES))(
  'as a registered operation: %s',
  async (name, { says, code = 'OPERATION_TOO_LARGE' }) => {
    const id = (kind: string) => `${kind}_${name.replaceAll(' ', '_')}`;
    const taken = await post({ documentId: id('within') });
    expect([taken.status, taken.errors]).toEqual([200, undefined]);
    const over = await post({ documentId: id('over') });
    if (OF_TEXTS.has(name)) expect(over.status).toBe(200);
    // One that isn't valid is not registered.
    else if (name === 'directives') expect(over.status).toBe(404);
    else {
      expect([over.status, over.errors?.[0]?.extensions?.code]).toEqual([400, code]);
      expect(over.errors?.[0]?.message).toContain(says);
    }
  },
);

test('more tokens than may be are refused', async () => {
  const answer = await post({ query: `{ b { ${'n '.repeat(1_000)} } }` });
  expect([answer.status, answer.data]).toEqual([400, undefined]);
});

test('the cost is what the variables make it', async () => {
  const query = 'query ($n: Int!) { list(first: $n) { a { a { a { a { a { a { n } } } } } } } }';
  expect((await post({ query, variables: { n: 50 } })).status).toBe(200);
  const dear = 'query ($n: Int!, $x: Boolean!) { list(first: $n) { n } dear @include(if: $x) { n } }';
  expect((await post({ query: dear, variables: { n: 1, x: false } })).status).toBe(200);
  expect((await post({ query: dear, variables: { n: 1, x: true } })).errors?.[0]?.extensions).toEqual({
    code: 'OPERATION_TOO_DEAR',
    cost: { estimated: 501, max: 400 },
  });
});

test('a page that is not asked for by exactly one argument is the client’s mistake, if it is asked for', async () => {
  const answer = await post({ query: '{ list { n } }' });
  expect([answer.status, answer.errors?.[0]?.extensions?.code]).toEqual([400, 'BAD_USER_INPUT']);
  expect(answer.errors?.[0]?.message).toContain('exactly one of first');
  const query = 'query ($x: Boolean!) { b { n } list @include(if: $x) { n } }';
  expect((await post({ query, variables: { x: false } })).status).toBe(200);
});

describe('extensions.cost', () => {
  const query = '{ list(first: 20) { a { n } } }';

  test('is told who asks, by extensions or header', async () => {
    const expected = { estimated: 40, max: 400, actual: 6 };
    expect((await post({ query, extensions: { cost: true } })).extensions).toEqual({ cost: expected });
    expect((await federation.ask(query, {}, { cost: 'true' })).extensions).toEqual({ cost: expected });
    const both = await post({ query, extensions: { cost: true, provenance: true } });
    expect(Object.keys(both.extensions ?? {}).sort()).toEqual(['cost', 'provenance']);
  });

  test('and nobody else', async () => {
    expect((await post({ query })).extensions).toBeUndefined();
    expect((await post({ query, extensions: { cost: 'yes' } })).extensions).toBeUndefined();
  });

  test('the metrics tell both', async () => {
    const page = await (await fetch(`${federation.url}/metrics`)).text();
    expect(page).toMatch(/lien_thong_operation_cost_count\{kind="estimated"\} \d+/);
    expect(page).toMatch(/lien_thong_operation_cost_count\{kind="actual"\} \d+/);
  });
});
