import type { FetchDataRewrite } from '@apollo/query-planner';
import { buildSchema } from 'graphql';
import { applyRewrites } from '../../../gateway/execution/rewrites.js';

const schema = buildSchema(`
  type Query { thing: Thing }
  interface Thing { parts: [Part] }
  type Road implements Thing { parts: [Part!] }
  type Tree implements Thing { parts: [Part] }
  type Part { a: Int  b: Int }
`);
const RENAMES: FetchDataRewrite[] = [
  { kind: 'KeyRenamer', path: ['thing', '... on Road', 'parts__alias_0'], renameKeyTo: 'parts' },
];

function renamed(thing: Record<string, unknown>): unknown {
  const data = { thing };
  applyRewrites(schema, RENAMES, data);
  return data.thing;
}

test('a field gets its own name back', () => {
  const thing = { __typename: 'Road', parts__alias_0: [{ a: 1 }] };
  expect(renamed(thing)).toEqual({ __typename: 'Road', parts: [{ a: 1 }] });
});

test('what was asked for under its own name, too, is not lost', () => {
  const thing = { __typename: 'Road', parts: [{ a: 1 }, { a: 2 }], parts__alias_0: [{ b: 3 }, { b: 4 }] };
  const parts = [
    { a: 1, b: 3 },
    { a: 2, b: 4 },
  ];
  expect(renamed(thing)).toEqual({ __typename: 'Road', parts });
});

test('nor is it by an error that made null what was asked for under the other', () => {
  const thing = { __typename: 'Road', parts: [{ a: 1 }], parts__alias_0: null };
  expect(renamed(thing)).toEqual({ __typename: 'Road', parts: [{ a: 1 }] });
});

test('null is null', () => {
  expect(renamed({ __typename: 'Road', parts: null, parts__alias_0: null })).toEqual({
    __typename: 'Road',
    parts: null,
  });
});

test('an object of another type keeps the names that it came with', () => {
  const thing = { __typename: 'Tree', parts: [], parts__alias_0: [{ b: 3 }] };
  expect(renamed({ ...thing })).toEqual(thing);
});
