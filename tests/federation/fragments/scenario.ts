import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const TEAMS = [
  { __typename: 'Team', id: 't1', title: 'Đội Một', lead: 'm1', members: ['m1', 'm2'], score: 7 },
  { __typename: 'Team', id: 't2', title: 'Đội Hai', lead: null, members: [], score: null },
];
const MEMBERS = [
  { __typename: 'Member', id: 'm1', nick: 'an', team: 't1', score: 3 },
  { __typename: 'Member', id: 'm2', nick: 'bi', team: 't1', score: null },
];
const memberOf = (id: string | null) => MEMBERS.find((member) => member.id === id) ?? null;
const links = {
  Team: {
    lead: ({ lead }: { lead: string | null }) => memberOf(lead),
    members: ({ members }: { members: string[] }) => members.map(memberOf),
  },
  Member: { team: ({ team }: { team: string }) => TEAMS.find(({ id }) => id === team) },
};

export const scenario: Scenario = {
  about: 'fragments',
  subgraphs: {
    teams: {
      sdl: `type Query { teams: [Team!]!  all: [Scored!]!  team(id: ID!): Team }
        interface Scored { id: ID! }
        type Team implements Scored @key(fields: "id") { id: ID!  title: String!  lead: Member  members: [Member!]! }
        type Member implements Scored @key(fields: "id") { id: ID!  nick: String!  team: Team! }`,
      resolvers: {
        Query: { teams: () => TEAMS, all: () => [TEAMS[0], ...MEMBERS], team: argumentIn(TEAMS, 'id') },
        Team: { __resolveReference: referenceIn(TEAMS, 'id'), ...links.Team },
        Member: { __resolveReference: referenceIn(MEMBERS, 'id'), ...links.Member },
      },
    },
    scores: {
      sdl: `interface Scored { id: ID!  score: Int }
        type Team implements Scored @key(fields: "id") { id: ID!  score: Int }
        type Member implements Scored @key(fields: "id") { id: ID!  score: Int }`,
      resolvers: {
        Team: { __resolveReference: referenceIn(TEAMS, 'id') },
        Member: { __resolveReference: referenceIn(MEMBERS, 'id') },
      },
    },
  },
  oracle: {
    Query: { teams: () => TEAMS, all: () => [TEAMS[0], ...MEMBERS], team: argumentIn(TEAMS, 'id') },
    ...links,
  },
  questions: [
    {
      name: 'named, in named, in named',
      query:
        '{ teams { ...A } } fragment A on Team { title ...B } fragment B on Team { score lead { ...C } } fragment C on Member { nick ...D } fragment D on Member { score team { title } }',
    },
    {
      name: 'that overlap',
      query:
        '{ teams { ...A ...B title ... { lead { id } } } } fragment A on Team { lead { nick score } members { nick } } fragment B on Team { score members { score nick } lead { team { id } } }',
    },
    {
      name: 'in line without a type',
      query:
        '{ ... { teams { ... { ... { score } title } } } ... on Query { team(id: "t2") { ... { lead { score } } } } }',
    },
    {
      name: 'on the interface and on types',
      query:
        '{ all { ...S ... on Team { title ...S } ... on Member { nick } } } fragment S on Scored { id score ... on Member { team { ...S } } }'.replace(
          'team { ...S }',
          'team { score }',
        ),
    },
    {
      name: 'that keep the order of first mention',
      query:
        '{ teams { ...B title id ...A } } fragment A on Team { id lead { nick } score } fragment B on Team { score members { id } }',
    },
    {
      name: 'on types that never fit',
      query: '{ teams { ... on Scored { ... on Member { nick } ... on Team { title } score } } }',
    },
    {
      name: 'used at several places',
      query:
        '{ teams { lead { ...M } members { ...M } } all { ... on Member { ...M } } } fragment M on Member { nick score team { id score } }',
    },
    {
      name: 'with a field that fails',
      query: '{ teams { ...A } } fragment A on Team { title ...B } fragment B on Team { score }',
      failing: ['Team.score'],
    },
  ],
};
