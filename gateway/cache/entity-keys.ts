import { type GraphQLSchema, getNamedType, isObjectType, Kind, parse, type SelectionSetNode } from 'graphql';
import type { LoadedSchema } from '../context.js';
import { isObject, type JsonObject } from '../json-object.js';
import { argumentsOf, graphsOf } from './joins.js';

/** A set of fields by which a subgraph finds an entity, as `@key(fields:)` has it. */
export interface KeyFields {
  readonly names: ReadonlySet<string>;
  readonly selection: SelectionSetNode;
}

export interface EntityKeys {
  /** The keys by which a subgraph finds a type's objects; none: they are no entities there. */
  of(subgraph: string, type: string): readonly KeyFields[];
  /** Whether a subgraph knows an interface as an object (`@interfaceObject`). */
  isInterfaceObject(subgraph: string, type: string): boolean;
  /**
   * The name of the entity that an object with (at least) the fields of one of its keys stands for: the same however the fields are
   * ordered. `undefined`: it has the fields of none.
   */
  nameOf(subgraph: string, type: string, object: JsonObject): EntityName | undefined;
  /** The same by each of its keys of which the object has the fields. */
  namesOf(subgraph: string, type: string, object: JsonObject): string[];
}

export interface EntityName {
  /** `subgraph`, the type, and the key as JSON: what an entry of the cache is called. */
  readonly name: string;
  readonly key: KeyFields;
}

/** Reads the keys of a supergraph's entities (`@join__type(graph:, key:)`). */
export function readEntityKeys({ full }: LoadedSchema): EntityKeys {
  const graphs = graphsOf(full);
  const known = new Map<string, readonly KeyFields[]>();
  const of = (subgraph: string, type: string): readonly KeyFields[] => {
    const id = `${subgraph}\n${type}`;
    let keys = known.get(id);
    if (!keys) known.set(id, (keys = readKeys(full, type, graphs.get(subgraph))));
    return keys;
  };
  const objects = new Map<string, boolean>();
  return {
    of,
    isInterfaceObject(subgraph, type) {
      const id = `${subgraph}\n${type}`;
      let is = objects.get(id);
      if (is === undefined) {
        is = joinsOf(full, type).some(({ graph, isInterfaceObject }) => {
          return isInterfaceObject === true && graph === graphs.get(subgraph);
        });
        objects.set(id, is);
      }
      return is;
    },
    nameOf(subgraph, type, object) {
      for (const key of of(subgraph, type)) {
        const text = textOf(object, key.selection);
        if (text !== undefined) return { name: `${subgraph} ${type} ${text}`, key };
      }
      return undefined;
    },
    namesOf(subgraph, type, object) {
      const asServed = withTexts(object, full.getType(type));
      return of(subgraph, type).flatMap(({ selection }) => {
        const text = textOf(asServed, selection);
        return text === undefined ? [] : [`${subgraph} ${type} ${text}`];
      });
    },
  };
}

function readKeys(full: GraphQLSchema, type: string, of: string | undefined): readonly KeyFields[] {
  if (!isObjectType(full.getType(type))) return [];
  return joinsOf(full, type).flatMap(({ graph, key }) => {
    if (graph !== of || typeof key !== 'string') return [];
    const [operation] = parse(`{${key}}`, { noLocation: true }).definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
    const { selectionSet } = operation;
    const names = selectionSet.selections.flatMap((part) => (part.kind === Kind.FIELD ? [part.name.value] : []));
    return [{ names: new Set(names), selection: selectionSet }];
  });
}

/** An object as a registry would serve it: a number in the place of an identifier is its text. */
function withTexts(object: JsonObject, type: ReturnType<GraphQLSchema['getType']>): JsonObject {
  if (!isObjectType(type)) return object;
  const fields = type.getFields();
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const scalar = Object.hasOwn(fields, name) ? getNamedType(fields[name]!.type).name : undefined;
      const isText = scalar === 'ID' || scalar === 'String';
      return [name, isText && typeof value === 'number' ? String(value) : value];
    }),
  );
}

/** The arguments of a type's `@join__type`. */
function joinsOf(full: GraphQLSchema, type: string): Record<string, unknown>[] {
  return (full.getType(type)?.astNode?.directives ?? []).flatMap((each) =>
    each.name.value === 'join__type' ? [argumentsOf(each)] : [],
  );
}

/** The key fields of an object as JSON, in the order of the key; `undefined` when it lacks one, or has null in its place. */
function textOf(object: JsonObject, { selections }: SelectionSetNode): string | undefined {
  let text = '';
  for (const part of selections) {
    if (part.kind !== Kind.FIELD) return undefined;
    const name = part.name.value;
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    const below = part.selectionSet ? textWithin(value, part.selectionSet) : leafText(value);
    if (below === undefined) return undefined;
    text += `${text && ','}${JSON.stringify(name)}:${below}`;
  }
  return `{${text}}`;
}

function textWithin(value: unknown, selection: SelectionSetNode): string | undefined {
  if (!Array.isArray(value)) return isObject(value) ? textOf(value, selection) : undefined;
  const items = value.map((item) => textWithin(item, selection));
  return items.includes(undefined) ? undefined : `[${items.join()}]`;
}

function leafText(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : JSON.stringify(value);
}
