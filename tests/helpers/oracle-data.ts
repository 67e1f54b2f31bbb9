type Row = Record<string, unknown>;

/** Finds the row that has the values of a reference's keys: what a `__resolveReference` does. */
export function referenceIn<T extends object>(rows: readonly T[], ...keys: string[]): (reference: Row) => T | null {
  return (reference) => rows.find((row) => keys.every((key) => (row as Row)[key] === reference[key])) ?? null;
}

/** Finds the row that has the values of a field's arguments. */
export function argumentIn<T extends object>(rows: readonly T[], ...keys: string[]) {
  const find = referenceIn(rows, ...keys);
  return (_: unknown, given: Row): T | null => find(given);
}

/** Finds the rows whose `column` is this row's `id`. */
export function rowsOf<T extends object>(rows: readonly T[], column: keyof T) {
  return ({ id }: { id: unknown }): T[] => rows.filter((row) => row[column] === id);
}
