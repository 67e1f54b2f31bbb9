import { generateKeyPairSync } from 'node:crypto';
import { type Callers, createCallers } from '../../../gateway/access/callers.js';
import { KEYS_FRESH_MS, KEYS_PAUSE_MS, KEYS_TRUSTED_MS } from '../../../gateway/access/issuer-keys.js';
import type { Asked } from '../../../gateway/http.js';
import { type Identity, NOBODY } from '../../../gateway/identity.js';
import { ask, configOf, logInto, startFederation, until } from '../../helpers/federation.js';
import { type FrontDoorOfTest, startFrontDoor } from '../../helpers/front-door.js';
import {
  AUDIENCE,
  hmacTokenOf,
  ISSUER,
  type IssuerOfTest,
  newKey,
  startIssuer,
  tokenOf,
  unsignedTokenOf,
} from '../../helpers/issuer.js';

const ALGORITHMS = ['EdDSA', 'ES256', 'RS256', 'PS256'];
const TOLERANCE_MS = 30_000;
const BEGAN_MS = 1_800_000_000_000;
const seconds = (ms: number) => ms / 1000;

const CLAIMS = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'officer-17',
  role: 'officer',
  department: 'so-tu-phap',
  scope: 'religion ethnicity',
  exp: seconds(BEGAN_MS + 600_000),
};

let issuer: IssuerOfTest;
let door: FrontDoorOfTest;
let callers: Callers;
let nowMs: number;
const logLines: string[] = [];

const accessOf = (url: string) => ({ ...configOf().access, jwksUrl: url, issuer: ISSUER, audience: AUDIENCE });

/** Callers that have just come to the issuer. */
function newCallers(): Callers {
  return createCallers({ access: accessOf(issuer.url), clock: { now: () => nowMs }, log: logInto(logLines) });
}

beforeAll(async () => {
  issuer = await startIssuer(ALGORITHMS);
  const result = { data: { a: 'answered' } };
  door = await startFrontDoor({
    sdl: 'type Query { a: String }',
    run: async (exchange) => ({ ...result, provenance: undefined as never, ...(exchange && {}) }),
    identify: (asked) => callers.identify(asked),
  });
});
afterAll(async () => {
  await door?.stop();
  await issuer?.stop();
});

let keys: IssuerOfTest['keys'];
beforeAll(() => {
  keys = issuer.keys;
});
beforeEach(() => {
  nowMs = BEGAN_MS;
  logLines.length = 0;
  Object.assign(issuer, { keys, answer: undefined, asked: 0 });
  callers = newCallers();
});

const keyOf = (algorithm: string) => keys.find((key) => key.algorithm === algorithm)!;
const tokenWith = (claims: object = {}, header: object = {}) =>
  tokenOf(keyOf('EdDSA'), { ...CLAIMS, ...claims }, header);
const asking = (headers: Record<string, string>) => ask(door.url, { query: '{ a }' }, headers);
const askWith = (token: string, more: Record<string, string> = {}) =>
  asking({ authorization: `Bearer ${token}`, ...more });

/** Who a request makes its sender, through the front door. */
async function whoIs(headers: Record<string, string>): Promise<Identity> {
  const answer = await asking(headers);
  expect(answer).toMatchObject({ status: 200, data: { a: 'answered' } });
  return door.contexts.at(-1)!.identity;
}
const whoHas = (token: string, more: Record<string, string> = {}) =>
  whoIs({ authorization: `Bearer ${token}`, ...more });

/** As the front door asks, without HTTP: whether there is a promise. */
const identify = (headers: Record<string, string>, clientCertificate?: string) =>
  callers.identify({ headers, clientCertificate } as unknown as Asked);

