import { getIntrospectionQuery } from 'graphql';
import { type Federation, startFederation } from '../../helpers/federation.js';
import { SHOP } from '../shop/subgraphs.js';

let federation: Federation;
beforeAll(async () => {
  federation = await startFederation({ subgraphs: SHOP });
});
afterAll(() => federation.stop());

test('the introspection that tools send, with its fragments, is answered without a registry', async () => {
  const { status, data, errors } = await federation.ask(getIntrospectionQuery());
  expect({ status, errors }).toEqual({ status: 200, errors: undefined });
  expect(data.__schema.types.length).toBeGreaterThan(5);
  for (const name of Object.keys(SHOP)) expect(federation.requestsTo(name)).toEqual([]);
});

test('a question about the schema stands beside data, in fragments too', async () => {
  const query = `{ me { name } ...I } fragment I on Query { __type(name: "User") { ...T } } fragment T on __Type { name }`;
  expect((await federation.ask(query)).data).toEqual({
    me: { name: expect.any(String) },
    __type: { name: 'User' },
  });
});
