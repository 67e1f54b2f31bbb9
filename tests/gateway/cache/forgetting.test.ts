import type { StoredField } from '../../../gateway/cache/entry.js';
import { Follower } from '../../../gateway/cache/follower.js';
import { LookUps, MemoryStore, WholeAnswers } from '../../../gateway/cache/index.js';
import { Invalidation } from '../../../gateway/cache/invalidation.js';
import { TRUSTED_MS, Trust } from '../../../gateway/cache/trust.js';
import { DEFAULTS } from '../../../gateway/config.js';
import type { Changes, OperationExchange, ReadChanges } from '../../../gateway/context.js';
import { FetchError } from '../../../gateway/errors.js';
import { loadSchema } from '../../../gateway/supergraph/load.js';
import { composeOrFail, type Federation, logInto, startFederation, until } from '../../helpers/federation.js';

const PEOPLE = `
  directive @cacheControl(maxAge: Int, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT
  directive @changeFeed(path: String!) on SCHEMA
  extend schema @changeFeed(path: "/changes")
  type Query { person(id: ID!, deep: Boolean): Person }
  type Person @key(fields: "id") @cacheControl(maxAge: 3600) { id: ID!  name: String }
`;
const schema = loadSchema(composeOrFail({ people: { sdl: PEOPLE } }, () => 'http://127.0.0.1:1/graphql'));
const NAME = 'people Person {"id":"1"}';
const untils = { freshUntilMs: 1e15, revalidateUntilMs: 1e15, ifErrorUntilMs: 1e15 };
const field = (value: unknown): StoredField => {
  return { value, refs: [], records: [], retrievedAtMs: 0, ...untils, tier: 'MEMORY' };
};
const nothing = (position: string): Changes => ({ position, isGap: false, changes: [] });

let near: MemoryStore;
let trust: Trust;
let nowMs: number;
beforeEach(() => {
  near = new MemoryStore(1e6);
  nowMs = Date.parse('2026-11-25T00:00:00Z');
  trust = new Trust({ now: () => nowMs });
});
const remember = (name = NAME) => near.write([{ name, fields: new Map([['name', field('old')]]) }], near.moment);
const knows = (name = NAME) => near.look(name) !== undefined;

