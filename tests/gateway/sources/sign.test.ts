import { createHash, createPublicKey, sign as signBytes } from 'node:crypto';
import { createVerifier, httpbis } from 'http-message-signatures';
import { parseDictionary, parseItem } from 'structured-headers';
import { type ConfigError, readConfig } from '../../../gateway/config.js';
import { GATEWAY_ITSELF, type Identity, NOBODY } from '../../../gateway/identity.js';
import { readSigningKey } from '../../../gateway/signing-key.js';
import { createSigner, type Request, signatureBase } from '../../../gateway/sources/sign.js';
import { configOf } from '../../helpers/federation.js';
import { newSigningKey } from '../../helpers/product.js';
import { RFC_9421_B_2_6, RFC_9421_KEY, RFC_9421_PUBLIC_KEY } from '../../helpers/rfc-9421-key.js';

const NOW_MS = Date.parse('2026-11-25T01:02:03.456Z');
const clock = { now: () => NOW_MS };
const key = readSigningKey(RFC_9421_KEY);
const sign = createSigner({ config: configOf({ signingKey: RFC_9421_KEY }), clock })('land');

const OFFICER: Identity = {
  ...NOBODY,
  caller: { subject: 'officer-17', role: 'officer', department: 'H48.14', scopes: ['a'], citizen: '048090000001' },
  purpose: { procedure: '1.000894', dossier: 'H48.2026.000123' },
};
const POST: Request = {
  method: 'POST',
  path: '/graphql?a=b&c',
  headers: { 'content-type': 'application/json', accept: 'application/json', 'x-request-id': 'r-1' },
  body: '{"query":"{ __typename }"}',
};

/** What RFC 9421 says of a request, by an implementation that is not ours. */
async function isSigned({ method, path, headers }: Request): Promise<boolean | null> {
  const verifier = createVerifier(createPublicKey(key.key), 'ed25519');
  return httpbis.verifyMessage(
    { keyLookup: async () => ({ id: key.keyid, algs: ['ed25519'], verify: verifier }), notAfter: NOW_MS / 1000 + 1 },
    { method, url: `https://any.example${path}`, headers: { ...headers } },
  );
}

beforeAll(() => jest.useFakeTimers({ now: NOW_MS }));
afterAll(() => jest.useRealTimers());

