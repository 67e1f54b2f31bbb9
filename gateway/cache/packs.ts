import { createHash } from 'node:crypto';
import type { StoredField } from './entry.js';
import type { Seal } from './seal.js';

/** What one field is before it is sealed, as JSON. */
type Told = [
  field: string,
  value: unknown,
  refs: StoredField['refs'],
  records: StoredField['records'],
  retrievedAtMs: number,
  freshUntilMs: number,
  revalidateUntilMs: number,
  ifErrorUntilMs: number,
];

const HASHES_KEPT = 10_000;
const NAME_LENGTH_KEPT = 500;

/**
 * Fields of an entity that were written together, as one sealed value: to open one takes longer than to read what is in it, and a
 * request mostly wants what another of its kind has brought.
 */
export class Packs {
  private readonly hashes = new Map<string, string>();

  constructor(private readonly of: Seal) {}

  /** The value, and what it is called in the hash of its entity `key`: the same fields take the place of those before. */
  seal(fields: ReadonlyMap<string, StoredField>, key: string): { pack: string; value: Buffer } {
    const told: Told[] = [];
    for (const [field, stored] of fields) {
      const { value, refs, records, retrievedAtMs, freshUntilMs, revalidateUntilMs, ifErrorUntilMs } = stored;
      const untils = [freshUntilMs, revalidateUntilMs, ifErrorUntilMs] as const;
      told.push([this.hashOf(field), value, refs, records, retrievedAtMs, ...untils]);
    }
    const pack = this.of.namesOf(`pack\n${told.map(([field]) => field).join()}`)[0]!;
    return { pack, value: this.of.seal(Buffer.from(JSON.stringify(told)), `${key} ${pack}`) };
  }

  /** Adds what is in a value to what is `known`, by `hashOf`: of one field what was fetched last. Whether it could be opened. */
  open(sealed: Buffer, { place, known }: { place: string; known: Map<string, StoredField> }): boolean {
    const plain = this.of.open(sealed, place);
    if (!plain) return false;
    for (const told of JSON.parse(plain.toString()) as Told[]) {
      const [field, value, refs, records, retrievedAtMs, freshUntilMs, revalidateUntilMs, ifErrorUntilMs] = told;
      if ((known.get(field)?.retrievedAtMs ?? 0) > retrievedAtMs) continue;
      const untils = { freshUntilMs, revalidateUntilMs, ifErrorUntilMs };
      known.set(field, { value, refs, records, retrievedAtMs, ...untils, tier: 'REDIS' });
    }
    return true;
  }

  /** A field's name is long, and there are few different ones, asked for again and again. */
  hashOf(field: string): string {
    let hash = this.hashes.get(field);
    if (hash !== undefined) return hash;
    hash = createHash('sha256').update(field).digest('base64').slice(0, 16);
    if (field.length > NAME_LENGTH_KEPT) return hash;
    if (this.hashes.size >= HASHES_KEPT) this.hashes.clear();
    this.hashes.set(field, hash);
    return hash;
  }
}
