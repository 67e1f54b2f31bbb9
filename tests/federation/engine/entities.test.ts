import { answers500, changed, type Fault, json } from '../../helpers/faulty-subgraph.js';
import { type Answer, type Federation, startFederation } from '../../helpers/federation.js';
import { keysIn, reset, SUBGRAPHS } from './desks.js';

let federation: Federation;
beforeAll(async () => {
  federation = await startFederation({
    subgraphs: SUBGRAPHS,
    config: { limits: { fetchMs: 30_000, requestMs: 60_000 } },
  });
});
afterAll(() => federation?.stop());
beforeEach(() => {
  reset();
  for (const name of Object.keys(SUBGRAPHS)) {
    federation.subgraph(name).behave();
    federation.requestsTo(name).length = 0;
  }
});

const people = () => federation.requestsTo('people');
const pathsOf = ({ errors = [] }: Answer) => errors.map(({ path = [] }) => path.join('.')).sort();

async function dataOf(query: string, variables?: Record<string, unknown>) {
  const answer = await federation.ask(query, variables);
  expect(answer.errors).toBeUndefined();
  return answer.data;
}

describe('an entity', () => {
  test('that stands at many places of one list is asked for once', async () => {
    const { desks } = await dataOf('{ desks { person { name } } }');
    expect(desks.map(({ person }: { person: { name: string } }) => person.name)).toEqual([
      'name of p1',
      'name of p2',
      'name of p1',
    ]);
    expect(keysIn(people())).toEqual([['p1', 'p2']]);
  });

  test('that is equal to another only in part of its key is another', async () => {
    const { desks } = await dataOf('{ desks { place { title } } }');
    expect(desks.map(({ place }: { place: { title: string } }) => place.title)).toEqual([
      '7 in w1',
      '7 in w2',
      '7 in w1',
    ]);
    expect(keysIn(people())).toEqual([['w1/7', 'w2/7']]);
  });

  test('of another type with the same key is another', async () => {
    await dataOf('{ desks { person { name } place { title } } }');
    expect(keysIn(people())).toEqual([
      ['p1', 'p2'],
      ['w1/7', 'w2/7'],
    ]);
  });

  test('that is asked for the same at several fields is asked for once, in one list', async () => {
    const { desks, chief } = await dataOf('{ desks { person { name } deputy { n: name } } chief { name } }');
    expect(desks.map(({ deputy }: { deputy: unknown }) => deputy)).toEqual([
      { n: 'name of p2' },
      { n: 'name of p1' },
      null,
    ]);
    expect(chief).toEqual({ name: 'name of p1' });
    expect(people()).toHaveLength(1);
    expect(keysIn(people())[0]?.sort()).toEqual(['p1', 'p2']);
    expect(people()[0]?.query).not.toContain('_entities__');
  });

  test('that was asked for earlier in the request is not asked for again', async () => {
    const { desks } = await dataOf('{ desks { person { name lead { name } } } }');
    expect(desks.map(({ person }: { person: { lead: unknown } }) => person.lead)).toEqual([
      { name: 'name of p2' },
      { name: 'name of p3' },
      { name: 'name of p2' },
    ]);
    expect(keysIn(people())).toEqual([['p1', 'p2'], ['p3']]);
  });

  test('that was asked for other fields, or with other arguments, is asked again, and each place has its own', async () => {
    const { desks } = await dataOf(
      'query ($size: Int) { desks { person { card { no } lead { card(size: $size) { no by } lead { age } } } } }',
      { size: 3 },
    );
    expect(desks[0].person).toEqual({
      card: { no: 'p1 x 1' },
      lead: { card: { no: 'p2 x 3', by: 'ward' }, lead: { age: 30 } },
    });
    expect(desks[1].person).toEqual({
      card: { no: 'p2 x 1' },
      lead: { card: { no: 'p3 x 3', by: 'ward' }, lead: { age: 10 } },
    });
  });

  test('with objects below it that stands at a later place, too, has equal objects there, and they can hold more', async () => {
    const { desks } = await dataOf(
      '{ desks { person { card { no } lead { card { no } lead { card { no } team } } } } }',
    );
    expect(desks[1].person).toEqual({
      card: { no: 'p2 x 1' },
      lead: { card: { no: 'p3 x 1' }, lead: { card: { no: 'p1 x 1' }, team: 'team of p1' } },
    });
  });

  test('that failed when it was asked for is an error at the places found later, too, and is not asked for again', async () => {
    federation.subgraph('people').behave(
      change((data) => {
        const index = keysIn(people())[0]!.indexOf('p2');
        data._entities![index]!.name = null;
        return secret('_entities', index, 'name');
      }),
    );
    const answer = await federation.ask('{ desks { person { name } } chief { lead { n: name } } }');
    expect(answer.data.chief).toEqual({ lead: { n: null } });
    expect(answer.data.desks[0].person).toEqual({ name: 'name of p1' });
    expect(pathsOf(answer)).toEqual(['chief.lead.n', 'desks.1.person.name']);
    expect(keysIn(people()).flat().sort()).toEqual(['p1', 'p2']);
  });

  test('is asked for anew after a mutation, which may have changed it', async () => {
    const data = await dataOf(
      'mutation { a: touch { person { name } } rename(id: "p1", name: "new") b: touch { person { name } } }',
    );
    expect(data).toEqual({ a: { person: { name: 'name of p1' } }, rename: 1, b: { person: { name: 'new' } } });
    expect(keysIn(people())).toEqual([['p1'], ['p1']]);
  });

  test('is asked for anew by every request', async () => {
    await dataOf('{ desks { person { name } } }');
    await dataOf('mutation { rename(id: "p1", name: "new") }');
    expect((await dataOf('{ desks { person { name } } }')).desks[0].person.name).toBe('new');
  });
});

