import { connect } from 'node:net';
import type { GraphQLFormattedError } from 'graphql';
import {
  answers500,
  answersBytes,
  answersHalfJson,
  answersHtml,
  changed,
  cutsTheSocket,
  drips,
  type Fault,
  hangs,
  json,
} from '../../helpers/faulty-subgraph.js';
import { type Answer, type ConfigOfTest, type Federation, startFederation, until } from '../../helpers/federation.js';

/** A registry that is well beside one that is not. */
const SUBGRAPHS = {
  people: {
    sdl: `
      type Query { people: [Person!]!  person(id: ID!): Person }
      type Mutation { visit: Int }
      type Person @key(fields: "id") { id: ID!  name: String! }
    `,
    resolvers: {
      Query: {
        people: () => [
          { id: '1', name: 'An' },
          { id: '2', name: 'Binh' },
        ],
        person: (_: unknown, { id }: { id: string }) => ({ id, name: 'An' }),
      },
      Person: { __resolveReference: ({ id }: { id: string }) => ({ id, name: 'An' }) },
    },
  },
  land: {
    sdl: `
      type Query { parcel: Parcel  area: Int! }
      type Mutation { register: Parcel }
      type Parcel { id: ID!  area: Int }
      type Person @key(fields: "id") { id: ID!  parcels: [Parcel!]  tax: Int }
    `,
    resolvers: {
      Query: { parcel: () => ({ id: 'P', area: 9 }), area: () => 1 },
      Mutation: { register: () => ({ id: 'new', area: 1 }) },
      Person: {
        __resolveReference: ({ id }: { id: string }) => ({ id, parcels: [{ id: `p${id}`, area: 4 }], tax: 5 }),
      },
    },
  },
};

let federation: Federation;
const start = async (config: ConfigOfTest = {}) => {
  federation = await startFederation({
    subgraphs: SUBGRAPHS,
    config: { ...config, limits: { fetchMs: 250, fetchBytesMax: 100_000, ...config.limits } },
  });
};
afterEach(() => federation?.stop());

const land = () => federation.subgraph('land');
const ROOT = '{ person(id: "1") { id name } parcel { id area } }';
const ENTITIES = '{ people { id name parcels { id area } tax } }';

/** What must not be found in any body or log line, whatever the registry says. */
const SECRETS = ['secret', '127.0.0.1:', 'localhost', 'node_modules', 'ECONNREFUSED 1', '    at '];
function expectNothingLeaked({ text }: Answer): void {
  for (const secret of SECRETS) {
    expect(text).not.toContain(secret);
    expect(federation.logLines.join('\n')).not.toContain(secret);
  }
}

function expectGap(error: GraphQLFormattedError | undefined, code: string): void {
  expect(error).toMatchObject({ extensions: { code, registry: 'land', reason: 'SOURCE_DOWN' } });
}

const at = (answer: Answer, path: (string | number)[]) =>
  answer.errors?.filter((error) => JSON.stringify(error.path) === JSON.stringify(path)) ?? [];

const UNAVAILABLE = 'REGISTRY_UNAVAILABLE';
const INVALID = 'INVALID_REGISTRY_ANSWER';
const SECRET_ERROR = { message: 'secret at secret-host', extensions: { stacktrace: ['    at secret.js'] } };