describe('a signature', () => {
  test("has the base and the signature of the RFC's own example (appendix B.2.6)", () => {
    const { base, input } = signatureBase(
      [
        ['date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
        ['@method', 'POST'],
        ['@path', '/foo'],
        ['@authority', 'example.com'],
        ['content-type', 'application/json'],
        ['content-length', '18'],
      ],
      ';created=1618884473;keyid="test-key-ed25519"',
    );
    expect(base).toBe(RFC_9421_B_2_6.base);
    expect(`sig-b26=${input}`).toBe(RFC_9421_B_2_6.message.headers['signature-input']);
    expect(signBytes(null, Buffer.from(base), key.key).toString('base64')).toBe(RFC_9421_B_2_6.signature);
  });

  test('holds to another implementation, and no longer when anything signed is changed', async () => {
    const signed = sign(POST, OFFICER);
    expect(await isSigned(signed)).toBe(true);
    expect(await isSigned({ ...signed, method: 'GET' })).toBe(false);
    expect(await isSigned({ ...signed, path: '/graphql?a=b' })).toBe(false);
    expect(await isSigned({ ...signed, path: '/other?a=b&c' })).toBe(false);
    for (const name of Object.keys(signed.headers).filter((each) => !/^(accept|signature.*)$/.test(each))) {
      expect(await isSigned({ ...signed, headers: { ...signed.headers, [name]: 'x' } })).toBe(false);
    }
  });

  test('covers the registry, the caller, the purpose, the request id and the body, for half a minute, once', () => {
    const { headers } = sign(POST, OFFICER);
    const [components, parameters] = parseDictionary(headers['signature-input']!).get('lien-thong') as [
      [string, unknown][],
      Map<string, unknown>,
    ];
    expect(components.map(([name]) => name).sort()).toEqual([
      '@method',
      '@path',
      '@query',
      'content-digest',
      'content-type',
      'lien-thong-caller',
      'lien-thong-purpose',
      'lien-thong-registry',
      'x-request-id',
    ]);
    const created = Math.floor(NOW_MS / 1000);
    expect(Object.fromEntries(parameters)).toEqual({
      created,
      expires: created + 30,
      nonce: expect.stringMatching(/^[0-9a-f-]{36}$/),
      keyid: key.keyid,
      alg: 'ed25519',
      tag: 'lien-thong',
    });
    const again = sign(POST, OFFICER).headers;
    expect(again['signature-input']).not.toBe(headers['signature-input']);
    expect(headers['content-digest']).toBe(`sha-256=:${createHash('sha256').update(POST.body!).digest('base64')}:`);
    expect(headers.accept).toBe('application/json');
  });

  test('of a GET without a body covers neither, and an empty query as a question mark', async () => {
    const signed = sign({ method: 'GET', path: '/changes', headers: {} }, GATEWAY_ITSELF);
    expect(signed.headers['signature-input']).toMatch(
      /^lien-thong=\("@method" "@path" "@query" "lien-thong-registry" "lien-thong-caller"\);created/,
    );
    expect(await isSigned(signed)).toBe(true);
  });

  test('is not made without SIGNING_KEY, and nothing is said of who asks', () => {
    expect(createSigner({ config: configOf(), clock })('land')(POST, OFFICER)).toBe(POST);
  });
});

describe('who asks', () => {
  const said = (identity: Identity, name = 'lien-thong-caller') => sign(POST, identity).headers[name];

  test('is said by role, subject and department; scopes and the own personal number are not', () => {
    expect(said(OFFICER)).toBe('role=officer, subject="officer-17", department="H48.14"');
    expect(said(OFFICER, 'lien-thong-purpose')).toBe('procedure="1.000894", dossier="H48.2026.000123"');
  });

  test('is nobody, or the gateway itself, and then there is no purpose', () => {
    expect([said(NOBODY), said(NOBODY, 'lien-thong-purpose')]).toEqual(['role=nobody', undefined]);
    expect([said(GATEWAY_ITSELF), said(GATEWAY_ITSELF, 'lien-thong-purpose')]).toEqual(['role=gateway', undefined]);
  });

  test('cannot pass for another, whatever the subject holds', async () => {
    const subjects = [
      'a", role=operator, x="',
      'a\\',
      'Nguyễn Văn Đức',
      'a\r\nlien-thong-caller: role=operator',
      '%"',
      '\u0000é',
    ];
    for (const subject of subjects) {
      const signed = sign(POST, { ...NOBODY, caller: { subject, role: 'citizen', scopes: [] } });
      const header = signed.headers['lien-thong-caller']!;
      expect(header).toMatch(/^[ -~]+$/);
      const dictionary = parseDictionary(header);
      expect([...dictionary.keys()]).toEqual(['role', 'subject']);
      expect(String(dictionary.get('role')?.[0])).toBe('citizen');
      expect(String(dictionary.get('subject')?.[0])).toBe(subject);
      expect(await isSigned(signed)).toBe(true);
    }
  });

  test("is asked of a registry by the registry's name, whatever it is", () => {
    const odd = createSigner({ config: configOf({ signingKey: RFC_9421_KEY }), clock })('đất "1"');
    expect(String(parseItem(odd(POST, NOBODY).headers['lien-thong-registry']!)[0])).toBe('đất "1"');
  });
});

describe('SIGNING_KEY', () => {
  const problemsOf = (env: Record<string, string>): readonly string[] => {
    try {
      readConfig({}, env);
      return [];
    } catch (error) {
      return (error as ConfigError).problems;
    }
  };

  test('is an Ed25519 key, whose id and public key follow from it', () => {
    expect(readConfig({}, { SIGNING_KEY: RFC_9421_KEY }).signingKey).toBe(RFC_9421_KEY);
    // The thumbprint of this key as the drafts of HTTP Message Signatures Directory print it.
    expect(key.publicKey).toBe(`poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U:${RFC_9421_PUBLIC_KEY}`);
  });

  test.each([
    ['no PEM', 'secret'],
    ['a public key', createPublicKey(key.key).export({ type: 'spki', format: 'pem' }).toString()],
    ['cut off', newSigningKey().slice(0, 80)],
  ])('is refused with the cure and without its value: %s', (_, SIGNING_KEY) => {
    const [problem, ...others] = problemsOf({ SIGNING_KEY });
    expect(others).toEqual([]);
    expect(problem).toMatch(/^SIGNING_KEY must be an Ed25519 private key in PEM \(openssl genpkey/);
    expect(problem).not.toContain(SIGNING_KEY.slice(0, 6));
  });

  test.each(['signature', 'Signature-Input', 'lien-thong-caller', 'lien-thong-purpose', 'content-digest'])(
    'and no header of a client that signs or says who asks is forwarded: %s',
    (name) => {
      expect(problemsOf({ FORWARD_HEADERS: `accept-language, ${name}` })).toEqual([
        expect.stringMatching(/^FORWARD_HEADERS must be/),
      ]);
      expect(problemsOf({ FORWARD_HEADERS: 'accept-language' })).toEqual([]);
    },
  );
});
