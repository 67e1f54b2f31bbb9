import { type Federation, startFederation } from '../../helpers/federation.js';
import { applied, askInParts, type Incremental } from './parts.js';
import { QUERIES } from './queries.js';
import { DEFERRING_SHOP, ROADS, TOWN } from './subgraphs.js';

let federation: Federation;
const inParts = async (query: string, variables?: Record<string, unknown>) =>
  applied(await (await askInParts(federation.url, { query, variables })).rest());
const withoutDefer = (query: string) => query.replaceAll(/@defer(\([^)]*\))?/g, '');
const named = ({ label = '', path }: Incremental) => `${label} ${path.join('.')}`;

describe('all parts together are the answer of the operation without @defer, when it defers', () => {
  beforeAll(async () => {
    federation = await startFederation({ subgraphs: DEFERRING_SHOP });
  });
  afterAll(() => federation?.stop());

  test.each(QUERIES)('%s', async (...[, query, parts, variables]) => {
    const plain = await federation.ask(withoutDefer(query), variables);
    expect(plain.errors).toBeUndefined();
    // The first time it is planned, the second time the plan is there.
    for (let time = 0; time < 2; time += 1) {
      const { data, errors, entries } = await inParts(query, variables);
      expect(data).toEqual(plain.data);
      expect(errors).toEqual([]);
      expect(entries.map(named).sort()).toEqual([...parts].sort());
    }
    const whole = await federation.ask(query, variables);
    expect(whole.text).toBe(plain.text);
  });
});

describe('an answer in parts', () => {
  beforeAll(async () => {
    federation = await startFederation({ subgraphs: DEFERRING_SHOP });
  });
  afterAll(() => federation?.stop());

  test('holds in each part what was asked for there, by the names of the client, and nothing else', async () => {
    const reader = await askInParts(federation.url, {
      query: `{ x: me { n: name ... @defer(label: "a") { r: reviews { b: body ... @defer(label: "b") { s: stars } } }
        ... @defer(label: "c") { role } } }`,
    });
    const pieces = await reader.rest();
    expect(pieces[0]).toEqual({ data: { x: { n: 'Ada' } }, hasNext: true });
    const { entries } = applied(pieces);
    expect(entries.sort((a, b) => a.label!.localeCompare(b.label!))).toEqual([
      { label: 'a', path: ['x'], data: { r: [{ b: 'bright' }] } },
      { label: 'b', path: ['x', 'r', 0], data: { s: 5 } },
      { label: 'c', path: ['x'], data: { role: 'ADMIN' } },
    ]);
  });

  test('never brings what is deferred in a part before that part', async () => {
    const { entries } = await inParts(`{ me { ... @defer(label: "1") { reviews { ... @defer(label: "2") {
      product { ... @defer(label: "3") { stock } } } } } } }`);
    expect(entries.map(({ label }) => label)).toEqual(['1', '2', '3']);
  });

  test('publishes provenance with the first part, and of that alone', async () => {
    const query = '{ me { name ... @defer { reviews { id } } } }';
    const reader = await askInParts(federation.url, { query, extensions: { provenance: true } });
    const [first, ...rest] = await reader.rest();
    expect(first?.extensions?.provenance).toMatchObject({ records: [{ registry: 'accounts' }] });
    expect(first?.extensions?.provenance).not.toMatchObject({ records: [{}, {}] });
    expect(rest.some(({ extensions }) => extensions)).toBe(false);
  });

  test.each([
    ['there is no object that anything is deferred of', '{ user(id: "nobody") { id ... @defer { name } } }'],
    ['no object is of the type that it is deferred of', '{ node(id: "c1") { id ... on Product @defer { name } } }'],
    ['a condition says no to all that is deferred', '{ me { id ... @defer(if: false) { name } } }'],
    ['a condition leaves out all that is deferred', '{ me { id ... @defer @skip(if: true) { name } } }'],
    ['the planner cannot part it', '{ warehouses { code holds { id ... @defer { volume keeper { badge } } } } }'],
  ])('comes in one piece when %s', async (_, query) => {
    const plain = await federation.ask(withoutDefer(query));
    const answer = await federation.ask(query, {}, { accept: 'multipart/mixed;deferSpec=20220824, application/json' });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.text).toBe(plain.text);
    expect(answer.errors).toBeUndefined();
  });
});

describe('of objects whose types another registry knows', () => {
  beforeAll(async () => {
    federation = await startFederation({ subgraphs: ROADS });
  });
  afterAll(() => federation?.stop());

  test.each([
    ['the type of its own', '{ top { votes ... on Road @defer(label: "a") { length } } }', ['a top.0']],
    [
      'the type twice',
      '{ top { votes ... on Road { ... on Road @defer(label: "a") { length } } ... on Tree { height } } }',
      ['a top.0'],
    ],
    ['any type', '{ top { votes ... @defer(label: "a") { id __typename } } }', ['a top.0', 'a top.1']],
  ])('a deferred fragment comes to those that it is for, with %s', async (_, query, parts) => {
    const plain = await federation.ask(withoutDefer(query));
    expect(plain.errors).toBeUndefined();
    const { data, errors, entries } = await inParts(query);
    expect(data).toEqual(plain.data);
    expect(errors).toEqual([]);
    expect(entries.map(named)).toEqual(parts);
  });
});

describe('a mutation', () => {
  beforeAll(async () => {
    federation = await startFederation({ subgraphs: TOWN });
  });
  afterAll(() => federation?.stop());

  test('has what is deferred below its fields in later parts', async () => {
    const { data, entries } = await inParts(
      'mutation { move(to: "Hue") { to person { id ... @defer(label: "a") { name area } } } visit }',
    );
    expect(data).toEqual({ move: { to: 'Hue', person: { id: '1', name: 'An', area: 4 } }, visit: 1 });
    expect(entries.map(named)).toEqual(['a move.person']);
  });

  test('does its own fields one after another, and none later than the first part', async () => {
    const reader = await askInParts(federation.url, {
      query: `mutation { visit ... @defer { register { id ... @defer(label: "b") { name } } } move(to: "Hue") { to } }`,
    });
    const pieces = await reader.rest();
    expect(pieces[0]?.data).toEqual({ visit: 1, register: { id: '1' }, move: { to: 'Hue' } });
    expect(applied(pieces).entries.map(named)).toEqual(['b register']);
  });
});
