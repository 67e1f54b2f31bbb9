import { GraphQLError } from 'graphql';
import {
  answers500,
  answersHalfJson,
  answersHtml,
  cutsTheSocket,
  type Fault,
  hangs,
  json,
} from '../../helpers/faulty-subgraph.js';
import { type Answer, type Federation, startFederation } from '../../helpers/federation.js';

/** Stand for what no client and no log may see: of a person, of a machine, of a program. */
const PERSON = '048090000001';
const HOST = 'db-7.registry.internal';
const TABLE = 'civil_status.birth_record';
const secretError = (code?: string) =>
  new GraphQLError(`select from ${TABLE} at ${HOST}:5432 for ${PERSON} failed`, {
    extensions: {
      ...(code ? { code } : {}),
      stacktrace: [`    at query (/srv/${TABLE}.js:1:1)`],
      sql: TABLE,
      personalId: PERSON,
    },
  });

const NAMES: Record<string, string> = { a: 'name of a', b: 'name of b' };
const referenced = { __resolveReference: (key: object) => key };
const SUBGRAPHS = {
  halls: {
    sdl: `type Query { halls: [Hall!]!  person(personalId: ID!): Person }
      type Hall { rows: [[Seat]]  chief: Person }
      type Seat { by: Person }
      type Person @key(fields: "personalId") { personalId: ID! }`,
    resolvers: {
      Query: {
        person: (_: unknown, key: object) => key,
        halls: () => [
          { rows: [], chief: { personalId: 'b' } },
          {
            rows: [[null, { by: { personalId: 'a' } }], null, [{ by: { personalId: 'b' } }, { by: null }]],
            chief: { personalId: 'a' },
          },
        ],
      },
    },
  },
  people: {
    sdl: `type Person @key(fields: "personalId") { personalId: ID!  name: String  tax(year: Int): Int  homes: [Home!]  must: Int!  told: Int }
      type Home { no: Int  area: Int }`,
    resolvers: {
      Person: {
        ...referenced,
        name: ({ personalId }: { personalId: string }) => NAMES[personalId] ?? 'somebody',
        tax: ({ personalId }: { personalId: string }) => (personalId === 'a' ? 5 : failWith()),
        homes: () => [{ no: 1 }, { no: 2 }],
        must: ({ personalId }: { personalId: string }) => (personalId === 'a' ? 5 : failWith()),
        told: () => {
          throw new GraphQLError('The year must be after 1900.', {
            extensions: { code: 'BAD_USER_INPUT', sql: TABLE },
          });
        },
      },
      Home: { area: ({ no }: { no: number }) => (no === 1 ? 9 : failWith()) },
    },
  },
};
function failWith(): never {
  throw secretError();
}

let federation: Federation;
beforeAll(async () => {
  federation = await startFederation({
    subgraphs: SUBGRAPHS,
    config: { limits: { fetchMs: 700, requestMs: 60_000 }, breaker: { failuresMax: 1_000, openMs: 60_000 } },
  });
});
afterAll(() => federation?.stop());
beforeEach(() => federation.subgraph('people').behave());

const at = ({ errors = [] }: Answer) => errors.map(({ path = [] }) => path.join('.')).sort();

describe('an error stands where the client sees the field', () => {
  test('with the indexes of every list, under its aliases, at every place of the entity', async () => {
    const answer = await federation.ask(
      '{ h: halls { r: rows { p: by { n: name t: tax } } c: chief { t: tax u: tax } } }',
    );
    expect(at(answer)).toEqual(['h.0.c.t', 'h.0.c.u', 'h.1.r.2.0.p.t']);
    expect(answer.data.h[1].r).toEqual([
      [null, { p: { n: 'name of a', t: 5 } }],
      null,
      [{ p: { n: 'name of b', t: null } }, { p: null }],
    ]);
  });

  test('below an entity, with the indexes of its own lists', async () => {
    const answer = await federation.ask('{ halls { boss: chief { all: homes { area } } } }');
    expect(at(answer)).toEqual(['halls.0.boss.all.1.area', 'halls.1.boss.all.1.area']);
    expect(answer.data.halls[0].boss.all).toEqual([{ area: 9 }, { area: null }]);
  });

  test('of one alias when only its arguments fail', async () => {
    federation.subgraph('people').behave(async (asked) => {
      const { data } = JSON.parse(JSON.stringify(await asked.honest()));
      const [first] = data._entities;
      const name = Object.keys(first).find((each) => asked.received.query.includes(`${each}:tax(year:2)`))!;
      first[name] = null;
      json({ data, errors: [{ message: 'x', path: ['_entities', 0, name] }] })(asked);
    });
    const answer = await federation.ask('{ person(personalId: "a") { old: tax(year: 1) new: tax(year: 2) } }');
    expect(answer.data).toEqual({ person: { old: 5, new: null } });
    expect(at(answer)).toEqual(['person.new']);
  });

  test('that must not be null, though the null is above it', async () => {
    const answer = await federation.ask('{ halls { c: chief { name m: must } } }');
    expect(answer.data).toEqual({ halls: [{ c: null }, { c: { name: 'name of a', m: 5 } }] });
    expect(at(answer)).toEqual(['halls.0.c.m']);
  });

  test('and nowhere when nothing fails', async () => {
    expect((await federation.ask('{ halls { rows { by { name } } chief { name } } }')).errors).toBeUndefined();
  });
});