/** Faults with which a registry says nothing at all, and the code that each of its fields then has. */
const SILENT: [name: string, fault: Fault, code: string][] = [
  ['hangs', hangs, UNAVAILABLE],
  ['drips for ever', drips, UNAVAILABLE],
  ['cuts the socket in the middle of an answer', cutsTheSocket, UNAVAILABLE],
  ['answers 500 in plain text', answers500, UNAVAILABLE],
  ['answers 500 in JSON', json({ data: { secret: 1 } }, 500), UNAVAILABLE],
  ['answers 503 with an error', json({ errors: [SECRET_ERROR] }, 503), UNAVAILABLE],
  ['answers half a JSON', answersHalfJson, INVALID],
  ['answers HTML', answersHtml, INVALID],
  ['answers null', json(null), INVALID],
  ['answers a list', json([{ data: {} }]), INVALID],
  ['answers a string', json('secret'), INVALID],
  ['answers JSON that is no GraphQL', json({ hello: 'secret' }), INVALID],
  ['answers data that is null without an error', json({ data: null }), INVALID],
  ['answers a list as data', json({ data: [] }), INVALID],
  ['answers no data and an empty list of errors', json({ errors: [] }), INVALID],
  ['answers errors that are no list', json({ errors: 'secret' }), INVALID],
  ['answers errors that are an object', json({ errors: { message: 'secret' } }), INVALID],
  ['answers data without its fields', json({ data: {} }), INVALID],
  ['answers more bytes than anybody wants', answersBytes(200_000), INVALID],
  ['answers an error without a path', json({ errors: [SECRET_ERROR] }), UNAVAILABLE],
  ['answers errors that are null', json({ errors: [null] }), UNAVAILABLE],
  ['answers errors that are strings', json({ data: null, errors: ['secret'] }), UNAVAILABLE],
  [
    'answers an error whose path leads nowhere',
    json({ data: null, errors: [{ ...SECRET_ERROR, path: ['secret', 7, 'x'] }] }),
    UNAVAILABLE,
  ],
  ['answers an error whose path is no path', json({ errors: [{ ...SECRET_ERROR, path: { secret: 1 } }] }), UNAVAILABLE],
  [
    'answers an error with the code of a system call',
    json({ errors: [{ message: 'secret', extensions: { code: 'ECONNREFUSED' } }] }),
    UNAVAILABLE,
  ],
  [
    'answers an error whose code is a sentence',
    json({ errors: [{ message: 'secret', extensions: { code: 'a secret' } }] }),
    UNAVAILABLE,
  ],
];

describe('a registry that says nothing of use costs only its own fields, when it', () => {
  beforeEach(() => start());

  for (const [name, fault, code] of SILENT) {
    test(name, async () => {
      land().behave(fault);
      const root = await federation.ask(ROOT);
      expect(root.status).toBe(200);
      expect(root.data).toEqual({ person: { id: '1', name: 'An' }, parcel: null });
      expect(root.errors).toHaveLength(1);
      expectGap(at(root, ['parcel'])[0], code);

      const entities = await federation.ask(ENTITIES);
      expect(entities.data.people).toEqual([
        { id: '1', name: 'An', parcels: null, tax: null },
        { id: '2', name: 'Binh', parcels: null, tax: null },
      ]);
      expect(entities.errors).toHaveLength(4);
      for (const index of [0, 1]) {
        for (const field of ['parcels', 'tax']) expectGap(at(entities, ['people', index, field])[0], code);
      }
      expectNothingLeaked(root);
      expectNothingLeaked(entities);
    });
  }

  test('takes no connections', async () => {
    await land().refuse();
    const answer = await federation.ask(ENTITIES);
    expect(answer.data.people[1]).toEqual({ id: '2', name: 'Binh', parcels: null, tax: null });
    expectGap(at(answer, ['people', 1, 'tax'])[0], UNAVAILABLE);
    expectNothingLeaked(answer);
    await land().accept();
    expect((await federation.ask(ENTITIES)).data.people[1].tax).toBe(5);
  });

  test('is missing for a field that must not be null: then what holds the field is null, not the rest', async () => {
    land().behave(hangs);
    const answer = await federation.ask('{ person(id: "1") { name tax } } ');
    expect(answer.data).toEqual({ person: { name: 'An', tax: null } });
    const whole = await federation.ask('{ person(id: "1") { name } area }');
    expect(whole.data).toBeNull();
    expectGap(at(whole, ['area'])[0], UNAVAILABLE);
  });
});

type Data = { people?: unknown; parcel?: Record<string, unknown>; _entities?: (Record<string, unknown> | null)[] };
const change = (how: (data: Data) => unknown) => changed(({ data }) => ({ data: how(data as Data) ?? data }));

