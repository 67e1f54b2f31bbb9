import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { buildSchema } from 'graphql';
import { schemaFolder } from '../../../cli/config.js';
import { type Identity, NOBODY } from '../../../gateway/identity.js';
import { startTarget, type Target } from '../../helpers/attacker.js';
import { identityOf } from '../../helpers/callers.js';
import { DEMO } from '../../helpers/demo-people.js';
import { ask } from '../../helpers/federation.js';
import { type AskedField, randomOperation } from '../../helpers/random-operation.js';
import { connectRaw, statusesIn } from '../../helpers/raw-http.js';
import { CALLERS, RulesOracle } from '../../helpers/rules-oracle.js';

/**
 * Random bytes, variables and operations. The seed is the same each time; `FUZZ_SEED=random FUZZ_CASES=… npx jest fuzz` goes
 * further, and the seed and path that a failure prints repeat it.
 */
const { FUZZ_SEED = '20261126' } = process.env;
const SEED = FUZZ_SEED === 'random' ? randomInt(2 ** 31) : Number(FUZZ_SEED);
const CASES = Number(process.env.FUZZ_CASES ?? 1_000);
const runs = (numRuns: number) => ({ seed: SEED, numRuns, endOnFailure: true });
const TIMEOUT_MS = 120_000 + CASES * 100;

let target: Target;
let identity: Identity;
beforeAll(async () => {
  target = await startTarget({ access: { identify: () => identity }, config: { limits: { aliasesMax: 1_000 } } });
});
afterAll(() => target?.stop());

const api = buildSchema(readFileSync(join(schemaFolder, 'api.graphql'), 'utf8'));
const oracle = new RulesOracle();
const PROCEDURES = ['1.000894', '1.013831', '1.004222', '1.012784', '9.999999'];
const nobody = identityOf({ role: 'auditor', scopes: [] }, PROCEDURES[0]);
const officer = identityOf({ role: 'officer' }, PROCEDURES[0]);

/** Sends bytes, and nothing behind them. */
async function sendBytes(bytes: string): Promise<string> {
  const connection = await connectRaw(target.product.url);
  connection.socket.end(bytes, 'latin1');
  return connection.closed(5_000);
}

