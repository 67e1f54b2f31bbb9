import {
  type DirectiveNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLString,
  getNamedType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Place, Refusal, Verdict } from './judge.js';
import type { Mask } from './masks.js';
import type { Kinds, Reading } from './reading.js';

/** What must be done to an object of the answer: by the type of the object, its fields in the order in which they were asked for. */
export interface Outline {
  readonly byType: ReadonlyMap<string, readonly Entry[]>;
  /** The type, where there is only one; else it stands in the object. */
  readonly only: string | undefined;
}

/** One field of an answer. */
export interface Entry {
  readonly key: string;
  readonly type: GraphQLOutputType;
  /** The `@skip` and `@include` on each way to it: it was asked for if all of one way let it be. */
  readonly ways: readonly (readonly DirectiveNode[])[];
  readonly refused?: Refusal;
  readonly mask?: Mask;
  readonly below?: Outline;
}

/** Told of each field that was asked for, by its path, and what came of it. */
export type OnVerdict = (at: { path: readonly string[]; type: string; field: string; verdict: Verdict }) => void;

/** The outline of an operation's answer; `undefined`: nothing need be done to it. */
export function outline(
  operation: OperationDefinitionNode,
  reading: Reading,
  onVerdict?: OnVerdict,
): Outline | undefined {
  const root = reading.schema.getRootType(operation.operation);
  if (!root) return undefined;
  const kinds = { named: root, types: [root] };
  return outlineOf([operation.selectionSet], { kinds, place: reading.root, path: [] }, { reading, onVerdict });
}

interface At {
  readonly kinds: Kinds;
  readonly place: Place;
  readonly path: readonly string[];
}

interface By {
  readonly reading: Reading;
  readonly onVerdict: OnVerdict | undefined;
}

/** Selections of one field may stand in several places: they are one. */
function outlineOf(sets: readonly SelectionSetNode[], at: At, by: By): Outline | undefined {
  const { types } = at.kinds;
  const byType = new Map(types.map((type) => [type.name, entriesOf(sets, { ...at, type }, by)]));
  if (![...byType.values()].flat().some(({ refused, mask, below }) => refused || mask || below)) return undefined;
  return { byType, only: types.length === 1 ? types[0]!.name : undefined };
}

interface Collected {
  readonly node: FieldNode;
  readonly kinds: Kinds;
  readonly sets: SelectionSetNode[];
  readonly ways: (readonly DirectiveNode[])[];
}

function entriesOf(sets: readonly SelectionSetNode[], at: At & { type: GraphQLObjectType }, by: By): Entry[] {
  const collected = new Map<string, Collected>();
  for (const set of sets) collect(set, { ...at, ways: [], into: collected }, by.reading);
  return [...collected].map(([key, { node, kinds, sets: below, ways }]) => {
    const path = [...at.path, key];
    const verdict = by.reading.verdict(node, { type: at.type, kinds, place: at.place });
    const field = at.type.getFields()[node.name.value];
    // `__typename`, `__schema` and `__type`.
    if (!verdict || !field) return { key, type: GraphQLString, ways };
    by.onVerdict?.({ path, type: at.type.name, field: field.name, verdict });
    const { type } = field;
    if (!verdict.may) return { key, type, ways, refused: verdict.why };
    const named = getNamedType(type);
    const kindsBelow = by.reading.kindsOf(named);
    const outlined = isCompositeType(named)
      ? outlineOf(below, { kinds: kindsBelow, place: verdict.below, path }, by)
      : undefined;
    const { mask } = verdict;
    return { key, type, ways, ...(mask ? { mask } : {}), ...(outlined ? { below: outlined } : {}) };
  });
}

function collect(
  set: SelectionSetNode,
  at: At & { type: GraphQLObjectType; ways: readonly DirectiveNode[]; into: Map<string, Collected> },
  reading: Reading,
): void {
  for (const node of set.selections) {
    if (node.kind !== Kind.FIELD) {
      const { set: inside, on, directives } = reading.fragmentOf(node);
      if (!reading.applies(on, at.type)) continue;
      const named = on === undefined ? at.kinds.named : reading.schema.getType(on)!;
      const ways = [...at.ways, ...conditionsOf(directives)];
      collect(inside, { ...at, kinds: { named, types: [at.type] }, ways }, reading);
      continue;
    }
    const key = node.alias?.value ?? node.name.value;
    const way = [...at.ways, ...conditionsOf(node.directives ?? [])];
    const known = at.into.get(key);
    if (!known) {
      at.into.set(key, { node, kinds: at.kinds, sets: node.selectionSet ? [node.selectionSet] : [], ways: [way] });
      continue;
    }
    known.ways.push(way);
    if (node.selectionSet) known.sets.push(node.selectionSet);
  }
}

function conditionsOf(directives: readonly DirectiveNode[]): DirectiveNode[] {
  return directives.filter(({ name }) => name.value === 'skip' || name.value === 'include');
}
