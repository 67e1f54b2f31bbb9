import type { GraphQLResolveInfo } from 'graphql';
import type { Fault } from './faulty-subgraph.js';
import { until } from './federation.js';

export const PEOPLE = [1, 2, 3, 4, 5, 6].map((n) => `04809000000${n}`);
/** Neither registry has a record of him. */
export const NOBODY = '048090999999';
const PARCELS = ['w6ugq4zbn2d1', 'w6ugq4zbn2d2', 'w6ugq4zbn2d3'];

export const childrenOf = (id: string): string[] =>
  [1, 3].map((step) => PEOPLE[(PEOPLE.indexOf(id) + step) % PEOPLE.length]!);
export const parcelOf = (id: string): string => PARCELS[PEOPLE.indexOf(id) % PARCELS.length]!;

/** Whose the fields are whose values say by which fetch they came. */
export const REGISTRY_OF: Readonly<Record<string, 'people' | 'land'>> = {
  ...{
    name: 'people',
    home: 'people',
    note: 'people',
    visits: 'people',
    sure: 'people',
    land: 'land',
    area: 'land',
    soil: 'land',
  },
};
/** Of what is remembered: a tenth of its lifetime is left to chance. */
export const FRESH_MS = { least: 54_000, most: 60_000 };

const LIVES = '@cacheControl(maxAge: 60) @cacheStale(whileRevalidate: 30, ifError: 3600)';
const GUARDED = '@policy(policies: [["purpose"]])';
const HINTS = `
  directive @cacheControl(maxAge: Int, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT
  directive @cacheStale(whileRevalidate: Int, ifError: Int) on FIELD_DEFINITION | OBJECT`;
const DESKS = `
  type Query { desk(of: ID!): Citizen }
  type Citizen @key(fields: "personalId") ${GUARDED} { personalId: ID! }`;
const PEOPLE_SDL = `${HINTS}
  type Query { citizen(personalId: ID!): Citizen ${LIVES} }
  type Citizen @key(fields: "personalId") ${GUARDED} ${LIVES} {
    personalId: ID! name: String home: String note: String @cacheStale visits: String @cacheControl(maxAge: 0)
    sure: String! @cacheStale
    children: [Citizen!] ${LIVES}
  }`;
const LAND = `${HINTS}
  type Citizen @key(fields: "personalId") ${GUARDED} ${LIVES} { personalId: ID! land: String parcel: Parcel ${LIVES} }
  type Parcel @key(fields: "id") ${GUARDED} ${LIVES} { id: ID! area: String soil: String }`;

/** What a registry was once asked: all that it answered then says the number. */
export interface Stamp {
  /** Each registry counts by itself. */
  readonly number: number;
  readonly registry: string;
  /** When whoever asked began at the earliest: the clock may be moved while a question is on its way. */
  readonly notBeforeMs: number;
  readonly askedMs: number;
  answeredMs?: number;
  /** The step of the test that it was asked in, and the gateway that did. */
  readonly step: number;
  readonly gateway: number;
}

/** What the registry `registry` has of a field when it is asked for the `number`th time. */
export const answerOf = (field: string, id: string, number: number): string =>
  `${field} of ${id} by ${REGISTRY_OF[field]} ${number}`;

/** What a resolver is called with. */
type Resolving<Of> = [of: Of, args: unknown, context: unknown, info: GraphQLResolveInfo];

/** The registries, and what they were asked. */
export class Stamping {
  nowMs = Date.parse('2026-11-25T03:00:00Z');
  step = 0;
  gateway = 0;
  readonly stamps: Stamp[] = [];
  readonly failing = new Set<string>();
  readonly forgotten: { readonly id: string; readonly step: number }[] = [];
  /** When this step began, and the one before. */
  private began: [number, number] = [this.nowMs, this.nowMs];
  private readonly held = new Map<string, Promise<void>>();
  private turn: Promise<{ body: object; records: object[] }> = Promise.resolve({ body: {}, records: [] });
  private current: Stamp | undefined;
  private records = new Map<string, object>();

