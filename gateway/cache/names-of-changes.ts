import type { GraphQLObjectType } from 'graphql';
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
  { subgraph, root, keys }: { subgraph: string; root: GraphQLObjectType | null | undefined; keys: EntityKeys },
): string[] {
  if ('all' in change) return [];
  const { type, key } = change;
  if (type !== root?.name) return keys.namesOf(subgraph, type, key);
  const { field, args = {} } = key;
  const known = typeof field === 'string' ? root.getFields()[field] : undefined;
  if (!known || !isObject(args)) return [];
  const isKnown = (name: string) => known.args.some((each) => each.name === name);
  return Object.keys(args).every(isKnown) ? [nameOfLookUp(subgraph, root.name, { field: known.name, args })] : [];
}
