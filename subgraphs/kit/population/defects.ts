import { DEFECT_FORMS, type DefectForm, type Injection } from './defect-forms.js';
import { DEFECT_KINDS, type DefectKind, type Family, type Person } from './model.js';
import { type Random, weights } from './random.js';
import type { FamilyRows, Row } from './rows.js';

/** One defect, told without any value of a person's. */
export interface LedgerEntry {
  kind: DefectKind;
  personalId: string;
  registry: string;
  table: string;
  field: string;
  detail: string;
  /** Written by hand for the demo. */
  demo: boolean;
}

/**
 * Not every kind can befall everyone: nothing of a child is stale, someone without a birth record mismatches nothing. So one
 * that does not fit is drawn again, and the one that fits fewest is drawn more often.
 */
const KINDS = weights(DEFECT_KINDS, (kind) => (kind === 'stale' ? 3 : 1));
/** The kinds that fit everyone are most of the weight: as many misses in a row do not happen. */
const ATTEMPTS_MAX = 100;

/** Gives that share of the family's people one defect each, in the rows as they are now in force. Rows change in place. */
export function injectDefects(into: {
  family: Family;
  rows: Map<string, FamilyRows>;
  random: Random;
  percent: number;
}): LedgerEntry[] {
  const { family, rows, random, percent } = into;
  const ledger: LedgerEntry[] = [];
  for (const person of family.persons) {
    if (!person.personalId || !random.chance(percent / 100)) continue;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const kind = random.weighted(KINDS);
      const entry = tryKind(kind, { person, personalId: person.personalId, rows, random });
      if (!entry) continue;
      ledger.push(entry);
      break;
    }
  }
  return ledger;
}

function tryKind(
  kind: DefectKind,
  of: Omit<Injection, 'row' | 'table'> & { rows: Map<string, FamilyRows> },
): LedgerEntry | null {
  const forms = DEFECT_FORMS.filter((form) => form.kind === kind);
  const first = of.random.int(0, forms.length - 1);
  for (let turn = 0; turn < forms.length; turn += 1) {
    const form = forms[(first + turn) % forms.length]!;
    if (applyForm(form, of)) {
      const { registry, table, field, detail } = form;
      return { kind, personalId: of.personalId, registry, table, field, detail, demo: false };
    }
  }
  return null;
}

function applyForm(
  form: DefectForm,
  of: { person: Person; personalId: string; rows: Map<string, FamilyRows>; random: Random },
): boolean {
  const table = of.rows.get(form.registry)?.[form.table];
  if (!table) return false;
  const row = table.find(
    (one) => one.replaced_at === null && belongsTo(one, of.personalId, form.of) && (form.where?.(one) ?? true),
  );
  return (
    row !== undefined && form.apply({ row, table, person: of.person, personalId: of.personalId, random: of.random })
  );
}

function belongsTo(row: Row, personalId: string, column: string | undefined): boolean {
  return row[column ?? 'personal_id'] === personalId;
}

/** Writes the demo people's own defects into every version of their rows. */
export function plant(family: Family, rows: Map<string, FamilyRows>): LedgerEntry[] {
  return (family.planted ?? []).map(({ value, ...defect }) => {
    for (const row of rows.get(defect.registry)?.[defect.table] ?? []) {
      if (row.personal_id === defect.personalId) row[defect.field] = value;
    }
    return { ...defect, detail: 'written by hand for the demo', demo: true };
  });
}
