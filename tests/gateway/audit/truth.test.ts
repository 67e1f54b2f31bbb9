import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import {
  buildSchema,
  type DocumentNode,
  type FieldNode,
  getNamedType,
  Kind,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { schemaFolder } from '../../../cli/config.js';
import { readPermissions } from '../../../cli/permissions.js';
import { fieldKey, type RecordRead, recordsOf, valueDigest, valuesHash } from '../../../gateway/audit/entry.js';
import type { Identity } from '../../../gateway/identity.js';
import { type Answered, leavesOf, post, reasonsFor, recordsAt } from '../../helpers/answered-leaves.js';
import type { ReadEntry } from '../../helpers/audit-log.js';
import { everythingTo, identityOf } from '../../helpers/callers.js';
import { DEMO } from '../../helpers/demo-people.js';
import { type Product, startProduct } from '../../helpers/product.js';
import { type AskedField, randomOperation } from '../../helpers/random-operation.js';
import { CALLERS, RulesOracle } from '../../helpers/rules-oracle.js';

/**
 * What entries say, beside what clients got: random operations of several callers, each answer taken apart here, by what was asked and
 * not by what the log is written with. `TRUTH_CASES=… TRUTH_SEED=…` goes further.
 */
const SEED = Number(process.env.TRUTH_SEED ?? 20261126);
const CASES = Number(process.env.TRUTH_CASES ?? 80);
const TIMEOUT_MS = 60_000 + CASES * 500;

const PROCEDURES = ['1.000894', '1.013831', '1.004222', '1.012784'];
const rules = new RulesOracle();
const api = buildSchema(readFileSync(join(schemaFolder, 'api.graphql'), 'utf8'));

let identity: Identity;
let product: Product;
/** The same people, and whoever asks may know everything. */
let open: Product;
let parcel: string;
const asked = new Set<string>();

beforeAll(async () => {
  const limits = { aliasesMax: 1_000 };
  product = await startProduct({
    access: { identify: () => identity, grants: () => [...readPermissions().grants, everythingTo('operator')] },
    audit: true,
    config: { limits },
    onAsked: (registry) => void asked.add(registry),
  });
  open = await startProduct({ config: { limits } });
  const [row] = await product.database.query<{ id: string }>(
    'SELECT parcel_id AS id FROM land.land_right WHERE holder_id IS NOT NULL AND replaced_at IS NULL ORDER BY 1 LIMIT 1',
  );
  parcel = row!.id;
});
afterAll(async () => {
  await product?.stop();
  await open?.stop();
});

interface Field {
  readonly path: string;
  readonly outcome: string;
  readonly records: readonly RecordRead[];
  isOf(value: unknown): boolean;
}

/** The fields of entries, with what proves their values. */
async function fieldsIn(entries: readonly ReadEntry[]): Promise<Field[]> {
  const fields: Field[] = [];
  for (const { entry, shape } of entries) {
    if (!shape) throw new Error('an entry has no shape');
    const opening = await product.audit!.reader.opening(entry.values!);
    if (!opening || valuesHash(opening.digests) !== entry.values)
      throw new Error('the digests are not those of the entry');
    const details = entry.fromIn ? await product.audit!.reader.details([entry.fromIn]) : undefined;
    const records = recordsOf(entry, shape, details && JSON.parse(details.get(entry.fromIn!)!))!;
    for (const [index, [path, from, outcome]] of shape.fields.entries()) {
      const digest = opening.digests.subarray(16 * index, 16 * index + 16);
      fields.push({
        path: path.replace(/:\d+/g, ''),
        outcome,
        records: from.map((each) => records[each]!),
        isOf: (value) => valueDigest(fieldKey(opening.salt, path), JSON.stringify(value ?? null)).equals(digest),
      });
    }
  }
  return fields;
}

const textOfRead = ({ registry, record, version, cache, retrievedAtMs }: RecordRead) =>
  [registry, record, version, cache, new Date(retrievedAtMs).toISOString()].join(' ');

const TRUE_ID = 'trueId';

/** The same operation, which asks besides who each person is, and which parcel it is. */
function withIds(document: DocumentNode): string {
  const types = new TypeInfo(api);
  const key = (name: string): FieldNode => ({
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: TRUE_ID },
    name: { kind: Kind.NAME, value: name },
  });
  return print(
    visit(
      document,
      visitWithTypeInfo(types, {
        SelectionSet: {
          leave(node) {
            const type = getNamedType(types.getParentType());
            const name = type?.name === 'Citizen' ? 'personalId' : type?.name === 'Parcel' ? 'id' : undefined;
            return name ? { ...node, selections: [...node.selections, key(name)] } : undefined;
          },
        },
      }),
    ),
  );
}

/** Of whom, or what, the answer says anything. */
function idsOf(got: unknown, known: unknown, into = new Set<string>()): Set<string> {
  if (Array.isArray(got)) got.forEach((item, index) => void idsOf(item, (known as unknown[])?.[index], into));
  else if (typeof got === 'object' && got !== null) {
    const id = (known as Record<string, unknown> | null)?.[TRUE_ID];
    const says = Object.entries(got).some(([, value]) => value !== null && typeof value !== 'object');
    if (typeof id === 'string' && says) into.add(id);
    for (const [name, value] of Object.entries(got)) idsOf(value, (known as Record<string, unknown>)?.[name], into);
  }
  return into;
}

