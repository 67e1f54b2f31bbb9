import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { subgraphFiles } from '../../cli/compose.js';
import { compose, type SubgraphFile } from '../../gateway/supergraph/compose.js';

const file = (name: string, text: string): SubgraphFile => ({
  name,
  url: `http://${name}`,
  file: `${name}.graphql`,
  text,
});
const SCHEMA = join(__dirname, '../../schema');
const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@external", "@requires"])\n';
const problemsOf = (...files: SubgraphFile[]) => {
  const composition = compose(files);
  return composition.ok ? [] : composition.problems;
};

test('what is committed under schema/ is what its subgraphs compose to', () => {
  const composition = compose(subgraphFiles());
  if (!composition.ok) throw new Error(composition.problems.join('\n'));
  for (const [name, text] of Object.entries({ supergraph: composition.supergraphSdl, api: composition.apiSdl })) {
    const committed = readFileSync(join(SCHEMA, `${name}.graphql`), 'utf8');
    if (committed !== text) throw new Error(`schema/${name}.graphql is stale: npm run compose`);
  }
});

test('the same subgraphs give the same bytes', () => {
  expect(compose(subgraphFiles())).toEqual(compose(subgraphFiles()));
});

test('the supergraph does not depend on the order of the files', () => {
  expect(compose(subgraphFiles().reverse())).toMatchObject({
    supergraphSdl: (compose(subgraphFiles()) as { supergraphSdl: string }).supergraphSdl,
  });
});

test('a syntax error names the file and the line, in every file that has one', () => {
  const problems = problemsOf(file('a', 'type Query {\n  a: Int\n'), file('b', 'type Query {\n  b: : Int\n}'));
  expect(problems).toEqual([
    expect.stringMatching(/^a\.graphql:3: Syntax Error/),
    expect.stringMatching(/^b\.graphql:2: Syntax Error/),
  ]);
});

test('a mistake within a subgraph names the file and the line', () => {
  const problems = problemsOf(
    file('good', 'type Query { a: Int }'),
    file('bad', `${LINK}type T @key(fields: "nothing") {\n  id: ID!\n}`),
  );
  expect(problems[0]).toMatch(/^bad\.graphql:2: .*nothing/s);
});

test('a disagreement between subgraphs names a file and a line', () => {
  const problems = problemsOf(
    file('a', `${LINK}type Query { x: Int }`),
    file('b', `${LINK}type Query {\n  x: String\n}`),
  );
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) expect(problem).toMatch(/^[ab]\.graphql(:\d+|, b\.graphql):? /);
});

test('a field that cannot be reached is a problem, not a surprise at run time', () => {
  const problems = problemsOf(
    file('a', `${LINK}type Query { t: T } type T @key(fields: "id") { id: ID! }`),
    file('b', `${LINK}type T @key(fields: "other") { other: ID!  lost: Int }`),
  );
  expect(problems.join('\n')).toContain('lost');
});
