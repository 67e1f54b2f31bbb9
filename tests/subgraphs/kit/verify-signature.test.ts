import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request as sendHttp } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GatewayKeys, readGatewayKeys } from '../../../subgraphs/kit/gateway-keys';
import { type KeepProof, keepProofs } from '../../../subgraphs/kit/proofs';
import type { LogEntry } from '../../../subgraphs/kit/public-error';
import { type SubgraphServer, serveSubgraph } from '../../../subgraphs/kit/serve';
import { readSignature } from '../../../subgraphs/kit/signature-fields';
import { createVerifier, type SignatureRefusal } from '../../../subgraphs/kit/verify-signature';
import { openLand } from '../../../subgraphs/land/index';
import { RFC_9421_B_2_6, RFC_9421_KEY, RFC_9421_PUBLIC_KEY } from '../../helpers/rfc-9421-key';
import { type HowToSign, type RequestOfTest, requestOfTest, signRequest } from '../../helpers/sign-request';
import { openTestRegistry, type TestRegistry } from '../../helpers/test-registry';

const KEYID = 'gateway-1';
const KEY = createPrivateKey(RFC_9421_KEY);
const OTHER = generateKeyPairSync('ed25519');
const keys = readGatewayKeys(`${KEYID}:${RFC_9421_PUBLIC_KEY}`);

let nowMs = Date.parse('2026-11-25T01:02:03.456Z');
const now = () => nowMs;
let registry: TestRegistry;
let server: SubgraphServer;
const logs: LogEntry[] = [];
const log = (entry: LogEntry) => void logs.push(entry);

beforeAll(async () => {
  registry = await openTestRegistry(openLand);
});
afterAll(() => registry?.close());
const serve = async (trusted: GatewayKeys = keys, keepProof?: KeepProof) => {
  logs.length = 0;
  server = await serveSubgraph(registry.subgraph, {
    host: '127.0.0.1',
    port: 0,
    trust: { keys: trusted, now, keepProof },
    log,
  });
};
beforeEach(() => serve());
afterEach(async () => {
  await server.stop(1_000);
  jest.restoreAllMocks();
});

const signed = (request = requestOfTest(), how: Partial<HowToSign> = {}) =>
  signRequest(request, { key: KEY, keyid: KEYID, nowMs, ...how });

interface AnswerOfRegistry {
  status: number;
  headers: Record<string, unknown>;
  body: string;
  code: unknown;
}

