import {
  copyOf,
  type JsonObject,
  meet,
  merge,
  objectsAt,
  pathsAt as placesOf,
  readTemplate,
} from '../../../gateway/execution/paths.js';

/** The paths of the objects at a template; they MUST be the objects that a fetch would be made for. */
const pathsAt = (value: JsonObject, ...template: (string | number)[]) => {
  const places = placesOf(value, readTemplate(template));
  expect([...places.keys()]).toEqual(objectsAt(value, readTemplate(template)));
  return [...places.values()].flat();
};

describe('the places at a template', () => {
  test('are the objects of a list, with their indexes', () => {
    expect(pathsAt({ a: [{}, {}] }, 'a', '@')).toEqual([
      ['a', 0],
      ['a', 1],
    ]);
  });

  test('go through lists of lists, announced or not', () => {
    const value = { a: [[{ b: {} }], [], [{ b: {} }, { b: {} }]] };
    const expected = [
      ['a', 0, 0, 'b'],
      ['a', 2, 0, 'b'],
      ['a', 2, 1, 'b'],
    ];
    expect(pathsAt(value, 'a', '@', '@', 'b')).toEqual(expected);
    expect(pathsAt(value, 'a', '@', 'b')).toEqual(expected);
  });

  test('leave out what is null, absent or no object', () => {
    expect(pathsAt({ a: [null, { b: null }, {}, { b: 1 }, { b: {} }] }, 'a', '@', 'b')).toEqual([['a', 4, 'b']]);
    expect(pathsAt({}, 'a')).toEqual([]);
    expect(pathsAt({}, 'constructor')).toEqual([]);
    expect(pathsAt({}, '__proto__')).toEqual([]);
  });

  test('of an empty template are where one stands', () => {
    expect(pathsAt({ a: 1 })).toEqual([[]]);
    expect(pathsAt({ a: 1 }, '')).toEqual([[]]);
  });

  test('are those of one object, however many of them share it', () => {
    const shared = {};
    const value = { a: [{ b: shared }, { b: {} }, { b: shared }] };
    const template = readTemplate(['a', '@', 'b']);
    expect(objectsAt(value, template)).toHaveLength(2);
    expect(placesOf(value, template).get(shared)).toEqual([
      ['a', 0, 'b'],
      ['a', 2, 'b'],
    ]);
  });

  test('of a template with types are the objects of these types, and those that do not say theirs', () => {
    const of = (type: string) => ({ __typename: type, b: {} });
    const value = { a: [of('X'), of('Y'), of('Z'), { b: {} }] };
    expect(pathsAt(value, 'a', '@|[X,Z]', 'b')).toEqual([
      ['a', 0, 'b'],
      ['a', 2, 'b'],
      ['a', 3, 'b'],
    ]);
    expect(pathsAt({ a: of('X') }, 'a|[Y]', 'b')).toEqual([]);
    expect(pathsAt({ a: of('X') }, 'a|[X]', 'b')).toEqual([['a', 'b']]);
    expect(pathsAt({ __typename: 'Query', a: {} }, '|[Mutation]', 'a')).toEqual([['a']]);
  });
});

const merged = (target: JsonObject, source: JsonObject, abstractTypes?: ReadonlySet<string>) => {
  merge(target, source, abstractTypes);
  return target;
};

describe('merging', () => {
  test('adds fields to objects and to the items of lists', () => {
    expect(merged({ a: [{ b: 1 }, { b: 2 }] }, { a: [{ c: 3 }, { c: 4 }] })).toEqual({
      a: [
        { b: 1, c: 3 },
        { b: 2, c: 4 },
      ],
    });
  });

  test('goes through lists of lists', () => {
    expect(merged({ a: [[{ b: 1 }]] }, { a: [[{ c: 2 }]] })).toEqual({ a: [[{ b: 1, c: 2 }]] });
  });

  test('never takes an object away for a null', () => {
    expect(merged({ a: { b: 1 }, c: [{ d: 1 }] }, { a: null, c: [null] })).toEqual({ a: { b: 1 }, c: [{ d: 1 }] });
  });

  test('puts an object in the place of a null', () => {
    expect(merged({ a: null, c: [null] }, { a: { b: 1 }, c: [{ d: 1 }] })).toEqual({ a: { b: 1 }, c: [{ d: 1 }] });
  });

  test('leaves every prototype as it was', () => {
    const target = merged({}, JSON.parse('{"__proto__": {"bad": 1}, "constructor": {"prototype": {"bad": 1}}}'));
    expect(Object.keys(target)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
    expect(({} as { bad?: number }).bad).toBeUndefined();
  });
});

describe('the type of an object', () => {
  const abstract = new Set(['Media']);

  test('is not taken away by the name of an interface, which is all that the side of an interface object knows', () => {
    expect(merged({ __typename: 'Book' }, { __typename: 'Media', a: 1 }, abstract)).toEqual({
      __typename: 'Book',
      a: 1,
    });
  });

  test('takes the place of the name of an interface', () => {
    expect(merged({ __typename: 'Media' }, { __typename: 'Book' }, abstract)).toEqual({ __typename: 'Book' });
  });
});

test('a copy is equal and shares no object and no list', () => {
  const value = JSON.parse('{"a": [{"b": [1, null, "x"]}], "__proto__": {"c": true}, "d": null}');
  const copy = copyOf(value);
  expect(copy).toEqual(value);
  expect(Object.keys(copy)).toEqual(['a', '__proto__', 'd']);
  copy.a[0].b.push(2);
  expect(value.a[0].b).toHaveLength(3);
});

test('two paths meet when one begins with the other', () => {
  expect(meet(['a'], ['a', 0])).toBe(true);
  expect(meet(['a', 0], ['a'])).toBe(true);
  expect(meet([], ['a'])).toBe(true);
  expect(meet(['a', 0], ['a', 1])).toBe(false);
  expect(meet(['a', 0], ['a', '0'])).toBe(false);
});
