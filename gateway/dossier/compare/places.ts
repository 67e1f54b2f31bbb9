import { readFileSync } from 'node:fs';
import { foldName } from './names.js';

/** A `Place` or an `Address` of the schema, as far as it was asked for. */
export interface PlaceValue {
  textToday?: string | null;
  text?: string | null;
  line?: string | null;
  unit?: { code: string; validFrom?: string | null } | null;
}

/**
 * Whether two records may mean the same place. Units are compared through their history, not by code alone: most codes were
 * used again on 1 July 2025, so that 20200 was Hòa Minh and is Hòa Khánh. A divided unit agrees with each of its successors,
 * because which one the place lies in today is not certain. Without two units the wording decides.
 */
export function placesAgree(left: PlaceValue, right: PlaceValue): boolean {
  if (left.unit && right.unit) return unitsAgree(left.unit, right.unit) && linesAgree(left.line, right.line);
  return wordings(left).some((one) => wordings(right).some((other) => one === other || within(one, other)));
}

type Unit = NonNullable<PlaceValue['unit']>;

function unitsAgree(left: Unit, right: Unit): boolean {
  if (keyOf(left) === keyOf(right)) return true;
  // Two units of the same time are two places, even where both became part of the same one.
  if (isFormer(left) === isFormer(right)) return false;
  const [former, present] = isFormer(left) ? [left, right] : [right, left];
  return successorsOf().get(keyOf(former))?.includes(present.code) ?? false;
}

function isFormer(unit: Unit): boolean {
  return successorsOf().has(keyOf(unit));
}

function keyOf(unit: Unit): string {
  return `${unit.code}|${unit.validFrom ?? ''}`;
}

/** A house line on one side only is not a disagreement: a birth record names the ward, the register of residence the house. */
function linesAgree(left: string | null | undefined, right: string | null | undefined): boolean {
  return !left || !right || left === right || foldPlace(left) === foldPlace(right);
}

function wordings(place: PlaceValue): string[] {
  return [place.text, place.textToday].filter((text) => typeof text === 'string').map(foldPlace);
}

/** Whether one wording is the other with something more before or after it: `Đà Nẵng` and `Hải Châu, Đà Nẵng`. */
function within(left: string, right: string): boolean {
  const parts = (text: string) => text.split(', ');
  const [short, long] = left.length < right.length ? [parts(left), parts(right)] : [parts(right), parts(left)];
  return short.every((part) => long.includes(part));
}

function foldPlace(text: string): string {
  return foldName(text)
    .split(/\s*[,;]\s*/)
    .filter((part) => part !== '')
    .join(', ');
}

interface UnitHistory {
  items: { code: string; validFrom: string | null; validTo: string | null; successors: string[] }[];
}

let successors: Map<string, string[]> | undefined;

/** The present successors of every unit that no longer exists, by its key. Read once; the list only changes with a release. */
function successorsOf(): Map<string, string[]> {
  if (!successors) {
    const history = JSON.parse(readFileSync(require.resolve('#schema/codes/units.json'), 'utf8')) as UnitHistory;
    const former = history.items.filter((unit) => unit.validTo !== null);
    successors = new Map(former.map((unit) => [keyOf(unit), unit.successors]));
  }
  return successors;
}
