import { readFileSync } from 'node:fs';
import type { Sex } from './model.js';
import { type Random, weights } from './random.js';

interface NameLists {
  surnames: Record<string, number>;
  middle: Record<Sex, string>;
  common: Record<Sex, string[]>;
  single: Record<Sex, string[]>;
  given: Record<Sex, Record<string, string>>;
  ethnicSurnames: Record<string, string>;
  mountainSurnames: Record<string, string>;
}

const LISTS: NameLists = JSON.parse(readFileSync(require.resolve('#schema/codes/names.json'), 'utf8'));
const SURNAMES = weights(Object.entries(LISTS.surnames), ([, percent]) => percent);
const OWN_SURNAMES = new Map(
  [...Object.entries(LISTS.ethnicSurnames), ...Object.entries(LISTS.mountainSurnames)].map(([ethnicity, surnames]) => [
    ethnicity,
    surnames.split(' '),
  ]),
);
const words = (lines: readonly string[]): string[] => lines.flatMap((line) => line.split(' '));
const bySex = <Value>(of: (sex: Sex) => Value): Record<Sex, Value> => ({ NAM: of('NAM'), NU: of('NU') });
const MIDDLE = bySex((sex) => words([LISTS.middle[sex]]));
const COMMON = bySex((sex) => words(LISTS.common[sex]));
const SINGLE = bySex((sex) => words(LISTS.single[sex]));
const TWO_WORDS = bySex((sex) =>
  Object.entries(LISTS.given[sex]).flatMap(([first, seconds]) =>
    words([seconds]).map((second) => `${first} ${second}`),
  ),
);
/** The forms that central Viet Nam writes: the list counts both spellings under the northern one. */
const CENTRAL_FORM: Record<string, [form: string, percent: number]> = { Hoàng: ['Huỳnh', 65], Vũ: ['Võ', 85] };

export function pickSurname(random: Random, ethnicity: string): string {
  const own = OWN_SURNAMES.get(ethnicity);
  if (own) return random.pick(own);
  const [surname] = random.weighted(SURNAMES);
  const central = CENTRAL_FORM[surname];
  return central && random.int(1, 100) <= central[1] ? central[0] : surname;
}

/** Middle and given name, in the fashion of the year: Văn and Thị for the old, two-word given names for the young. */
export function pickGiven(random: Random, sex: Sex, birthYear: number): string {
  const old = birthYear < 1965;
  if (!old && random.chance(birthYear < 1990 ? 0.2 : 0.55)) return random.pick(TWO_WORDS[sex]);
  const given = random.pick(random.chance(0.85) ? COMMON[sex] : SINGLE[sex]);
  const usual = random.chance(old ? 0.85 : 0.45);
  let middle = usual ? (sex === 'NAM' ? 'Văn' : 'Thị') : random.pick(MIDDLE[sex]);
  if (middle === given) middle = sex === 'NAM' ? 'Hữu' : 'Thị';
  return `${middle} ${given}`;
}

/** Open syllables in oa, oe, uy with the tone on the first letter: the second may carry it as well, Hòa as Hoà. */
const TONE_ON_FIRST = /([òóỏõọ][ae]|[ùúủũụ]y)$/iu;
const TONE = /[\u0300\u0301\u0309\u0303\u0323]/u;

/**
 * Another way to write the same name, as older software did: the tone one letter on, Đ as U+00D0, or not yet composed. Null
 * when the name can be written in one way only. None of them is a defect: names compare after folding.
 */
export function otherSpelling(random: Random, name: string): string | null {
  const moved = name.split(' ').map(moveTone).join(' ');
  const ways = [moved, name.replaceAll('\u0110', '\u00d0'), name.normalize('NFD')].filter((way) => way !== name);
  return ways.length === 0 ? null : random.pick(ways);
}

function moveTone(syllable: string): string {
  const pair = TONE_ON_FIRST.exec(syllable)?.[0];
  // In quy the u belongs to the consonant.
  if (!pair || /^qu/iu.test(syllable)) return syllable;
  const [first, second] = [pair[0] as string, pair[1] as string];
  const tone = TONE.exec(first.normalize('NFD'))?.[0] ?? '';
  const bare = first.normalize('NFD').replace(TONE, '');
  return syllable.slice(0, -2) + (bare + second + tone).normalize('NFC');
}
