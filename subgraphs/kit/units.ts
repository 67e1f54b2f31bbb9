import { codeItems } from './codes.js';

/** An administrative unit as it was named at one time; the field names of the schemas' `AdministrativeUnit`. */
export interface AdministrativeUnit {
  readonly code: string;
  /** `Phường Hòa Minh` */
  readonly name: string;
  /** `Phường Hòa Minh, Quận Liên Chiểu, Thành phố Đà Nẵng`; since 1 July 2025 there is no district. */
  readonly fullName: string;
  /** `YYYY-MM-DD`; null: before 1 July 2025. */
  readonly validFrom: string | null;
  readonly validTo: string | null;
}

export interface Address {
  readonly line: string | null;
  readonly unit: AdministrativeUnit | null;
  readonly text: string;
  readonly textToday: string;
}

export interface Place {
  readonly text: string;
  readonly unit: AdministrativeUnit | null;
  readonly textToday: string;
}

export interface Authority {
  readonly code: string | null;
  readonly name: string;
}

interface UnitItem {
  readonly code: string;
  readonly name: string;
  readonly district: string | null;
  readonly province: string;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly successors: readonly string[];
}

interface KnownUnit extends AdministrativeUnit {
  /** The names that a place's text may end with, without their kind: `hòa minh`, `liên chiểu`, `đà nẵng`. */
  readonly levels: ReadonlySet<string>;
  readonly successors: readonly string[];
}

const units = new Map<string, KnownUnit>();
const unitsOfToday = new Map<string, KnownUnit>();
for (const item of codeItems<UnitItem>('units')) {
  const names = [item.name, item.district, item.province].filter((name) => name !== null);
  const { code, name, validFrom, validTo, successors } = item;
  const levels = new Set(names.map(withoutKind));
  const known: KnownUnit = { code, name, fullName: names.join(', '), validFrom, validTo, levels, successors };
  units.set(`${code} ${validFrom}`, known);
  if (validTo === null) unitsOfToday.set(code, known);
}

/**
 * The unit that had this code from this day; null when there is no code. Most codes were used again on 1 July 2025, so the
 * code alone says nothing. A unit that the list doesn't know has its code as its name.
 */
export function unitOf(code: string | null, validFrom: string | null): AdministrativeUnit | null {
  if (!code) return null;
  return units.get(`${code} ${validFrom}`) ?? { code, name: code, fullName: code, validFrom, validTo: null };
}

/** The unit that a place in `unit` lies in today; undefined when the unit was divided, or is not in the list. */
export function unitToday(unit: AdministrativeUnit): AdministrativeUnit | undefined {
  const known = units.get(`${unit.code} ${unit.validFrom}`);
  if (!known || known.validTo === null) return known;
  return known.successors.length === 1 ? unitsOfToday.get(known.successors[0]!) : undefined;
}

/** An address; null when neither a line nor a unit is recorded. */
export function addressOf(recorded: {
  line: string | null;
  code: string | null;
  validFrom: string | null;
}): Address | null {
  const line = recorded.line || null;
  const unit = unitOf(recorded.code, recorded.validFrom);
  if (!line && !unit) return null;
  const write = (name: string | undefined): string => [line, name].filter(Boolean).join(', ');
  const text = write(unit?.fullName);
  const today = unit && unitToday(unit);
  return { line, unit, text, textToday: today ? write(today.fullName) : text };
}

/** A place known by a text, a unit or both; null when neither is recorded. */
export function placeOf(recorded: {
  text: string | null;
  code: string | null;
  validFrom: string | null;
}): Place | null {
  const unit = unitOf(recorded.code, recorded.validFrom);
  const text = recorded.text || unit?.fullName;
  if (!text) return null;
  return { text, unit, textToday: unit ? placeToday(text, unit) : text };
}

export function authorityOf(row: { authority_code: string | null; authority_name: string }): Authority {
  return { code: row.authority_code, name: row.authority_name };
}

/**
 * Replaces the unit that a place's text ends with by today's: `Trạm y tế phường, Phường Hòa Minh, Quận Liên Chiểu` is today in
 * Phường Hòa Khánh. Only whole parts between commas are replaced, so the name of a hospital stays.
 */
function placeToday(text: string, unit: AdministrativeUnit): string {
  const today = unitToday(unit);
  if (!today || today === unit) return text;
  const known = units.get(`${unit.code} ${unit.validFrom}`);
  const parts = text.split(',').map((part) => part.trim());
  while (parts.length > 0 && known?.levels.has(withoutKind(parts.at(-1)!))) parts.pop();
  return [...parts, today.fullName].join(', ');
}

function withoutKind(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/^(phường|xã|thị trấn|quận|huyện|thị xã|thành phố|tỉnh|tp\.?|p\.|q\.|h\.|x\.)\s*/, '')
    .trim();
}
