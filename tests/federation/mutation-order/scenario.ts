import type { Scenario } from '../../helpers/oracle-scenario.js';

/** What the mutations do: each adds to the account and to its history, so that the order in which they ran can be read. */
function bank() {
  const accounts = new Map<string, { id: string; sum: number; history: string[] }>();
  const accountOf = ({ id }: { id: string }) => {
    if (!accounts.has(id)) accounts.set(id, { id, sum: 0, history: [] });
    return accounts.get(id)!;
  };
  const change =
    (what: string) =>
    (_: unknown, { id, by }: { id: string; by: number }) => {
      const account = accountOf({ id });
      account.history.push(`${what} ${by}`);
      account.sum += by;
      return { ...account, history: [...account.history] };
    };
  return {
    accountOf,
    reset: () => {
      accounts.clear();
      return true;
    },
    pay: change('pay'),
    fine: change('fine'),
    refuse: (_: unknown, { id }: { id: string }) => {
      accountOf({ id }).history.push('refused');
      throw new Error('refused');
    },
  };
}

const shared = bank();
const whole = bank();
const HOLDERS: Record<string, string> = { a: 'An', b: 'Bi' };
const holderOf = ({ id }: { id: string }) => (HOLDERS[id] ? { name: HOLDERS[id] } : null);

/** Mutations of two subgraphs in one operation. Each question begins by wiping out what was, since it is asked more than once. */
export const scenario: Scenario = {
  about: 'mutations run one after another',
  subgraphs: {
    payments: {
      sdl: `type Query { account(id: ID!): Account }
        type Mutation { reset: Boolean  pay(id: ID!, by: Int!): Account!  refuse(id: ID!): Account }
        type Account @key(fields: "id") { id: ID!  sum: Int!  history: [String!]! @shareable }`,
      resolvers: {
        Query: { account: (_: unknown, reference: { id: string }) => shared.accountOf(reference) },
        Mutation: { reset: shared.reset, pay: shared.pay, refuse: shared.refuse },
        Account: { __resolveReference: shared.accountOf },
      },
    },
    fines: {
      sdl: `type Mutation { fine(id: ID!, by: Int! = 1): Account }
        type Account @key(fields: "id") { id: ID!  history: [String!]! @shareable }`,
      resolvers: { Mutation: { fine: shared.fine } },
    },
    holders: {
      sdl: `type Account @key(fields: "id") { id: ID!  holder: Holder }
        type Holder { name: String! }`,
      resolvers: { Account: { holder: holderOf } },
    },
  },
  oracle: {
    Query: { account: (_: unknown, reference: { id: string }) => whole.accountOf(reference) },
    Mutation: { reset: whole.reset, pay: whole.pay, refuse: whole.refuse, fine: whole.fine },
    Account: { holder: holderOf },
  },
  questions: [
    {
      name: 'in one subgraph',
      query: 'mutation { reset a: pay(id: "a", by: 1) { history } b: pay(id: "a", by: 2) { sum history } }',
    },
    {
      name: 'in two subgraphs, in turns',
      query:
        'mutation { reset pay(id: "a", by: 1) { history } fine(id: "a", by: 5) { history } again: pay(id: "a", by: 2) { history sum } last: fine(id: "a") { history } }',
    },
    {
      name: 'with entities below',
      query:
        'mutation { reset pay(id: "a", by: 3) { holder { name } sum } fine(id: "b", by: 4) { holder { name } history } }',
    },
    {
      name: 'with variables',
      query:
        'mutation Pay($id: ID!, $by: Int!, $more: Boolean!) { reset pay(id: $id, by: $by) { id holder { name } } fine(id: $id, by: $by) @include(if: $more) { history } x: fine(id: $id) @skip(if: $more) { history } }',
      variables: { id: 'zz', by: -7, more: true },
    },
    {
      name: 'and the others run when one is refused',
      query: 'mutation { reset a: pay(id: "a", by: 1) { id } refuse(id: "a") { id } fine(id: "a", by: 9) { history } }',
      errors: 1,
    },
    {
      name: 'and a failing field below is one error',
      query: 'mutation { reset pay(id: "a", by: 1) { id holder { name } } fine(id: "b") { id } }',
      failing: ['Account.holder'],
    },
  ],
};
