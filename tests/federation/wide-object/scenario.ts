import type { Scenario } from '../../helpers/oracle-scenario.js';

/** Two hundred fields of one entity, every other one in the other subgraph, of five kinds. */
const KINDS = ['Int', 'String!', 'Part', '[Int!]', 'Boolean'];
const FIELDS = Array.from({ length: 200 }, (_, at) => ({ name: `f${at}`, kind: KINDS[at % 5]!, at }));
const VALUES = [
  (at: number) => (at % 3 ? at : null),
  (at: number) => `text ${at}`,
  (at: number) => (at % 7 ? { n: at, note: null } : null),
  (at: number) => Array.from({ length: at % 4 }, (_, index) => index),
  (at: number) => at % 2 === 0,
];
const FORM = Object.fromEntries([['id', 'w'], ...FIELDS.map(({ name, at }) => [name, VALUES[at % 5]!(at)])]);
const declared = (half: number) =>
  FIELDS.filter(({ at }) => at % 2 === half)
    .map(({ name, kind }) => `${name}: ${kind}`)
    .join('  ');
const selected = (wanted: (at: number) => boolean) =>
  FIELDS.filter(({ at }) => wanted(at))
    .map(({ name, at }) => (at % 5 === 2 ? `${name} { note n }` : name))
    .join(' ');

export const scenario: Scenario = {
  about: 'an object of two hundred fields',
  subgraphs: {
    even: {
      sdl: `type Query { form: Form  forms: [Form]! }  type Part @shareable { n: Int  note: String }
        type Form @key(fields: "id") { id: ID!  ${declared(0)} }`,
      resolvers: {
        Query: { form: () => FORM, forms: () => [FORM, null, FORM] },
        Form: { __resolveReference: () => FORM },
      },
    },
    odd: {
      sdl: `type Part @shareable { n: Int  note: String }  type Form @key(fields: "id") { id: ID!  ${declared(1)} }`,
      resolvers: { Form: { __resolveReference: () => FORM } },
    },
  },
  oracle: { Query: { form: () => FORM, forms: () => [FORM, null, FORM] } },
  questions: [
    { name: 'in whole', query: `{ form { ${selected(() => true)} } }` },
    { name: 'in a list', query: `{ forms { ${selected((at) => at > 20)} id } }` },
    { name: 'of one side', query: `{ form { ${selected((at) => at % 2 === 1)} } }` },
    {
      name: 'in an order of its own',
      query: `{ form { ${selected((at) => at % 3 === 2)} ${selected((at) => at % 3 === 0)} ${selected((at) => at % 3 === 1)} } }`,
    },
    {
      name: 'with fields that fail',
      query: `{ form { ${selected((at) => at < 40)} } }`,
      failing: ['Form.f3', 'Form.f30', 'Form.f17'],
    },
  ],
};
