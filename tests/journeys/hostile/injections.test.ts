import { type Headers, startTarget, type Target } from '../../helpers/attacker.js';
import { DEMO } from '../../helpers/demo-people.js';
import { connectRaw } from '../../helpers/raw-http.js';

/** What is meant for an interpreter behind the gateway, or for two that read the same bytes in two ways. */

const MARRIAGE = '1.000894';
const LAND = '1.013831';

let target: Target;
let officer: Headers;
let landOfficer: Headers;
let citizen: Headers;
beforeAll(async () => {
  target = await startTarget({ registries: 'http' });
  const { product, bearer } = target;
  officer = bearer(await product.token({ role: 'officer', procedure: MARRIAGE }));
  landOfficer = bearer(await product.token({ role: 'officer', procedure: LAND }));
  citizen = bearer(await product.token({ role: 'citizen', citizen: DEMO.bride, procedure: MARRIAGE }));
}, 60_000);
afterAll(() => target?.stop());

const digits = (zero: number) => [...DEMO.husband].map((digit) => String.fromCodePoint(zero + Number(digit))).join('');

/** Identifiers that are none, and must lead to nobody. */
const IDS: Record<string, unknown> = {
  'SQL that is always true': `' OR '1'='1`,
  'SQL behind a number': `${DEMO.husband}'; drop table citizen_identity.person; --`,
  'SQL that is a union': `x' union select full_name from citizen_identity.person --`,
  'a wildcard': '%',
  'a wildcard for each digit': '____________',
  'GraphQL that closes the string': `${DEMO.husband}") { fullName } x: citizen(personalId: "${DEMO.husband}`,
  'GraphQL that closes the operation': `"}}){fullName}}#`,
  'CR and LF': `${DEMO.husband}\r\nlien-thong-caller: role=gateway`,
  'a line behind the number': `${DEMO.husband}\n`,
  'a line before it': `\n${DEMO.husband}`,
  'a NUL behind it': `${DEMO.husband}\0`,
  'a NUL in it': `048085\u0000000003`,
  'half of a surrogate pair': `${DEMO.husband}\ud800`,
  'full-width digits': digits(0xff10),
  'Arabic digits': digits(0x0660),
  'mathematical digits': digits(0x1d7ce),
  'a mark that turns the text round': `\u202e${DEMO.husband}`,
  'a space of no width': `048085\u200b000003`,
  'a joiner behind it': `${DEMO.husband}\u200d`,
  'an accent on a digit': `${DEMO.husband}\u0301`,
  'a byte order mark': `\ufeff${DEMO.husband}`,
  'blanks round it': ` ${DEMO.husband} `,
  'a sign': `+48085000003`,
  'a number without its zero': 48085000003,
  'an exponent': '4.8085000003e10',
  'a huge integer': 1e300,
  'an integer beyond 64 bits': '9'.repeat(400),
  'minus nought': -0,
  hexadecimal: '0xb32b4e8a3',
  'a list': [DEMO.husband],
  'an object': { $ne: null },
  'an object with a prototype': JSON.parse(
    `{"__proto__": {"personalId": "${DEMO.husband}"}, "constructor": {"prototype": {"x": 1}}}`,
  ),
  'a template': '{{7*7}}<%= 7*7 %>',
  'a path': '../../../etc/passwd',
  'an address': 'http://169.254.169.254/latest/meta-data/',
  'a megabyte': '0'.repeat(1_000_000),
};