describe('a request without a token', () => {
  test('comes from nobody', async () => {
    expect(await whoIs({})).toBe(NOBODY);
  });

  test('has the purpose that it says', async () => {
    const purpose = { procedure: '1.000894', dossier: 'H48.2026.000123' };
    const both = await whoIs({ purpose: 'procedure=1.000894; dossier=H48.2026.000123' });
    expect(both).toMatchObject({ purpose, untilMs: Number.POSITIVE_INFINITY });
    expect(both).not.toHaveProperty('caller');
    expect(await whoIs({ purpose: 'dossier=H48.2026.000123;procedure=1.000894' })).toMatchObject({ purpose });
  });

  test.each([
    '',
    '1.000894',
    'procedure',
    'procedure=',
    'procedure=1.000894;',
    'procedure=1.000894; procedure=1.000894',
    'procedure=1.000894, procedure=1.000895',
    'procedure=1.000894; reason=curiosity',
    'Procedure=1.000894',
    'procedure =1.000894',
    'procedure=1=2',
    'procedure=048090000001 OR 1',
    `procedure=${'1'.repeat(41)}`,
    `procedure=1; dossier=${'1'.repeat(65)}`,
    'dossier=H48.2026.000123',
    '__proto__=1',
    'prefetch',
  ])('with "purpose: %s" is refused with what would be one', async (purpose) => {
    const { status, errors, headers } = await asking({ purpose });
    expect({ status, code: errors?.[0]?.extensions?.code }).toEqual({ status: 400, code: 'BAD_REQUEST' });
    expect(errors?.[0]?.message).toContain('purpose: procedure=1.000894; dossier=H48.2026.000123');
    expect(headers.has('www-authenticate')).toBe(false);
  });
});

describe('a token that holds', () => {
  test.each(ALGORITHMS)('signed by %s says who asks', async (algorithm) => {
    expect(await whoHas(tokenOf(keyOf(algorithm), CLAIMS))).toEqual({
      caller: {
        subject: 'officer-17',
        role: 'officer',
        department: 'so-tu-phap',
        scopes: ['ethnicity', 'religion'],
      },
      callerClass: expect.any(String),
      untilMs: CLAIMS.exp * 1000 + TOLERANCE_MS,
    });
  });

  test('may say more, and its purpose', async () => {
    const claims = {
      role: 'citizen',
      citizen: '048090000001',
      scopes: ['portrait'],
      procedure: '1.000894',
      dossier: 'H48/1',
    };
    const identity = await whoHas(tokenWith(claims));
    expect(identity).toMatchObject({
      caller: { role: 'citizen', citizen: '048090000001', scopes: ['ethnicity', 'portrait', 'religion'] },
      purpose: { procedure: '1.000894', dossier: 'H48/1' },
    });
  });

  test.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT', undefined])('may call itself %s', async (typ) => {
    expect(await whoHas(tokenWith({}, { typ }))).toMatchObject({ caller: { subject: 'officer-17' } });
  });

  test('may be for several audiences, and come under a scheme in any case', async () => {
    const token = tokenWith({ aud: ['https://other.test', AUDIENCE] });
    expect(await whoIs({ authorization: `bEARER ${token}` })).toMatchObject({ caller: { role: 'officer' } });
  });

  test('goes with GET as well', async () => {
    const request = { headers: { authorization: `Bearer ${tokenWith()}`, 'apollo-require-preflight': '1' } };
    expect(await (await fetch(`${door.url}/graphql?query={a}`, request)).json()).toMatchObject({
      data: { a: 'answered' },
    });
    expect(door.contexts.at(-1)!.identity.caller?.subject).toBe('officer-17');
  });

  test('is known without waiting the next time, by the same object for the same purpose, and its issuer is asked once', async () => {
    const headers = { authorization: `Bearer ${tokenWith()}` };
    const first = await identify(headers);
    expect(identify(headers)).toBe(first);
    expect(identify({ ...headers, purpose: 'procedure=1' })).toBe(identify({ ...headers, purpose: 'procedure=1' }));
    expect(identify({ ...headers, purpose: 'procedure=2' })).toMatchObject({ purpose: { procedure: '2' } });
    expect(Object.isFrozen(first)).toBe(true);
    expect(Object.isFrozen((first as Identity).caller)).toBe(true);
    expect(issuer.asked).toBe(1);
  });

  test('is not pushed out by forgeries, nor by purposes', async () => {
    const headers = { authorization: `Bearer ${tokenWith()}` };
    const first = await identify(headers);
    const forged = Array.from({ length: 200 }, (_, at) => identify({ authorization: `Bearer ${tokenWith()}${at}` }));
    expect((await Promise.allSettled(forged)).every(({ status }) => status === 'rejected')).toBe(true);
    for (let at = 0; at < 100; at += 1) identify({ ...headers, purpose: `procedure=${at}` });
    expect(identify(headers)).toBe(first);
  });

  test('MUST NOT be taken for another caller: the class tells apart who may read differently, and nothing else', async () => {
    const classOf = async (claims: object, purpose = 'procedure=1') =>
      (await whoHas(tokenWith(claims), { purpose })).callerClass;
    const same = await classOf({});
    expect(await classOf({ sub: 'officer-18', scope: 'ethnicity religion religion' })).toBe(same);
    expect(await classOf({}, 'procedure=1; dossier=7')).toBe(same);
    const others = [
      await classOf({ role: 'auditor' }),
      await classOf({ department: 'so-xay-dung' }),
      await classOf({ department: undefined }),
      await classOf({ scope: 'religion' }),
      await classOf({ scope: 'religionethnicity' }),
      await classOf({ citizen: '048090000001' }),
      await classOf({}, 'procedure=2'),
      (await whoHas(tokenWith())).callerClass,
      (await whoIs({ purpose: 'procedure=1' })).callerClass,
      NOBODY.callerClass,
    ];
    expect(new Set([same, ...others]).size).toBe(others.length + 1);
    expect(await classOf({ citizen: '048090000001' })).toBe(await classOf({ citizen: '048192000002' }));
  });
});

