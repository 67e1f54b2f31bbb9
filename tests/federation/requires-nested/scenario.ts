import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

interface Box {
  width: number;
  inner?: { depth: number } | null;
}
interface Parcel {
  size?: Box | null;
  labels?: (string | null)[] | null;
  stops?: ({ place: { code: string; km: number } } | null)[];
  owner?: { id: string; name?: string } | null;
}
const PARCELS = [
  {
    id: 's1',
    size: { width: 3, inner: { depth: 2 } },
    labels: ['fragile', null, 'gấp'],
    stops: [{ place: { code: 'DAD', km: 5 } }, null, { place: { code: 'HUI', km: 100 } }],
    owner: { id: 'o1', name: 'Lê An' },
  },
  { id: 's2', size: { width: 7, inner: null }, labels: null, stops: [], owner: { id: 'o2', name: 'Võ Bình' } },
  { id: 's3', size: null, labels: [], stops: [null], owner: null },
];
const OWNERS = [PARCELS[0]!.owner!, PARCELS[1]!.owner!];
const volumeOf = ({ size }: Parcel) => (size ? size.width * (size.inner?.depth ?? 1) : null);
const labelOf = ({ labels }: Parcel) => labels?.map((label) => label ?? '-') ?? null;
const routeOf = ({ stops }: Parcel) => (stops ?? []).map((stop) => stop && `${stop.place.code}:${stop.place.km}`);
const handoverOf = ({ owner }: Parcel) => (owner ? `to ${owner.name}` : null);

export const scenario: Scenario = {
  about: 'fields that require objects, lists and fields of other entities',
  subgraphs: {
    parcels: {
      sdl: `type Query { parcels: [Shipment!]!  parcel(id: ID!): Shipment }
        type Shipment @key(fields: "id") { id: ID!  size: Box  labels: [String]  stops: [Stop]!  owner: Owner }
        type Box { width: Int!  inner: Inner }
        type Inner { depth: Int! }
        type Stop { place: Place! }
        type Place { code: ID!  km: Int! }
        type Owner @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { parcels: () => PARCELS, parcel: argumentIn(PARCELS, 'id') },
        Shipment: { __resolveReference: referenceIn(PARCELS, 'id') },
      },
    },
    owners: {
      sdl: 'type Owner @key(fields: "id") { id: ID!  name: String! }',
      resolvers: { Owner: { __resolveReference: referenceIn(OWNERS, 'id') } },
    },
    carrier: {
      sdl: `type Shipment @key(fields: "id") {
          id: ID!  size: Box @external  labels: [String] @external  stops: [Stop]! @external  owner: Owner @external
          volume: Int @requires(fields: "size { width inner { depth } }")
          label: [String!] @requires(fields: "labels")
          route: [String]! @requires(fields: "stops { place { code km } }")
          handover: String @requires(fields: "owner { name }")
        }
        type Box @external { width: Int!  inner: Inner }
        type Inner @external { depth: Int! }
        type Stop @external { place: Place! }
        type Place @external { code: ID!  km: Int! }
        type Owner @key(fields: "id") { id: ID!  name: String! @external }`,
      resolvers: { Shipment: { volume: volumeOf, label: labelOf, route: routeOf, handover: handoverOf } },
    },
  },
  oracle: {
    Query: { parcels: () => PARCELS, parcel: argumentIn(PARCELS, 'id') },
    Shipment: { volume: volumeOf, label: labelOf, route: routeOf, handover: handoverOf },
  },
  questions: [
    { name: 'an object in an object', query: '{ parcels { volume } }' },
    { name: 'an object of which the client asks another part', query: '{ parcels { size { w: width } volume } }' },
    { name: 'a list of scalars with nulls', query: '{ parcels { id label labels } }' },
    { name: 'a list of objects with nulls', query: '{ parcels { route stops { place { km } } } }' },
    { name: 'a field of another entity in a third subgraph', query: '{ parcels { handover owner { id } } }' },
    {
      name: 'all at once',
      query: '{ parcel(id: "s1") { volume label route handover } other: parcel(id: "s3") { route volume handover } }',
    },
    {
      name: 'only if it is asked for',
      stockDiffers: 'it fails on a required field that a condition left out',
      query: 'query ($all: Boolean = false) { parcels { id volume @include(if: $all) route @skip(if: $all) } }',
    },
    { name: 'and fail on their own', query: '{ parcels { volume route } }', failing: ['Shipment.volume'] },
  ],
};
