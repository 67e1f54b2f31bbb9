import { createHash } from 'node:crypto';
import { registrySeeds } from '../../cli/seed-registries';
import type { CopyValue } from '../../subgraphs/kit/database';
import type { LedgerEntry } from '../../subgraphs/kit/population/defects';
import type { Family } from '../../subgraphs/kit/population/model';
import { type RecordsOptions, records } from '../../subgraphs/kit/population/records';
import type { Row } from '../../subgraphs/kit/population/rows';

/** A population as the registries' rows, without any database. */
export interface SeededRows {
  families: Family[];
  defects: LedgerEntry[];
  /** All versions of a table, as `land.parcel`. */
  all(table: string): Row[];
  /** The versions in force. */
  current(table: string): Row[];
  /** Those in force that name this person, or whatever the column names. */
  of(table: string, id: CopyValue | undefined, column?: string): Row[];
}

export function seededRows(options: Omit<RecordsOptions, 'registries'>): SeededRows {
  const registries = Object.values(registrySeeds());
  const schemas = new Map(registries.map(({ registry, schema }) => [registry, schema]));
  const tables = new Map<string, Row[]>();
  const families: Family[] = [];
  const defects: LedgerEntry[] = [];
  for (const family of records({ ...options, registries })) {
    families.push(family.family);
    defects.push(...family.defects);
    for (const [registry, rows] of family.rows) {
      for (const [name, list] of Object.entries(rows)) {
        const table = `${schemas.get(registry)}.${name}`;
        const known = tables.get(table) ?? [];
        known.push(...list);
        tables.set(table, known);
      }
    }
  }
  const all = (table: string): Row[] => tables.get(table) ?? [];
  const inForce = new Map([...tables].map(([table, rows]) => [table, rows.filter((row) => row.replaced_at === null)]));
  const indexes = new Map<string, Map<CopyValue | undefined, Row[]>>();
  return {
    families,
    defects,
    all,
    current: (table) => inForce.get(table) ?? [],
    of(table, id, column = 'personal_id') {
      let index = indexes.get(`${table} ${column}`);
      if (!index) {
        index = groupBy(inForce.get(table) ?? [], column);
        indexes.set(`${table} ${column}`, index);
      }
      return index.get(id) ?? [];
    },
  };
}

function groupBy(rows: Row[], column: string): Map<CopyValue | undefined, Row[]> {
  const groups = new Map<CopyValue | undefined, Row[]>();
  for (const row of rows) {
    const group = groups.get(row[column]) ?? [];
    group.push(row);
    groups.set(row[column], group);
  }
  return groups;
}

/** One number for every byte of a population: what it is today, it must be for ever. */
export function digestOf(options: Omit<RecordsOptions, 'registries'>): string {
  const digest = createHash('sha256');
  const registries = Object.values(registrySeeds());
  for (const { rows, defects } of records({ ...options, registries })) {
    for (const { registry, tables } of registries) {
      for (const [table, columns] of Object.entries(tables)) {
        for (const row of rows.get(registry)?.[table] ?? []) {
          digest.update(`${table}\t${columns.map((column) => row[column] ?? '\\N').join('\t')}\n`);
        }
      }
    }
    digest.update(JSON.stringify(defects));
  }
  return digest.digest('hex');
}

/** Two names are the same when they are after this: composed, Đ in one letter, tone marks after the syllable. */
export function folded(name: CopyValue | undefined): string {
  const tones = /[\u0300\u0301\u0309\u0303\u0323]/g;
  return String(name)
    .replaceAll('\u00d0', '\u0110')
    .normalize('NFD')
    .split(' ')
    .map((syllable) => syllable.replace(tones, '') + (syllable.match(tones)?.join('') ?? ''))
    .join(' ')
    .normalize('NFC');
}
