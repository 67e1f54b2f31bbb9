import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
} from 'graphql';
import type { Subgraph, SubgraphResponse } from '../../../subgraphs/kit/subgraph';

/** How often a type may stand inside itself: the earlier versions of a record, but not the earlier versions of those. */
const NESTED_MAX = 2;
const KEYS: Record<string, string> = { Citizen: 'personalId', Parcel: 'id' };
const REFERENCES_AT_ONCE = 100;

/** What a registry answers, by the name under which a gateway remembers it: `Citizen {"personalId":"…"}`. */
export type Answers = ReadonlyMap<string, string>;

export function nameOf(type: string, key: unknown): string {
  return `${type} ${JSON.stringify(key, (_, value) => (isObject(value) ? sorted(value) : value))}`;
}

/**
 * Every field of an entity, every argument's values, the objects in it to their ends, and the entities in it by their keys
 * alone: those are remembered under names of their own.
 */
export function everythingOf(schema: GraphQLSchema, typeName: string): string {
  return selectionOf(schema.getType(typeName) as GraphQLObjectType, []);
}

/** What the registry answers of these entities, values and the records they rest on. Throws when it reports an error. */
export async function askEntities(subgraph: Subgraph, type: string, keys: readonly string[]): Promise<Answers> {
  const query = `query ($all: [_Any!]!) { _entities(representations: $all) {
    ... on ${type} { ${everythingOf(subgraph.schema, type)} } } }`;
  const answers = new Map<string, string>();
  for (let from = 0; from < keys.length; from += REFERENCES_AT_ONCE) {
    const references = keys.slice(from, from + REFERENCES_AT_ONCE).map((key) => ({ [KEYS[type]!]: key }));
    const variables = { all: references.map((reference) => ({ __typename: type, ...reference })) };
    const response = await subgraph.execute({ query, variables });
    const values = response.data?._entities as unknown[];
    const records = recordsBy(response, ([, index]) => Number(index));
    for (const [index, reference] of references.entries()) {
      answers.set(nameOf(type, reference), JSON.stringify([values[index], records.get(index) ?? []], null, 1));
    }
  }
  return answers;
}

export interface LookUp {
  readonly field: string;
  readonly args: Readonly<Record<string, string>>;
}

/** Which entities each look-up answers with. */
export async function askLookUps(subgraph: Subgraph, lookUps: readonly LookUp[]): Promise<Answers> {
  const text = ({ field, args }: LookUp) =>
    `${field}(${Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)}) { id }`;
  const query = `{ ${lookUps.map((lookUp, index) => `_${index}: ${text(lookUp)}`).join(' ')} }`;
  const response = await subgraph.execute({ query });
  const records = recordsBy(response, ([alias]) => Number(String(alias).slice(1)));
  return new Map(
    lookUps.map(({ field, args }, index) => [
      nameOf('Query', { field, args }),
      JSON.stringify([response.data?.[`_${index}`], records.get(index) ?? []]),
    ]),
  );
}

function recordsBy(
  { errors, extensions }: SubgraphResponse,
  indexOf: (path: readonly (string | number)[]) => number,
): Map<number, string[]> {
  // Defective data may break a field that must not be null; anything else would hide what is to be compared.
  const fatal = errors?.filter(({ path }) => path === undefined);
  if (fatal?.length) throw new Error(JSON.stringify(fatal));
  const byIndex = new Map<number, string[]>();
  for (const { path, record, version, recordedAt } of extensions.provenance.records) {
    const index = indexOf(path);
    const texts = byIndex.get(index) ?? [];
    texts.push(`${path.join('.')}: ${record}@${version} ${recordedAt}`);
    byIndex.set(index, texts);
  }
  for (const texts of byIndex.values()) texts.sort();
  return byIndex;
}

function selectionOf(type: GraphQLObjectType, around: readonly GraphQLNamedType[]): string {
  const inside = [...around, type];
  return Object.values(type.getFields())
    .flatMap((field) => fieldTexts(field).map((text) => text + subselectionOf(field, inside)))
    .filter((text) => !text.endsWith('{}'))
    .join(' ');
}

function subselectionOf(field: GraphQLField<unknown, unknown>, inside: readonly GraphQLNamedType[]): string {
  const type = getNamedType(field.type);
  if (!isCompositeType(type)) return '';
  if (!isObjectType(type)) throw new Error(`${type.name} is no object type: say how to ask for it`);
  const key = KEYS[type.name];
  if (key) return ` { ${key} }`;
  if (inside.filter((outer) => outer === type).length >= NESTED_MAX) return '{}';
  return ` { ${selectionOf(type, inside)} }`;
}

/** The field without arguments, and once for each value of its flag. */
function fieldTexts({ name, args }: GraphQLField<unknown, unknown>): string[] {
  const [flag, ...others] = args;
  if (!flag) return [name];
  if (others.length > 0 || getNamedType(flag.type).name !== 'Boolean')
    throw new Error(`${name}: say how to ask for it`);
  return [name, ...[true, false].map((value) => `${name}_${value}: ${name}(${flag.name}: ${value})`)];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
