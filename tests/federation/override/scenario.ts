import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const OLD = [{ id: 'c1', name: 'old name', phone: '0900', code: 4 }];
const NEW = [{ id: 'c1', name: 'tên mới', email: 'c1@example.vn', label: 'new c1 in 43' }];

/** A field has moved: the old subgraph still declares it and would answer something else, and must not be asked. */
export const scenario: Scenario = {
  about: 'a field that has moved to another subgraph',
  subgraphs: {
    old: {
      sdl: `type Query { customer(id: ID!): Customer  customers: [Customer!]!  hello: String }
        type Customer @key(fields: "id") { id: ID!  name: String  phone: String  code: Int  label: String }`,
      resolvers: {
        Query: { customer: argumentIn(OLD, 'id'), customers: () => OLD, hello: () => 'old' },
        Customer: { __resolveReference: referenceIn(OLD, 'id'), label: () => 'old label' },
      },
    },
    moved: {
      sdl: `type Query { hello: String @override(from: "old")  latest: Customer }
        type Customer @key(fields: "id") {
          id: ID!  name: String @override(from: "old")  email: String  code: Int @external
          label: String @override(from: "old") @requires(fields: "code")
        }`,
      resolvers: {
        Query: { hello: () => 'new', latest: () => NEW[0] },
        Customer: {
          __resolveReference: ({ id, code }: { id: string; code?: number }) => ({
            ...referenceIn(NEW, 'id')({ id }),
            code,
          }),
          label: ({ id, code }: { id: string; code: number }) => `new ${id} in ${code}3`,
        },
      },
    },
  },
  oracle: {
    Query: {
      customer: (_: unknown, { id }: { id: string }) => (id === 'c1' ? { ...OLD[0], ...NEW[0] } : null),
      customers: () => [{ ...OLD[0], ...NEW[0] }],
      latest: () => ({ ...OLD[0], ...NEW[0] }),
      hello: () => 'new',
    },
  },
  questions: [
    { name: 'is answered by the new one', query: '{ customer(id: "c1") { name phone } }' },
    { name: 'is answered by the new one from its own root', query: '{ latest { phone name email } }' },
    { name: 'may be a root field', query: '{ hello customers { id name } }' },
    { name: 'may require what stayed', query: '{ customers { label } latest { label code } }' },
    { name: 'is absent where nobody is', query: '{ customer(id: "c9") { name label } }' },
    { name: 'fails where it is now', query: '{ customers { name phone label } }', failing: ['Customer.name'] },
  ],
};
