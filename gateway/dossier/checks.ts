import type { CompiledCheck } from './compile.js';
import type { GapReason, Provenance } from './fill.js';
import { type Answer, distinct, read } from './read.js';
import type { CheckResult, PlainValue } from './rules/rule.js';

/** `DossierCheck` of the schema. */
export interface DossierCheck {
  key: string;
  label: string;
  labelEn: string;
  result: CheckResult;
  basis: string;
  basisVerified: boolean;
  value: PlainValue;
  reason: GapReason | null;
  provenance: Provenance[];
}

export function judgeCheck({ check, rule, reads }: CompiledCheck, answer: Answer): DossierCheck {
  const verdict = rule.judge({
    with: check.with,
    day: answer.day,
    id: answer.ids.get(check.party)!,
    idOf: (role) => answer.ids.get(role)!,
    reading: (name) => read(reads.get(name)!, answer),
  });
  return {
    key: check.key,
    label: check.label,
    labelEn: check.labelEn,
    result: verdict.result,
    basis: check.basis.text,
    basisVerified: check.basis.verified,
    value: verdict.value,
    reason: verdict.reason,
    provenance: answer.cite(distinct(verdict.records)),
  };
}
