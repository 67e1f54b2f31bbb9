import { referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const PARCELS = [
  { id: 'p1', area: 100, zone: 'R2' },
  { id: 'p2', area: 250, zone: null },
  { id: 'p3', area: null, zone: 'A1' },
];
interface Parcel {
  id: string;
  area?: number | null;
  zone?: string | null;
}
const taxOf = ({ area, zone }: Parcel) => (area == null ? null : area * (zone === 'R2' ? 3 : 1));
const feeOf = (tax: number | null | undefined) => (tax == null ? null : tax / 10);
const billOf = (fee: number | null | undefined, tax: number | null | undefined) =>
  `fee ${fee ?? '-'} on tax ${tax ?? '-'}`;
const parcelOf = (reference: Parcel) => referenceIn(PARCELS, 'id')({ ...reference });

/** `tax` rests on the register, `fee` on `tax`, `bill` on both, and `receipt` on `bill`: each in another subgraph. */
export const scenario: Scenario = {
  about: 'fields that require fields that require fields',
  subgraphs: {
    register: {
      sdl: `type Query { parcels: [Parcel!]! }
        type Parcel @key(fields: "id") { id: ID!  area: Int  zone: String }`,
      resolvers: { Query: { parcels: () => PARCELS }, Parcel: { __resolveReference: parcelOf } },
    },
    taxes: {
      sdl: `type Parcel @key(fields: "id") {
          id: ID!  area: Int @external  zone: String @external  tax: Int @requires(fields: "area zone")
        }`,
      resolvers: { Parcel: { tax: taxOf } },
    },
    fees: {
      sdl: `type Parcel @key(fields: "id") { id: ID!  tax: Int @external  fee: Float @requires(fields: "tax") }`,
      resolvers: { Parcel: { fee: ({ tax }: { tax: number }) => feeOf(tax) } },
    },
    bills: {
      sdl: `type Query { first: Parcel }
        type Parcel @key(fields: "id") {
          id: ID!  tax: Int @external  fee: Float @external
          bill: String! @requires(fields: "fee tax")
        }`,
      resolvers: {
        Query: { first: () => ({ id: 'p1' }) },
        Parcel: { bill: ({ fee, tax }: { fee: number; tax: number }) => billOf(fee, tax) },
      },
    },
    receipts: {
      sdl: `type Parcel @key(fields: "id") {
          id: ID!  bill: String! @external  receipt: String @requires(fields: "bill")
        }`,
      resolvers: { Parcel: { receipt: ({ bill }: { bill: string }) => `paid: ${bill}` } },
    },
  },
  oracle: {
    Query: { parcels: () => PARCELS, first: () => PARCELS[0] },
    Parcel: {
      tax: taxOf,
      fee: (parcel: Parcel) => feeOf(taxOf(parcel)),
      bill: (parcel: Parcel) => billOf(feeOf(taxOf(parcel)), taxOf(parcel)),
      receipt: (parcel: Parcel) => `paid: ${billOf(feeOf(taxOf(parcel)), taxOf(parcel))}`,
    },
  },
  questions: [
    { name: 'are answered at the end of the chain', query: '{ parcels { receipt } }' },
    {
      name: 'are answered from another beginning',
      misplanned: 'the planner takes a required field of the first subgraph from there without what that one requires',
      query: '{ first { receipt area } }',
    },
    { name: 'are answered with all that they require', query: '{ parcels { receipt bill fee tax zone area id } }' },
    { name: 'are answered with a null that they require', query: '{ parcels { id fee tax } }' },
    {
      name: 'are answered under other names than the required',
      misplanned: 'the planner takes a required field of the first subgraph from there without what that one requires',
      query: '{ parcels { t: tax f: fee b: bill r: receipt a: area } first { again: receipt bill } }',
    },
    { name: 'fail alone', query: '{ parcels { tax fee area } }', failing: ['Parcel.fee'] },
    {
      name: 'fail alone at the end',
      query: '{ parcels { receipt bill } first { id area } }',
      failing: ['Parcel.receipt'],
    },
  ],
};
