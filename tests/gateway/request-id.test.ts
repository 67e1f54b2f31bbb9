import type { LocalSubgraph } from '../../gateway/index.js';
import { type Federation, startFederation } from '../helpers/federation.js';

const SUBGRAPHS = {
  one: { sdl: 'type Query { hello: String }', resolvers: { Query: { hello: () => 'hi' } } },
  broken: { sdl: 'type Query { number: Int }' },
};

let federation: Federation;
beforeAll(async () => {
  federation = await startFederation({ subgraphs: SUBGRAPHS });
});
afterAll(() => federation?.stop());

const idFor = async (given?: string) => {
  const { headers } = await federation.ask('{ hello }', {}, given === undefined ? {} : { 'x-request-id': given });
  return headers.get('x-request-id');
};

/** 12 bytes, and nothing that a command line would take for an option. */
const OURS = /^\w[\w-]{15}$/;

test('a request without an id is given one', async () => {
  expect(await idFor()).toMatch(OURS);
  expect(await idFor()).not.toBe(await idFor());
});

test('the id that a client gives comes back and stands in the log', async () => {
  expect(await idFor('trace-1.A_b')).toBe('trace-1.A_b');
  expect(federation.logLines.at(-1)).toContain('"requestId":"trace-1.A_b"');
});

test.each(['x'.repeat(65), 'a b', '"}', '<script>', '', '048090000001', 'of-048090000-1'])(
  'the id %j is replaced',
  async (given) => {
    expect(await idFor(given)).toMatch(OURS);
  },
);

test.each(['12345678-1', '01234567-0123-4123-8123-048090000001'])(
  'the id %j stays: it is no long number, or a UUID',
  async (given) => {
    expect(await idFor(given)).toBe(given);
  },
);

test('a refusal and an unknown path have an id, too', async () => {
  const response = await fetch(`${federation.url}/nothing`, { headers: { 'x-request-id': 'mine' } });
  expect(response.headers.get('x-request-id')).toBe('mine');
});

test('an operation is logged by its name, never by its variables or by a number in its name', async () => {
  await federation.ask('query Of048090000001($x: Boolean = true) { hello @include(if: $x) }', { x: true });
  expect(federation.logLines.at(-1)).toContain('"operation":"Of…"');
});

test('the name of an operation is logged at no more than 64 characters', async () => {
  await federation.ask(`query ${'Long'.repeat(100)} { hello }`);
  const { operation } = JSON.parse(federation.logLines.at(-1)!);
  expect(operation).toBe('Long'.repeat(16));
  await federation.ask('query Of_048_090_000_001 { hello }');
  expect(federation.logLines.at(-1)).toContain('"operation":"Of…"');
});

describe('a fault of ours', () => {
  /** A clock that strikes when a fetch has come back: nothing but a fault of the gateway's own can do that. */
  const brokenClock = () => {
    let broken = false;
    return {
      breakIt: () => {
        broken = true;
      },
      now: () => {
        if (broken) throw new Error('the clock of secret-host stopped');
        return Date.now();
      },
    };
  };

  test('is answered with 500 and the id of the request, and logged under that id by its place, not its words', async () => {
    const clock = brokenClock();
    const local: LocalSubgraph = {
      ping: async () => {},
      async execute() {
        clock.breakIt();
        return { data: { number: 1 } };
      },
    };
    const faulty = await startFederation({
      subgraphs: SUBGRAPHS,
      gateway: { clock, local: new Map([['broken', local]]) },
    });
    const answer = await faulty.ask('{ number }', {}, { 'x-request-id': 'fault-1' });
    expect(answer.status).toBe(500);
    expect(answer.errors).toEqual([
      {
        message: 'Something went wrong here. Quote the request id fault-1 to its operators.',
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ]);
    const logged = faulty.logLines.find((line) => line.includes('"level":"error"'));
    expect(logged).toContain('"requestId":"fault-1"');
    expect(logged).toContain('request-id.test');
    expect(faulty.logLines.join()).not.toContain('secret-host');
    await faulty.stop();
  });

  test('before the operation begins has the id of its request, too', async () => {
    const clock = brokenClock();
    const faulty = await startFederation({ subgraphs: SUBGRAPHS, gateway: { clock } });
    clock.breakIt();
    const answer = await faulty.ask('{ hello }', {}, { 'x-request-id': 'fault-2' });
    expect(answer.status).toBe(500);
    expect(answer.errors?.[0]?.message).toContain('fault-2');
    const faults = faulty.logLines.filter((line) => line.includes('"level":"error"'));
    expect(faults).toEqual([expect.stringContaining('"requestId":"fault-2"')]);
    await faulty.stop();
  });

  test("in a registry of this process is that registry's: its fields are empty, its message stays out of the log", async () => {
    const local: LocalSubgraph = {
      ping: async () => {},
      execute: () => Promise.reject(new Error('duplicate key 048090000001')),
    };
    const faulty = await startFederation({ subgraphs: SUBGRAPHS, gateway: { local: new Map([['broken', local]]) } });
    const answer = await faulty.ask('{ hello number }');
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ hello: 'hi', number: null });
    expect(answer.errors).toMatchObject([
      { path: ['number'], extensions: { code: 'REGISTRY_UNAVAILABLE', registry: 'broken' } },
    ]);
    expect(faulty.logLines.join()).not.toContain('048090000001');
    expect(faulty.logLines.join()).toContain('request-id.test');
    await faulty.stop();
  });
});

describe('in production', () => {
  let production: Federation;
  beforeAll(async () => {
    production = await startFederation({
      subgraphs: SUBGRAPHS,
      config: { schemaDetails: false, introspection: false },
    });
  });
  afterAll(() => production?.stop());

  test('a field that does not exist is refused without a hint at those that do', async () => {
    const answer = await production.ask('{ hallo }');
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('hello');
  });

  test('introspection is refused', async () => {
    expect((await production.ask('{ __schema { queryType { name } } }')).status).toBe(400);
    expect((await federation.ask('{ __schema { queryType { name } } }')).status).toBe(200);
  });
});