describe('a purpose in the token', () => {
  test.each([
    ['procedure', { procedure: '1.000894' }, 'procedure=1.000895'],
    ['dossier', { procedure: '1.000894', dossier: 'H48.1' }, 'procedure=1.000894; dossier=H48.2'],
    ['dossier', { dossier: 'H48.1' }, 'procedure=1.000894; dossier=H48.2'],
  ])('for one %s MUST NOT serve another', async (part, claims, purpose) => {
    const { status, errors, text } = await askWith(tokenWith(claims), { purpose });
    expect({ status, code: errors?.[0]?.extensions?.code }).toEqual({ status: 403, code: 'PURPOSE_REQUIRED' });
    expect(errors?.[0]?.message).toContain(`for another ${part}`);
    expect(text).not.toMatch(/H48|1\.00089/);
  });

  test('may be said again, and narrowed', async () => {
    const token = tokenWith({ procedure: '1.000894' });
    const purposeWith = async (purpose: string) => (await whoHas(token, { purpose })).purpose;
    expect(await purposeWith('procedure=1.000894')).toEqual({ procedure: '1.000894' });
    expect(await purposeWith('dossier=H48.1')).toEqual({ procedure: '1.000894', dossier: 'H48.1' });
    expect((await whoHas(tokenWith({ dossier: 'H48.1' }), { purpose: 'procedure=7' })).purpose).toEqual({
      procedure: '7',
      dossier: 'H48.1',
    });
  });
});

const without = (claim: string) => ({ [claim]: undefined });