function check(
  document: DocumentNode,
  answered: Answered,
  { entries, fields }: { entries: readonly ReadEntry[]; fields: readonly Field[] },
): number {
  const leaves = leavesOf(document, answered.data);
  const left = [...fields];
  for (const leaf of leaves) {
    const { value, path } = leaf;
    const index = left.findIndex((field) => field.path === path && field.isOf(value));
    if (index < 0) throw new Error(`${path}: ${JSON.stringify(value)} was given, and stands in no entry`);
    const [{ outcome, records }] = left.splice(index, 1) as [Field];
    const isMasked = typeof value === 'string' && value.includes('•');
    const allowed = value === null ? reasonsFor(leaf, answered.errors) : [isMasked ? 'masked MIDDLE' : 'shown'];
    if (!allowed.includes(outcome)) throw new Error(`${path}: ${outcome}, where it was ${allowed.join(' or ')}`);
    if (outcome.startsWith('refused')) {
      if (records.length > 0) throw new Error(`${path} was refused, and rests on a record`);
      continue;
    }
    const published = answered.provenance && recordsAt(leaf, answered.provenance);
    const stray = published && records.map(textOfRead).filter((text) => !published.includes(text));
    if (stray?.length) throw new Error(`${path} rests on ${published?.join()}, and not on ${stray.join()}`);
    // What something is asked for by, the answer may repeat without a record; and that there is none of a kind may rest on none.
    const needsNone = value === null || Array.isArray(value) || /(^|\.)(personalId|id)$/.test(path);
    if (!needsNone && published?.length && records.length === 0) throw new Error(`${path}: of no record`);
  }
  // What was asked for both at once and deferred is given twice.
  const again = (field: Field) => leaves.some(({ path, value }) => path === field.path && field.isOf(value));
  const stray = entries.length > 1 ? left.filter((field) => !again(field)) : left;
  if (stray.length > 0) throw new Error(`${stray.map(({ path }) => path).join()} was never given`);
  for (const { entry } of entries) {
    if (entry.who?.sub !== identity.caller?.subject || entry.why?.procedure !== identity.purpose?.procedure) {
      throw new Error('another caller, or another purpose');
    }
  }
  for (const { cache, registry } of fields.flatMap(({ records }) => records)) {
    if (cache === 'SOURCE' && !asked.has(registry)) throw new Error(`${registry} was not asked`);
  }
  return leaves.length;
}

test(
  `with TRUTH_SEED=${SEED}, every value of every answer stands in its entry, as what it was, and nothing else does`,
  async () => {
    const roots = [
      ...[DEMO.husband, DEMO.child, DEMO.divorcee, DEMO.deceased].map((id) => `citizen(personalId: "${id}")`),
      `parcel(id: "${parcel}")`,
    ];
    const names = fc.constantFrom(
      'an officer',
      'an officer without scopes',
      'the tax department',
      'the citizen',
      'an operator',
    );
    const callers = fc.record({ name: names, procedure: fc.constantFrom(...PROCEDURES) });
    const counts = { leaves: 0, parts: 0, refused: 0, remembered: 0, people: 0 };
    const property = fc.asyncProperty(fc.gen(), callers, fc.integer({ min: 0, max: 5 }), async (g, who, kind) => {
      // What is filled in comes whole: in parts comes what may be read whole.
      const isInParts = kind >= 4;
      const name = isInParts ? 'an operator' : who.name;
      identity = identityOf({ ...CALLERS[name]!, subject: name }, who.procedure);
      const root = g(fc.constantFrom, ...roots);
      const of = /"(\d{12})"/.exec(root)?.[1] ?? '';
      const isLikely = ({ path, types }: Pick<AskedField, 'path' | 'types'>) =>
        path.every((_, at) => rules.allows({ path: path.slice(0, at + 1), type: types[at]!, of }, identity));
      const { query, variables } = randomOperation(g, { schema: api, root, isLikely });
      const document = parse(query);
      const all = await post(open.url, { query: withIds(document), variables });
      if (all.data === undefined) throw new Error(all.text);
      for (let time = 0; time < (kind % 2 === 0 ? 1 : 3); time += 1) {
        asked.clear();
        const inParts: Record<string, string> = isInParts ? { accept: 'multipart/mixed; deferSpec=20220824' } : {};
        const extensions = isInParts ? {} : { provenance: true };
        const answered = await post(product.url, { query, variables, extensions }, inParts);
        const entries = await product.audit!.ofRequest(answered.requestId);
        if (![200, 403].includes(answered.status)) throw new Error(`${answered.status} ${answered.text}`);
        const isRefused = answered.status === 403;
        if (entries.length === 0) throw new Error('there is no entry');
        if (entries.some(({ entry }) => entry.kind !== (isRefused ? 'refused' : 'read')))
          throw new Error('another kind');
        if (isRefused) {
          counts.refused += 1;
          continue;
        }
        const fields = await fieldsIn(entries);
        counts.leaves += check(document, answered, { entries, fields });
        if (entries.length > 1) counts.parts += 1;
        if (fields.some(({ records }) => records.some(({ cache }) => cache === 'MEMORY'))) counts.remembered += 1;
        const named = new Set(entries.flatMap(({ entry }) => entry.about ?? []));
        for (const id of idsOf(answered.data, all.data)) {
          counts.people += 1;
          if (!named.has(product.audit!.hashOf(id))) throw new Error(`it tells of ${id}, whom no entry names`);
        }
      }
    });
    await fc.assert(property, { seed: SEED, numRuns: CASES, endOnFailure: true });
    expect(Object.entries(counts).filter(([, count]) => count === 0)).toEqual([]);
    expect(counts.leaves).toBeGreaterThan(CASES);
  },
  TIMEOUT_MS,
);
