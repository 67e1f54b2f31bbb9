import { buildSchema } from 'graphql';
import type { JsonObject } from '../../../gateway/execution/paths.js';
import { representationsOf } from '../../../gateway/execution/representations.js';

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
const build = (objects: JsonObject[], requires = of('Book', ID)) =>
  representationsOf(
    objects.map((value, index) => ({ path: [index], value })),
    requires,
    { schema, rewrite: () => {} },
  );
const book = (id: string, more: JsonObject = {}) => ({ __typename: 'Book', id, ...more });

test('an entity that stands at several places is asked for once', () => {
  const { values, places } = build([book('1'), book('2'), book('1', { other: true })]);
  expect(values).toEqual([book('1'), book('2')]);
  expect(places.map((at) => at.map(({ path }) => path))).toEqual([[[0], [2]], [[1]]]);
});

test('entities are equal only if their whole representations are', () => {
  const requires = of('Book', ID, { kind: 'Field', name: 'size', selections: [{ kind: 'Field', name: 'w' }] });
  const { values } = build(
    [book('1', { size: { w: 1 } }), book('1', { size: { w: 2 } }), book('1', { size: { w: 1, h: 9 } })],
    requires,
  );
  expect(values).toEqual([book('1', { size: { w: 1 } }), book('1', { size: { w: 2 } })]);
});

test('objects of another type are passed over', () => {
  expect(build([{ __typename: 'Film', id: '1' }, { id: '2' }])).toEqual({ values: [], places: [], blocked: [] });
  expect(build([{ __typename: 'Film', id: '1' }], of('Media', ID)).values).toEqual([{ __typename: 'Film', id: '1' }]);
});

test('a place that lacks what is required is blocked; null is not lacking', () => {
  const requires = of('Book', ID, { kind: 'Field', name: 'size', selections: [{ kind: 'Field', name: 'w' }] });
  const { values, blocked } = build([book('1'), book('2', { size: null })], requires);
  expect(values).toEqual([book('2', { size: null })]);
  expect(blocked.map(({ path }) => path)).toEqual([[0]]);
});
