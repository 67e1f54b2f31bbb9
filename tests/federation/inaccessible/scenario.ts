import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const PATIENTS = [
  { number: 'n1', secret: 's1', name: 'Mai', ward: 'A', visits: 2, kind: 'INPATIENT' },
  { number: 'n2', secret: 's2', name: 'Nam', ward: null, visits: 0, kind: null },
];

/** The key between the subgraphs is hidden from clients, and so are a type, an enum value, an argument and a root field. */
export const scenario: Scenario = {
  about: 'what clients may not see',
  subgraphs: {
    wards: {
      sdl: `type Query { patient(number: ID!, hidden: Int = 5 @inaccessible): Patient  patients: [Patient!]!  inner: Hidden @inaccessible }
        type Patient @key(fields: "secret") { number: ID! @tag(name: "public")  secret: ID! @inaccessible  name: String!  hidden: Hidden @inaccessible  kind: Kind }
        type Hidden @inaccessible { id: ID! }
        enum Kind { INPATIENT OUTPATIENT SECRET @inaccessible }
        union Found = Patient | Hidden
        extend type Query { found: [Found] }`,
      resolvers: {
        Query: {
          patient: argumentIn(PATIENTS, 'number'),
          patients: () => PATIENTS,
          found: () => [{ __typename: 'Patient', ...PATIENTS[0] }, null],
        },
        Patient: { __resolveReference: referenceIn(PATIENTS, 'secret') },
      },
    },
    visits: {
      sdl: `type Patient @key(fields: "secret") @tag(name: "visits") { secret: ID! @inaccessible  visits: Int!  ward: String @tag(name: "a") @tag(name: "b") }`,
      resolvers: { Patient: { __resolveReference: referenceIn(PATIENTS, 'secret') } },
    },
  },
  oracle: {
    Query: {
      patient: argumentIn(PATIENTS, 'number'),
      patients: () => PATIENTS,
      found: () => [{ __typename: 'Patient', ...PATIENTS[0] }, null],
    },
  },
  questions: [
    { name: 'joins the subgraphs all the same', query: '{ patients { name visits ward } }' },
    {
      name: 'leaves a name free',
      stockDiffers: 'an alias takes the place of a field that it needs itself',
      query: '{ patient(number: "n2") { secret: name hidden: number visits: ward kind } }',
    },
    { name: 'is not in a union', query: '{ found { __typename ... on Patient { visits } } }' },
    {
      name: 'is not in the schema',
      query:
        '{ p: __type(name: "Patient") { fields { name } } h: __type(name: "Hidden") { name } k: __type(name: "Kind") { enumValues { name } } q: __type(name: "Query") { fields { name args { name } } } f: __type(name: "Found") { possibleTypes { name } } }',
    },
    { name: 'has errors of its own', query: '{ patients { number visits } }', failing: ['Patient.visits'] },
  ],
};
