import { readFileSync } from 'node:fs';
import { type Day, MERGER_DAY } from './calendar.js';
import type { NamedPlace, Spot } from './model.js';
import { type Random, weights } from './random.js';

/** One row of `schema/codes/units.json`. `validFrom` is null for a unit of before 1 July 2025. */
export interface Unit {
  code: string;
  name: string;
  district: string | null;
  province: string;
  validFrom: string | null;
  validTo: string | null;
  successors: string[];
}

const ALL: Unit[] = JSON.parse(readFileSync(require.resolve('#schema/codes/units.json'), 'utf8')).items;
/** Every commune-level unit since the merger, by code. */
export const UNITS_NOW = new Map(ALL.filter((unit) => unit.validFrom).map((unit) => [unit.code, unit]));
/** Every commune-level unit of before the merger, by code. */
export const UNITS_BEFORE = new Map(ALL.filter((unit) => !unit.validFrom).map((unit) => [unit.code, unit]));

/** The groups that live in the mountain districts, and how many of a hundred people there are of them. */
const MOUNTAIN: Record<string, { ethnicities: string[]; percent: number }> = {
  'Huyện Tây Giang': { ethnicities: ['26'], percent: 90 },
  'Huyện Đông Giang': { ethnicities: ['26'], percent: 72 },
  'Huyện Nam Giang': { ethnicities: ['26', '26', '27'], percent: 80 },
  'Huyện Phước Sơn': { ethnicities: ['27', '27', '27', '14'], percent: 65 },
  'Huyện Bắc Trà My': { ethnicities: ['14', '30'], percent: 50 },
  'Huyện Nam Trà My': { ethnicities: ['14'], percent: 92 },
};

/** Rough numbers of people a unit, in thousands; from general knowledge, only to make the city fuller than the mountains. */
function density(unit: Unit): number {
  const district = unit.district ?? '';
  if (MOUNTAIN[district]) return 2.5;
  if (district.startsWith('Quận')) return 28;
  if (district.startsWith('Thành phố') || district.startsWith('Thị xã')) return 9;
  return unit.province === 'Thành phố Đà Nẵng' ? 13 : 6;
}

const BEFORE = weights([...UNITS_BEFORE.values()], density);
const IN_PROVINCE = new Map(
  ['Thành phố Đà Nẵng', 'Tỉnh Quảng Nam'].map((province) => [
    province,
    weights(
      [...UNITS_BEFORE.values()].filter((unit) => unit.province === province),
      density,
    ),
  ]),
);

const STREETS =
  'Nguyễn Lương Bằng, Tôn Đức Thắng, Điện Biên Phủ, Hùng Vương, Lê Duẩn, Nguyễn Văn Linh, Trần Cao Vân, Ông Ích Khiêm, Hải Phòng, Núi Thành, Trưng Nữ Vương, Hoàng Diệu, Phan Châu Trinh, Lê Lợi, Trần Phú, Bạch Đằng, Ngô Quyền, Nguyễn Công Trứ, Phạm Văn Đồng, Lê Văn Hiến, Ngũ Hành Sơn, Trường Chinh, Nguyễn Hữu Thọ, Cách Mạng Tháng Tám, Hoàng Thị Loan, Phan Bội Châu, Trần Hưng Đạo, Lý Thường Kiệt, Nguyễn Trãi, Hà Huy Tập'.split(
    ', ',
  );
const HAMLETS =
  'Phú Sơn, Phước Hưng, Hòa Thuận, Tân An, Đông Hòa, Tây Lộc, Phú Đông, An Trạch, Thạch Nham, La Huân, Trung Phước, Thanh Quýt, Bích Bắc, Mỹ Hòa, Vĩnh Phước, Long Bình'.split(
    ', ',
  );

export function isMountain(unit: Unit): boolean {
  return unit.district !== null && unit.district in MOUNTAIN;
}

export function isUrban(unit: Unit): boolean {
  return unit.name.startsWith('Phường') || unit.name.startsWith('Thị');
}

/** A unit of before the merger, the fuller ones more often; of one province if it is given. */
export function pickUnit(random: Random, province?: string): Unit {
  return random.weighted((province && IN_PROVINCE.get(province)) || BEFORE);
}

export function ethnicityIn(random: Random, unit: Unit): string {
  const mountain = MOUNTAIN[unit.district ?? ''];
  if (mountain && random.int(1, 100) <= mountain.percent) return random.pick(mountain.ethnicities);
  const rare = random.int(1, 1000);
  if (rare <= 4 && unit.district === 'Thành phố Hội An') return '04';
  if (rare <= 2) return '02';
  if (rare <= 4) return '06';
  return rare <= 5 ? '07' : '01';
}

/** An address in a unit of before the merger. Where that unit was divided, the part it lies in is drawn. */
export function spotIn(random: Random, old: Unit): Spot {
  const now = UNITS_NOW.get(random.pick(old.successors));
  if (!now) throw new Error(`unit ${old.code} of before July 2025 has no successor in schema/codes/units.json`);
  return { line: lineIn(random, old), old, now };
}

function lineIn(random: Random, unit: Unit): string {
  const group = random.int(1, 60);
  if (!isUrban(unit))
    return isMountain(unit) ? `Thôn ${random.int(1, 8)}` : `Tổ ${random.int(1, 12)}, thôn ${random.pick(HAMLETS)}`;
  const street = random.pick(STREETS);
  const number = random.int(1, 780);
  // K is how Da Nang writes a lane (kiệt).
  if (random.chance(0.35)) return `K${number}/${random.int(1, 90)} ${street}, Tổ ${group}`;
  return `${number} ${street}, Tổ ${group}`;
}

/** The unit an address lay in on that day. */
export function unitOn(spot: Spot, on: Day): Unit {
  return on < MERGER_DAY ? spot.old : spot.now;
}

/** `Phường Hòa Minh, Quận Liên Chiểu`: as an authority's name has it. The old province is added outside old Da Nang only. */
export function unitTitle(unit: Unit): string {
  if (!unit.district) return `${unit.name}, ${unit.province}`;
  const province = unit.province === 'Thành phố Đà Nẵng' ? '' : `, ${unit.province}`;
  return `${unit.name}, ${unit.district}${province}`;
}

/** The unit with all its levels. */
export function fullTitle(unit: Unit): string {
  return [unit.name, unit.district, unit.province].filter(Boolean).join(', ');
}

export function placeOf(unit: Unit): NamedPlace {
  return { text: fullTitle(unit), unit };
}
