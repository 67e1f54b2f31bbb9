import type { Scenario } from '../../helpers/oracle-scenario.js';

const lengthOf = ({ id }: { id: string }) => id.length;
const lower = ({ id }: { id: string }) => (id.length < 20 ? { id: `${id}l` } : null);
const upper = ({ id }: { id: string }) => [{ id: `${id}u` }, null];
const nested = (levels: number, field: (level: number) => string, leaf: string): string =>
  levels === 0 ? leaf : `${field(levels)} { ${nested(levels - 1, field, leaf)} }`;

/** Fifteen levels that change between the subgraphs at each. */
export const scenario: Scenario = {
  about: 'fifteen levels',
  subgraphs: {
    lower: {
      sdl: `type Query { top: Node!  tree: Plain }
        type Node @key(fields: "id") { id: ID!  lower: Node }
        type Plain { below: Plain  node: Node }`,
      resolvers: { Query: { top: () => ({ id: 'n' }), tree: () => plain(15) }, Node: { lower } },
    },
    upper: {
      sdl: 'type Node @key(fields: "id") { id: ID!  upper: [Node]!  length: Int! }',
      resolvers: { Node: { upper, length: lengthOf } },
    },
  },
  oracle: {
    Query: { top: () => ({ id: 'n' }), tree: () => plain(15) },
    Node: { lower, upper, length: lengthOf },
  },
  questions: [
    { name: 'of one subgraph', query: `{ top { ${nested(15, () => 'lower', 'id')} } }` },
    {
      name: 'that change sides at each',
      query: `{ top { ${nested(15, (level) => (level % 2 ? 'lower' : 'upper'), 'id length')} } }`,
    },
    { name: 'of lists in lists', query: `{ top { ${nested(8, () => 'upper', 'id lower { length }')} } }` },
    { name: 'of objects above an entity', query: `{ tree { ${nested(14, () => 'below', 'node { id length }')} } }` },
    {
      name: 'with something at every level',
      query: `{ top { ${nested(10, (level) => `length l${level}: lower`, 'id length')} } }`,
    },
    {
      name: 'with a failure at the bottom',
      query: `{ top { ${nested(15, () => 'lower', 'length')} } }`,
      failing: ['Node.length'],
    },
  ],
};

function plain(levels: number): object {
  return { node: { id: `p${levels}` }, below: () => (levels > 0 ? plain(levels - 1) : null) };
}
