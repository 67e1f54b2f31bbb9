import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  type InlineFragmentNode,
  isCompositeType,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { NOTHING } from './specialise.js';
import { asksForSchema, spreadOut } from './spread-out.js';

/** Objects as an operation knows them: by the type of the field that holds them, and the fragments that they must fit. */
export interface KnownObject {
  readonly type: GraphQLCompositeType;
  readonly conditions: readonly string[];
}

/** A field on the way from one object to another, and the object that has it. */
export interface FieldStep {
  readonly of: KnownObject;
  readonly field: FieldNode;
}

/** A fragment that comes later, at one place in the operation. */
export interface DeferredFragment {
  /** The label that it is planned under: a client may give none, or the same fragment at several places. */
  readonly id: string;
  /** The client's. */
  readonly label?: string;
  /** The way to its objects: from those of the deferred fragment that it stands in, or from the root. */
  readonly steps: readonly FieldStep[];
  readonly of: KnownObject;
  /** What it asks for, without what is deferred in turn. */
  readonly selectionSet: SelectionSetNode;
  readonly nested: readonly DeferredFragment[];
}

/** An operation in parts. */
export interface Deferral {
  /** The whole of it as it is planned: fragments in their places, and each `@defer` by its id. */
  readonly document: DocumentNode;
  /** What is answered at once. */
  readonly first: DocumentNode;
  readonly fragments: readonly DeferredFragment[];
}

/** Takes apart an operation without conditions. `undefined`: nothing of it is deferred. */
export function splitDeferred(
  asked: DocumentNode,
  operationName: string | undefined,
  schema: GraphQLSchema,
): Deferral | undefined {
  const operation = getOperationAST(spreadOut(asked, operationName, schema))!;
  const type = schema.getRootType(operation.operation)!;
  const isMutation = operation.operation === OperationTypeNode.MUTATION;
  const fragments: DeferredFragment[] = [];
  const { whole, own } = split(operation.selectionSet, {
    fieldsOf: type,
    of: { type, conditions: [] },
    steps: [],
    into: fragments,
    isDeferred: false,
    all: { schema, isMutation, count: 0 },
  });
  if (fragments.length === 0) return undefined;
  const withSelections = (selections: readonly SelectionNode[]): DocumentNode => ({
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, selectionSet: setOf(selections) }],
  });
  return { document: withSelections(orNothing(whole)), first: withSelections(own), fragments };
}

/** Where a selection stands. */
interface Place {
  /** The type whose fields are selected there. */
  readonly fieldsOf: GraphQLCompositeType;
  readonly of: KnownObject;
  readonly steps: readonly FieldStep[];
  /** Gets what is deferred below. */
  readonly into: DeferredFragment[];
  readonly isDeferred: boolean;
  readonly all: { readonly schema: GraphQLSchema; readonly isMutation: boolean; count: number };
}

/** The selections of one set: all of them, for the planner, and those that are not deferred. */
interface Split {
  readonly whole: SelectionNode[];
  readonly own: SelectionNode[];
}

function split({ selections }: SelectionSetNode, place: Place): Split {
  const into: Split = { whole: [], own: [] };
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) splitField(selection, place, into);
    else if (selection.kind === Kind.INLINE_FRAGMENT) splitFragment(selection, place, into);
  }
  return into;
}

function splitField(field: FieldNode, place: Place, { whole, own }: Split): void {
  if (field === NOTHING) return;
  const type = fieldType(place.fieldsOf, field.name.value);
  if (!type || !field.selectionSet) {
    own.push(field);
    // A fragment of nothing else needs no plan.
    if (!asksForSchema(field)) whole.push(field);
    return;
  }
  const steps = [...place.steps, { of: place.of, field }];
  const parts = split(field.selectionSet, { ...place, fieldsOf: type, of: { type, conditions: [] }, steps });
  whole.push({ ...field, selectionSet: setOf(orNothing(parts.whole)) });
  // An object of which nothing is asked yet is an empty object all the same.
  own.push({ ...field, selectionSet: setOf(parts.own) });
}

function splitFragment(fragment: InlineFragmentNode, place: Place, { whole, own }: Split): void {
  const { directives = [] } = fragment;
  const { all, of, steps, into, isDeferred } = place;
  const within = narrowed(place, fragment.typeCondition?.name.value);
  const defer = directives.find(({ name }) => name.value === 'defer');
  // The fields at the root of a mutation are done one after another: none of them is put off.
  if (!defer || (all.isMutation && !isDeferred && steps.length === 0)) {
    const bare = { ...fragment, directives: directives.filter((directive) => directive !== defer) };
    const parts = split(fragment.selectionSet, within);
    if (parts.whole.length > 0) whole.push({ ...bare, selectionSet: setOf(parts.whole) });
    if (parts.own.length > 0) own.push({ ...bare, selectionSet: setOf(parts.own) });
    return;
  }
  const id = `deferred_${all.count}`;
  all.count += 1;
  const nested: DeferredFragment[] = [];
  // For what is deferred in turn this one's objects are what the root is for this one.
  const inside = { ...within, of: { type: of.type, conditions: [] }, steps: [], into: nested, isDeferred: true };
  const parts = split(fragment.selectionSet, inside);
  into.push({ id, label: labelOf(defer), steps, of: within.of, selectionSet: setOf(parts.own), nested });
  if (parts.whole.length === 0) return;
  // A deferred fragment with a type condition of its own makes the planner run for ever, or defer nothing, where the type is
  // known to one subgraph as an interface object only. So the condition goes around it.
  const planned = { ...defer, arguments: [labelArgument(id)] };
  const bare = { ...fragment, typeCondition: undefined, directives: [planned], selectionSet: setOf(parts.whole) };
  const others = directives.filter((directive) => directive !== defer);
  whole.push(fragment.typeCondition ? { ...fragment, directives: others, selectionSet: setOf([bare]) } : bare);
}

function narrowed(place: Place, condition: string | undefined): Place {
  if (condition === undefined) return place;
  const type = place.all.schema.getType(condition);
  const of = { ...place.of, conditions: [...place.of.conditions, condition] };
  return { ...place, of, fieldsOf: isCompositeType(type) ? type : place.fieldsOf };
}

/** A label is a literal. */
function labelOf({ arguments: given = [] }: DirectiveNode): string | undefined {
  const value = given.find(({ name }) => name.value === 'label')?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function labelArgument(value: string): NonNullable<DirectiveNode['arguments']>[number] {
  const name = { kind: Kind.NAME, value: 'label' } as const;
  return { kind: Kind.ARGUMENT, name, value: { kind: Kind.STRING, value } };
}

function fieldType(parent: GraphQLCompositeType, name: string): GraphQLCompositeType | undefined {
  const type = 'getFields' in parent ? getNamedType(parent.getFields()[name]?.type) : undefined;
  return isCompositeType(type) ? type : undefined;
}

function setOf(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}

function orNothing(selections: readonly SelectionNode[]): readonly SelectionNode[] {
  return selections.length > 0 ? selections : [NOTHING];
}
