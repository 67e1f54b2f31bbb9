import type { Scenario } from '../../helpers/oracle-scenario.js';
import { QUERIES } from './queries.js';
import { MEDIA, SUBGRAPHS } from './subgraphs.js';

interface Named {
  id: string;
}
const mediumOf = ({ id }: Named) => MEDIA.find((medium) => medium.id === id) ?? null;
/** The scores name a medium that the catalogue does not know: it has a score and no type, so nothing can be told of it. */
const GONE = { id: 'gone' };
const ERRORS: Record<string, number> = {
  'an interface object whose type another subgraph knows': 1,
};

/** GraphQL alone has no answer for an object of no type, of which a fragment on one type is asked; the stock gateway has. */
const TYPELESS = 'an entity that the interface does not know';

/** The media of `subgraphs.ts`, whose queries the stock gateway is asked, too, held against the oracle. */
export const scenario: Scenario = {
  about: 'media',
  subgraphs: SUBGRAPHS,
  oracle: {
    Query: {
      media: () => MEDIA,
      medium: (_: unknown, reference: Named) => mediumOf(reference),
      shelf: () => ({ id: 's1' }),
      pick: () => [MEDIA[1], MEDIA[0], { __typename: 'Shelf', id: 's1' }],
      best: () => MEDIA[0],
      worst: () => [MEDIA[1], null, GONE],
    },
    Media: {
      score: ({ id }: Named) => id.charCodeAt(0),
      votes: ({ id }: Named) => [{ by: { id: 'm1' }, medium: mediumOf({ id: id === 'b1' ? 'f1' : 'b1' }) }],
    },
    Shelf: { media: (_: unknown, { first }: { first?: number | null }) => [MEDIA.slice(0, first ?? 3), null, []] },
    Maker: {
      name: ({ id }: Named) => `maker ${id}`,
      country: ({ id }: Named) => (id === 'm1' ? 'VN' : 'FR'),
      voted: () => 3,
    },
  },
  questions: QUERIES.filter(([name]) => name !== TYPELESS).map(([name, query, variables]) => ({
    name,
    query,
    variables,
    errors: ERRORS[name],
  })),
  // The catalogue says of a book that these are never null: what fails in them empties the whole book there.
  needed: ['Book.code', 'Book.maker', 'Maker.name'],
};
