import { answerJson, type Fault, type Received } from '../../helpers/faulty-subgraph.js';
import { type Answer, ask, type Federation, startFederation } from '../../helpers/federation.js';
import { linesOf, provenanceOf, publishedIn } from '../../helpers/published-provenance.js';
import { SUBGRAPHS as DESKS, reset } from './desks.js';

type Path = (string | number)[];
interface Honest {
  data?: Record<string, unknown> | null;
  errors?: object[];
}

/** Answers honestly, changed by `change`, and reports these records. */
function reporting(
  records: (asked: Received, answer: Honest) => [path: Path, record: string][],
  change = (_: Honest) => {},
): Fault {
  return async ({ received, response, honest }) => {
    const answer: Honest = JSON.parse(JSON.stringify(await honest()));
    change(answer);
    const reported = records(received, answer).map(([path, record]) => ({
      path,
      record,
      version: '1',
      recordedAt: AT,
    }));
    answerJson(response, { ...answer, extensions: { provenance: { records: reported } } });
  };
}
const AT = '2026-01-02T03:04:05.000Z';

/** A record for each entity that a request asks for, named after its key. */
function ofEntities(prefix: string): (asked: Received) => [Path, string][] {
  return ({ variables }) =>
    Object.entries(variables)
      .filter(([name]) => name.startsWith('representations'))
      .flatMap(([name, representations]) =>
        (representations as { id: string }[]).map(({ id }, index): [Path, string] => [
          [name.replace('representations', '_entities'), index],
          `${prefix}-${id}`,
        ]),
      );
}

let federation: Federation;
const limits = { fetchMs: 30_000, requestMs: 60_000 };
afterAll(() => federation?.stop());
const asked = (query: string, variables?: Record<string, unknown>): Promise<Answer> =>
  ask(federation.url, { query, variables, extensions: { provenance: true } });
const recordsIn = (answer: Answer) => publishedIn(answer)!.records.map(({ record }) => record ?? '');

describe('a record is carried', () => {
  beforeAll(async () => {
    reset();
    federation = await startFederation({ subgraphs: DESKS, config: { limits } });
    federation.subgraph('people').behave(reporting(ofEntities('P')));
    federation.subgraph('teams').behave(reporting(ofEntities('T')));
    federation.subgraph('desks').behave(reporting(() => []));
  });
  afterAll(() => federation.stop());

  test('to every place of an entity that was asked for once', async () => {
    const answer = await asked('{ desks { person { name } } chief { name } }');
    expect(linesOf(answer)).toEqual([
      'chief <- people P-p1',
      'desks.0.person <- people P-p1',
      'desks.1.person <- people P-p2',
      'desks.2.person <- people P-p1',
    ]);
    expect(recordsIn(answer).sort()).toEqual(['P-p1', 'P-p2']);
  });

  test('through requests of several fetches, and written once for both', async () => {
    federation.requestsTo('people').length = 0;
    const answer = await asked('{ desks { person { name } deputy { age } } }');
    expect(federation.requestsTo('people')).toHaveLength(1);
    expect(linesOf(answer)).toEqual([
      'desks.0.deputy <- people P-p2',
      'desks.0.person <- people P-p1',
      'desks.1.deputy <- people P-p1',
      'desks.1.person <- people P-p2',
      'desks.2.person <- people P-p1',
    ]);
    expect(recordsIn(answer).sort()).toEqual(['P-p1', 'P-p2']);
  });

  test("under the client's aliases, each of them", async () => {
    const answer = await asked(
      '{ d: desks { who: person { n: name } too: person { m: name age } } c: chief { x: name y: name } }',
    );
    expect(linesOf(answer)).toEqual([
      'c <- people P-p1',
      'd.0.too <- people P-p1',
      'd.0.who <- people P-p1',
      'd.1.too <- people P-p2',
      'd.1.who <- people P-p2',
      'd.2.too <- people P-p1',
      'd.2.who <- people P-p1',
    ]);
  });

  test('to a place that is found later in the request, whose entity is not asked for again', async () => {
    federation.requestsTo('people').length = 0;
    const answer = await asked('{ chief { name lead { name lead { name } } } desks { deputy { name } } }');
    expect(federation.requestsTo('people')).toHaveLength(2);
    expect(linesOf(answer).filter((line) => line.includes('people'))).toEqual([
      'chief <- people P-p1',
      'chief.lead <- people P-p2',
      'chief.lead.lead <- people P-p3',
      'desks.0.deputy <- people P-p2',
      'desks.1.deputy <- people P-p1',
    ]);
  });

  test('beside those of other registries of the same object', async () => {
    const answer = await asked('{ chief { name team } }');
    expect(linesOf(answer)).toEqual(['chief <- people P-p1', 'chief <- teams T-p1']);
    expect(publishedIn(answer)!.values).toHaveLength(1);
  });

  test('but not to a place at which nothing of it was asked for', async () => {
    const answer = await asked('{ desks { person { name } deputy { team } } }');
    const of = (place: string) => linesOf(answer).filter((line) => line.includes(place));
    for (const line of of('deputy')) expect(line).toContain('teams');
    for (const line of of('person')) expect(line).toContain('people');
  });

  test('and not when its values were left out by a condition', async () => {
    const query = 'query ($c: Boolean!) { chief { team name @include(if: $c) } }';
    expect(linesOf(await asked(query, { c: false }))).toEqual(['chief <- teams T-p1']);
    expect(linesOf(await asked(query, { c: true }))).toHaveLength(2);
  });

  test('into the answer only if it was asked for', async () => {
    const { extensions, errors } = await federation.ask('{ chief { name } }');
    expect({ extensions, errors }).toEqual({});
    const byHeader = await federation.ask('{ chief { name } }', {}, { provenance: 'true' });
    expect(linesOf(byHeader)).toEqual(['chief <- people P-p1']);
  });
});