describe('a token that is not to be believed', () => {
  const right = () => keyOf('EdDSA');
  const rsa = () => keyOf('RS256');
  const pem = () => rsa().publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const stranger = newKey('EdDSA');
  const weak = newKey('RS256', 'weak', generateKeyPairSync('rsa', { modulusLength: 1024 }));
  const cut = (token: string, by: number) => token.slice(0, token.length - by);

  const forgeries: Record<string, () => string> = {
    'is not signed': () => unsignedTokenOf(CLAIMS, { alg: 'none', typ: 'at+jwt' }),
    'is not signed, in other letters': () => unsignedTokenOf(CLAIMS, { alg: 'nOnE', kid: right().jwk.kid }),
    'is not signed, but says that it is': () => unsignedTokenOf(CLAIMS, { alg: 'EdDSA', kid: right().jwk.kid }),
    'has no alg': () => unsignedTokenOf(CLAIMS, { kid: right().jwk.kid }),
    'takes the public key for a secret (PEM)': () => hmacTokenOf(pem(), CLAIMS, { kid: rsa().jwk.kid }),
    'takes the public key for a secret (n)': () => hmacTokenOf(String(rsa().jwk.n), CLAIMS, { kid: rsa().jwk.kid }),
    'takes the public key for a secret (x)': () => hmacTokenOf(String(right().jwk.x), CLAIMS, { kid: right().jwk.kid }),
    'is signed with an empty secret': () => hmacTokenOf('', CLAIMS, {}),
    'is signed by somebody else': () => tokenOf(stranger, CLAIMS),
    'is signed by somebody else, who shows the key': () => tokenOf(stranger, CLAIMS, { jwk: stranger.jwk }),
    'says where to fetch the key': () => tokenOf(stranger, CLAIMS, { jku: `${issuer.url}?mine`, kid: 'mine' }),
    'says where to fetch the certificate': () => tokenOf(stranger, CLAIMS, { x5u: issuer.url, x5c: ['AAAA'] }),
    'names another algorithm of the same kind of key': () =>
      tokenOf({ ...rsa(), algorithm: 'PS256' }, CLAIMS, { kid: rsa().jwk.kid }),
    'names an algorithm that is not taken': () => tokenOf(right(), CLAIMS, { alg: 'RS512' }),
    'names the key of another algorithm': () => tokenOf(right(), CLAIMS, { kid: rsa().jwk.kid }),
    'names no key that there is': () => tokenOf(right(), CLAIMS, { kid: 'nobody' }),
    'names a key by a path': () => tokenOf(right(), CLAIMS, { kid: '../../../../dev/null' }),
    'names a key by SQL': () => tokenOf(right(), CLAIMS, { kid: "x' UNION SELECT 'secret" }),
    'names a key by an address': () => tokenOf(right(), CLAIMS, { kid: 'http://127.0.0.1:1/key' }),
    'names a key at great length': () => tokenOf(right(), CLAIMS, { kid: 'k'.repeat(4_000) }),
    'names a key by what is no text': () => tokenOf(right(), CLAIMS, { kid: { toString: 1 } }),
    'names a key by __proto__': () => tokenOf(right(), CLAIMS, { kid: '__proto__' }),
    'demands what nobody knows': () => tokenOf(right(), CLAIMS, { crit: ['unheard-of'], 'unheard-of': true }),
    'demands nothing': () => tokenOf(right(), CLAIMS, { crit: [] }),
    'leaves its payload unencoded': () => tokenOf(right(), CLAIMS, { crit: ['b64'], b64: false }),
    'is of an RSA key of 1,024 bits': () => tokenOf(weak, CLAIMS),
    'has lost its end': () => cut(tokenWith(), 4),
    'has lost its signature': () => tokenWith().split('.').slice(0, 2).join('.'),
    'has more parts': () => `${tokenWith()}.${tokenWith()}`,
    'has other claims than were signed': () => {
      const [head, , signature] = tokenWith().split('.');
      return [head, tokenWith({ role: 'operator' }).split('.')[1], signature].join('.');
    },
    'is huge': () => tokenWith({ note: 'x'.repeat(9_000) }),
    'is no token': () => 'abc',
    'holds no JSON': () => tokenOf(right(), 'nothing'),
    'holds a list': () => tokenOf(right(), [CLAIMS]),
    'has a header that is no JSON': () => tokenOf(right(), CLAIMS, 'nothing'),
    'has expired': () => tokenWith({ exp: seconds(nowMs - TOLERANCE_MS) }),
    'never expires': () => tokenWith(without('exp')),
    'expires at no number': () => tokenWith({ exp: '9999999999' }),
    'is not valid yet': () => tokenWith({ nbf: seconds(nowMs + TOLERANCE_MS) + 1 }),
    'is for another audience': () => tokenWith({ aud: 'https://other.test' }),
    'is for an audience of almost this name': () => tokenWith({ aud: `${AUDIENCE}.evil.test` }),
    'is for nobody': () => tokenWith(without('aud')),
    'is of another issuer': () => tokenWith({ iss: 'https://other.test' }),
    'is of no issuer': () => tokenWith(without('iss')),
    'is another kind of token': () => tokenWith({}, { typ: 'dpop+jwt' }),
    'is of a kind that is no text': () => tokenWith({}, { typ: 7 }),
    'names nobody': () => tokenWith(without('sub')),
    'names somebody with a line break': () => tokenWith({ sub: 'a\r\nrole: operator' }),
    'has no role': () => tokenWith(without('role')),
    'has a role that there is not': () => tokenWith({ role: 'emperor' }),
    'has several roles': () => tokenWith({ role: ['officer'] }),
    'has a role of every object': () => tokenWith({ role: 'constructor' }),
    'has the role that was written first of two': () =>
      tokenOf(
        right(),
        JSON.stringify(CLAIMS).replace('{', '{"role":"operator",').replace('"role":"officer"', '"role":"x"'),
      ),
    'has a citizen of 11 digits': () => tokenWith({ citizen: '04809000000' }),
    'has a citizen of full-width digits': () => tokenWith({ citizen: '０４８０９０００００01' }),
    'has a citizen that is a number': () => tokenWith({ citizen: 480900000010 }),
    'has a department with a space': () => tokenWith({ department: 'so tu phap' }),
    'has scopes that are no texts': () => tokenWith({ scopes: [1] }),
    'has a scope that is a list': () => tokenWith({ scope: ['religion'] }),
    'has more scopes than anybody needs': () =>
      tokenWith({ scope: Array.from({ length: 101 }, (_, at) => at).join(' ') }),
    'has a procedure that is none': () => tokenWith({ procedure: '1; dossier=2' }),
    'is bound to a DPoP key': () => tokenWith({ cnf: { jkt: 'abc' } }),
    'is bound to what is no object': () => tokenWith({ cnf: 'abc' }),
    'is bound to nothing': () => tokenWith({ cnf: null }),
    'is bound to a certificate that is not shown': () => tokenWith({ cnf: { 'x5t#S256': 'abc' } }),
  };

  beforeEach(() => {
    issuer.keys = [...keys, weak];
  });

  test.each(Object.keys(forgeries))('for it %s is refused, and nothing of it is repeated', async (name) => {
    const token = forgeries[name]!();
    const { status, errors, headers, text } = await askWith(token);
    expect({ status, code: errors?.[0]?.extensions?.code }).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    // One that holds a certificate's binding is good; it is its sender that is not.
    expect(errors?.[0]?.message).toMatch(/Get (a new )?one .*issuer|Connect with that certificate/);
    const told = text + logLines.join('\n');
    for (const secret of [...token.split('.').filter((part) => part.length > 8), 'emperor', 'evil', 'other.test']) {
      expect(told).not.toContain(secret);
    }
    expect(await whoHas(tokenWith())).toMatchObject({ caller: { subject: 'officer-17' } });
  });

  test('MUST NOT have anything fetched but the keys of the issuer', async () => {
    for (const forge of Object.values(forgeries)) await askWith(forge());
    expect(issuer.asked).toBe(1);
  });

  test.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', 'Bearer a b', 'Bearer a,b', 'Bearer "a"', 'Token x'])(
    '"%s" is told how a token is sent',
    async (authorization) => {
      const { status, errors, headers } = await asking({ authorization });
      expect({ status, code: errors?.[0]?.extensions?.code }).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
      expect(errors?.[0]?.message).toContain('authorization: Bearer TOKEN');
      // Without a code of an error: RFC 6750, section 3.
      expect(headers.get('www-authenticate')).toBe('Bearer');
    },
  );

  test('is refused before anything is made of the request', async () => {
    const before = door.contexts.length;
    const body = '{"query": not even JSON';
    const headers = { 'content-type': 'application/json', authorization: 'Bearer abc' };
    expect((await fetch(`${door.url}/graphql`, { method: 'POST', headers, body })).status).toBe(401);
    expect(door.contexts).toHaveLength(before);
  });
});

