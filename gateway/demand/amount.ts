/** The variables of a request. */
export type Variables = Record<string, unknown>;

/** A number that may hang on the variables: a cost, or the length of a list. What doesn't is worked out once. */
export type Amount = number | ((variables: Variables) => number);

/** So that whatever a schema or a client says, sums stay numbers: infinity times nothing is none. */
const MOST = Number.MAX_SAFE_INTEGER;

export function resolve(amount: Amount, variables: Variables): number {
  return typeof amount === 'number' ? amount : amount(variables);
}

export function sum(amounts: readonly Amount[]): Amount {
  let constant = 0;
  const open: Exclude<Amount, number>[] = [];
  for (const amount of amounts) {
    if (typeof amount === 'number') constant += amount;
    else open.push(amount);
  }
  constant = bounded(constant);
  if (open.length === 0) return constant;
  return (variables) => bounded(open.reduce((so, amount) => so + amount(variables), constant));
}

export function product(one: Amount, other: Amount): Amount {
  if (one === 0 || other === 0) return 0;
  return map2(one, other, (a, b) => bounded(a * b));
}

/** The greatest, and nothing of none. */
export function greatest(amounts: readonly Amount[]): Amount {
  return amounts.length === 0 ? 0 : amounts.reduce((one, other) => map2(one, other, Math.max));
}

export function atLeastNothing(amount: Amount): Amount {
  return greatest([0, amount]);
}

function map2(one: Amount, other: Amount, of: (a: number, b: number) => number): Amount {
  if (typeof one === 'number' && typeof other === 'number') return of(one, other);
  return (variables) => of(resolve(one, variables), resolve(other, variables));
}

function bounded(value: number): number {
  return Math.max(-MOST, Math.min(MOST, value));
}
