import { argumentIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const ACCOUNTS = [
  { __typename: 'Saver', id: 'a1', owner: 'An', rate: 4.5, balance: 100, limit: 10 },
  { __typename: 'Payer', id: 'a2', owner: 'Bình', fee: 3, balance: -5, limit: null },
];
const accountOf = ({ id }: { id: string }) => ACCOUNTS.find((account) => account.id === id) ?? null;
const ENTRIES = [
  { id: 'e1', account: 'a1', amount: 7 },
  { id: 'e2', account: 'a2', amount: -2 },
  { id: 'e3', account: 'a1', amount: 1 },
];
const entriesOf = ({ id }: { id: string }, { least }: { least?: number | null }) =>
  ENTRIES.filter(({ account, amount }) => account === id && amount >= (least ?? -10));
const [SAVER] = ACCOUNTS;

/** `ledger` and `limits` know the accounts without knowing that there are several kinds; only `accounts` knows which is which. */
export const scenario: Scenario = {
  about: 'an interface that other subgraphs know as an object',
  subgraphs: {
    accounts: {
      sdl: `type Query { accounts: [Account!]!  account(id: ID!): Account }
        interface Account @key(fields: "id") { id: ID!  owner: String! }
        type Saver implements Account @key(fields: "id") { id: ID!  owner: String!  rate: Float }
        type Payer implements Account @key(fields: "id") { id: ID!  owner: String!  fee: Int }`,
      resolvers: {
        Query: { accounts: () => ACCOUNTS, account: argumentIn(ACCOUNTS, 'id') },
        Account: {
          __resolveReference: accountOf,
          __resolveType: ({ __typename }: { __typename: string }) => __typename,
        },
        Saver: { __resolveReference: accountOf },
        Payer: { __resolveReference: accountOf },
      },
    },
    ledger: {
      sdl: `type Query { entries: [Entry!]!  richest: Account }
        type Entry { id: ID!  amount: Int!  account: Account! }
        type Account @key(fields: "id") @interfaceObject { id: ID!  balance: Int!  entries(least: Int = -10): [Entry!]! }`,
      resolvers: {
        Query: { entries: () => ENTRIES, richest: () => ({ id: 'a1' }) },
        Entry: { account: ({ account }: { account: string }) => ({ id: account }) },
        Account: {
          __resolveReference: ({ id }: { id: string }) => ({ id }),
          balance: ({ id }: { id: string }) => accountOf({ id })?.balance,
          entries: entriesOf,
        },
      },
    },
    limits: {
      sdl: `type Account @key(fields: "id") @interfaceObject {
          id: ID!  owner: String! @external  limit: Int  card: String @requires(fields: "owner")
        }`,
      resolvers: {
        Account: {
          limit: ({ id }: { id: string }) => accountOf({ id })?.limit,
          card: ({ owner }: { owner: string }) => `card of ${owner}`,
        },
      },
    },
  },
  oracle: {
    Query: {
      accounts: () => ACCOUNTS,
      account: argumentIn(ACCOUNTS, 'id'),
      entries: () => ENTRIES,
      richest: () => SAVER,
    },
    Entry: { account: ({ account }: { account: string }) => accountOf({ id: account }) },
    Account: { entries: entriesOf, card: ({ owner }: { owner: string }) => `card of ${owner}` },
  },
  questions: [
    { name: 'has its fields on every type', query: '{ accounts { __typename owner balance limit } }' },
    {
      name: 'has its fields inside fragments on types',
      query: '{ accounts { ... on Saver { rate balance } ... on Payer { limit fee } } }',
    },
    {
      name: 'finds the type when it begins as an object',
      query: '{ richest { __typename ... on Saver { rate } owner } }',
    },
    { name: 'finds only the type', query: '{ richest { __typename } entries { account { __typename } } }' },
    {
      name: 'needs no type where none is asked',
      query: '{ richest { id balance limit } entries { amount account { id limit } } }',
    },
    {
      name: 'tells types that do not fit',
      query: '{ richest { ... on Payer { fee balance } id } entries { account { ... on Payer { fee } } } }',
    },
    { name: 'requires a field of the interface', query: '{ accounts { card } richest { card } }' },
    {
      name: 'goes back and forth',
      query:
        'query ($n: Int) { account(id: "a2") { entries { account { owner entries(least: $n) { amount account { __typename } } } } } }',
      variables: { n: 2 },
    },
    { name: 'fails for every type alike', query: '{ accounts { owner limit } }', failing: ['Account.limit'] },
    {
      name: 'nulls the account whose balance fails',
      query: '{ account(id: "a1") { owner balance } richest { id limit } }',
      failing: ['Account.balance'],
    },
  ],
};
