import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Amount, atLeastNothing, greatest, product, resolve, sum } from './amount.js';
import { Collection, type Condition, holds } from './collection.js';
import { argumentsCost, longest, type Slices, slicesOf } from './slices.js';
import type { WeighedField, Weights } from './weights.js';

/** The fields of an object that are there for the same types and under the same conditions. */
interface FieldGroup {
  readonly types: readonly string[];
  readonly conditions: readonly Condition[];
  readonly fields: readonly FieldCost[];
}

/** What a selection of one object costs: as much as with the dearest of the types that the object may have. */
export interface ObjectCost {
  readonly byTypes: readonly { readonly weight: number; readonly groups: readonly FieldGroup[] }[];
  readonly estimate: Amount;
}

/** What one field of the answer costs. */
export interface FieldCost {
  readonly responseName: string;
  /** Of a value without fields. */
  readonly weight: number;
  readonly arguments: Amount;
  /** Absent: the values have no fields. */
  readonly object?: ObjectCost;
  readonly estimate: Amount;
}

/** A field whose arguments say how many items come. */
export interface SlicedField {
  readonly name: string;
  readonly conditions: readonly Condition[];
  readonly slicingArguments: readonly string[];
  readonly requireOne: boolean;
  readonly slices: Slices;
}

export interface CostPlan {
  readonly root: ObjectCost;
  readonly sliced: readonly SlicedField[];
}

/** What every mutation costs above its fields, as Apollo's routers have it. */
const MUTATION = 10;

/** Works out once what an operation costs, as far as that doesn't hang on its variables. */
export function planCost(
  { document, operation, rootType }: { document: DocumentNode; operation: OperationDefinitionNode; rootType: string },
  { weights, listItemsAssumed }: { weights: Weights; listItemsAssumed: number },
): CostPlan {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const compiler = new Compiler(weights, fragments, listItemsAssumed);
  const weight = operation.operation === 'mutation' ? MUTATION : 0;
  const root = compiler.object(new Set([operation.selectionSet]), {
    types: [rootType],
    weight,
    within: [],
    sizes: NO_SIZES,
  });
  return { root, sliced: compiler.sliced };
}

type Sizes = ReadonlyMap<string, Amount>;

const NO_SIZES: Sizes = new Map();

/** Where a selection stands. */
interface Place {
  /** What its object may be. */
  readonly types: readonly string[];
  /** What its object weighs by the field; absent: what its type weighs. */
  readonly weight: number | undefined;
  readonly within: readonly Condition[];
  /** How long the lists below are by the field. */
  readonly sizes: Sizes;
}

class Compiler {
  readonly sliced: SlicedField[] = [];

  constructor(
    private readonly weights: Weights,
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly listItemsAssumed: number,
  ) {}

  object(selections: ReadonlySet<SelectionSetNode>, place: Place): ObjectCost {
    const collection = new Collection(this.weights, this.fragments);
    for (const set of selections) collection.add(set, { types: place.types, conditions: [] });
    const groups = collection.groups().map(({ types, conditions, fields }): FieldGroup => {
      const at = { types, within: [...place.within, ...conditions], sizes: place.sizes };
      const costs = [...fields].map(([responseName, nodes]) => this.field(nodes, { ...at, responseName }));
      return { types, conditions, fields: costs.filter(isNotFree) };
    });
    const byTypes = this.byTypes(groups, place);
    const estimates = new Map(groups.map((group) => [group, estimateOf(group)]));
    const ofTypes = byTypes.map((each) => sum([each.weight, ...each.groups.map((group) => estimates.get(group) ?? 0)]));
    return { byTypes, estimate: greatest(ofTypes) };
  }

  /** The groups that are there together; where all are, one sum is enough. */
  private byTypes(groups: readonly FieldGroup[], place: Place): ObjectCost['byTypes'] {
    const { types, weight: given } = place;
    if (groups.every((group) => group.types === types)) {
      return [{ weight: given ?? this.weights.ofTypes(types), groups }];
    }
    const members = groups.map((group) => new Set(group.types));
    const byGroups = new Map<string, ObjectCost['byTypes'][number]>();
    for (const type of types) {
      const weight = given ?? this.weights.ofType(type);
      const present = groups.filter((_, index) => members[index]?.has(type));
      const key = present.map((group) => groups.indexOf(group)).join();
      const known = byGroups.get(key);
      if (!known || weight > known.weight) byGroups.set(key, { weight, groups: present });
    }
    return [...byGroups.values()];
  }