/** Nothing of a person, a machine or a program is in an answer, in the log, or in the metrics. */
async function expectNothingLeaked(answer: Answer): Promise<void> {
  const metrics = await (await fetch(`${federation.url}/metrics`)).text();
  const subgraph = new URL(federation.subgraph('people').url).host;
  for (const secret of [
    PERSON,
    HOST,
    'registry.internal',
    TABLE,
    'select',
    'stacktrace',
    '    at ',
    subgraph,
    '/srv/',
    'node_modules',
  ]) {
    expect([secret, answer.text.includes(secret)]).toEqual([secret, false]);
    expect([secret, federation.logLines.filter((line) => line.includes(secret))]).toEqual([secret, []]);
    expect([secret, metrics.includes(secret)]).toEqual([secret, false]);
  }
}

describe('what a registry says of itself reaches neither client nor log', () => {
  const QUERY =
    'query ($id: ID!) { person(personalId: $id) { name tax homes { area } } halls { chief { name } rows { by { told } } } }';

  const FAULTS: [name: string, fault: Fault | undefined][] = [
    ['in the errors of its resolvers', undefined],
    ...[
      undefined,
      'INTERNAL_SERVER_ERROR',
      'ECONNREFUSED',
      `P${PERSON}`,
      `${HOST}`,
      'select * from x',
      'X'.repeat(100),
    ].map((code): [string, Fault] => [
      `with the code ${code === `P${PERSON}` ? 'of a person' : String(code).slice(0, 30)}`,
      json({ data: null, errors: [secretError(code).toJSON()] }),
    ]),
    ['beside entities', json({ data: { _entities__0: [], _entities__1: PERSON }, errors: [secretError().toJSON()] })],
    ['in the place of an error', json({ errors: [`${PERSON} at ${HOST}`] })],
    ['with status 500', answers500],
    ['in HTML', answersHtml],
    ['in half a JSON', answersHalfJson],
    ['by cutting the connection', cutsTheSocket],
    ['by no answer', hangs],
    ['in JSON that is no GraphQL', json({ message: `${PERSON} at ${HOST}`, sql: TABLE })],
    [
      'in extensions',
      json({ data: null, errors: [{ message: TABLE }], extensions: { host: HOST, provenance: { records: TABLE } } }),
    ],
    [
      'in values that do not fit',
      async (asked) => {
        const answer = JSON.parse(JSON.stringify(await asked.honest()));
        const spoil = (value: unknown): unknown =>
          Array.isArray(value) ? value.map(spoil) : { [PERSON]: HOST, name: [TABLE] };
        json({ data: Object.fromEntries(Object.entries(answer.data).map(([name, value]) => [name, spoil(value)])) })(
          asked,
        );
      },
    ],
  ];

  test.each(FAULTS)('%s', async (_name, fault) => {
    federation.subgraph('people').behave(fault);
    const answer = await federation.ask(QUERY, { id: PERSON });
    expect(answer.status).toBe(200);
    expect(answer.errors!.length).toBeGreaterThan(0);
    for (const { extensions, path } of answer.errors!) {
      expect(typeof extensions?.code).toBe('string');
      expect(Object.keys(extensions!).filter((key) => !['code', 'registry', 'reason'].includes(key))).toEqual([]);
      expect(path!.length).toBeGreaterThan(0);
    }
    await expectNothingLeaked(answer);
  });

  test('nor does what the client sent, when it does not fit', async () => {
    const answer = await federation.ask('query ($id: ID!) { person(personalId: $id) { name } }', {
      id: { number: PERSON },
    });
    expect(answer.status).toBe(400);
    await expectNothingLeaked(answer);
  });

  test('but a sentence that was written for a reader reaches him, with its code and nothing else', async () => {
    const answer = await federation.ask('{ person(personalId: "a") { name told } }');
    expect(answer.data).toEqual({ person: { name: 'name of a', told: null } });
    expect(answer.errors).toEqual([
      {
        message: 'The year must be after 1900.',
        path: ['person', 'told'],
        extensions: { code: 'BAD_USER_INPUT', registry: 'people' },
      },
    ]);
    await expectNothingLeaked(answer);
  });
});
