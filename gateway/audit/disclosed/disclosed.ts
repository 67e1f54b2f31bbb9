import { randomBytes } from 'node:crypto';
import type { SourceRecord } from '../../context.js';
import {
  DIGEST_BYTES,
  detailHash,
  fieldKey,
  type RecordRead,
  type RuleInForce,
  type Shape,
  type ShapeField,
  valueDigest,
  valuesHash,
  writeRecords,
} from '../entry.js';
import type { Detail, Opening } from '../write/batch.js';
import type { Leaf } from './leaves.js';

/** What one answer disclosed, ready to be put into an entry. */
export interface Disclosed {
  /** The members of an entry from `shape` on, as JSON, with a comma before each. */
  readonly members: string;
  readonly details: readonly Detail[];
  readonly opening: Opening;
}

/** More bytes of records than so stand in details of their own, so that an entry stays what a leaf may be. */
const FROM_BYTES_MAX = 30_000;

/** Puts together what an answer disclosed: what it has in common with others by its hash, its records, and the hash of its values. */
export function disclosed({
  operation,
  rules,
  leaves,
  also,
}: {
  operation: { readonly hash: string; readonly name: string | undefined };
  rules: readonly RuleInForce[];
  leaves: readonly Leaf[];
  /** Records that were read, and that no value of the answer names. */
  also: readonly SourceRecord[];
}): Disclosed {
  const sources = new Sources();
  const fields = leaves.map(({ path, records, outcome }): ShapeField => {
    const indexes = new Set(records.map((record) => sources.indexOf(record)));
    return [path, [...indexes], outcome];
  });
  for (const record of also) sources.indexOf(record);
  const { records } = sources;
  const shape: Shape = {
    v: 1,
    op: operation.hash,
    ...(operation.name === undefined ? {} : { name: operation.name }),
    rules,
    registries: records.map(({ registry }) => registry),
    fields,
  };
  const details = [detailOf(JSON.stringify(shape))];
  const opening = openingOf(leaves);
  const list = JSON.stringify(writeRecords(records));
  let from = list.slice(1, -1);
  if (Buffer.byteLength(list) > FROM_BYTES_MAX) {
    const detail = detailOf(list);
    details.push(detail);
    from = `"fromIn":"${detail.hash}"`;
  }
  const members = `,"shape":"${details[0]!.hash}",${from},"values":"${opening.hash}"`;
  return { members, details, opening };
}

function detailOf(body: string): Detail {
  return { hash: detailHash(body), body };
}

/** The digests of all values under a salt of their own. */
function openingOf(leaves: readonly Leaf[]): Opening {
  const salt = randomBytes(DIGEST_BYTES);
  const digests = Buffer.allocUnsafe(leaves.length * DIGEST_BYTES);
  for (const [index, { path, value }] of leaves.entries()) {
    valueDigest(fieldKey(salt, path), JSON.stringify(value)).copy(digests, index * DIGEST_BYTES);
  }
  return { hash: valuesHash(digests), salt, digests };
}

/** The records of an answer, each once. */
class Sources {
  readonly records: RecordRead[] = [];
  private readonly byRecord = new Map<SourceRecord, number>();
  private readonly byText = new Map<string, number>();

  indexOf(record: SourceRecord): number {
    let index = this.byRecord.get(record);
    if (index === undefined) this.byRecord.set(record, (index = this.add(record)));
    return index;
  }

  private add({ registry, record = '', version = '', retrievedAtMs, cache }: SourceRecord): number {
    const text = JSON.stringify([registry, record, version, retrievedAtMs, cache]);
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    const index = this.records.push({ registry, record, version, retrievedAtMs, cache }) - 1;
    this.byText.set(text, index);
    return index;
  }
}
