import { once } from 'node:events';
import { request } from 'node:https';
import { createDemoIssuer } from '../../../gateway/access/demo-issuer.js';
import { type Authority, createAuthority, describeOverTls, type Pair } from '../../helpers/certificates.js';
import { DEMO } from '../../helpers/demo-people.js';
import { type Product, startProduct } from '../../helpers/product.js';

describeOverTls('a token that is bound to a client certificate (RFC 8705), over TLS,', () => {
  let authority: Authority;
  let mine: Pair;
  let other: Pair;
  let product: Product;
  let token: string;
  beforeAll(async () => {
    authority = createAuthority();
    const server = authority.issue('server');
    mine = authority.issue('mine');
    other = authority.issue('other');
    const http = { tlsCert: server.cert, tlsKey: server.key, tlsClientCa: authority.ca, corsOrigins: [] };
    product = await startProduct({ access: {}, demoIssuer: await createDemoIssuer(), config: { http } });
    const cnf = { 'x5t#S256': mine.thumbprint };
    token = await product.token({ role: 'officer', procedure: '1.000894', cnf });
  });
  afterAll(async () => {
    await product?.stop();
    authority?.remove();
  });

  async function askWith(pair: Pair | undefined, headers: Record<string, string> = {}) {
    const { port } = new URL(product.url);
    const asked = request({
      ...{ host: '127.0.0.1', port, path: '/graphql', method: 'POST', ca: authority.ca, agent: false },
      ...(pair ? { cert: pair.cert, key: pair.key } : {}),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    });
    asked.end(JSON.stringify({ query: `{ citizen(personalId: "${DEMO.groom}") { fullName } }` }));
    const [response] = await once(asked, 'response');
    let text = '';
    for await (const part of response) text += part;
    return { status: response.statusCode as number, body: JSON.parse(text) };
  }

  test('holds on a connection that shows it', async () => {
    const { status, body } = await askWith(mine);
    expect([status, body.errors]).toEqual([200, undefined]);
    expect(body.data.citizen.fullName).toMatch(/./);
  });

  test.each([
    ['none', () => undefined],
    ['another', () => other],
  ])('is refused on a connection that shows %s, whatever its headers say', async (_which, pairOf) => {
    const headers = { 'x-client-certificate': mine.thumbprint, 'client-cert': `:${mine.thumbprint}:` };
    const { status, body } = await askWith(pairOf(), headers);
    expect([status, body.data, body.errors[0].extensions.code]).toEqual([401, undefined, 'UNAUTHENTICATED']);
  });
});
