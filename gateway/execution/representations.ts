import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { isObject, type JsonObject, merge, setOwn } from './paths.js';
import { applyRewrites, isOfType } from './rewrites.js';

/** How the objects of a fetch are represented to its subgraph. */
export interface Represent {
  /**
   * The JSON text of the representation by which the subgraph finds an object: sent as it is, and compared as it is, so that two
   * objects are one entity only if their whole representations are equal. `undefined`: the object is of another type. `null`: it
   * is of the right type, but a field that the representation needs is missing, or damaged by an error.
   */
  textOf(object: JsonObject, isDamaged: IsDamaged): string | null | undefined;
  /** The fields that make the text, if it is made of nothing else: objects that are equal in them have equal texts. */
  plainFields(object: JsonObject): readonly string[] | undefined;
}

/** Whether a field of an object is not as the registry has it. */
export type IsDamaged = (object: JsonObject, name: string) => boolean;

type TextOf = Represent['textOf'];

/** Compiles what a fetch node `requires`; for each type that comes, once. */
export function compileRepresentation(
  requires: readonly QueryPlanSelectionNode[],
  { schema, rewrites }: { schema: GraphQLSchema; rewrites: readonly FetchDataRewrite[] },
): Represent {
  const byType = new Map<string, { textOf: TextOf; plainFields?: readonly string[] }>();
  const of = (object: JsonObject) => {
    const type = object.__typename;
    if (typeof type !== 'string') return undefined;
    let known = byType.get(type);
    if (!known) byType.set(type, (known = forType(type, requires, { schema, rewrites })));
    return known;
  };
  return {
    textOf: (object, isDamaged) => of(object)?.textOf(object, isDamaged),
    plainFields: (object) => of(object)?.plainFields,
  };
}

/** Objects by the values of fields, compared one by one. */
export class Alike {
  private readonly byFields = new Map<readonly string[], Place>();

  /** The place of all objects whose fields are equal; `undefined` where one of them is no single value. */
  placeOf(object: JsonObject, fields: readonly string[]): Place | undefined {
    let place = this.byFields.get(fields) ?? emptyPlace();
    this.byFields.set(fields, place);
    for (const name of fields) {
      const value = object[name];
      if (value === undefined || (typeof value === 'object' && value !== null)) return undefined;
      let next: Place | undefined = place.below.get(value);
      if (!next) place.below.set(value, (next = emptyPlace()));
      place = next;
    }
    return place;
  }
}

interface Place {
  readonly below: Map<unknown, Place>;
  objects: JsonObject[] | undefined;
}

function emptyPlace(): Place {
  return { below: new Map(), objects: undefined };
}

function forType(
  type: string,
  requires: readonly QueryPlanSelectionNode[],
  { schema, rewrites }: { schema: GraphQLSchema; rewrites: readonly FetchDataRewrite[] },
): { textOf: TextOf; plainFields?: readonly string[] } {
  const parts = requires.filter(
    (part) =>
      part.kind === 'Field' || (part.typeCondition && isOfType(schema, { __typename: type }, part.typeCondition)),
  );
  if (!parts.some(({ kind }) => kind === 'InlineFragment')) return { textOf: () => undefined };
  const only = parts.length === 1 && parts[0]?.kind === 'InlineFragment' ? parts[0].selections : undefined;
  if (only && rewrites.length === 0 && only.every(isPlainField)) {
    const plainFields = only.map(({ name }) => name);
    return { textOf: writeFields(plainFields), plainFields };
  }
  const textOf: TextOf = (object, isDamaged) => {
    const representation = select(object, parts, { schema, isDamaged });
    if (!isObject(representation) || !representation.__typename) return null;
    applyRewrites(schema, rewrites, representation);
    return JSON.stringify(representation);
  };
  return { textOf };
}

type PlainField = Extract<QueryPlanSelectionNode, { kind: 'Field' }>;

function isPlainField(part: QueryPlanSelectionNode): part is PlainField {
  return part.kind === 'Field' && !part.alias && !part.selections && !(part.name in Object.prototype);
}

/** Most representations are nothing but keys: their text is written without an object in between. */
function writeFields(names: readonly string[]): TextOf {
  const fields = names.map((name, index) => ({ name, head: `${index === 0 ? '{' : ','}${JSON.stringify(name)}:` }));
  const saysType = names.includes('__typename');
  return (object, isDamaged) => {
    let text = '';
    for (const { name, head } of fields) {
      const value = object[name];
      if (value === undefined || isDamaged(object, name)) return null;
      text += head + (typeof value === 'string' ? quoted(value) : JSON.stringify(value));
    }
    return saysType ? `${text}}` : null;
  };
}

/** Keys are numbers and words: most need no more than their quotes. */
const PLAIN = /^[\w .:/-]*$/;

function quoted(value: string): string {
  return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
}

interface Reading {
  readonly schema: GraphQLSchema;
  readonly isDamaged: IsDamaged;
}

function select(source: unknown, selections: readonly QueryPlanSelectionNode[], reading: Reading): JsonObject | null {
  if (!isObject(source)) return null;
  const result: JsonObject = {};
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const name = selection.alias ?? selection.name;
      const value = Object.hasOwn(source, name) ? source[name] : undefined;
      if (value === undefined || reading.isDamaged(source, name)) return null;
      const below = selection.selections ? selectBelow(value, selection.selections, reading) : value;
      if (below === undefined) return null;
      setOwn(result, name, below);
    } else if (selection.typeCondition && isOfType(reading.schema, source, selection.typeCondition)) {
      const part = select(source, selection.selections, reading);
      if (part) merge(result, part);
    }
  }
  return result;
}

/** `undefined`: something below is missing. */
function selectBelow(value: unknown, selections: readonly QueryPlanSelectionNode[], reading: Reading): unknown {
  if (value === null) return null;
  if (!Array.isArray(value)) return select(value, selections, reading) ?? undefined;
  const items = value.map((item) => selectBelow(item, selections, reading));
  return items.includes(undefined) ? undefined : items;
}
