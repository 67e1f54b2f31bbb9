import type { Change } from '../context.js';
import { isObject, type JsonObject } from '../json-object.js';
import type { EntityKeys } from './entity-keys.js';

/** What an entry is called that holds what one field of the root answers to these arguments, whatever is asked below it. */
export function nameOfLookUp(
  subgraph: string,
  rootType: string,
  { field, args }: { field: string; args: JsonObject },
): string {
  const sorted = Object.fromEntries(Object.entries(args).sort(([one], [other]) => (one < other ? -1 : 1)));
  return `${subgraph} ${rootType} ${JSON.stringify({ field, args: sorted })}`;
}

/** The names of the entries of which a change says something; none: it names nothing that could be remembered. */
export function namesOf(
  change: Change,
  { subgraph, rootType, keys }: { subgraph: string; rootType: string; keys: EntityKeys },
): string[] {
  if ('all' in change) return [];
  const { type, key } = change;
  if (type !== rootType) return keys.namesOf(subgraph, type, key);
  const { field, args } = key;
  return typeof field === 'string'
    ? [nameOfLookUp(subgraph, rootType, { field, args: isObject(args) ? args : {} })]
    : [];
}