/** Sends headers as they are, several of one name in an array. */
function send({
  method,
  path,
  headers,
  body,
}: Omit<RequestOfTest, 'headers'> & { headers: Record<string, string | string[]> }) {
  return new Promise<AnswerOfRegistry>((resolve, reject) => {
    const sent = sendHttp(
      { host: '127.0.0.1', port: server.port, method, path, headers, agent: false },
      async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        const parsed = text.startsWith('{') ? JSON.parse(text) : {};
        const code = parsed.errors?.[0]?.extensions?.code;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, code });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Expects a refusal, and that the log says why, with nothing of the request in it but its id. */
async function refused(request: Parameters<typeof send>[0], why: string, code = 'SIGNATURE_REFUSED'): Promise<void> {
  const execute = jest.spyOn(registry.subgraph, 'openContext').mockClear();
  const answer = await send(request);
  expect([answer.status, answer.code]).toEqual([401, code]);
  expect(answer.headers['accept-signature']).toMatch(/^lien-thong=\("@method".*tag="lien-thong"$/);
  expect(execute).not.toHaveBeenCalled();
  expect(logs).toEqual([
    { level: 'warn', msg: 'a request was refused', registry: 'land', requestId: expect.any(String), why },
  ]);
  logs.length = 0;
}

describe('a request that a trusted gateway signed', () => {
  test('is answered, each with its own nonce, and nothing is logged', async () => {
    const answer = await send(await signed());
    expect([answer.status, JSON.parse(answer.body).data]).toEqual([200, { __typename: 'Query' }]);
    expect((await send(await signed())).status).toBe(200);
    expect(logs).toEqual([]);
  });

  test('may ask what has changed, and nobody else may', async () => {
    const changes = requestOfTest({ method: 'GET', path: '/changes?wait=0' });
    expect(JSON.parse((await send(await signed(changes))).body)).toMatchObject({ isGap: false, changes: [] });
    await refused(changes, 'it is not signed', 'SIGNATURE_REQUIRED');
    await refused({ ...(await signed(changes)), path: '/changes?wait=1' }, 'the signature is wrong');
  });

  test('may have gone through a proxy that signs as well, and that changes the host', async () => {
    const { headers, ...request } = await signed();
    const both = {
      ...headers,
      host: 'inside.example',
      'signature-input': `proxy=("@authority");created=1;tag="proxy", ${headers['signature-input']}`,
      signature: `proxy=:AAAA:, ${headers.signature}`,
    };
    expect((await send({ ...request, headers: both })).status).toBe(200);
  });

  test('may be signed with the new key while the old one is still trusted', async () => {
    const spki = OTHER.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    await server.stop(0);
    await serve(readGatewayKeys(`${KEYID}:${RFC_9421_PUBLIC_KEY}, second:${spki}`));
    expect((await send(await signed())).status).toBe(200);
    expect((await send(await signed(undefined, { key: OTHER.privateKey, keyid: 'second' }))).status).toBe(200);
    await refused(await signed(undefined, { keyid: 'second' }), 'the signature is wrong');
  });
});

describe('refused is', () => {
  test('what is not signed, whatever it asks for, but for health', async () => {
    for (const path of ['/graphql', '/', '/else', '/changes']) {
      for (const method of ['GET', 'POST', 'PUT']) {
        await refused(requestOfTest({ method, path }), 'it is not signed', 'SIGNATURE_REQUIRED');
      }
    }
    const tagged = await signed(undefined, { tag: 'another' });
    await refused(tagged, 'it is not signed', 'SIGNATURE_REQUIRED');
    const health = requestOfTest({ method: 'GET', path: '/health/ready', headers: {} });
    expect((await send(health)).status).toBe(200);
    expect((await send({ ...health, path: '/health/live' })).status).toBe(200);
  });

  test('what another key signed, under its own name or a trusted one', async () => {
    await refused(await signed(undefined, { key: OTHER.privateKey }), 'the signature is wrong');
    await refused(await signed(undefined, { key: OTHER.privateKey, keyid: 'x' }), 'the key is not one that is trusted');
    await refused(await signed(undefined, { without: ['keyid'] }), 'it names no key');
  });

  test('a body other than the one that was signed, and one without its digest', async () => {
    const request = await signed();
    const other = 'the body is another than was signed';
    await refused({ ...request, body: request.body?.replace('typename', 'Typename') }, other);
    await refused({ ...request, body: `${request.body} ` }, other);
    await refused(await signed(requestOfTest({ headers: { 'content-digest': 'sha-512=:AAAA:' } })), other);
    await refused(await signed(requestOfTest({ headers: { 'content-digest': '???' } })), 'the digest is malformed');
  });

  test('whatever is changed of what was signed', async () => {
    const wrong = 'the signature is wrong';
    const request = await signed();
    await refused({ ...request, path: '/' }, wrong);
    await refused({ ...request, path: '/graphql?query={__typename}' }, wrong);
    for (const [name, value] of [
      ['x-request-id', 'r-2'],
      ['content-type', 'application/json; charset=utf-8'],
      ['lien-thong-registry', '"civil-status"'],
      ['lien-thong-caller', 'role=operator, subject="officer-17", department="H48.14"'],
      ['lien-thong-purpose', 'procedure="1.000894", dossier="H48.2026.000124"'],
      [
        'signature-input',
        request.headers['signature-input']!.replace(/expires=\d+/, (text) => `${text.slice(0, -1)}9`),
      ],
    ] as const) {
      await refused({ ...request, headers: { ...request.headers, [name]: value } }, wrong);
    }
    const { 'lien-thong-purpose': _, ...less } = request.headers;
    await refused({ ...request, headers: less }, 'what it names as signed is not there');
    const get = await signed(requestOfTest({ method: 'GET', path: '/graphql?query={__typename}' }));
    await refused({ ...get, method: 'DELETE' }, wrong);
  });

  test('what says the same twice', async () => {
    const { headers, ...request } = await signed();
    const caller = headers['lien-thong-caller']!;
    await refused(
      { ...request, headers: { ...headers, 'lien-thong-caller': [caller, caller] } },
      'the signature is wrong',
    );
    const input = headers['signature-input']!;
    const twice = { ...headers, 'signature-input': [input, input.replace('of-test=', 'again=')] };
    await refused({ ...request, headers: twice }, 'the signature is malformed');
  });

  test.each([
    '@method',
    '@path',
    '@query',
    'content-digest',
    'content-type',
    'lien-thong-registry',
    'lien-thong-caller',
    'lien-thong-purpose',
    'x-request-id',
  ])('what was signed without %s', async (name) => {
    await refused(await signed(undefined, { without: [name] }), 'not all is signed that must be');
  });

  test('a header that says something here and was added on the way', async () => {
    const { headers, ...request } = await signed();
    const more = { ...headers, 'lien-thong-something': '"new"' };
    await refused({ ...request, headers: more }, 'not all is signed that must be');
  });

  test('what was meant for another registry', async () => {
    const request = requestOfTest({ headers: { 'lien-thong-registry': '"civil-status"' } });
    await refused(await signed(request), 'it was signed for another registry');
  });

  test('another algorithm, or none that is named', async () => {
    await refused(await signed(undefined, { alg: 'hmac-sha256' }), 'the algorithm is not ed25519');
    await refused(await signed(undefined, { without: ['alg'] }), 'the algorithm is not ed25519');
  });

  test.each([
    ['of-test=1;tag="lien-thong"', 'the signature is malformed'],
    ['of-test=("@method";req);tag="lien-thong"', 'the signature is malformed'],
    ['of-test=("@method" "@method");tag="lien-thong"', 'the signature is malformed'],
    ['of-test=("@method" 1);tag="lien-thong"', 'the signature is malformed'],
    ['else=("@method");tag="lien-thong"', 'the signature is malformed'],
    ['of-test=("@method"', 'the signature is malformed'],
    ['of-test=("__proto__" "@method");tag="lien-thong"', 'not all is signed that must be'],
  ])('a Signature-Input that is %j', async (input, why) => {
    const { headers, ...request } = await signed();
    await refused({ ...request, headers: { ...headers, 'signature-input': input } }, why);
  });
});

describe('the time of a signature', () => {
  test('is over when it expires, and bounded', async () => {
    const expired = "it has expired: compare the machines' clocks";
    const request = await signed();
    nowMs += 31_000;
    await refused(request, expired);
    await refused(await signed(undefined, { expiresMs: nowMs + 62_000 }), 'it holds for too long');
    expect((await send(await signed(undefined, { expiresMs: nowMs + 60_000 }))).status).toBe(200);
    await refused(await signed(undefined, { without: ['expires'] }), 'it says no times');
    await refused(await signed(undefined, { without: ['created'] }), 'it says no times');
  });

  test('may begin a few seconds ahead, by the difference of two clocks', async () => {
    expect((await send(await signed(undefined, { createdMs: nowMs + 9_000 }))).status).toBe(200);
    const future = "it was signed in the future: compare the machines' clocks";
    await refused(await signed(undefined, { createdMs: nowMs + 12_000 }), future);
  });
});

describe('a request that comes again', () => {
  test('is refused, also with its signature under another label', async () => {
    const request = await signed();
    expect((await send(request)).status).toBe(200);
    await refused(request, 'it came before');
    const { headers } = request;
    const relabelled = {
      ...headers,
      'signature-input': headers['signature-input']!.replace('of-test', 'x'),
      signature: headers.signature!.replace('of-test', 'x'),
    };
    await refused({ ...request, headers: relabelled }, 'it came before');
    nowMs += 29_000;
    await refused(request, 'it came before');
  });

  test('is refused once of two at the same moment', async () => {
    const request = await signed();
    const statuses = (await Promise.all([send(request), send(request)])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 401]);
  });

  test('is refused by a process that began after it', async () => {
    const request = await signed();
    expect((await send(request)).status).toBe(200);
    await server.stop(0);
    nowMs += 1_000;
    await serve();
    await refused(request, 'it was signed before this process began');
  });

  test('needs a nonce of its own to be told apart', async () => {
    const why = 'it has no nonce, or one of more than 64 characters';
    await refused(await signed(undefined, { without: ['nonce'] }), why);
    await refused(await signed(undefined, { nonce: '' }), why);
    await refused(await signed(undefined, { nonce: 'x'.repeat(65) }), why);
  });

  test('MUST NOT be forgotten for lack of memory: nothing new is taken until there is room', () => {
    const verifier = createVerifier({ registry: 'land', keys, now, noncesMax: 2 });
    const head = (nonce: string, holdsMs = 30_000) =>
      ({
        keyid: KEYID,
        base: '',
        signature: Buffer.alloc(0),
        digest: undefined,
        nonce,
        expiresMs: nowMs + holdsMs,
      }) as const;
    const take = (each: ReturnType<typeof head>): string => {
      try {
        verifier.take(each, undefined);
        return 'taken';
      } catch (error) {
        return (error as SignatureRefusal).kind;
      }
    };
    const first = head('a');
    expect([take(first), take(head('b')), take(head('c')), take(first)]).toEqual([
      'taken',
      'taken',
      'overloaded',
      'refused',
    ]);
    nowMs += 30_000;
    expect([take(first), take(head('c'))]).toEqual(['refused', 'taken']);
  });
});

describe('a registry that trusts nobody', () => {
  beforeEach(async () => {
    await server.stop(0);
    await serve(new Map());
  });

  test('is closed but for its health, and its log says how it is opened', async () => {
    const why = 'no gateway is trusted: GATEWAY_PUBLIC_KEYS is not set';
    await refused(requestOfTest(), why, 'SIGNATURE_REQUIRED');
    await refused(await signed(), why);
    expect((await send(requestOfTest({ method: 'GET', path: '/health/live' }))).status).toBe(200);
  });
});

describe('a proof', () => {
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lien-thong-proofs-'));
    await server.stop(0);
    await serve(keys, keepProofs({ folder: join(folder, 'kept'), registry: 'land', now }));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const files = () => readdirSync(join(folder, 'kept'));
  const lines = () =>
    readFileSync(join(folder, 'kept', files()[0]!), 'utf8')
      .split('\n')
      .filter(Boolean);

  test('of each answered request is kept, and shows offline, by the public key alone, who asked what for', async () => {
    await send(await signed(requestOfTest({ body: '{"query":"{ __typename }","variables":{"id":"048090000001"}}' })));
    await send(requestOfTest());
    expect(files()).toEqual(['land-2026-11-25.jsonl']);
    expect(statSync(join(folder, 'kept', files()[0]!)).mode & 0o077).toBe(0);
    const [line, ...others] = lines();
    expect(others).toEqual([]);
    expect(line).not.toContain('048090000001');

    const proof = JSON.parse(line!);
    expect(proof).toMatchObject({ at: new Date(nowMs).toISOString(), requestId: 'r-1', keyid: KEYID });
    const publicKey = createPublicKey({ key: Buffer.from(RFC_9421_PUBLIC_KEY, 'base64'), format: 'der', type: 'spki' });
    const holds = (base: string) => verify(null, Buffer.from(base), publicKey, Buffer.from(proof.signature, 'base64'));
    expect(holds(proof.base)).toBe(true);
    expect(proof.base).toContain('"lien-thong-caller": role=officer, subject="officer-17", department="H48.14"\n');
    expect(proof.base).toContain('"lien-thong-purpose": procedure="1.000894", dossier="H48.2026.000123"\n');
    expect(proof.base).toContain('"lien-thong-registry": "land"\n');
    expect(holds(proof.base.replace('officer-17', 'officer-18'))).toBe(false);
  });

  test('that cannot be kept means no answer, and a line that was cut off spoils no other', async () => {
    await send(await signed());
    const file = join(folder, 'kept', files()[0]!);
    appendFileSync(file, '{"at":"cut o');
    const promises = require('node:fs/promises');
    jest.spyOn(promises, 'appendFile').mockRejectedValueOnce(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    const answer = await send(await signed());
    expect([answer.status, answer.code, answer.body.includes('data')]).toEqual([503, 'PROOF_NOT_KEPT', false]);
    expect(logs).toMatchObject([{ level: 'error', msg: 'a proof cannot be kept', fault: { code: 'ENOSPC' } }]);
    expect((await send(await signed())).status).toBe(200);
    expect(lines().map((line) => line.slice(0, 6))).toEqual(['{"at":', '{"at":', '{"at":']);
    expect(JSON.parse(lines().at(-1)!).requestId).toBe('r-1');
  });
});

describe('the keys', () => {
  test('read the example of RFC 9421 (appendix B.2.6) as it is printed', () => {
    const { message, base } = RFC_9421_B_2_6;
    const read = readSignature(message, undefined);
    expect(read?.base).toBe(base);
    const [key] = readGatewayKeys(RFC_9421_PUBLIC_KEY).values();
    expect(verify(null, Buffer.from(base), key!, read!.signature)).toBe(true);
    const other = readSignature({ ...message, method: 'PUT' }, undefined);
    expect(verify(null, Buffer.from(other!.base!), key!, other!.signature)).toBe(false);
  });

  test('may be SPKI or raw, with a key id or with the thumbprint in its place', () => {
    const raw = Buffer.from(RFC_9421_PUBLIC_KEY, 'base64').subarray(-32).toString('base64');
    expect([...readGatewayKeys(`${RFC_9421_PUBLIC_KEY}, b:${raw},`).keys()]).toEqual([
      'poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U',
      'b',
    ]);
    expect(readGatewayKeys('').size).toBe(0);
  });

  test.each(['x', 'a:b:c', 'a:', `a:${'A'.repeat(40)}`, `a:${RFC_9421_PUBLIC_KEY},${'?'.repeat(44)}`])(
    'are refused with the cure and without their value: %s',
    (text) => {
      expect(() => readGatewayKeys(text)).toThrow(/^GATEWAY_PUBLIC_KEYS must be keyid:key .*openssl pkey/);
    },
  );

  test('are refused when two have one id', () => {
    expect(() => readGatewayKeys(`a:${RFC_9421_PUBLIC_KEY},a:${RFC_9421_PUBLIC_KEY}`)).toThrow(/two keys alike/);
  });
});