const PARCELS = Array.from({ length: 50 }, (_, index) => ({ id: `l${index}`, owner: { id: `o${index % 5}` } }));
const referenced = { __resolveReference: (key: object) => key };
const LAND = {
  land: {
    sdl: `type Query { parcels: [Parcel!]!  hits: [Hit!]!  parcel: Parcel  strict: Strict }
      type Parcel @key(fields: "id") { id: ID!  area: Int  use: String  owner: Owner }
      type Strict @key(fields: "id") { id: ID!  area: Int  use: String }
      type Owner @key(fields: "id") { id: ID! }
      union Hit = Parcel | Strict`,
    resolvers: {
      Query: {
        parcels: () => PARCELS,
        parcel: () => PARCELS[0],
        strict: () => ({ id: 's' }),
        hits: () => [
          { __typename: 'Parcel', ...PARCELS[0] },
          { __typename: 'Strict', id: 's' },
        ],
      },
      Parcel: { area: () => 4, use: () => null },
      Strict: { area: () => 4, use: () => 'forest' },
    },
  },
  owners: {
    sdl: `type Owner @key(fields: "id") { id: ID!  name: String  tax: Int }
      type Strict @key(fields: "id") { id: ID!  must: Int! }
      type Parcel @key(fields: "id") { id: ID!  area: Int @external  levy: Int @requires(fields: "area") }`,
    resolvers: {
      Owner: { ...referenced, name: ({ id }: { id: string }) => `name of ${id}`, tax: () => 7 },
      Strict: { ...referenced, must: () => 1 },
      Parcel: { ...referenced, levy: ({ area }: { area: number }) => area * 2 },
    },
  },
};

/** A record for each parcel and each owner that the land registry's answer holds. */
const ofLand = (_: Received, { data }: Honest): [Path, string][] => {
  const found: [Path, string][] = [];
  const walk = (value: unknown, path: Path) => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, [...path, index]);
    else if (typeof value === 'object' && value !== null) {
      if (path.length > 0) found.push([path, `L-${path.join('-')}`]);
      for (const [name, below] of Object.entries(value)) walk(below, [...path, name]);
    }
  };
  walk(data, []);
  return found;
};

describe('a record is named', () => {
  beforeAll(async () => {
    federation = await startFederation({ subgraphs: LAND, config: { limits } });
  });
  beforeEach(() => {
    federation.subgraph('land').behave(reporting(ofLand));
    federation.subgraph('owners').behave(reporting(ofEntities('O')));
  });

  test('once in an answer of 50 parcels, however many of them it stands behind', async () => {
    const answer = await asked('{ parcels { area owner { name } } }');
    const { records, values } = publishedIn(answer)!;
    expect(records.filter(({ registry }) => registry === 'land')).toHaveLength(50);
    expect(records.filter(({ registry }) => registry === 'owners').map(({ record }) => record)).toEqual(
      [0, 1, 2, 3, 4].map((owner) => `O-o${owner}`),
    );
    expect(values).toHaveLength(100);
    for (const { path, record } of provenanceOf(answer)) {
      const [, index] = path as [string, number];
      expect(record).toBe(path.length === 2 ? `L-parcels-${index}` : `O-o${index % 5}`);
    }
    expect(answer.text.match(/"O-o3"/g)).toHaveLength(1);
  });

  test('when it says itself that there is nothing', async () => {
    const answer = await asked('{ parcel { use } }');
    expect(answer.data).toEqual({ parcel: { use: null } });
    expect(linesOf(answer)).toEqual(['parcel <- land L-parcel']);
  });

  test('by the registry and the time when none is reported, and not for an entity that it does not know', async () => {
    federation.subgraph('land').behave();
    federation.subgraph('owners').behave(({ response, received }) => {
      const owners = (received.variables.representations as { id: string }[]).map(({ id }) =>
        id === 'o3' ? null : { __typename: 'Owner', name: id },
      );
      answerJson(response, { data: { _entities: owners } });
    });
    const answer = await asked('{ parcels { id owner { name } } }');
    const places = provenanceOf(answer).filter(({ registry }) => registry === 'owners');
    expect(places).toHaveLength(40);
    for (const { path, record } of places) {
      expect(record).toBeUndefined();
      expect(Number(path[1]) % 5).not.toBe(3);
    }
    expect(answer.data.parcels[3].owner).toEqual({ name: null });
    expect(publishedIn(answer)!.records).toHaveLength(2);
  });
});