/** Answers that do not fit the schema: how, and which paths are then empty with an error. */
const MISFITS: [name: string, query: string, fault: Fault, empty: (string | number)[][]][] = [
  ['a string for an Int', ROOT, change(({ parcel }) => void (parcel!.area = 'secret')), [['parcel', 'area']]],
  ['an object for a scalar', ROOT, change(({ parcel }) => void (parcel!.area = { secret: 1 })), [['parcel', 'area']]],
  ['null for what must not be null', ROOT, change(({ parcel }) => void (parcel!.id = null)), [['parcel', 'id']]],
  ['a list for an object', ROOT, change(() => ({ parcel: ['secret'] })), [['parcel', 'id']]],
  ['a scalar for an object', ROOT, change(() => ({ parcel: 'secret' })), [['parcel', 'id']]],
  [
    'an object for a list',
    ENTITIES,
    change(({ _entities }) => void (_entities![0]!.parcels = { id: 'secret' })),
    [['people', 0, 'parcels']],
  ],
  [
    'a wrong item in one list of many',
    ENTITIES,
    change(({ _entities }) => void (_entities![1]!.parcels = [{ id: null, area: 1 }])),
    [['people', 1, 'parcels', 0, 'id']],
  ],
  [
    'too few entities',
    ENTITIES,
    change(({ _entities }) => ({ _entities: _entities!.slice(1) })),
    [
      ['people', 0, 'tax'],
      ['people', 1, 'tax'],
      ['people', 0, 'parcels'],
      ['people', 1, 'parcels'],
    ],
  ],
  [
    'too many entities',
    ENTITIES,
    change(({ _entities }) => ({ _entities: [..._entities!, _entities![0]] })),
    [
      ['people', 0, 'tax'],
      ['people', 1, 'tax'],
    ],
  ],
  ['entities that are an object', ENTITIES, change(() => ({ _entities: {} })), [['people', 0, 'tax']]],
  [
    'an entity that is a string',
    ENTITIES,
    change(({ _entities }) => ({ _entities: ['secret', _entities![1]] })),
    [
      ['people', 0, 'tax'],
      ['people', 0, 'parcels'],
    ],
  ],
  [
    'an entity without one of its fields',
    ENTITIES,
    change(({ _entities }) => void delete _entities![0]!.tax),
    [['people', 0, 'tax']],
  ],
];

