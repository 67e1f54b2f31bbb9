import { type Federation, startFederation } from '../../helpers/federation.js';

/** What is sent to keep a gateway busy: it is refused, or answered, and costs it no more than a moment of CPU. */

/** Twice what a gateway may spend: this process is the client and the registry as well, on a machine that others use, too. */
const CPU_MS_MAX = 2 * 50;

const SDL = `
  type Query { a(x: Int, y: Int): A  node: Node  list(items: [[[Int]]]): Int }
  interface Node { node: Node  nodes: [Node]  n: Int }
  ${Array.from({ length: 30 }, (_, i) => `type T${i} implements Node { node: Node  nodes: [Node]  n: Int  own${i}: A }`).join('\n')}
  type A { a(x: Int): A  b: A  n: Int  m: Int }
`;

let federation: Federation;
beforeAll(async () => {
  const resolvers = { Query: { a: () => ({}), node: () => null, list: () => 1 }, Node: { __resolveType: () => 'T0' } };
  federation = await startFederation({ subgraphs: { one: { sdl: SDL, resolvers } } });
}, 60_000);
afterAll(() => federation?.stop());

const times = (count: number, of: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => of(index)).join(' ');
const chain = (depth: number, field: string, end: string): string =>
  `${`${field} { `.repeat(depth)}${end}${' }'.repeat(depth)}`;
const fragments = (count: number, on: string, of: (index: number) => string) =>
  times(count, (i) => `fragment F${i} on ${on} { ${of(i)} }`);

const DOCUMENTS: Record<string, string> = {
  '10,000 aliases of a scalar': `{ a { ${times(10_000, (i) => `x${i}: n`)} } }`,
  '3,000 aliases, few enough tokens': `{ a { ${times(3_000, (i) => `x${i}: n`)} } }`,
  '2,000 aliases of an object': `{ ${times(2_000, (i) => `x${i}: a { n }`)} }`,
  '10,000 directives': `{ a { n ${times(10_000, () => '@x')} } }`,
  '4,000 directives': `{ a { n ${times(4_000, () => '@x')} } }`,
  '9,000 times one field': `{ a { ${times(9_000, () => 'n')} } }`,
  '1,100 times one root field': `{ ${times(1_100, () => 'a(x: 1) { n }')} }`,
  'one field, each time with other arguments': `{ a { ${times(1_000, (i) => `a(x: ${i}) { n }`)} } }`,
  'one field, each time with other fields': `{ a { ${times(1_400, (i) => `b { ${i % 2 ? 'n' : 'm'} }`)} } }`,
  'one field in one another': `{ a { ${times(480, () => chain(5, 'a', 'n'))} } }`,
  'two fields under one name': `{ a { ${times(1_600, () => 'x: n x: m')} } }`,
  '1,000 fragments': `{ a { ${times(1_000, (i) => `...F${i}`)} } } ${fragments(1_000, 'A', () => 'n')}`,
  '200 fragments': `{ a { ${times(200, (i) => `...F${i}`)} } } ${fragments(200, 'A', () => 'n a { n } a { m }')}`,
  '100 fragments of all the others': `{ a { ${times(100, (i) => `...F${i}`)} } } ${fragments(100, 'A', (i) => `${times(90, (j) => `...F${(i + j) % 100}`)} n`)}`,
  'a circle of fragments': `{ a { ...F0 } } ${fragments(90, 'A', (i) => `...F${(i + 1) % 90}`)}`,
  'a circle of 1,000 fragments': `{ a { ...F0 } } ${fragments(1_000, 'A', (i) => `...F${(i + 1) % 1_000}`)}`,
  'circles of everything': `{ a { ...F0 } } ${fragments(50, 'A', () => `a { ${times(49, (j) => `...F${j}`)} }`)}`,
  'fragments that double': `{ a { ...F0 } } ${fragments(50, 'A', (i) => (i < 49 ? `a { ...F${i + 1} } b { ...F${i + 1} }` : 'n'))}`,
  'as deep as may be': `{ ${chain(95, 'a', 'n')} }`,
  'far too deep': `{ ${chain(5_000, 'a', 'n')} }`,
  'deep lists': `{ list(items: ${'['.repeat(5_000)}${']'.repeat(5_000)}) }`,
  '9,000 unknown fields': `{ a { ${times(9_000, (i) => `f${i}`)} } }`,
  '300,000 comments': `${'#\n'.repeat(300_000)}{ a { n } }`,
  'a string of 900 kB': `{ a(x: "${'x'.repeat(900_000)}") { n } }`,
  '2,000 variables': `query (${times(2_000, (i) => `$v${i}: Int`)}) { a { n } }`,
  '800 operations': times(800, (i) => `query Q${i} { a { n } }`),
  'all types at each step': `{ node ${'{ node '.repeat(8)} { ${times(30, (i) => `... on T${i} { own${i} { n } nodes { n } }`)} } ${'}'.repeat(8)} }`,
  'all types in one another': `{ node { ...F0 } } ${fragments(40, 'Node', (i) =>
    i < 39 ? `... on T1 { node { ...F${i + 1} } } ... on T2 { node { ...F${i + 1} } }` : 'n',
  )}`,
};

async function cpuMsOf(query: string): Promise<{ ms: number; status: number; text: string }> {
  const before = process.cpuUsage();
  const { status, text } = await federation.ask(query);
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1_000, status, text };
}

test.each(Object.entries(DOCUMENTS))('%s', async (_, document) => {
  // The least of several, each another text, because the machine and the compiler have work of their own.
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run += 1) {
    const { ms, status, text } = await cpuMsOf(`${document} ${' '.repeat(run)}`);
    expect([200, 400]).toContain(status);
    expect(text).not.toContain('INTERNAL_SERVER_ERROR');
    least = Math.min(least, ms);
  }
  expect(least).toBeLessThan(CPU_MS_MAX);
  expect((await federation.ask('{ a { n } }')).status).toBe(200);
});
