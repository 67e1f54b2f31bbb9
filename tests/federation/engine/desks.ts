import type { Received } from '../../helpers/faulty-subgraph.js';

/** Desks of an office, on which the same people sit again and again; who they are is known in other subgraphs. */
const DESKS = [
  { no: 1, person: { id: 'p1' }, deputy: { id: 'p2' }, place: { ward: 'w1', parcel: '7' } },
  { no: 2, person: { id: 'p2' }, deputy: { id: 'p1' }, place: { ward: 'w2', parcel: '7' } },
  { no: 3, person: { id: 'p1' }, deputy: null, place: { ward: 'w1', parcel: '7' } },
];
const LEADS: Record<string, string> = { p1: 'p2', p2: 'p3', p3: 'p1' };

/** What the people are called, which a mutation changes; `reset` takes that back. */
const names = new Map<string, string>();
export function reset(): void {
  names.clear();
  for (const id of ['p1', 'p2', 'p3']) names.set(id, `name of ${id}`);
}
reset();

const referenced = { __resolveReference: (key: object) => key };

export const SUBGRAPHS = {
  desks: {
    sdl: `
      type Query { desks: [Desk!]!  chief: Person! }
      type Mutation { touch: Desk }
      type Desk { no: Int!  person: Person  deputy: Person  place: Place }
      type Person @key(fields: "id") { id: ID! }
      type Place @key(fields: "ward parcel") { ward: ID!  parcel: ID! }
    `,
    resolvers: {
      Query: { desks: () => DESKS, chief: () => ({ id: 'p1' }) },
      Mutation: { touch: () => DESKS[0] },
    },
  },
  people: {
    sdl: `
      type Mutation { rename(id: ID!, name: String!): Int }
      type Person @key(fields: "id") { id: ID!  name: String  age: Int  card(size: Int = 1): Card }
      type Card { no: String  by: String }
      type Place @key(fields: "ward parcel") { ward: ID!  parcel: ID!  title: String }
    `,
    resolvers: {
      Mutation: {
        rename: (_: unknown, { id, name }: { id: string; name: string }) => {
          names.set(id, name);
          return 1;
        },
      },
      Person: {
        ...referenced,
        name: ({ id }: { id: string }) => names.get(id) ?? null,
        age: ({ id }: { id: string }) => Number(id.slice(1)) * 10,
        card: ({ id }: { id: string }, { size }: { size: number }) => ({ no: `${id} x ${size}`, by: 'ward' }),
      },
      Place: { ...referenced, title: ({ ward, parcel }: { ward: string; parcel: string }) => `${parcel} in ${ward}` },
    },
  },
  teams: {
    sdl: 'type Person @key(fields: "id") { id: ID!  lead: Person  team: String }',
    resolvers: {
      Person: {
        ...referenced,
        lead: ({ id }: { id: string }) => ({ id: LEADS[id] }),
        team: ({ id }: { id: string }) => `team of ${id}`,
      },
    },
  },
};

/** The keys that requests asked for: a list for each selection of entities. */
export function keysIn(requests: readonly Received[]): string[][] {
  return requests.flatMap(({ variables }) =>
    Object.entries(variables)
      .filter(([name]) => name.startsWith('representations'))
      .map(([, representations]) =>
        (representations as { id?: string; ward?: string; parcel?: string }[]).map(
          ({ id, ward, parcel }) => id ?? `${ward}/${parcel}`,
        ),
      ),
  );
}
