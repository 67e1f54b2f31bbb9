import { createOracle } from '../helpers/oracle.js';
import { differences } from '../helpers/oracle-scenario.js';

/** What the scenarios compare with must itself be able to say no. */
const at = (...path: (string | number)[]) => ({ message: 'm', path });
const oracle = { data: { a: [{ b: 1, c: null }, null] }, errors: [at('a', 0, 'c'), at('a', 1, 'd')] };
const answer = (data: unknown, ...errors: ReturnType<typeof at>[]) => ({ status: 200, text: '', data, errors });

test('an answer with the data and the errors of the oracle has no differences', () => {
  expect(differences(answer(oracle.data, at('a', 1, 'd'), at('a', 0, 'c')), oracle)).toEqual([]);
});

test.each([
  ['another value', answer({ a: [{ b: 2, c: null }, null] }, ...oracle.errors)],
  ['another order of fields', answer({ a: [{ c: null, b: 1 }, null] }, ...oracle.errors)],
  ['a field too many', answer({ a: [{ b: 1, c: null, d: 1 }, null] }, ...oracle.errors)],
  ['no data', answer(null, ...oracle.errors)],
  ['an error too few', answer(oracle.data, at('a', 0, 'c'))],
  ['an error too many', answer(oracle.data, ...oracle.errors, at('a', 0, 'b'))],
  ['an error twice', answer(oracle.data, ...oracle.errors, at('a', 0, 'c'))],
  ['an error elsewhere', answer(oracle.data, at('a', 0, 'b'), at('a', 1, 'd'))],
  ['another status', { ...answer(oracle.data, ...oracle.errors), status: 500 }],
])('%s is a difference', (_name, different) => {
  expect(differences(different, oracle)).not.toEqual([]);
  expect(differences(different, oracle, { anyOfOnePlace: true })).not.toEqual([]);
});

test('of the errors that empty one place any may be named where that is allowed, but one of the oracle must be', () => {
  const two = { data: { a: null }, errors: [at('a', 0, 'b')] };
  const ours = answer({ a: null }, at('a', 0, 'b'), at('a', 1, 'b'));
  expect(differences(ours, two)).not.toEqual([]);
  expect(differences(ours, two, { anyOfOnePlace: true })).toEqual([]);
  expect(differences(answer({ a: null }, at('a', 1, 'b')), two, { anyOfOnePlace: true })).not.toEqual([]);
});

describe('the oracle', () => {
  const failing = new Set<string>();
  const made = createOracle({
    subgraphs: {
      one: {
        sdl: 'type Query { cat: Cat  animal: Animal }  interface Animal { name: String }  type Cat implements Animal @key(fields: "name") { name: String }',
      },
      two: { sdl: 'type Cat @key(fields: "name") { name: String  age: Int! }' },
    },
    resolvers: {
      Query: { cat: () => ({ name: 'Mướp' }), animal: () => ({ __typename: 'Cat', name: 'Mun' }) },
      Animal: { name: ({ name }: { name: string }) => `${name}!` },
      Cat: { age: ({ name }: { name: string }) => name.length },
    },
    failing,
  });

  test('answers from all subgraphs, by the resolvers of a type and of its interfaces', async () => {
    const { data, errors, resolved } = await made.ask('{ cat { age name } animal { name } }');
    expect(JSON.stringify(data)).toBe('{"cat":{"age":4,"name":"Mướp!"},"animal":{"name":"Mun!"}}');
    expect(errors).toEqual([]);
    expect([...resolved].sort()).toEqual(['Animal.name', 'Cat.age', 'Cat.name', 'Query.animal', 'Query.cat']);
  });

  test('fails where it is told to, with the path', async () => {
    failing.add('Cat.age');
    const { data, errors } = await made.ask('{ c: cat { age } animal { name } }');
    failing.clear();
    expect(JSON.stringify(data)).toBe('{"c":null,"animal":{"name":"Mun!"}}');
    expect(errors.map(({ path }) => path)).toEqual([['c', 'age']]);
  });

  test('refuses a question that its schema has not', async () => {
    await expect(made.ask('{ dog }')).rejects.toThrow('Cannot query field "dog"');
  });
});
