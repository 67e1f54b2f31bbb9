import type { SourceRecord } from '../context.js';
import type { CompiledField } from './compile.js';
import type { Format } from './format.js';
import type { Provenance } from './provenance.js';
import { type Answer, type Gap, type Reading, read } from './read.js';

export type { Provenance } from './provenance.js';

export type GapReason = Gap | 'ASK_CITIZEN' | 'CONFLICT';
export type FieldStatus = 'PREFILLED' | 'CONFLICT' | 'MISSING' | 'WITHHELD';
type Plain = string | number | boolean | null;

/** `DossierField` of the schema. */
export interface DossierField {
  key: string;
  label: string;
  labelEn: string;
  party: string | null;
  value: Plain | Plain[];
  status: FieldStatus;
  reason: GapReason | null;
  basis: string;
  basisVerified: boolean;
  provenance: Provenance[];
}

/** `Coverage` of the schema. */
export interface Coverage {
  prefilled: number;
  conflict: number;
  missing: number;
  withheld: number;
  askCitizen: number;
  total: number;
}

type Outcome = Pick<DossierField, 'value' | 'status' | 'reason' | 'provenance'>;

/** A value that can be shown, with the records it comes from. */
interface Shown {
  readonly text: string;
  readonly raw: unknown;
  readonly shown: Plain | Plain[];
  readonly records: readonly SourceRecord[];
}

export function fillField(compiled: CompiledField, answer: Answer): DossierField {
  const { key, label, labelEn, party, basis } = compiled.field;
  const outcome = outcomeOf(compiled, answer);
  return { key, label, labelEn, party, ...outcome, basis: basis.text, basisVerified: basis.verified };
}

export function countCoverage(fields: readonly DossierField[]): Coverage {
  const coverage: Coverage = {
    prefilled: 0,
    conflict: 0,
    missing: 0,
    withheld: 0,
    askCitizen: 0,
    total: fields.length,
  };
  for (const { status, reason } of fields) coverage[reason === 'ASK_CITIZEN' ? 'askCitizen' : COUNTED_AS[status]] += 1;
  return coverage;
}

const COUNTED_AS = {
  PREFILLED: 'prefilled',
  CONFLICT: 'conflict',
  MISSING: 'missing',
  WITHHELD: 'withheld',
} as const satisfies Record<FieldStatus, keyof Coverage>;

/** The first path with a value wins; what must agree with it and does not makes the field a conflict. */
function outcomeOf(compiled: CompiledField, answer: Answer): Outcome {
  const gaps: Gap[] = [];
  for (const reader of compiled.paths) {
    const result = show(reader.text, compiled, {
      reading: readField(compiled, reader, answer),
      typeName: reader.typeName,
    });
    if (typeof result === 'string') {
      gaps.push(result);
      continue;
    }
    const rivals = rivalsOf(result, compiled, answer);
    if (rivals.length > 0) return conflict([result, ...rivals], answer);
    return { value: result.shown, status: 'PREFILLED', reason: null, provenance: answer.cite(result.records) };
  }
  return gap(gaps, compiled.field.askCitizen);
}

/** A value that no record holds, such as the number that the request named, rests on the record of `recordOf`. */
function readField({ recordOf }: CompiledField, reader: CompiledField['paths'][number], answer: Answer): Reading {
  const reading = read(reader, answer);
  if (!recordOf || reading.kind === 'gap') return reading;
  const witness = read(recordOf, answer);
  if (witness.kind === 'gap') return witness;
  return reading.records.some(isReported) ? reading : { ...reading, records: witness.records };
}

function isReported({ record }: SourceRecord): boolean {
  return record !== undefined;
}

/** The reading as the form shows it, or why there is none. */
function show(
  text: string,
  { field, format }: CompiledField,
  from: { reading: Reading; typeName: string },
): Shown | Gap {
  const { reading, typeName } = from;
  if (reading.kind === 'gap') return reading.reason;
  const { value: raw, records } = reading;
  if (!Array.isArray(raw)) {
    const shown = format.show(raw, typeName);
    return shown === null ? 'NO_RECORD' : { text, raw, shown, records };
  }
  if (format.showAll) return { text, raw, shown: format.showAll(raw), records };
  const items = showItems(raw, format, typeName);
  if (items.length === 0)
    return field.whenEmpty === null ? 'NO_RECORD' : { text, raw, shown: field.whenEmpty, records };
  return { text, raw, shown: field.join === null ? items : items.join(field.join), records };
}

function showItems(values: readonly unknown[], format: Format, typeName: string): Plain[] {
  return values.map((value) => format.show(value, typeName)).filter((item) => item !== null);
}

/** What differs from the winner, once a registry: two paths of one registry that say the same are one voice. */
function rivalsOf(winner: Shown, compiled: CompiledField, answer: Answer): Shown[] {
  const rivals = compiled.agree
    .filter((reader) => reader.text !== winner.text)
    .map((reader) => show(reader.text, compiled, { reading: read(reader, answer), typeName: reader.typeName }))
    .filter((rival) => typeof rival !== 'string')
    .filter((rival) => !compiled.format.agrees(winner.raw, rival.raw));
  const voice = (rival: Shown) => `${rival.records[0]?.registry} ${rival.shown}`;
  return rivals.filter((rival, index) => rivals.findIndex((each) => voice(each) === voice(rival)) === index);
}

/**
 * One record a value, so that each value stands in the place of its record. Where a registry reported none, no record is named:
 * the others would stand in the places of values that are not theirs.
 */
function conflict(sides: readonly Shown[], answer: Answer): Outcome {
  const provenance = answer.cite(sides.flatMap((side) => side.records.slice(0, 1)));
  return {
    value: sides.map((side) => side.shown as Plain),
    status: 'CONFLICT',
    reason: 'CONFLICT',
    provenance: provenance.length === sides.length ? provenance : [],
  };
}

/** A source that is down outranks the other reasons: asking again later may fill the field. The citizen is asked last. */
function gap(gaps: readonly Gap[], askCitizen: boolean): Outcome {
  const empty = { value: null, provenance: [] };
  if (gaps.includes('SOURCE_DOWN')) return { ...empty, status: 'MISSING', reason: 'SOURCE_DOWN' };
  if (gaps.includes('NOT_PERMITTED')) return { ...empty, status: 'WITHHELD', reason: 'NOT_PERMITTED' };
  return { ...empty, status: 'MISSING', reason: askCitizen ? 'ASK_CITIZEN' : 'NO_RECORD' };
}
