/** The five tone marks as combining characters: grave, acute, tilde, hook above, dot below. All else is part of the letter. */
const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;

/** Letters that look like đ: U+00D0/U+00F0 (eth) and U+0189/U+0256 (African d) beside the right U+0110/U+0111. */
const LOOKS_LIKE_D_STROKE = /[\u00d0\u00f0\u0189\u0256]/g;

const INVISIBLE = /[\u200b-\u200d\u2060\ufeff\u00ad]/g;

/**
 * A name as it is compared, never as it is shown: two spellings of one name fold to the same text. Folded are the Unicode
 * form, the case, white space, the look-alikes of đ, and the place of the tone mark in a syllable (Hoà and Hòa, Thuý and
 * Thúy). A missing or another tone, d for đ, and i for y are other names.
 *
 * The tone goes to the end of its syllable: no two Vietnamese syllables differ only in which vowel carries it.
 */
export function foldName(name: string): string {
  return name
    .replace(LOOKS_LIKE_D_STROKE, '\u0111')
    .replace(INVISIBLE, '')
    .normalize('NFC')
    .toLowerCase()
    .trim()
    .split(/\s+/)
    .map(foldSyllable)
    .join(' ');
}

function foldSyllable(syllable: string): string {
  const letters = syllable.normalize('NFD');
  const tones = letters.match(TONES);
  return tones ? letters.replace(TONES, '').normalize('NFC') + tones.join('') : letters.normalize('NFC');
}

export function namesAgree(left: string, right: string): boolean {
  return left === right || foldName(left) === foldName(right);
}