describe('time', () => {
  test('a token holds until its end and as long as a clock may be off, even one that is known', async () => {
    const headers = { authorization: `Bearer ${tokenWith()}` };
    nowMs = CLAIMS.exp * 1000 + TOLERANCE_MS - 1;
    expect(await whoIs(headers)).toMatchObject({ untilMs: nowMs + 1 });
    nowMs += 1;
    expect(await asking(headers)).toMatchObject({ status: 401 });
    expect((await asking(headers)).errors?.[0]?.message).toMatch(/has expired/);
  });

  test('a token holds from its beginning, and as long before as a clock may be off', async () => {
    const headers = { authorization: `Bearer ${tokenWith({ nbf: seconds(BEGAN_MS) })}` };
    nowMs = BEGAN_MS - TOLERANCE_MS - 1;
    expect((await asking(headers)).errors?.[0]?.message).toMatch(/not valid yet/);
    nowMs += 1;
    expect(await whoIs(headers)).toMatchObject({ caller: { role: 'officer' } });
  });
});

describe('the keys of an issuer', () => {
  const unknownTo = (kid: string) => {
    const key = newKey('EdDSA', kid);
    return { key, token: tokenOf(key, { ...CLAIMS, exp: seconds(BEGAN_MS) + 86_400 }) };
  };
  const longLived = () => tokenWith({ exp: seconds(BEGAN_MS) + 86_400 });

  test('a new one is found when a token names it, but not more often than once in a pause', async () => {
    await whoHas(tokenWith());
    const { key, token } = unknownTo('next');
    issuer.keys = [...keys, key];
    // It has just been asked.
    expect(await askWith(token)).toMatchObject({ status: 401 });
    nowMs += KEYS_PAUSE_MS;
    const all = await Promise.all(Array.from({ length: 20 }, () => whoHas(token)));
    expect(new Set(all.map(({ caller }) => caller?.subject))).toEqual(new Set(['officer-17']));
    expect(issuer.asked).toBe(2);
    for (let at = 0; at < 20; at += 1) await askWith(unknownTo(`forged-${at}`).token);
    expect(issuer.asked).toBe(2);
    expect(await whoHas(longLived())).toMatchObject({ caller: { subject: 'officer-17' } });
  });

  test('one that is withdrawn is believed no more, and what it signed is forgotten', async () => {
    const { key, token } = unknownTo('next');
    const old = longLived();
    await whoHas(old);
    issuer.keys = [key];
    nowMs += KEYS_FRESH_MS;
    // The keys are fetched behind the request that finds them old.
    await whoHas(old);
    await until(async () => (await askWith(old)).status === 401);
    expect(await whoHas(token)).toMatchObject({ caller: { subject: 'officer-17' } });
  });

  test('one that has changed under the same name is another', async () => {
    const old = longLived();
    await whoHas(old);
    const { key, token } = unknownTo(String(keyOf('EdDSA').jwk.kid));
    issuer.keys = [key];
    nowMs += KEYS_FRESH_MS;
    await until(async () => (await askWith(old)).status === 401);
    expect(await whoHas(token)).toMatchObject({ caller: { subject: 'officer-17' } });
  });

  test('several without names are no key for a token that names none', async () => {
    const nameless = [newKey('EdDSA', 'a'), newKey('EdDSA', 'b')];
    for (const { jwk } of nameless) delete jwk.kid;
    issuer.keys = nameless;
    callers = newCallers();
    expect(await askWith(tokenOf(nameless[0]!, CLAIMS))).toMatchObject({ status: 401 });
    issuer.keys = [nameless[0]!];
    callers = newCallers();
    expect(await whoHas(tokenOf(nameless[0]!, CLAIMS))).toMatchObject({ caller: { subject: 'officer-17' } });
  });

  test.each([
    ['is for encryption', { use: 'enc' }],
    ['is for signing only', { key_ops: ['sign'] }],
    ['is for another algorithm', { alg: 'ES256' }],
  ])('one that %s verifies nothing', async (_what, change) => {
    const key = newKey('EdDSA', 'odd');
    Object.assign(key.jwk, change);
    issuer.keys = [key];
    callers = newCallers();
    expect(await askWith(tokenOf(key, CLAIMS))).toMatchObject({ status: 401 });
  });

  test('a shared secret among them verifies nothing', async () => {
    const key = newKey('EdDSA');
    issuer.keys = [
      { ...key, jwk: { kty: 'oct', k: Buffer.from('secret').toString('base64url'), kid: 's', alg: 'HS256' } },
    ];
    callers = newCallers();
    expect(await askWith(hmacTokenOf('secret', CLAIMS, { kid: 's' }))).toMatchObject({ status: 401 });
  });

  const failures: Record<string, NonNullable<IssuerOfTest['answer']>> = {
    'that hangs up': (request) => request.socket.destroy(),
    'that fails': (_request, response) => response.writeHead(500).end('{"keys":[]}'),
    'that sends elsewhere': (_request, response) => response.writeHead(302, { location: issuer.url }).end(),
    'that sends a page': (_request, response) => response.end('<html>'),
    'that sends another JSON': (_request, response) => response.end('{"keys":"none"}'),
    'that never stops': (_request, response) => response.end(`{"keys":[],"x":"${'x'.repeat(1024 * 1024)}"}`),
  };

  test.each(Object.keys(failures))(
    'of an issuer %s: those that are known serve on, for a bounded time',
    async (name) => {
      const token = longLived();
      await whoHas(token);
      issuer.answer = failures[name]!;
      for (nowMs += KEYS_FRESH_MS; nowMs < BEGAN_MS + KEYS_TRUSTED_MS; nowMs += KEYS_FRESH_MS) await whoHas(token);
      nowMs = BEGAN_MS + KEYS_TRUSTED_MS - 1;
      expect(await askWith(unknownTo('next').token)).toMatchObject({ status: 401 });
      nowMs += 1;
      expect(await askWith(token)).toMatchObject({ status: 503 });
      expect(logLines.join('\n')).toMatch(/those that are known serve on.*so nobody can be identified/s);
      issuer.answer = undefined;
      nowMs += KEYS_PAUSE_MS;
      expect(await whoHas(token)).toMatchObject({ caller: { subject: 'officer-17' } });
    },
  );

  test('of an issuer that is not there: whoever shows a token is told so, and it is asked again after a pause', async () => {
    await whoHas(tokenWith());
    Object.assign(issuer, { answer: failures['that hangs up'], asked: 0 });
    callers = newCallers();
    for (let at = 0; at < 5; at += 1) {
      const { status, errors, headers, text } = await askWith(tokenWith());
      expect({ status, code: errors?.[0]?.extensions?.code }).toEqual({ status: 503, code: 'ISSUER_UNREACHABLE' });
      expect(headers.get('retry-after')).toBe(String(KEYS_PAUSE_MS / 1000));
      expect(text).not.toContain('127.0.0.1');
    }
    expect(issuer.asked).toBe(1);
    expect(await whoIs({})).toBe(NOBODY);
    issuer.answer = undefined;
    nowMs += KEYS_PAUSE_MS;
    expect(await whoHas(tokenWith())).toMatchObject({ caller: { subject: 'officer-17' } });
  });
});

