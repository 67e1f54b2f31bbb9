import { createHash } from 'node:crypto';
import { callerOf } from '../../../gateway/cache/entry.js';
import { readLifetimes } from '../../../gateway/cache/lifetimes.js';
import { compose } from '../../../gateway/supergraph/compose.js';
import { loadSchema } from '../../../gateway/supergraph/load.js';
import { FEDERATION } from '../../helpers/federation.js';

const DIRECTIVE = `
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean)
    on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum CacheControlScope { PUBLIC PRIVATE }
`;

const lifetimesOf = (sdls: Record<string, string>, undeclaredMs = 0) => {
  const files = Object.entries(sdls).map(([name, sdl]) => {
    return { name, url: `http://${name}`, file: `${name}.graphql`, text: FEDERATION + sdl };
  });
  const composition = compose(files);
  if (!composition.ok) throw new Error(composition.problems.join());
  return readLifetimes(loadSchema(composition.supergraphSdl), { undeclaredMs });
};
const P = 'type P @key(fields: "id")';

const NEVER_STALE = { whileRevalidateMs: 0, ifErrorMs: 0 };

test('each subgraph’s hints are its own', () => {
  const lifetimes = lifetimesOf({
    a: `${DIRECTIVE} type Query { p: P } ${P} @cacheControl(maxAge: 10) { id: ID!  x: Int }`,
    b: `${DIRECTIVE} ${P} @cacheControl(maxAge: 20, scope: PRIVATE) { id: ID!  y: Int @cacheControl(maxAge: 5) }`,
    c: `${P} { id: ID!  z: Int }`,
  });
  expect(['a', 'b', 'c'].map((name) => lifetimes.ofType(name, 'P'))).toEqual([
    { freshMs: 10_000, ...NEVER_STALE, isPrivate: false },
    { freshMs: 20_000, ...NEVER_STALE, isPrivate: true },
    undefined,
  ]);
  const ofField = (subgraph: string, field: string) =>
    lifetimes.ofField(subgraph, { type: 'P', field, within: lifetimes.ofType(subgraph, 'P') });
  expect(ofField('a', 'x')).toEqual({ freshMs: 10_000, ...NEVER_STALE, isPrivate: false });
  expect(ofField('b', 'y')).toEqual({ freshMs: 5_000, ...NEVER_STALE, isPrivate: true });
  expect(ofField('c', 'z')).toBeUndefined();
});

test('what composition keeps of one subgraph’s hints is not another’s', () => {
  const link =
    'extend schema @link(url: "https://example.com/cacheControl/v1.0", import: ["@cacheControl"]) @composeDirective(name: "@cacheControl")';
  const lifetimes = lifetimesOf({
    a: `${link} ${DIRECTIVE} type Query { p: P } ${P} @cacheControl(maxAge: 10) { id: ID!  x: Int }`,
    b: `${P} { id: ID!  name: String }`,
  });
  expect(lifetimes.ofType('a', 'P')).toEqual({ freshMs: 10_000, ...NEVER_STALE, isPrivate: false });
  expect(lifetimes.ofType('b', 'P')).toBeUndefined();
});

test('a type that is private without a lifetime makes all its fields private', () => {
  const lifetimes = lifetimesOf({
    a: `${DIRECTIVE} type Query { p: P } ${P} @cacheControl(scope: PRIVATE) { id: ID!  x: Int @cacheControl(maxAge: 9) }`,
  });
  expect(lifetimes.ofField('a', { type: 'P', field: 'x', within: undefined })).toEqual({
    freshMs: 9_000,
    ...NEVER_STALE,
    isPrivate: true,
  });
});

test('root types keep their hints under whatever name', () => {
  const sdl = `${DIRECTIVE} schema { query: Root } type Root { n: Int @cacheControl(maxAge: 3)  m: Int }`;
  const lifetimes = lifetimesOf({ a: sdl });
  const at = (field: string) => lifetimes.ofField('a', { type: 'Query', field, within: undefined });
  expect([at('n'), at('m')]).toEqual([{ freshMs: 3_000, ...NEVER_STALE, isPrivate: false }, undefined]);
});

test('without any hint nothing lives, unless a lifetime is given to everything', () => {
  const sdls = { a: `type Query { p: P } ${P} { id: ID! }` };
  expect(lifetimesOf(sdls)).toMatchObject({ isEmpty: true });
  const trial = lifetimesOf(sdls, 7_000);
  expect(trial.isEmpty).toBe(false);
  expect(trial.ofField('a', { type: 'Query', field: 'p', within: undefined })).toEqual({
    freshMs: 7_000,
    ...NEVER_STALE,
    isPrivate: false,
  });
});

test('a caller is told from others by a hash of the headers that go on', () => {
  const schema = { id: 'f'.repeat(64) } as never;
  const forwarded = { authorization: `Bearer ${'x'.repeat(4_000)}` };
  const hash = createHash('sha256').update(JSON.stringify(forwarded)).digest('base64');
  expect(callerOf({ forwarded, schema } as never)).toBe(`\n${'f'.repeat(16)} ${hash}`);
  expect(callerOf({ forwarded: {}, schema } as never)).toBe(`\n${'f'.repeat(16)}`);
});
