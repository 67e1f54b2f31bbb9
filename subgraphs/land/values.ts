/** A `numeric` column as a number; null for what is none. The database hands it out as text, so that nothing is rounded. */
export function toNumber(text: string | null): number | null {
  if (text === null) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** A GeoJSON polygon; null for what the column holds else. Rings of [longitude, latitude], degrees. */
export function boundaryOf(value: unknown): { type: 'Polygon'; coordinates: number[][][] } | null {
  const { type, coordinates } = (value ?? {}) as { type?: unknown; coordinates?: unknown };
  if (type !== 'Polygon' || !isListOf(coordinates, isRing)) return null;
  return { type, coordinates };
}

function isRing(value: unknown): value is number[][] {
  return isListOf(value, isPosition);
}

function isPosition(value: unknown): value is number[] {
  return isListOf(value, (part): part is number => typeof part === 'number' && Number.isFinite(part));
}

function isListOf<Item>(value: unknown, isItem: (item: unknown) => item is Item): value is Item[] {
  return Array.isArray(value) && value.every(isItem);
}