describe('a record is not named when the client got none of its values:', () => {
  const failing =
    (...path: Path): ((answer: Honest) => void) =>
    (answer) => {
      answer.errors = [{ message: 'x', path }];
      let object = answer.data as Record<string | number, unknown>;
      for (const part of path.slice(0, -1)) object = object[part] as Record<string | number, unknown>;
      object[path.at(-1)!] = null;
    };
  beforeAll(async () => {
    await federation?.stop();
    federation = await startFederation({ subgraphs: LAND, config: { limits } });
  });
  beforeEach(() => {
    federation.subgraph('land').behave(reporting(ofLand));
    federation.subgraph('owners').behave(reporting(ofEntities('O')));
  });

  test('only a key came from it', async () => {
    // Who the owner is, the parcel's record says; the other, of the owner, only gave the key.
    expect(linesOf(await asked('{ parcel { owner { name } } }'))).toEqual([
      'parcel <- land L-parcel',
      'parcel.owner <- owners O-o0',
    ]);
    expect(linesOf(await asked('{ parcel { owner { id name } } }'))).toEqual([
      'parcel <- land L-parcel',
      'parcel.owner <- land L-parcel-owner',
      'parcel.owner <- owners O-o0',
    ]);
  });

  test('only what another field requires came from it', async () => {
    const answer = await asked('{ parcel { levy } }');
    expect(answer.data).toEqual({ parcel: { levy: 8 } });
    expect(linesOf(answer)).toEqual(['parcel <- owners O-l0']);
    expect(linesOf(await asked('{ parcel { levy area } }'))).toEqual([
      'parcel <- land L-parcel',
      'parcel <- owners O-l0',
    ]);
  });

  test('only its type came from it', async () => {
    expect(linesOf(await asked('{ hits { ... on Strict { area } } }'))).toEqual(['hits.1 <- land L-hits-1']);
  });

  test('what holds them is null, because another registry failed for a field that must be there', async () => {
    federation.subgraph('owners').behave(reporting(ofEntities('O'), failing('_entities', 0)));
    const answer = await asked('{ strict { area must } parcel { area } }');
    expect(answer.data).toEqual({ strict: null, parcel: { area: 4 } });
    expect(linesOf(answer)).toEqual(['parcel <- land L-parcel']);
    federation.subgraph('owners').behave(reporting(ofEntities('O')));
    expect(linesOf(await asked('{ strict { area must } }'))).toEqual([
      'strict <- land L-strict',
      'strict <- owners O-s',
    ]);
  });

  test('its one field failed', async () => {
    federation.subgraph('land').behave(reporting(ofLand, failing('parcel', 'area')));
    const answer = await asked('{ parcel { area } }');
    expect(answer.errors).toHaveLength(1);
    expect(linesOf(answer)).toEqual([]);
    federation.subgraph('land').behave(reporting(ofLand, failing('parcel', 'area')));
    expect(linesOf(await asked('{ parcel { area use } }'))).toEqual(['parcel <- land L-parcel']);
  });

  test('its one field does not fit the schema', async () => {
    federation.subgraph('land').behave(
      reporting(ofLand, ({ data }) => {
        (data!.parcel as Record<string, unknown>).area = 'large';
      }),
    );
    const answer = await asked('{ parcel { area } }');
    expect(answer.data).toEqual({ parcel: { area: null } });
    expect(linesOf(answer)).toEqual([]);
  });

  test('the entity failed', async () => {
    federation.subgraph('owners').behave(reporting(ofEntities('O'), failing('_entities', 0)));
    const answer = await asked('{ parcel { owner { id name tax } } }');
    expect(answer.data).toEqual({ parcel: { owner: { id: 'o0', name: null, tax: null } } });
    expect(linesOf(answer)).toEqual(['parcel <- land L-parcel', 'parcel.owner <- land L-parcel-owner']);
  });

  test('the registry answered nothing', async () => {
    federation.subgraph('land').behave(({ response }) =>
      answerJson(response, {
        data: null,
        errors: [{ message: 'x' }],
        extensions: { provenance: { records: [{ path: ['parcel'], record: 'L', version: '1', recordedAt: AT }] } },
      }),
    );
    const answer = await asked('{ parcel { area } }');
    expect(answer.data).toEqual({ parcel: null });
    expect(publishedIn(answer)).toEqual({ records: [], values: [] });
  });
});
