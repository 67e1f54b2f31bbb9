import {
  type ConstDirectiveNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';
import type { LoadedSchema } from '../context.js';

/** What `@listSize` says of a field. */
export interface ListSize {
  readonly assumedSize?: number;
  /** Arguments that say how many items come; `a.b` is a field of one. */
  readonly slicingArguments: readonly string[];
  /** The fields below whose lists it is about; none: the field's own list. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** An argument or a field of an input object. */
export interface WeighedInput {
  readonly name: string;
  /** Absent: nobody has said it. */
  readonly weight?: number;
  readonly defaultValue: unknown;
  /** The fields of the input objects that it takes; absent: it takes none. */
  readonly fields?: () => ReadonlyMap<string, WeighedInput>;
}

/** A field of an object type. */
export interface WeighedField {
  readonly name: string;
  readonly weight?: number;
  /** How deep lists lie in one another; 0: it is none. */
  readonly lists: number;
  /** What it gives. */
  readonly type: string;
  readonly listSize?: ListSize;
  readonly arguments: ReadonlyMap<string, WeighedInput>;
}

/** What the parts of a supergraph cost, by `@cost` and `@listSize`. */
export interface Weights {
  /** Of one object or value of a type. */
  ofType(type: string): number;
  /** Of the heaviest of several. */
  ofTypes(types: readonly string[]): number;
  /** A field of several object types, once for all that have it alike; none has one that GraphQL itself gives. */
  variants(types: readonly string[], field: string): readonly WeighedField[];
  /** The object types of a type's values; none for a scalar. */
  possible(type: string): readonly string[];
}

const COST = 'https://specs.apollo.dev/cost';

const read = new WeakMap<LoadedSchema, Weights>();

export function weightsOf(schema: LoadedSchema): Weights {
  let weights = read.get(schema);
  if (!weights) read.set(schema, (weights = readWeights(schema)));
  return weights;
}

/**
 * Reads the weights that composition has put into a supergraph, under whatever names the directives were imported. What has none
 * costs by the specification's default: an object or input object 1, a scalar or an enum 0.
 */
function readWeights({ full, supergraph }: LoadedSchema): Weights {
  const feature = supergraph.schema.coreFeatures?.getByIdentity(COST);
  const [cost, listSize] = ['cost', 'listSize'].map((name) => feature?.directiveNameInSchema(name));
  const argumentsOf = (element: { astNode?: Annotated | null }, name: string | undefined) => {
    const directive = element.astNode?.directives?.find((each) => each.name.value === name);
    return (
      directive &&
      Object.fromEntries((directive.arguments ?? []).map((each) => [each.name.value, valueFromASTUntyped(each.value)]))
    );
  };
  const weightAt = (element: { astNode?: Annotated | null }): number | undefined => {
    // The specification has it as a text, composition as an Int.
    const weight = Number(argumentsOf(element, cost)?.weight);
    return Number.isFinite(weight) ? weight : undefined;
  };
  const inputFields = once((type: string) => {
    const found = full.getType(type);
    return isInputObjectType(found) ? mapOf(Object.values(found.getFields()).map(input)) : new Map();
  });
  const input = (element: GraphQLArgument | GraphQLInputField): WeighedInput => {
    const type = getNamedType(element.type);
    const { name, defaultValue } = element;
    const fields = isInputObjectType(type) ? () => inputFields(type.name) : undefined;
    return { name, weight: weightAt(element), defaultValue, fields };
  };
  const fieldOf = (field: GraphQLField<unknown, unknown>): WeighedField => ({
    name: field.name,
    weight: weightAt(field),
    lists: listsIn(field.type),
    type: getNamedType(field.type).name,
    listSize: listSizeOf(argumentsOf(field, listSize)),
    arguments: mapOf(field.args.map(input)),
  });
  const fieldsOf = once((type: string) => {
    const found = full.getType(type);
    const isOwn = isObjectType(found) || isInterfaceType(found);
    return mapOf(isOwn ? Object.values(found.getFields()).map(fieldOf) : []);
  });
  const ofType = once((type: string) => {
    const found = full.getType(type);
    return (found && weightAt(found)) ?? (isCompositeType(found) ? 1 : 0);
  });
  return {
    ofType,
    ofTypes: onceFor((types) => types.reduce((most, type) => Math.max(most, ofType(type)), Number.NEGATIVE_INFINITY)),
    variants: variantsOf(fieldsOf),
    possible: once((type) => {
      const found = full.getType(type);
      if (isAbstractType(found)) return full.getPossibleTypes(found).map(({ name }) => name);
      return isObjectType(found) ? [type] : [];
    }),
  };
}

/** An interface may have hundreds of types, and a large operation asks each for thousands of fields. */
function variantsOf(fieldsOf: (type: string) => ReadonlyMap<string, WeighedField>): Weights['variants'] {
  const byName = onceFor((types) =>
    once((field) => {
      const variants = new Map<string, WeighedField>();
      for (const type of types) {
        const variant = fieldsOf(type).get(field);
        if (variant) variants.set(JSON.stringify([variant, [...variant.arguments.values()]]), variant);
      }
      return [...variants.values()];
    }),
  );
  return (types, field) => byName(types)(field);
}

interface Annotated {
  readonly directives?: readonly ConstDirectiveNode[];
}

function listSizeOf(given: Record<string, unknown> | undefined): ListSize | undefined {
  if (!given) return undefined;
  const { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument } = given;
  return {
    assumedSize: typeof assumedSize === 'number' && assumedSize >= 0 ? assumedSize : undefined,
    slicingArguments: textsIn(slicingArguments),
    sizedFields: textsIn(sizedFields),
    requireOneSlicingArgument: requireOneSlicingArgument !== false,
  };
}

const textsIn = (value: unknown): string[] => [value ?? []].flat().map(String);

function listsIn(type: GraphQLOutputType): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + listsIn(nullable.ofType) : 0;
}

function mapOf<Named extends { readonly name: string }>(all: readonly Named[]): ReadonlyMap<string, Named> {
  return new Map(all.map((each) => [each.name, each]));
}

/** Works out once for each name, when it is first asked for. */
function once<Value>(of: (name: GraphQLNamedType['name']) => Value): (name: string) => Value {
  const known = new Map<string, Value>();
  return (name) => {
    let value = known.get(name);
    if (value === undefined) known.set(name, (value = of(name)));
    return value;
  };
}

function onceFor<Value>(of: (types: readonly string[]) => Value): (types: readonly string[]) => Value {
  const known = new WeakMap<readonly string[], Value>();
  return (types) => {
    let value = known.get(types);
    if (value === undefined) known.set(types, (value = of(types)));
    return value;
  };
}