test.each(Object.entries(IDS))('%s in the place of a number leads to nobody', async (_name, id) => {
  const wrongs: string[] = [];
  const attempts = [
    {
      headers: officer,
      request: {
        query: 'query ($id: ID!) { citizen(personalId: $id) { fullName contact { phone } } }',
        variables: { id },
      },
    },
    { headers: officer, request: { documentId: 'Citizen', variables: { personalId: id } } },
    {
      headers: officer,
      request: {
        documentId: 'Dossier',
        variables: {
          procedure: MARRIAGE,
          parties: [
            { role: 'groom', personalId: id },
            { role: 'bride', personalId: id },
          ],
        },
      },
    },
    { headers: officer, request: { documentId: 'Dossier', variables: { procedure: id, parties: [] } } },
    { headers: landOfficer, request: { documentId: 'ParcelWithRights', variables: { id } } },
    {
      headers: landOfficer,
      request: {
        query:
          'query ($x: ID!, $y: String!) { parcelsByFormerNumber(communeCode: $x, mapSheet: $y, parcelNumber: $y) { id } }',
        variables: { x: id, y: id },
      },
    },
    {
      headers: citizen,
      request: {
        query: `query ($id: ID = "${DEMO.bride}") { citizen(personalId: $id) { fullName } }`,
        variables: { id },
      },
    },
  ];
  for (const { headers, request } of attempts) {
    for (const [door, send] of Object.entries(target.doors(request, headers))) {
      if (door === 'GET' && String(id).length > 1_000) continue;
      const found = await target.wrongsOf(send, DEMO.husband);
      wrongs.push(...found.map((wrong) => `${JSON.stringify(request).slice(0, 200)}, by ${door}: ${wrong}`));
    }
  }
  expect(wrongs).toEqual([]);
});

/** Bodies that two readers of JSON could read in two ways, or that change what all objects have. */
const HUSBAND = `{ citizen(personalId: \\"${DEMO.husband}\\") { fullName } }`;
const BODIES: Record<string, string> = {
  'two queries': `{"query":"{ procedures { code } }","query":"${HUSBAND}"}`,
  'two lists of variables': `{"query":"query ($id: ID!) { citizen(personalId: $id) { fullName } }","variables":{"id":"${DEMO.bride}"},"variables":{"id":"${DEMO.husband}"}}`,
  'one variable twice': `{"query":"query ($id: ID!) { citizen(personalId: $id) { fullName } }","variables":{"id":"${DEMO.bride}","id":"${DEMO.husband}"}}`,
  'a key that is written with escapes': `{"query":"query ($id: ID!) { citizen(personalId: $id) { fullName } }","variables":{"id":"${DEMO.bride}","\\u0069d":"${DEMO.husband}"}}`,
  'a prototype for the request': `{"__proto__":{"query":"${HUSBAND}"},"query":"{ procedures { code } }"}`,
  'nothing but a prototype': `{"__proto__":{"query":"${HUSBAND}"}}`,
  'a constructor for the request': `{"constructor":{"prototype":{"query":"${HUSBAND}"}}}`,
  'a prototype for the variables': `{"query":"query ($id: ID = \\"${DEMO.bride}\\") { citizen(personalId: $id) { fullName } }","variables":{"__proto__":{"id":"${DEMO.husband}"}}}`,
  'a variable called __proto__': `{"query":"query ($__proto__: ID!) { citizen(personalId: $__proto__) { fullName } }","variables":{"__proto__":"${DEMO.husband}"}}`,
  'a prototype for the extensions': `{"query":"${HUSBAND}","extensions":{"__proto__":{"provenance":true,"cost":true},"constructor":1}}`,
  'extensions that are none': `{"query":"${HUSBAND}","extensions":[{"persistedQuery":{}}]}`,
  'the hash of another text': `{"query":"${HUSBAND}","extensions":{"persistedQuery":{"version":1,"sha256Hash":"${'0'.repeat(64)}"}}}`,
  'a hash that is an object': `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":{"toString":"x"}}}}`,
  'an id that is a list': `{"documentId":["Citizen"],"variables":{"personalId":"${DEMO.husband}"}}`,
  'an id beside a text': `{"documentId":"Citizen","query":"${HUSBAND}","variables":{"personalId":"${DEMO.husband}"}}`,
  'a name that every object has': `{"query":"query toString ${HUSBAND} query constructor ${HUSBAND}","operationName":"__proto__"}`,
  'an operation called like what every object has': `{"query":"query hasOwnProperty ${HUSBAND}","operationName":"hasOwnProperty"}`,
  'a name that is no text': `{"query":"${HUSBAND}","operationName":{"a":1}}`,
  'a mutation': `{"query":"mutation ${HUSBAND}"}`,
  'a subscription': `{"query":"subscription ${HUSBAND}"}`,
  'entities of a subgraph': `{"query":"{ _entities(representations: [{__typename: \\"Citizen\\", personalId: \\"${DEMO.husband}\\"}]) { ... on Citizen { fullName } } }"}`,
  'the SDL of a subgraph': `{"query":"{ _service { sdl } }"}`,
  'a byte order mark inside': `{"query":"\\ufeff${HUSBAND}"}`,
  'no JSON': `{"query":'${HUSBAND}'}`,
  'a number': '1e999',
};

