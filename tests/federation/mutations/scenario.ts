import type { Scenario } from '../../helpers/oracle-scenario.js';
import { MUTATIONS } from './queries.js';
import { SUBGRAPHS } from './subgraphs.js';

const refused = () => {
  throw new Error('refused');
};
const ERRORS: Record<string, number> = { 'a mutation that is refused beside one that is not': 1 };

/** The mutations of `queries.ts` held against the oracle; that they run in their order is tested beside this file. */
export const scenario: Scenario = {
  about: 'what mutations answer',
  subgraphs: SUBGRAPHS,
  oracle: {
    Query: { user: (_: unknown, { id }: { id: string }) => ({ id, name: 'Ada' }) },
    Mutation: {
      rename: (_: unknown, given: { id: string; name: string }) => ({ user: given, query: {} }),
      fail: refused,
      // The author of a post is known by the key only, and by what the others have of him: nobody resolves his name.
      post: (_: unknown, { text }: { text: string }) => ({ id: 'p1', text, author: { id: 'u1' } }),
      clear: () => 1,
    },
    User: { posts: () => [{ id: 'p1', text: 'hello' }] },
  },
  questions: [
    ...MUTATIONS.map(([name, query, variables]) => ({ name, query, variables, errors: ERRORS[name] })),
    {
      name: 'posts below a mutation that fail',
      query: 'mutation { clear rename(id: "u1", name: "n") { user { id posts { text } } } }',
      failing: ['User.posts'],
    },
  ],
};