const PERSON = '{ desks { person { name } } }';
const DEPUTY = '{ desks { deputy { age card(size: 2) { no } } } }';
const PLACE = '{ desks { place { title } } }';
const ALL = '{ desks { person { name } deputy { age card(size: 2) { no } } place { title } } }';

describe('sibling fetches of entities of one subgraph', () => {
  test('are one request', async () => {
    await dataOf(ALL);
    expect(people()).toHaveLength(1);
    const [{ query, variables }] = people() as [ReturnType<typeof people>[number]];
    for (const index of [0, 1, 2]) expect(query).toContain(`_entities__${index}:_entities`);
    expect(Object.keys(variables).sort()).toEqual([0, 1, 2].map((index) => `representations__${index}`));
    expect(keysIn(people())).toEqual([
      ['p1', 'p2'],
      ['p2', 'p1'],
      ['w1/7', 'w2/7'],
    ]);
  });

  test('have together the answer that they have alone', async () => {
    const [person, deputy, place] = await Promise.all([PERSON, DEPUTY, PLACE].map((query) => dataOf(query)));
    const { desks } = await dataOf(ALL);
    expect(desks).toEqual(
      person.desks.map((desk: object, index: number) => ({ ...desk, ...deputy.desks[index], ...place.desks[index] })),
    );
    // The twin: alone they were three requests.
    expect(people()).toHaveLength(4);
  });

  test('of different subgraphs are a request each', async () => {
    await dataOf('{ desks { person { name } deputy { team } } }');
    expect(people()).toHaveLength(1);
    expect(federation.requestsTo('teams')).toHaveLength(1);
  });

  test("share the client's variables, whatever they are called", async () => {
    const { desks } = await dataOf(
      `query ($representations: Int, $representations__0: Int) {
        desks { person { card(size: $representations) { no } } deputy { card(size: $representations__0) { no } } }
      }`,
      { representations: 4, representations__0: 5 },
    );
    expect(desks[0]).toEqual({ person: { card: { no: 'p1 x 4' } }, deputy: { card: { no: 'p2 x 5' } } });
    expect(people()).toHaveLength(1);
  });

  test('of which one has nothing to ask for are asked without it', async () => {
    federation.subgraph('desks').behave(
      changed(({ data }: { data: { desks: { deputy: unknown }[] } }) => {
        for (const desk of data.desks) desk.deputy = null;
        return { data };
      }),
    );
    const { desks } = await dataOf('{ desks { person { name } deputy { age } } }');
    expect(desks[0]).toEqual({ person: { name: 'name of p1' }, deputy: null });
    expect(keysIn(people())).toEqual([['p1', 'p2']]);
    expect(people()[0]?.query).not.toContain('_entities__');
  });

  test('of which none has anything to ask for are not asked', async () => {
    federation.subgraph('desks').behave(json({ data: { desks: [{ person: null, deputy: null }] } }));
    expect(await dataOf('{ desks { person { name } deputy { age } } }')).toEqual({
      desks: [{ person: null, deputy: null }],
    });
    expect(people()).toHaveLength(0);
  });
});

describe('whichever subgraph answers first, the answer is the same, byte for byte:', () => {
  const QUERIES = [
    '{ desks { person { name team lead { name } } deputy { team age } } chief { lead { age lead { team name } } } }',
    '{ desks { person { team card { no } } deputy { card { by } lead { card { no by } } } } }',
  ];

  test.each(QUERIES)('%s', async (query) => {
    const texts = new Set([(await federation.ask(query)).text]);
    for (const late of ['people', 'teams']) {
      const early = late === 'people' ? 'teams' : 'people';
      let isAnswered = () => {};
      const earlyAnswered = new Promise<void>((resolve) => {
        isAnswered = resolve;
      });
      federation.subgraph(late).behave(async (asked) => {
        await earlyAnswered;
        json(await asked.honest())(asked);
      });
      federation.subgraph(early).behave(async (asked) => {
        json(await asked.honest())(asked);
        asked.response.on('finish', isAnswered);
      });
      texts.add((await federation.ask(query)).text);
    }
    expect([...texts]).toHaveLength(1);
    expect(JSON.parse([...texts][0]!).errors).toBeUndefined();
  });
});

