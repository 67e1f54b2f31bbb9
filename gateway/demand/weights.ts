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
  /** `undefined`: the type has no such field, or GraphQL itself gives it. */
  field(type: string, field: string): WeighedField | undefined;
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
  return {
    ofType: once((type) => {
      const found = full.getType(type);
      return (found && weightAt(found)) ?? (isCompositeType(found) ? 1 : 0);
    }),
    field: (type, field) => fieldsOf(type).get(field),
    possible: once((type) => {
      const found = full.getType(type);
      return isAbstractType(found)
        ? full.getPossibleTypes(found).map(({ name }) => name)
        : isObjectType(found)
          ? [type]
          : [];
    }),
  };
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