/** Follows a subgraph that tells what `answers` say, one by one, and then nothing. */
function follow(answers: readonly (Changes | Error)[]) {
  const asked: (string | undefined)[] = [];
  const read: ReadChanges = async ({ after, signal }) => {
    const answer = answers[asked.length];
    asked.push(after);
    // Time to remember something before the next is told.
    if (asked.length > 1) await new Promise((resolve) => setTimeout(resolve, 50));
    if (answer instanceof Error) throw answer;
    if (answer) return answer;
    if (signal.aborted) throw signal.reason;
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const invalidation = new Invalidation({
    ...{ store: near, near, notices: undefined, hasForgotten: () => true, trust },
    ...{ clock: { now: () => nowMs }, log: logInto([]), changes: () => read },
  });
  invalidation.use(schema);
  return { asked, invalidation };
}

test('what was remembered before a registry was heard is forgotten when it is: nobody told what changed until then', async () => {
  remember();
  remember('others Person {"id":"1"}');
  const before = near.moment;
  const { asked, invalidation } = follow([nothing('f:7')]);
  await until(() => asked.length === 2);
  expect(knows()).toBe(false);
  // Nor is what was under way then written after it.
  near.write([{ name: NAME, fields: new Map([['name', field('old')]]) }], before);
  expect(knows()).toBe(false);
  expect(knows('others Person {"id":"1"}')).toBe(true);
  expect(trust.sinceMs('people')).toBe(0);
  await invalidation.stop();
});

test('what a registry tells is forgotten, by key and by look-up, and nothing else', async () => {
  const lookUp = 'people Query {"field":"person","args":{"deep":true,"id":"1"}}';
  const change = (type: string, key: Record<string, unknown>) => ({ type, key });
  const all = [
    change('Person', { id: 1 }),
    change('Query', { field: 'person', args: { id: '1', deep: true } }),
    change('Query', { field: 'nobody', args: {} }),
    change('Elsewhere', { id: '1' }),
  ];
  const { asked, invalidation } = follow([nothing('f:1'), { position: 'f:2', isGap: false, changes: all }]);
  await until(() => asked.length >= 2);
  for (const name of [NAME, lookUp, 'people Person {"id":"2"}']) remember(name);
  await until(() => asked.length === 3);
  expect(knows()).toBe(false);
  expect(knows(lookUp)).toBe(false);
  expect(knows('people Person {"id":"2"}')).toBe(true);
  expect(asked).toEqual([undefined, 'f:1', 'f:2']);
  await invalidation.stop();
});

test('a gap, or a change of everything, forgets everything', async () => {
  for (const answer of [
    { ...nothing('g:1'), isGap: true },
    { ...nothing('f:2'), changes: [{ all: true as const }] },
  ]) {
    const { asked, invalidation } = follow([nothing('f:1'), answer]);
    await until(() => asked.length >= 2);
    remember();
    await until(() => !knows());
    await invalidation.stop();
  }
});

test('a place that is refused is given up, with what was remembered', async () => {
  const refused = new FetchError('refused', 'tells no changes: HTTP 400', { subgraph: 'people' });
  const { asked, invalidation } = follow([nothing('f:1'), nothing('f:1'), refused, nothing('g:5')]);
  await until(() => asked.length >= 3, 5_000);
  remember();
  await until(() => asked.length === 5, 5_000);
  expect(asked.slice(3)).toEqual([undefined, 'g:5']);
  expect(knows()).toBe(false);
  await invalidation.stop();
});

test('a registry that fails is asked again from where it was; meanwhile nothing is trusted for long', async () => {
  const fails = Array.from({ length: 4 }, () => new Error('gone'));
  const { asked, invalidation } = follow([nothing('f:1'), ...fails, nothing('f:1')]);
  await until(() => asked.length >= 3);
  nowMs += TRUSTED_MS + 1;
  expect(trust.sinceMs('people')).toBe(nowMs - TRUSTED_MS);
  expect(trust.sinceMs('others')).toBe(0);
  await until(() => asked.length === 7, 5_000);
  expect(asked.slice(1)).toEqual(asked.slice(1).map(() => 'f:1'));
  await invalidation.stop();
});

test('one that answers at once that nothing has changed is asked once a second', async () => {
  let asked = 0;
  const follower = new Follower({
    ...{ source: 'people', trust, clock: { now: () => Date.now() } },
    read: async () => {
      asked += 1;
      return nothing('f:1');
    },
    begin: async () => 'f:1',
    heed: async () => {},
    interrupted: (position) => position,
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(asked).toBe(1);
  await follower.stop();
});

test('a clock that is put back makes nobody heard', () => {
  trust.expect('people');
  trust.hear('people', nowMs);
  nowMs -= 3_600_000;
  expect(trust.sinceMs('people')).toBe(nowMs - TRUSTED_MS);
});

test('an answer of two moments is not remembered', async () => {
  const lookUps = new LookUps();
  const answers = new WholeAnswers({ room: near.room, clock: { now: () => nowMs }, trust, lookUps });
  const exchange = {
    ...{ document: {}, operation: { operation: 'query' }, variables: {}, acceptsParts: false, schema },
    provenance: { noteLater: () => {}, given: () => [], noteEntities: () => {}, entities: () => [] },
    context: { forwarded: {} },
  } as unknown as OperationExchange;
  const found = () => ({ entries: new Map([[NAME, near.look(NAME)]]), slots: new Map() }) as never;
  let asked = 0;
  const ask = (between: () => void) =>
    answers.step(exchange, async () => {
      asked += 1;
      const at = { provenance: exchange.provenance, subgraph: 'people' };
      answers.rests(at, found());
      between();
      answers.rests(at, found());
      return { data: { a: asked }, provenance: exchange.provenance };
    });
  remember();
  await ask(() => {
    near.drop([NAME]);
    remember();
  });
  await ask(() => {});
  expect(asked).toBe(2);
  expect((await ask(() => {})).data).toEqual({ a: 2 });
  expect(asked).toBe(2);
  near.drop([NAME]);
  remember();
  await ask(() => {});
  expect(asked).toBe(3);
});

describe('an answer that is not worked out yet', () => {
  const defer = () =>
    near.defer(['a', 'b'], {
      ...{ since: near.moment, bytes: 1_000 },
      writes: () => ['a', 'b'].map((name) => ({ name, fields: new Map([['name', field(name)]]) })),
    });

  test('is worked out when one of its entities is wanted', () => {
    expect(defer()).toBe(true);
    expect(near.stats().bytes).toBeGreaterThan(1_000);
    expect(near.read([{ name: 'b' }])[0]?.get('name')?.value).toBe('b');
    expect(near.read([{ name: 'a' }])[0]?.get('name')?.value).toBe('a');
  });

  test('is given up with any of them, since it would be held on to as a whole', () => {
    defer();
    near.drop(['a']);
    expect(near.stats()).toMatchObject({ entries: 0, bytes: 0 });
  });

  test('writes nothing of what was forgotten after it was asked for', () => {
    const { moment } = near;
    near.drop(['a']);
    near.defer(['a', 'b'], {
      ...{ since: moment, bytes: 10 },
      writes: () => ['a', 'b'].map((name) => ({ name, fields: new Map([['name', field(name)]]) })),
    });
    expect(near.read([{ name: 'a' }, { name: 'b' }]).map((entry) => entry?.size)).toEqual([undefined, 1]);
  });
});

test('an entity does not grow without end', () => {
  for (let at = 0; at < 1_000; at += 1) {
    near.write([{ name: NAME, fields: new Map([[`f${at}`, field(at)]]) }], near.moment);
  }
  expect(near.look(NAME)!.size).toBeLessThanOrEqual(256);
  expect(near.look(NAME)!.get('f999')?.value).toBe(999);
});

describe('over HTTP', () => {
  let federation: Federation;
  let name: string;
  let id: string | null;
  const TOKEN = 'a token of the test';
  beforeEach(async () => {
    [name, id] = ['old', '1'];
    const sdl = PEOPLE.replace('extend schema @changeFeed(path: "/changes")', '');
    const person = () => ({ __typename: 'Person', id: () => id, name: () => name });
    federation = await startFederation({
      subgraphs: { people: { sdl, resolvers: { Query: { person } } } },
      config: { cache: { ...DEFAULTS.cache, token: TOKEN } },
    });
  });
  afterEach(() => federation?.stop());
  const ask = async () => (await federation.ask('{ person(id: "1") { name } }')).data.person;

  test('a read that began before a change is nobody’s who asks after it, and is not remembered', async () => {
    let answer = () => {};
    federation.subgraph('people').behave(async ({ response, honest }) => {
      const body = JSON.stringify(await honest());
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      response.setHeader('content-type', 'application/json').end(body);
    });
    const first = ask();
    await until(() => federation.requestsTo('people').length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    name = 'new';
    federation.subgraph('people').behave(undefined);
    const response = await fetch(`${federation.url}/cache/invalidate`, {
      ...{ method: 'POST', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' } },
      body: JSON.stringify({ subgraph: 'people', changes: [{ type: 'Person', key: { id: '1' } }] }),
    });
    expect(response.status).toBe(200);
    const second = ask();
    await until(() => federation.requestsTo('people').length === 2);
    answer();
    expect(await second).toEqual({ name: 'new' });
    expect(await first).toEqual({ name: 'old' });
    expect(await ask()).toEqual({ name: 'new' });
  });

  test('a key that was asked for besides, and fails, costs the answer nothing', async () => {
    id = null;
    expect(await ask()).toEqual({ name: 'old' });
    expect(await ask()).toEqual({ name: 'old' });
    expect(federation.requestsTo('people')).toHaveLength(3);
  });
});