type Parts = Record<string, (Record<string, unknown> | null)[]>;
const TWO = '{ desks { who: person { n: name } deputy { age } } }';
/** Part 0 is what is asked of `person` (p1, p2), part 1 what is asked of `deputy` (p2, p1). */
const change = (how: (data: Parts) => object | undefined): Fault =>
  changed(({ data }: { data: Parts }) => ({ ...how(data), data }));
const right = {
  who: [{ n: 'name of p1' }, { n: 'name of p2' }, { n: 'name of p1' }],
  deputy: [{ age: 20 }, { age: 10 }, null],
};
const columns = ({ data }: Answer) => ({
  who: data.desks.map(({ who }: { who: unknown }) => who),
  deputy: data.desks.map(({ deputy }: { deputy: unknown }) => deputy),
});
const secret = (...path: unknown[]) => ({ errors: [{ message: 'secret', ...(path.length > 0 ? { path } : {}) }] });

describe('of fetches that are one request', () => {
  test('an error of one part empties that part where it says, and no other', async () => {
    federation.subgraph('people').behave(
      change((data) => {
        data._entities__0![0]!.name = null;
        return secret('_entities__0', 0, 'name');
      }),
    );
    const answer = await federation.ask(TWO);
    expect(columns(answer)).toEqual({ ...right, who: [{ n: null }, right.who[1], { n: null }] });
    expect(pathsOf(answer)).toEqual(['desks.0.who.n', 'desks.2.who.n']);
    expect(answer.text).not.toContain('secret');
  });

  test('entities that are missing in one part are no fault, there or in the other', async () => {
    federation.subgraph('people').behave(
      change((data) => {
        data._entities__1![0] = null;
        return undefined;
      }),
    );
    const answer = await federation.ask(TWO);
    expect(columns(answer)).toEqual({ ...right, deputy: [{ age: null }, { age: 10 }, null] });
    expect(answer.errors).toBeUndefined();
  });

  test('a part without one of its fields is told of that field only', async () => {
    federation.subgraph('people').behave(change((data) => void delete data._entities__1![1]!.age));
    const answer = await federation.ask(TWO);
    expect(columns(answer)).toEqual({ ...right, deputy: [{ age: 20 }, { age: null }, null] });
    expect(pathsOf(answer)).toEqual(['desks.1.deputy.age']);
    expect(answer.errors?.[0]).toMatchObject({ extensions: { code: 'INVALID_REGISTRY_ANSWER', registry: 'people' } });
  });

  test.each<[name: string, how: (data: Parts) => undefined]>([
    ['is not there', (data) => void delete data._entities__1],
    ['is null', (data) => void Object.assign(data, { _entities__1: null })],
    ['has an entity too few', (data) => void data._entities__1!.pop()],
    ['has an entity too many', (data) => void data._entities__1!.push(null)],
    ['is an object', (data) => void Object.assign(data, { _entities__1: {} })],
  ])('a part that %s is empty, and the other is not', async (_name, how) => {
    federation.subgraph('people').behave(change(how));
    const answer = await federation.ask(TWO);
    expect(columns(answer)).toEqual({ ...right, deputy: [{ age: null }, { age: null }, null] });
    expect(pathsOf(answer)).toEqual(['desks.0.deputy.age', 'desks.1.deputy.age']);
    for (const { extensions } of answer.errors!) expect(extensions?.code).toBe('INVALID_REGISTRY_ANSWER');
  });

  test.each<[name: string, fault: Fault, code: string]>([
    ['an error without a place', json({ data: null, ...secret() }), 'REGISTRY_UNAVAILABLE'],
    ['an error that leads nowhere', json({ data: null, ...secret('_entities', 0) }), 'REGISTRY_UNAVAILABLE'],
    ['no answer', answers500, 'REGISTRY_UNAVAILABLE'],
    ['no part in the answer', json({ data: {} }), 'INVALID_REGISTRY_ANSWER'],
    ['the names of a request of one part', json({ data: { _entities: [] } }), 'INVALID_REGISTRY_ANSWER'],
  ])('%s empties all', async (_name, fault, code) => {
    federation.subgraph('people').behave(fault);
    const answer = await federation.ask(TWO);
    const empty = { who: [{ n: null }, { n: null }, { n: null }], deputy: [{ age: null }, { age: null }, null] };
    expect(columns(answer)).toEqual(empty);
    expect(pathsOf(answer)).toEqual([
      'desks.0.deputy.age',
      'desks.0.who.n',
      'desks.1.deputy.age',
      'desks.1.who.n',
      'desks.2.who.n',
    ]);
    for (const { extensions } of answer.errors!) expect(extensions).toMatchObject({ code, registry: 'people' });
    expect(answer.text).not.toContain('secret');
  });
});
