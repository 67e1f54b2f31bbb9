/** How a value is shown to somebody who may know that it is there, and not what it is. */
export const MASKS = {
  /** `048•••••••17`: the first three and the last two characters. One shorter than eight is hidden whole. */
  MIDDLE: (text: string) =>
    text.length < 8
      ? HIDDEN.repeat(text.length)
      : `${text.slice(0, 3)}${HIDDEN.repeat(text.length - 5)}${text.slice(-2)}`,
  /** `T. M. K.`: the first letter of each word. */
  INITIALS: (text: string) =>
    text
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => `${[...word][0]}.`)
      .join(' '),
  /** `1990`: of a date the year. */
  YEAR: (text: string) => /^\d{4}/.exec(text)?.[0] ?? HIDDEN.repeat(4),
} as const;

export type Mask = keyof typeof MASKS;

const HIDDEN = '•';

/** A value, masked; in a list each item. What is no text cannot be masked and is not shown at all. */
export function masked(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) return value.map((item) => masked(item, mask));
  return typeof value === 'string' ? MASKS[mask](value) : null;
}