describe('an answer that does not fit the schema empties only the fields that do not fit:', () => {
  beforeEach(() => start());

  for (const [name, query, fault, empty] of MISFITS) {
    test(name, async () => {
      land().behave(fault);
      const answer = await federation.ask(query);
      expect(answer.status).toBe(200);
      expect(answer.data.person ?? answer.data.people[0]).toMatchObject({ id: '1', name: 'An' });
      for (const path of empty) {
        const met = answer.errors?.find((error) =>
          path.every((part, index) => (error.path ?? [])[index] === part || error.path?.length === index),
        );
        expectGap(met, INVALID);
      }
      expectNothingLeaked(answer);
    });
  }

  test('an entity that the registry does not know is no fault', async () => {
    land().behave(change(() => ({ _entities: [null, { __typename: 'Person', parcels: [], tax: 1 }] })));
    const answer = await federation.ask(ENTITIES);
    expect(answer.data.people).toEqual([
      { id: '1', name: 'An', parcels: null, tax: null },
      { id: '2', name: 'Binh', parcels: [], tax: 1 },
    ]);
    expect(answer.errors).toBeUndefined();
  });

  test('an error for one entity leaves the other entities as they are', async () => {
    land().behave(
      changed(({ data }: { data: Data }) => ({
        data: { _entities: [null, data._entities![1]] },
        errors: [{ message: 'secret', path: ['_entities', 0], extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
      })),
    );
    const answer = await federation.ask(ENTITIES);
    expect(answer.data.people[1].tax).toBe(5);
    expect(answer.errors?.map(({ path }) => path)).toEqual([
      ['people', 0, 'parcels'],
      ['people', 0, 'tax'],
    ]);
    expectGap(answer.errors?.[0], UNAVAILABLE);
    expectNothingLeaked(answer);
  });

  test('an error that was written for a reader keeps its sentence and its code, and nothing else', async () => {
    const extensions = { code: 'BAD_USER_INPUT', stacktrace: ['secret'], http: { status: 500 } };
    land().behave(
      json({ data: { parcel: null }, errors: [{ message: 'The id has 12 digits.', path: ['parcel'], extensions }] }),
    );
    const answer = await federation.ask(ROOT);
    expect(answer.status).toBe(200);
    expect(answer.errors).toEqual([
      { message: 'The id has 12 digits.', path: ['parcel'], extensions: { code: 'BAD_USER_INPUT', registry: 'land' } },
    ]);
  });

  test('an error with a code that is not known to be written for a reader is masked, and logged by its code', async () => {
    const extensions = { code: 'UND_ERR_CONNECT_TIMEOUT' };
    land().behave(json({ data: null, errors: [{ message: 'secret-host timed out', path: ['parcel'], extensions }] }));
    const answer = await federation.ask(ROOT, {}, { 'x-request-id': 'mine' });
    expectGap(answer.errors?.[0], UNAVAILABLE);
    expectNothingLeaked(answer);
    const line = federation.logLines.find((each) => each.includes('errors of its own'));
    expect(JSON.parse(line!)).toMatchObject({
      requestId: 'mine',
      subgraph: 'land',
      codes: ['UND_ERR_CONNECT_TIMEOUT'],
    });
  });

  test('an answer of very many errors does not make an answer of very many errors', async () => {
    land().behave(json({ data: null, errors: Array(5_000).fill({ message: 'x' }) }));
    expect((await federation.ask(ENTITIES)).errors!.length).toBeLessThanOrEqual(100);
  });
});

describe('a fetch that fails', () => {
  test('is sent once more if it is a read', async () => {
    await start();
    let times = 0;
    land().behave((asked) => {
      times += 1;
      if (times === 1) cutsTheSocket(asked);
      else void asked.honest().then((answer) => json(answer)(asked));
    });
    const answer = await federation.ask(ROOT);
    expect(answer.errors).toBeUndefined();
    expect(answer.data.parcel.id).toBe('P');
    expect(land().received).toHaveLength(2);
  });

  test('is never sent again if it is a mutation', async () => {
    await start();
    land().behave(cutsTheSocket);
    const answer = await federation.ask('mutation { register { id } visit }');
    expect(answer.data.register).toBeNull();
    expectGap(at(answer, ['register'])[0], UNAVAILABLE);
    expect(land().received).toHaveLength(1);
  });

  test('is sent again only while the budget of retries lasts', async () => {
    await start({ retry: { budgetPercent: 0 }, breaker: { failuresMax: 1_000, openMs: 60_000 } });
    land().behave(answers500);
    for (let count = 0; count < 20; count += 1) await federation.ask(ROOT);
    expect(land().received).toHaveLength(20 + 10);
  });

  test('opens the breaker after so many failures; it fails at once, then tries again, then closes', async () => {
    await start({ breaker: { failuresMax: 3, openMs: 300 }, retry: { budgetPercent: 0 } });
    const state = async () => /lien_thong_breaker_state\{subgraph="land"\} (\d)/.exec(await metrics())?.[1];
    land().behave(answersHtml);
    for (let count = 0; count < 3; count += 1) await federation.ask(ROOT);
    expect(await state()).toBe('2');
    land().behave();
    const refused = await federation.ask(ROOT);
    expectGap(at(refused, ['parcel'])[0], UNAVAILABLE);
    expect(refused.data.person.name).toBe('An');
    expect(land().received).toHaveLength(3);
    await until(async () => (await federation.ask(ROOT)).errors === undefined);
    expect(await state()).toBe('0');
  });

  test('opens the breaker again when the trial fails', async () => {
    await start({ breaker: { failuresMax: 1, openMs: 50 }, retry: { budgetPercent: 0 } });
    land().behave(answersHtml);
    await federation.ask(ROOT);
    await until(async () => {
      await federation.ask(ROOT);
      return land().received.length >= 3;
    });
    expect(await metrics()).toContain('lien_thong_breaker_state{subgraph="land"} 2');
  });

  const metrics = async () => (await fetch(`${federation.url}/metrics`)).text();
});

describe('time', () => {
  test('a registry that hangs holds a request up for fetchMs, not longer', async () => {
    await start({ limits: { fetchMs: 200 } });
    land().behave(hangs);
    const begun = performance.now();
    await federation.ask(ENTITIES);
    expect(performance.now() - begun).toBeLessThan(1_500);
  });

  test('the whole request has a deadline: what is there by then is answered', async () => {
    await start({ limits: { fetchMs: 5_000, requestMs: 300 } });
    land().behave(hangs);
    const answer = await federation.ask(ROOT);
    expect(answer.data).toEqual({ person: { id: '1', name: 'An' }, parcel: null });
    expectGap(at(answer, ['parcel'])[0], 'DEADLINE');
  });

  test('a client that goes away takes its request to the registry with it', async () => {
    await start({ limits: { fetchMs: 30_000 } });
    land().behave(hangs);
    const { hostname, port } = new URL(federation.url);
    const socket = connect(Number(port), hostname);
    const body = JSON.stringify({ query: ROOT });
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await until(() => land().received.length === 1);
    expect(land().abandoned()).toBe(0);
    socket.destroy();
    await until(() => land().abandoned() === 1);
  });

  test('clients that go away do not open the breaker', async () => {
    await start({ limits: { fetchMs: 30_000 }, breaker: { failuresMax: 1, openMs: 60_000 } });
    land().behave(hangs);
    const gone = new AbortController();
    const asked = fetch(`${federation.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: ROOT }),
      signal: gone.signal,
    });
    await until(() => land().received.length === 1);
    gone.abort();
    await expect(asked).rejects.toThrow();
    await until(() => land().abandoned() === 1);
    land().behave();
    expect((await federation.ask(ROOT)).errors).toBeUndefined();
  });
});

describe('while a breaker is on trial', () => {
  const askAndLeave = async (count: number) => {
    const gone = new AbortController();
    const asked = fetch(`${federation.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: ROOT }),
      signal: gone.signal,
    }).catch(() => {});
    await until(() => land().received.length === count);
    return async () => {
      gone.abort();
      await asked;
      await until(() => land().abandoned() === 1);
    };
  };
  const state = async () =>
    /lien_thong_breaker_state\{subgraph="land"\} (\d)/.exec(
      await (await fetch(`${federation.url}/metrics`)).text(),
    )?.[1];

  beforeEach(async () => {
    const breaker = { failuresMax: 1, openMs: 20 };
    await start({ limits: { fetchMs: 30_000 }, breaker, retry: { budgetPercent: 0 } });
    land().behave(answersHtml);
    await federation.ask(ROOT);
    land().behave(hangs);
    await new Promise((resolve) => setTimeout(resolve, 40));
  });

  test('other fetches fail at once; a client that leaves its trial does not close it', async () => {
    const leave = await askAndLeave(2);
    expect(await state()).toBe('1');
    const begun = performance.now();
    expectGap(at(await federation.ask(ROOT), ['parcel'])[0], UNAVAILABLE);
    expect(performance.now() - begun).toBeLessThan(5_000);
    await leave();
    expect(await state()).toBe('2');
  });

  test('a trial that is answered closes it, for what comes next', async () => {
    land().behave();
    expect((await federation.ask(ROOT)).errors).toBeUndefined();
    expect(await state()).toBe('0');
  });
});

describe('a field that rests on a field of a registry that is down', () => {
  test('has that registry for a reason', async () => {
    federation = await startFederation({
      subgraphs: {
        goods: {
          sdl: 'type Query { goods: [Good!]! } type Good @key(fields: "id") { id: ID! }',
          resolvers: { Query: { goods: () => [{ id: '1' }] } },
        },
        weights: {
          sdl: 'type Good @key(fields: "id") { id: ID!  weight: Int }',
          resolvers: { Good: { __resolveReference: ({ id }: { id: string }) => ({ id, weight: 3 }) } },
        },
        shipping: {
          sdl: 'type Good @key(fields: "id") { id: ID!  weight: Int @external  costs: Int @requires(fields: "weight") }',
          resolvers: {
            Good: {
              __resolveReference: (good: unknown) => good,
              costs: ({ weight }: { weight: number }) => weight * 2,
            },
          },
        },
      },
    });
    expect((await federation.ask('{ goods { costs } }')).data).toEqual({ goods: [{ costs: 6 }] });
    federation.subgraph('weights').behave(answers500);
    const answer = await federation.ask('{ goods { id costs } }');
    expect(answer.data).toEqual({ goods: [{ id: '1', costs: null }] });
    expect(at(answer, ['goods', 0, 'costs'])[0]).toMatchObject({
      extensions: { code: UNAVAILABLE, registry: 'weights', reason: 'SOURCE_DOWN' },
    });
    for (const { path } of answer.errors ?? []) expect(path).not.toContain('weight');
  });
});
