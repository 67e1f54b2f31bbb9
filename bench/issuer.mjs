// An issuer of tokens on this machine: its key is shown where JWKS_URL points to, and gone when the bench ends.
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';

const ISSUER = 'urn:lien-thong:bench-issuer';
const AUDIENCE = 'urn:lien-thong:bench';
const KEY_ID = 'bench';
const TOKEN_SECONDS = 86_400;

/**
 * Starts it. `env` makes a gateway believe it; `tokenOf(claims)` gives a token (EdDSA) that holds for a day. It keeps no process
 * alive, and lives in the one that measures: it is asked for its keys once a gateway.
 */
export async function startIssuer() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'EdDSA', use: 'sig' }];
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/jwk-set+json');
    response.end(JSON.stringify({ keys }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    env: {
      JWKS_URL: `http://127.0.0.1:${server.address().port}/keys`,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
    },
    tokenOf(claims) {
      const now = Math.floor(Date.now() / 1000);
      const payload = { iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + TOKEN_SECONDS, ...claims };
      const signed = [{ alg: 'EdDSA', kid: KEY_ID, typ: 'at+jwt' }, payload].map(encoded).join('.');
      return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
    },
  };
}

const encoded = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
