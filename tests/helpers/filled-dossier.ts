import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaFolder } from '../../cli/config.js';
import type { DossierCheck } from '../../gateway/dossier/checks.js';
import type { Coverage, DossierField, Provenance } from '../../gateway/dossier/fill.js';
import type { PartyInput } from '../../gateway/dossier/parties.js';

/** A person's number or a parcel's identifier, by role. */
export type PartiesByRole = Readonly<Record<string, string>>;

export function partyInputs(parties: PartiesByRole): PartyInput[] {
  return Object.entries(parties).map(([role, id]) =>
    /^\d{12}$/.test(id) ? { role, personalId: id } : { role, parcelId: id },
  );
}

/** The operation that asks for everything a dossier has. */
export const DOSSIER_QUERY = readFileSync(join(schemaFolder, 'operations', 'dossier.graphql'), 'utf8');

/** A dossier as the product answered it, to be looked into by key. */
export class FilledDossier {
  readonly fields: readonly DossierField[];
  readonly checks: readonly DossierCheck[];
  readonly coverage: Coverage;

  constructor(answered: { fields: DossierField[]; checks: DossierCheck[]; coverage: Coverage }) {
    this.fields = answered.fields;
    this.checks = answered.checks;
    this.coverage = answered.coverage;
  }

  field(key: string): DossierField {
    return this.fields.find((field) => field.key === key) ?? missing(key, this.fields);
  }

  check(key: string): DossierCheck {
    return this.checks.find((check) => check.key === key) ?? missing(key, this.checks);
  }

  /** The results of all checks by key. */
  get results(): Record<string, string> {
    return Object.fromEntries(this.checks.map(({ key, result }) => [key, result]));
  }

  /** The keys of the fields that came out so. */
  keysWith(wanted: Partial<Pick<DossierField, 'status' | 'reason' | 'party'>>): string[] {
    const fits = (field: DossierField) =>
      Object.entries(wanted).every(([name, value]) => field[name as 'key'] === value);
    return this.fields.filter(fits).map(({ key }) => key);
  }

  /** Everything that it rests on. */
  get provenance(): Provenance[] {
    return [...this.fields, ...this.checks].flatMap((each) => each.provenance);
  }
}

/** `civil-status KS-1990-000001@1`, in order. */
export function recordsOf({ provenance }: { provenance: readonly Provenance[] }): string[] {
  return provenance.map(({ registry, record, version }) => `${registry} ${record}@${version}`);
}

function missing(key: string, among: readonly { key: string }[]): never {
  throw new Error(`the dossier has no ${key}; it has ${among.map((each) => each.key).join(', ')}`);
}
