import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { buildSchema } from 'graphql';
import type { JsonObject } from '../../../gateway/execution/paths.js';
import { compileRepresentation, type IsDamaged } from '../../../gateway/execution/representations.js';

const schema = buildSchema(`
  type Query { media: [Media] }
  interface Media { id: ID! }
  type Book implements Media { id: ID!  size: Size }
  type Film implements Media { id: ID! }
  type Size { w: Int  h: Int }
`);
const ID = { kind: 'Field' as const, name: 'id' };
const TYPENAME = { kind: 'Field' as const, name: '__typename' };
const of = (typeCondition: string, ...selections: object[]) => [
  { kind: 'InlineFragment' as const, typeCondition, selections: [TYPENAME, ...selections] as never },
];
const SIZE = { kind: 'Field' as const, name: 'size', selections: [{ kind: 'Field' as const, name: 'w' }] };
const compile = (requires: QueryPlanSelectionNode[] = of('Book', ID)) => {
  const represent = compileRepresentation(requires, { schema, rewrites: [] });
  return (object: JsonObject, isDamaged: IsDamaged = () => false) => represent.textOf(object, isDamaged);
};
const book = (id: unknown, more: JsonObject = {}) => ({ __typename: 'Book', id, ...more });

test('is the JSON text of what is required, and of nothing else', () => {
  const represent = compile();
  expect(represent(book('1', { other: true }))).toBe('{"__typename":"Book","id":"1"}');
  expect(represent(book('1'))).toBe(represent(book('1', { size: null })));
  expect(represent(book('2'))).not.toBe(represent(book('1')));
});

test('entities are equal only if their whole representations are', () => {
  const represent = compile(of('Book', ID, SIZE));
  const [one, other, again] = [{ w: 1 }, { w: 2 }, { w: 1, h: 9 }].map((size) => represent(book('1', { size })));
  expect(one).toBe('{"__typename":"Book","id":"1","size":{"w":1}}');
  expect(other).not.toBe(one);
  expect(again).toBe(one);
});

test.each(['plain', 'two "quotes"', 'a\\b', 'line\nend', '\u0000', '\ud800 half', 'Đà Nẵng', '💧', '', '{"id":"1"}'])(
  'a key is written as JSON writes it: %j',
  (id) => {
    const plain = compile()(book(id));
    expect(plain).toBe(JSON.stringify(book(id)));
    expect(compile(of('Book', ID, SIZE))(book(id, { size: null }))).toBe(JSON.stringify(book(id, { size: null })));
  },
);

test('a number and the same digits are two entities, and so are null and a word', () => {
  const texts = [1, '1', null, 'null', true, 'true'].map((id) => compile()(book(id)));
  expect(new Set(texts).size).toBe(texts.length);
});

test('objects of another type are passed over, and those that do not say theirs', () => {
  expect(compile()({ __typename: 'Film', id: '1' })).toBeUndefined();
  expect(compile()({ id: '1' })).toBeUndefined();
  expect(compile(of('Media', ID))({ __typename: 'Film', id: '1' })).toBe('{"__typename":"Film","id":"1"}');
});

describe('an object that lacks what is required is blocked', () => {
  const represent = compile(of('Book', ID, SIZE));

  test('when a field of it, or below it, is absent; null is not absent', () => {
    expect(represent(book('1'))).toBeNull();
    expect(represent(book('1', { size: {} }))).toBeNull();
    expect(represent(book('1', { size: [{ w: 1 }, {}] }))).toBeNull();
    expect(compile()({ __typename: 'Book' })).toBeNull();
    expect(represent(book('1', { size: null }))).toBe('{"__typename":"Book","id":"1","size":null}');
  });

  test('when a field of it, or below it, is null by an error', () => {
    const size = { w: null };
    const object = book('1', { size });
    const damaged = (at: JsonObject, field: string) => (each: JsonObject, name: string) =>
      each === at && name === field;
    expect(represent(object)).toBe('{"__typename":"Book","id":"1","size":{"w":null}}');
    expect(represent(object, damaged(object, 'size'))).toBeNull();
    expect(represent(object, damaged(size, 'w'))).toBeNull();
    expect(compile()(object, damaged(object, 'id'))).toBeNull();
    expect(represent(object, damaged(size, 'h'))).not.toBeNull();
  });
});

test('what every object has is not taken for a field', () => {
  const named = { kind: 'Field' as const, name: 'constructor' };
  expect(compile(of('Book', named))({ __typename: 'Book' })).toBeNull();
  expect(compile(of('Book', named))({ __typename: 'Book', constructor: 'C' })).toBe(
    '{"__typename":"Book","constructor":"C"}',
  );
});
