import { GatewayError } from '../../errors.js';

/**
 * What stands in an address behind the `?`, each name at most once. Throws for a name that means nothing here: whoever misspells a
 * filter must not be given all there is.
 */
export function askedByAddress<Name extends string>(
  search: string,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const asked: Partial<Record<Name, string>> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    const known = names.find((each) => each === name);
    if (known === undefined || asked[known] !== undefined) {
      throw new GatewayError(
        'BAD_REQUEST',
        `The address asks for what there is not, or twice; there are: ${names.join(', ')}.`,
      );
    }
    asked[known] = value;
  }
  return asked;
}

/** A whole number within bounds, or `otherwise` where nothing is said. */
export function wholeNumber(
  text: string | undefined,
  { name, least, most, otherwise }: { name: string; least: number; most: number; otherwise: number },
): number {
  if (text === undefined) return otherwise;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new GatewayError('BAD_REQUEST', `${name} is a whole number from ${least} to ${most}.`);
}
