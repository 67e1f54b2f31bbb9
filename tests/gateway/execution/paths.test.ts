import { type JsonObject, meet, merge, placesAt } from '../../../gateway/execution/paths.js';

const pathsAt = (value: JsonObject, ...template: (string | number)[]) =>
  placesAt([{ path: [], value }], template).map(({ path }) => path);

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
  });
});

const merged = (target: JsonObject, source: JsonObject) => {
  merge(target, source);
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

test('two paths meet when one begins with the other', () => {
  expect(meet(['a'], ['a', 0])).toBe(true);
  expect(meet(['a', 0], ['a'])).toBe(true);
  expect(meet([], ['a'])).toBe(true);
  expect(meet(['a', 0], ['a', 1])).toBe(false);
  expect(meet(['a', 0], ['a', '0'])).toBe(false);
});
