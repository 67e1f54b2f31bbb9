import { type GraphQLSchema, getNamedType, isCompositeType, isObjectType, type ResponsePath } from 'graphql';
import { afterResolve, type Call } from './field-resolvers.js';
import { RECORD, type RecordRow, type RecordStamp } from './records.js';

/** One record that the value at a path, and all below it that has no nearer one, came from. */
export interface ReportedRecord extends RecordStamp {
  /** From the response's `data`: aliases and list indexes. */
  readonly path: readonly (string | number)[];
}

export interface ProvenanceReport {
  readonly registry: string;
  readonly records: readonly ReportedRecord[];
}

/**
 * Collects which records a response rests on. A reader attributes a value to the longest reported prefix of its path, so a
 * record is reported where it begins: at a card, not at each of the card's fields.
 */
export class ProvenanceCollector {
  readonly #records: ReportedRecord[] = [];

  constructor(readonly registry: string) {}

  /** For a value that follows from records without being one of them: several may stand at one path. */
  rests(path: ResponsePath, rows: readonly RecordRow[]): void {
    for (const row of rows) this.#add(toList(path), row[RECORD]);
  }

  /** Reports every object of `value`, which may be a list, that carries a record. */
  observe(path: ResponsePath, value: unknown): void {
    if (value === null || typeof value !== 'object') return;
    if (!Array.isArray(value)) {
      const stamp = (value as RecordRow)[RECORD];
      if (stamp) this.#add(toList(path), stamp);
      return;
    }
    let prefix: (string | number)[] | undefined;
    for (const [index, item] of value.entries()) {
      if (item === null || typeof item !== 'object') continue;
      if (typeof item.then === 'function') {
        item.then((settled: unknown) => this.observe({ prev: path, key: index, typename: undefined }, settled), ignore);
        continue;
      }
      const stamp = (item as RecordRow)[RECORD];
      if (!stamp) continue;
      prefix ??= toList(path);
      this.#add([...prefix, index], stamp);
    }
  }

  report(): ProvenanceReport {
    return { registry: this.registry, records: this.#records };
  }

  #add(path: readonly (string | number)[], stamp: RecordStamp | undefined): void {
    if (stamp) this.#records.push({ path, ...stamp });
  }
}

/** Makes every field that yields objects report them. Done once, when the schema is built. */
export function reportProvenance(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (isCompositeType(getNamedType(field.type))) field.resolve = afterResolve(field.resolve, observe);
    }
  }
}

function observe(value: unknown, { context, info }: Call<{ readonly provenance: ProvenanceCollector }>): unknown {
  context.provenance.observe(info.path, value);
  return value;
}

function toList(path: ResponsePath): (string | number)[] {
  const list: (string | number)[] = [];
  for (let at: ResponsePath | undefined = path; at; at = at.prev) list.push(at.key);
  return list.reverse();
}

// The executor reports the failure of a list's item itself.
function ignore(): void {}
