import {
  GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isListType,
  isObjectType,
  responsePathAsArray,
} from 'graphql';
import { afterResolve, type Call } from './field-resolvers.js';
import type { RegistryErrorCode } from './public-error.js';

/** How many items of a list a registry hands out unless told. More children than this are a defect, not a need of a form. */
export const LIST_ITEMS_MAX = 500;

const asStored = { serialize: (value: unknown): string => String(value) };

/**
 * The scalars of the registries' schemas. They are lenient on output: a registry hands out what it holds, so that the reader
 * can see that a date is malformed; a strict scalar would turn one defective date into a missing object. `Database` hands out
 * dates and points in time as the text that these scalars promise.
 */
export const scalarResolvers = { Date: asStored, PartialDate: asStored, DateTime: asStored };

/**
 * An enum value that the schema doesn't know is null. GraphQL would report it as an error and quote it, and with a field that
 * is not nullable would drop the whole object.
 */
export function forgiveUnknownEnumValues(schema: GraphQLSchema): void {
  eachField(schema, (field) => {
    const type = getNullableType(field.type);
    if (!isEnumType(type)) return;
    const known = new Set(type.getValues().map(({ value }) => value));
    field.resolve = afterResolve(field.resolve, (value) => (known.has(value) ? value : null));
  });
}

/**
 * Cuts every list of objects at `itemsMax` and says so by an error at the list, which keeps its first items: GraphQL itself
 * knows only a value or an error. Lists of numbers, the boundary of a parcel, are one value and stay whole.
 */
export function limitLists(schema: GraphQLSchema, itemsMax: number): void {
  eachField(schema, (field, name) => {
    if (name.startsWith('_') || !isListType(getNullableType(field.type))) return;
    if (!isCompositeType(getNamedType(field.type))) return;
    field.resolve = afterResolve(field.resolve, (value, { context, info }: Call<Noting>) => {
      if (!Array.isArray(value) || value.length <= itemsMax) return value;
      context.errors.push(tooLong(itemsMax, info));
      return value.slice(0, itemsMax);
    });
  });
}

interface Noting {
  readonly errors: GraphQLError[];
}

function tooLong(itemsMax: number, { fieldNodes, path }: GraphQLResolveInfo): GraphQLError {
  return new GraphQLError(
    `The registry holds more than ${itemsMax} items here and gives the first ${itemsMax}: ` +
      'raise REGISTRY_LIST_ITEMS_MAX where the registry runs to have them all.',
    {
      nodes: fieldNodes,
      path: responsePathAsArray(path),
      extensions: { code: 'OPERATION_TOO_LARGE' satisfies RegistryErrorCode },
    },
  );
}

type Field = ReturnType<
  Extract<ReturnType<GraphQLSchema['getType']>, { getInterfaces(): unknown }>['getFields']
>[string];

function eachField(schema: GraphQLSchema, visit: (field: Field, name: string) => void): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const [name, field] of Object.entries(type.getFields())) visit(field, name);
  }
}
