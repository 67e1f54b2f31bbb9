import { type Day, MERGER_DAY, yearOf } from './calendar.js';
import { geohash } from './geohash.js';
import type { Sex, Spot } from './model.js';
import { hash } from './random.js';
import { UNIT_CENTRES } from './unit-centres.js';
import { UNITS_BEFORE, type Unit } from './units.js';

/** Serials below this are kept for the demo people, whatever the province, sex and year. */
const FIRST_RANDOM_SERIAL = 100;
const SERIALS = 1_000_000 - FIRST_RANDOM_SERIAL;
/** Has no divisor in common with SERIALS, nor with a power of ten: steps through all of them before one comes again. */
const STEP = 389_117;

const PROVINCE_PREFIX: Record<string, string> = { 'Thành phố Đà Nẵng': '048', 'Tỉnh Quảng Nam': '049' };
/** Other provinces of birth, with their prefix (`schema/codes/personal-id-prefixes.json`). */
export const OTHER_PROVINCES: readonly (readonly [name: string, prefix: string])[] = [
  ['Tỉnh Quảng Ngãi', '051'],
  ['Tỉnh Thừa Thiên Huế', '046'],
  ['Tỉnh Quảng Trị', '045'],
  ['Tỉnh Nghệ An', '040'],
  ['Tỉnh Bình Định', '052'],
  ['Thành phố Hà Nội', '001'],
];

/** Side of the square of ground that each parcel has to itself, millionths of a degree: some 54 by 55 metres. */
export const CELL = 500;

/**
 * Hands out every number of the seed. Each series is a counter put through a fixed permutation: looks random, never repeats,
 * needs no memory of what was given, and depends on nothing but the order of the families.
 */
export class Numbers {
  private readonly counters = new Map<string, number>();

  private count(series: string): number {
    const count = this.counters.get(series) ?? 0;
    this.counters.set(series, count + 1);
    return count;
  }

  private scrambled(series: string, size: number): number {
    const count = this.count(series);
    if (count >= size) throw new Error(`the series ${series} has no more than ${size} numbers: ask for fewer citizens`);
    return (count * STEP + (hash(series) % size)) % size;
  }

  /** 3 digits of the province of birth registration, 1 of sex and century, 2 of the year, 6 of a serial. */
  personalId(prefix: string, sex: Sex, born: Day): string {
    const year = yearOf(born);
    const head = personalIdHead(prefix, sex, year);
    return head + String(FIRST_RANDOM_SERIAL + this.scrambled(head, SERIALS)).padStart(6, '0');
  }

  /** Nine digits; Quang Nam - Da Nang had 20. */
  oldId(): string {
    return `20${String(this.scrambled('old-id', 10_000_000)).padStart(7, '0')}`;
  }

  card(): string {
    return `CC${String(this.scrambled('card', 100_000_000)).padStart(8, '0')}`;
  }

  /** Ten digits that no one can have: no subscriber's number begins with 010. */
  phone(): string {
    return `010${String(this.scrambled('phone', 10_000_000)).padStart(7, '0')}`;
  }

  /** Two letters and six digits; eight since 2025. */
  certificateSerial(issuedOn: Day): string {
    if (issuedOn >= MERGER_DAY) return `AA ${String(this.scrambled('serial-8', 10 ** 8)).padStart(8, '0')}`;
    const number = this.scrambled('serial-6', 60 * 10 ** 6);
    const letters = Math.floor(number / 10 ** 6);
    const pair = `${'BCD'[letters % 3]}${'ABCDEGHKLMNPQRSTUVXY'[Math.floor(letters / 3)]}`;
    return `${pair} ${String(number % 10 ** 6).padStart(6, '0')}`;
  }

  bookNo(kind: string): string {
    return `${kind}${String(this.count(`book-${kind}`) + 1).padStart(5, '0')}`;
  }

  decision(kind: string, on: Day): string {
    const year = yearOf(on);
    return `${1 + (this.count(`decision-${kind}-${year}`) % 900)}/${year}/${kind}`;
  }

  /** Sheet and number of the next parcel of an old commune, and the sheet's number in the new commune's series. */
  sheet(spot: Spot): { mapSheet: string; parcelNumber: string; newMapSheet: string } {
    const count = this.count(`sheet-${spot.old.code}-${spot.now.code}`);
    const order = siblingOrder(spot.old, spot.now);
    const sheet = 1 + Math.floor(count / 250);
    const parcelNumber = String(1 + (count % 250));
    // A divided commune's parcels stay apart by sheet, whichever part they lie in.
    const mapSheet = String(sheet + 1000 * Math.max(0, spot.old.successors.indexOf(spot.now.code)));
    return { mapSheet, parcelNumber, newMapSheet: String(sheet + order * 1000) };
  }

  /**
   * The middle of the next free square of ground in a unit, millionths of a degree, in a square spiral around the unit's
   * middle. Longitudes of different units differ in their remainder by CELL, so that no two parcels share a point even where
   * the spirals of two neighbours meet.
   */
  ground(unit: Unit): { longitude: number; latitude: number } {
    const centre = UNIT_CENTRES.get(unit.code);
    if (!centre) throw new Error(`unit ${unit.code} has no entry in unit-centres.ts`);
    const [east, north] = spiral(this.count(`ground-${unit.code}`));
    return { longitude: centre.longitude + east * CELL + centre.index, latitude: centre.latitude + north * CELL };
  }
}

export function personalIdHead(prefix: string, sex: Sex, year: number): string {
  const century = year < 2000 ? 0 : 2;
  return `${prefix}${century + (sex === 'NAM' ? 0 : 1)}${String(year % 100).padStart(2, '0')}`;
}

/** Births registered in what was Quang Nam before the merger have 049; since then 048. */
export function prefixOf(unit: Unit): string {
  return PROVINCE_PREFIX[unit.province] ?? '048';
}

/** The parcel identifier of a point given in millionths of a degree. */
export function parcelId(longitude: number, latitude: number): string {
  return geohash(longitude / 1e6, latitude / 1e6);
}

/** The old units that became each new one, by code: their sheets follow one another in the new series. */
const BECAME = new Map<string, string[]>();
for (const old of UNITS_BEFORE.values()) {
  for (const code of old.successors) BECAME.set(code, [...(BECAME.get(code) ?? []), old.code]);
}

function siblingOrder(old: Unit, now: Unit): number {
  return BECAME.get(now.code)?.indexOf(old.code) ?? 0;
}

/** The n-th square of a spiral around [0, 0]. */
function spiral(n: number): [number, number] {
  if (n === 0) return [0, 0];
  const ring = Math.ceil((Math.sqrt(n + 1) - 1) / 2);
  const side = 2 * ring;
  const along = n - (side - 1) ** 2;
  const step = along % side;
  const edges: [number, number][] = [
    [ring, step - ring + 1],
    [ring - step - 1, ring],
    [-ring, ring - step - 1],
    [step - ring + 1, -ring],
  ];
  return edges[Math.floor(along / side)] as [number, number];
}