describe('a token that is bound to a client certificate', () => {
  const bound = () => ({
    authorization: `Bearer ${tokenWith({ cnf: { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' } })}`,
  });

  test('is good with it, and MUST NOT be without, not even when it is known', async () => {
    const headers = bound();
    const certificate = 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2';
    await expect(identify(headers)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(identify(headers, certificate)).toMatchObject({ caller: { subject: 'officer-17' } });
    expect(() => identify(headers)).toThrow(/bound to a client certificate/);
    expect(() => identify(headers, `${certificate}x`)).toThrow(/bound to a client certificate/);
  });

  test('and one that is not is good with any', async () => {
    const headers = { authorization: `Bearer ${tokenWith()}` };
    expect(await identify(headers, 'whatever')).toMatchObject({ caller: { subject: 'officer-17' } });
  });
});

describe('through the whole gateway', () => {
  const subgraphs = { one: { sdl: 'type Query { a: String }', resolvers: { Query: { a: () => 'x' } } } };

  test('an issuer by JWKS_URL is believed', async () => {
    const clock = { now: () => nowMs };
    const federation = await startFederation({
      subgraphs,
      config: { access: accessOf(issuer.url) },
      gateway: { clock },
    });
    const right = await federation.ask('{ a }', {}, { authorization: `Bearer ${tokenWith()}` });
    const wrong = await federation.ask('{ a }', {}, { authorization: `Bearer ${tokenWith({ aud: 'x' })}` });
    await federation.stop();
    expect(right).toMatchObject({ status: 200, data: { a: 'x' } });
    expect(wrong).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(federation.requestsTo('one')).toHaveLength(1);
  });

  test("in a graph of somebody else's a token is nobody's, and goes on to whom it is meant for", async () => {
    const federation = await startFederation({ subgraphs, config: { forwardHeaders: ['authorization'] } });
    const answer = await federation.ask('{ a }', {}, { authorization: 'Bearer theirs', purpose: 'prefetch' });
    await federation.stop();
    expect(answer).toMatchObject({ status: 200, data: { a: 'x' } });
    expect(federation.requestsTo('one')[0]?.headers.authorization).toBe('Bearer theirs');
  });
});