  readonly subgraphs = {
    desks: { sdl: DESKS, resolvers: { Query: { desk: (_: unknown, { of }: { of: string }) => ({ personalId: of }) } } },
    people: {
      sdl: PEOPLE_SDL,
      resolvers: {
        Query: { citizen: (_: unknown, of: { personalId: string }) => this.known(of) },
        Citizen: {
          __resolveReference: (of: { personalId: string }) => this.known(of),
          ...this.stamped('personalId', ['name', 'home', 'note', 'visits', 'sure']),
          children: (...[of, , , info]: Resolving<{ personalId: string }>) => {
            this.report(of.personalId, info);
            return childrenOf(of.personalId).map((personalId) => ({ personalId }));
          },
        },
      },
    },
    land: {
      sdl: LAND,
      resolvers: {
        Citizen: {
          __resolveReference: (of: { personalId: string }) => this.known(of),
          ...this.stamped('personalId', ['land']),
          parcel: (...[of, , , info]: Resolving<{ personalId: string }>) => {
            this.report(of.personalId, info);
            return { id: parcelOf(of.personalId) };
          },
        },
        Parcel: { __resolveReference: (of: object) => of, ...this.stamped('id', ['area', 'soil']) },
      },
    },
  };

  next(afterMs: number): void {
    this.step += 1;
    this.nowMs += afterMs;
    this.began = [this.nowMs, this.began[0]];
  }

  stamp(registry: string, number: number): Stamp | undefined {
    return this.stamps.find((stamp) => stamp.registry === registry && stamp.number === number);
  }

  timesAsked(registry: string): number {
    return this.stamps.filter((stamp) => stamp.registry === registry).length;
  }

  asked(registry: string, times: number): Promise<void> {
    return until(() => this.timesAsked(registry) >= times);
  }

  hold(registry: string): () => void {
    let release = () => {};
    this.held.set(registry, new Promise((resolve) => void (release = resolve)));
    return () => {
      this.held.delete(registry);
      release();
    };
  }

  answering(registry: string): Fault {
    return async ({ response, honest }) => {
      if (this.failing.has(registry)) return void response.destroy();
      const { step, gateway, nowMs: askedMs } = this;
      const [, notBeforeMs] = this.began;
      const stamp: Stamp = { number: this.timesAsked(registry) + 1, registry, notBeforeMs, askedMs, step, gateway };
      this.stamps.push(stamp);
      // One after another: all that is answered in a turn is of the same stamp.
      const { body, records } = await (this.turn = this.turn.then(async () => {
        [this.current, this.records] = [stamp, new Map()];
        const body = JSON.parse(JSON.stringify(await honest()));
        return { body, records: [...this.records.values()] };
      }));
      await this.held.get(registry);
      this.nowMs += 1 + (stamp.number % 3);
      stamp.answeredMs = this.nowMs;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...body, extensions: { provenance: { records } } }));
    };
  }

  private known(of: { personalId: string }): { personalId: string } | null {
    return of.personalId === NOBODY ? null : of;
  }

  private stamped(key: string, fields: readonly string[]) {
    return Object.fromEntries(
      fields.map((field) => [
        field,
        (...[of, , , info]: Resolving<Record<string, string>>) => {
          this.report(of[key]!, info);
          return answerOf(field, of[key]!, this.current!.number);
        },
      ]),
    );
  }

  /** That the object which a field is of is a record, in the version that it has in this fetch. */
  private report(id: string, { path }: GraphQLResolveInfo): void {
    const parts: (string | number)[] = [];
    for (let at = path.prev; at; at = at.prev) parts.unshift(at.key);
    const recordedAt = '2026-01-01T00:00:00.000Z';
    const version = String(this.current!.number);
    this.records.set(parts.join('\n'), { path: parts, record: recordOf(id), version, recordedAt });
  }
}

export const recordOf = (id: string): string => `record-of-${id}`;