  private field(
    nodes: readonly FieldNode[],
    { types, responseName, within, sizes }: Omit<Place, 'weight'> & { responseName: string },
  ): FieldCost {
    const [{ name, arguments: given }] = nodes as [FieldNode];
    // The same field of several types; it costs what it costs in the dearest.
    const variants = this.weights.variants(types, name.value);
    const below = new Map<string, Amount>();
    const lengths = variants.map((variant) => this.lengthOf(variant, { given, within, sizes, below }));
    const weight = this.weightOf(variants);
    const selections = new Set(nodes.flatMap(({ selectionSet }) => selectionSet ?? []));
    const objects = unionOf(variants.map(({ type }) => this.weights.possible(type)));
    const object =
      objects.length > 0 ? this.object(selections, { types: objects, weight, within, sizes: below }) : undefined;
    const leaf = weight ?? this.heaviest(variants);
    const ofArguments = greatest(variants.map((variant) => argumentsCost(given, variant)));
    const values = product(greatest(lengths), object?.estimate ?? leaf);
    const estimate = atLeastNothing(sum([values, ofArguments]));
    return { responseName, weight: object ? (weight ?? 0) : leaf, arguments: ofArguments, object, estimate };
  }

  /** How many objects or values come. What `@listSize` says of fields below is put into `below`. */
  private lengthOf(
    { name, lists, listSize, ...variant }: WeighedField,
    at: { given: FieldNode['arguments']; sizes: Sizes; within: readonly Condition[]; below: Map<string, Amount> },
  ): Amount {
    const { listItemsAssumed } = this;
    let length: Amount = at.sizes.get(name) ?? listItemsAssumed;
    if (listSize) {
      const { assumedSize = listItemsAssumed, slicingArguments, sizedFields, requireOneSlicingArgument } = listSize;
      const slices = slicesOf(at.given, { name, lists, ...variant }, listSize);
      const says: Amount =
        typeof slices === 'function'
          ? (variables) => longest(slices(variables)) ?? assumedSize
          : (longest(slices) ?? assumedSize);
      if (slicingArguments.length > 0) {
        const { within: conditions } = at;
        this.sliced.push({ name, conditions, slicingArguments, requireOne: requireOneSlicingArgument, slices });
      }
      for (const field of sizedFields) at.below.set(field, greatest([at.below.get(field) ?? 0, says]));
      if (sizedFields.length === 0 && !at.sizes.has(name)) length = says;
    }
    if (lists === 0) return 1;
    return product(length, listItemsAssumed ** (lists - 1));
  }

  /** What the variants of a field weigh where one of them says it; `undefined`: none does. */
  private weightOf(variants: readonly WeighedField[]): number | undefined {
    if (variants.every(({ weight }) => weight === undefined)) return undefined;
    return Math.max(...variants.map((variant) => variant.weight ?? this.heaviest([variant])));
  }

  private heaviest(variants: readonly WeighedField[]): number {
    return variants.reduce((most, { type }) => {
      const types = this.weights.possible(type);
      return Math.max(most, types.length > 0 ? this.weights.ofTypes(types) : this.weights.ofType(type));
    }, 0);
  }
}

function estimateOf({ conditions, fields }: FieldGroup): Amount {
  const estimate = sum(fields.map((field) => field.estimate));
  if (conditions.length === 0 || estimate === 0) return estimate;
  return (variables) => (holds(conditions, variables) ? resolve(estimate, variables) : 0);
}

function isNotFree({ weight, arguments: ofArguments, object }: FieldCost): boolean {
  return object !== undefined || weight !== 0 || ofArguments !== 0;
}

function unionOf(lists: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = lists;
  return others.every((other) => other === first) ? first : [...new Set(lists.flat())];
}