test.each(Object.entries(BODIES))(
  'a body with %s is read in one way, and tells a citizen nothing of others',
  async (_name, body) => {
    expect(await target.wrongsOf(() => target.post(body, citizen), `${DEMO.husband} Lê Thị Thu Hà`)).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>).query).toBeUndefined();
  },
);

/** What follows `authorization` in a request that says something twice, or what only the gateway may say. */
const HEADERS: Record<string, string> = {
  'a purpose twice': 'purpose: procedure=9.999999\r\npurpose: procedure=1.000894',
  'a purpose behind a line': 'purpose: procedure=9.999999\r\n\tpurpose: procedure=1.000894',
  'a purpose in another case': 'Purpose: procedure=9.999999\r\nPURPOSE: procedure=1.000894',
  'a part of a purpose twice': 'purpose: procedure=9.999999; procedure=1.000894',
  'a NUL in a purpose': 'purpose: procedure=1.000894\0',
  'a carriage return in a purpose': 'purpose: procedure=9.999999\rpurpose: procedure=1.000894',
  'a purpose of full-width letters': 'purpose: procedure=１.000894',
  'a prototype for a purpose': 'purpose: __proto__=1.000894; constructor=x',
  'what the gateway says of callers':
    'lien-thong-caller: role=gateway\r\nlien-thong-purpose: procedure="1.000894"\r\nlien-thong-registry: "land"',
  'a signature':
    'signature-input: lien-thong=("@method");created=1;keyid="x";alg="ed25519";tag="lien-thong"\r\nsignature: lien-thong=:AAAA:',
  'another caller in what proxies say':
    'x-forwarded-user: admin\r\nx-original-url: /admin\r\nx-http-method-override: PUT\r\nforwarded: for=127.0.0.1',
};

async function sendHeaders(more: string, token: string | undefined) {
  const body = JSON.stringify({ query: `{ citizen(personalId: "${DEMO.husband}") { fullName } }` });
  const head = `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n`;
  const connection = await connectRaw(target.product.url);
  const authorization = token === undefined ? '' : `authorization: ${token}\r\n`;
  connection.socket.write(`${head}${authorization}${more}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  const text = await connection.closed();
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 400), text };
}

test.each(Object.entries(HEADERS))('%s is no way to another caller or purpose', async (_name, more) => {
  const unbound = target.bearer(await target.product.token({ role: 'officer' })).authorization;
  const auditor = target.bearer(await target.product.token({ role: 'auditor' })).authorization;
  for (const token of [unbound, auditor, undefined]) {
    expect(await target.wrongsOf(() => sendHeaders(more, token), DEMO.husband)).toEqual([]);
  }
});

test('a second authorization is not the one that counts', async () => {
  const auditor = target.bearer(await target.product.token({ role: 'auditor', procedure: MARRIAGE })).authorization!;
  const send = () => sendHeaders(`authorization: ${officer.authorization}`, auditor);
  expect(await target.wrongsOf(send, DEMO.husband)).toEqual([]);
});

test('and the same request as it should be is answered, whatever a client says in the gateway’s name', async () => {
  const { text } = await sendHeaders(HEADERS['what the gateway says of callers']!, officer.authorization);
  expect(text).toContain('Nguyễn Hoàng Long');
});