describe(`with FUZZ_SEED=${SEED}`, () => {
  test(
    'an operation never answers a field that the rules do not allow',
    async () => {
      const roots = [
        ...[DEMO.husband, DEMO.bride, DEMO.divorcee, DEMO.deceased].map((id) => `citizen(personalId: "${id}")`),
        `parcel(id: "${target.parcel}")`,
        'parcelsByFormerNumber(communeCode: "20200", mapSheet: "1", parcelNumber: "1")',
      ];
      const anybody = fc.constantFrom(...Object.keys(CALLERS));
      // Who may read nothing is soon known.
      const somebody = fc.constantFrom('an officer', 'an officer without scopes', 'the tax department', 'the citizen');
      const name = fc.oneof({ weight: 4, arbitrary: somebody }, { weight: 1, arbitrary: anybody });
      const callers = fc.record({ name, procedure: fc.constantFrom(...PROCEDURES) });
      const said = { answered: 0, refused: 0, parts: 0 };
      const property = fc.asyncProperty(fc.gen(), callers, fc.integer({ min: 0, max: 19 }), async (g, who, kind) => {
        identity = kind === 0 ? NOBODY : identityOf(CALLERS[who.name]!, who.procedure);
        const root = g(fc.constantFrom, ...roots);
        const of = /"(\d{12})"/.exec(root)?.[1] ?? '';
        const allows = ({ path, types }: Pick<AskedField, 'path' | 'types'>) =>
          path.every((_, at) => oracle.allows({ path: path.slice(0, at + 1), type: types[at]!, of }, identity));
        const { query, variables, asked } = randomOperation(g, { schema: api, root, isLikely: allows });
        const headers: Record<string, string> = kind % 3 === 1 ? { accept: 'multipart/mixed' } : {};
        const { status, text } = await target.post(
          JSON.stringify({ query, variables, extensions: { provenance: true, cost: true } }),
          headers,
        );
        if (![200, 401, 403].includes(status)) throw new Error(`${status} ${text}`);
        const parts = text.startsWith('{')
          ? [text]
          : text.split(/\r\n\r\n|\r\n--/).filter((part) => part.startsWith('{'));
        if (parts.length > 1) said.parts += 1;
        for (const { keys, path, types, isLeaf } of asked) {
          const isAnswered = parts.some((part) => valueAt(JSON.parse(part), keys));
          if (isAnswered && !allows({ path, types }))
            throw new Error(`${path.join('.')} was answered to ${JSON.stringify(identity)}: ${text}`);
          if (isLeaf) said[isAnswered ? 'answered' : 'refused'] += 1;
        }
      });
      await fc.assert(property, runs(Math.ceil(CASES * 0.6)));
      // Neither may be what the other is only for want of cases.
      expect(said.answered).toBeGreaterThan(CASES / 4);
      expect(said.refused).toBeGreaterThan(CASES / 2);
      expect(said.parts).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  test(
    'whatever a registered operation is handed, it is answered or refused',
    async () => {
      const text = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(...Object.values(DEMO), '1.000894', 'groom', '__proto__', target.parcel),
      );
      const value = fc.oneof({ weight: 2, arbitrary: text }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) });
      const party = fc.oneof(
        value,
        fc.dictionary(fc.constantFrom('role', 'personalId', 'parcelId', '__proto__', 'constructor'), value),
      );
      const variables = fc.oneof(
        fc.jsonValue(),
        fc.dictionary(fc.constantFrom('personalId', 'id', 'procedure', '__proto__', 'toString'), value),
        fc.record({ procedure: value, parties: fc.array(party) }),
      );
      const name = fc.constantFrom('Citizen', 'CivilStatus', 'Household', 'ParcelWithRights', 'Dossier');
      const property = fc.asyncProperty(name, variables, fc.boolean(), async (documentId, given, isOfficer) => {
        identity = isOfficer ? officer : nobody;
        const { status, text: answer } = await target.post(JSON.stringify({ documentId, variables: given }));
        if (status >= 500) throw new Error(`${status} ${answer}`);
        if (answer.includes('INTERNAL_SERVER_ERROR')) throw new Error(answer);
        if (!isOfficer && /"(fullName|value|name|text)":"/.test(answer)) throw new Error(`told an auditor: ${answer}`);
      });
      await fc.assert(property, runs(CASES));
    },
    TIMEOUT_MS,
  );

  test(
    'whatever bytes come, no answer is a fault, and none tells anything',
    async () => {
      identity = nobody;
      const body = JSON.stringify({
        query: `query Q($id: ID!) { citizen(personalId: $id) { fullName } }`,
        variables: { id: DEMO.husband },
        extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } },
      });
      const search = new URLSearchParams({
        query: `{ citizen(personalId: "${DEMO.husband}") { fullName } }`,
        extensions: '{"cost":true}',
      });
      const good = [
        `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\naccept: multipart/mixed\r\npurpose: procedure=1.000894\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
        `GET /graphql?${search} HTTP/1.1\r\nhost: x\r\nconnection: close\r\napollo-require-preflight: 1\r\nx-request-id: a\r\n\r\n`,
        'GET /health/ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      ];
      const piece = fc.oneof(
        fc.constantFrom(
          '\r\n',
          '\0',
          '"',
          '{',
          '}',
          '[',
          ']',
          ':',
          '\\u',
          '%00',
          '%',
          '&',
          '..',
          '//',
          '__proto__',
          'null',
          '1e999',
          '-1',
          'HEAD',
          'PUT',
          'content-length: 5\r\n',
          'authorization: Bearer x.y.z\r\n',
          'accept: */*\r\n',
          '\xff\xfe',
          '@defer',
          '...F',
          '#',
          '"""',
        ),
        fc.string({ unit: 'binary', maxLength: 8 }),
      );
      const change = fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        cut: fc.nat(12),
        put: piece,
        isMove: fc.boolean(),
      });
      const property = fc.asyncProperty(
        fc.constantFrom(...good),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        async (request, changes) => {
          let bytes = request;
          for (const { at, cut, put, isMove } of changes) {
            const from = Math.floor(at * bytes.length);
            const moved = isMove ? bytes.slice(from, from + cut) : '';
            bytes = bytes.slice(0, from) + put + bytes.slice(from + cut) + moved;
          }
          const answer = await sendBytes(bytes);
          const statuses = statusesIn(answer);
          if (statuses.some((status) => status >= 500)) throw new Error(answer);
          if (answer.includes('Nguyễn')) throw new Error(`told: ${answer}`);
        },
      );
      await fc.assert(property, runs(2 * CASES));
    },
    TIMEOUT_MS,
  );

  test('none of it was a fault, left anything personal in the log, or kept the gateway from answering', async () => {
    const before = target.product.logLines.splice(0);
    expect(before.filter((line) => line.includes('"level":"error"'))).toEqual([]);
    expect(
      before.filter((line) => line.includes('Nguyễn') || Object.values(DEMO).some((id) => line.includes(id))),
    ).toEqual([]);
    identity = officer;
    const { data } = await ask(target.product.url, { query: `{ citizen(personalId: "${DEMO.bride}") { fullName } }` });
    expect(data.citizen.fullName).toBe('Lê Thị Thu Hà');
  });
});

/** Whether an answer, or one of its parts, has a value under these response names. */
function valueAt(
  answer: { data?: unknown; path?: readonly (string | number)[]; incremental?: unknown[] },
  keys: readonly string[],
): boolean {
  const { data, path = [], incremental = [] } = answer;
  const names = path.filter((step): step is string => typeof step === 'string');
  const isBelow = names.every((name, at) => keys[at] === name);
  if (isBelow && data !== undefined && hasValue(data, keys.slice(names.length))) return true;
  return incremental.some((part) => valueAt(part as never, keys));
}

function hasValue(value: unknown, [first, ...rest]: readonly string[]): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.some((item) => hasValue(item, first === undefined ? [] : [first, ...rest]));
  if (first === undefined) return true;
  const object = value as Record<string, unknown>;
  return Object.hasOwn(object, first) && hasValue(object[first], rest);
}
