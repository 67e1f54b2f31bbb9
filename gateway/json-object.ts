export type JsonObject = Record<string, unknown>;

/** Whether `value` is an object with fields, not a list and not null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
