import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  getNamedType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Place } from './judge.js';
import type { Kinds, Reading } from './reading.js';

/** What is left of an operation. */
export interface Narrowed {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Whether nothing is left to be asked. */
  readonly isEmpty: boolean;
}

/**
 * The operation without the fields that may not be read, so that nobody is asked for them; `undefined`: all may. Fragments are
 * spread out where their fields are not the same everywhere. Under `typeKey` the type of an object is asked for where that decides
 * what was refused.
 */
export function narrow(
  asked: { document: DocumentNode; operation: OperationDefinitionNode },
  reading: Reading,
  typeKey: string,
): Narrowed | undefined {
  const root = reading.schema.getRootType(asked.operation.operation);
  if (!root) return undefined;
  const narrowing = new Narrowing(reading, typeKey);
  const at = { kinds: { named: root, types: [root] }, place: reading.root };
  const set = narrowing.set(asked.operation.selectionSet, at);
  if (set === asked.operation.selectionSet) return undefined;
  const operation = { ...asked.operation, selectionSet: set };
  const definitions = asked.document.definitions.map((each) => (each === asked.operation ? operation : each));
  return {
    document: { ...asked.document, definitions },
    operation,
    isEmpty: set.selections.every((each) => each === narrowing.typename),
  };
}

interface At {
  readonly kinds: Kinds;
  readonly place: Place;
}

class Narrowing {
  readonly typename: FieldNode;
  /** How many fields were met that are to be masked. */
  private masks = 0;

  constructor(
    private readonly reading: Reading,
    typeKey: string,
  ) {
    this.typename = {
      kind: Kind.FIELD,
      name: { kind: Kind.NAME, value: '__typename' },
      alias: { kind: Kind.NAME, value: typeKey },
    };
  }

  /** The same set when all of it may be read. */
  set(set: SelectionSetNode, at: At): SelectionSetNode {
    const { types, named } = at.kinds;
    const masksBefore = this.masks;
    const byType = types.map((type) => ({ type, ...this.ofType(set, type, at) }));
    // What is to be masked hangs on the type, too.
    const needsType = types.length > 1 && this.masks > masksBefore;
    if (!needsType && !byType.some(({ isChanged }) => isChanged)) return set;
    const [only] = byType;
    // Of an object of which nothing may be read it is still said whether it is there.
    if (only?.type === named) return setOf(only.selections.length > 0 ? only.selections : [this.typename]);
    // What was refused hangs on the type.
    return setOf([this.typename, ...byType.flatMap(({ type, selections }) => fragmentOn(type, selections))]);
  }

  /** What objects of one type may be asked for. */
  private ofType(set: SelectionSetNode, type: GraphQLObjectType, at: At) {
    let isChanged = false;
    const selections = set.selections.flatMap((node): SelectionNode[] => {
      if (node.kind === Kind.FIELD) {
        const kept = this.field(node, type, at);
        isChanged ||= kept !== node;
        return kept ? [kept] : [];
      }
      const fragment = this.reading.fragmentOf(node);
      if (!this.reading.applies(fragment.on, type)) return [];
      const named = fragment.on === undefined ? at.kinds.named : this.reading.schema.getType(fragment.on)!;
      const inside = this.ofType(fragment.set, type, { ...at, kinds: { named, types: [type] } });
      if (!inside.isChanged) return [node];
      isChanged = true;
      return fragmentOn(type, inside.selections, fragment.directives);
    });
    return { isChanged, selections };
  }

  private field(node: FieldNode, type: GraphQLObjectType, { kinds, place }: At): FieldNode | undefined {
    const verdict = this.reading.verdict(node, { type, kinds, place });
    if (!verdict) return node;
    if (!verdict.may) return undefined;
    if (verdict.mask) this.masks += 1;
    if (!node.selectionSet) return node;
    const kindsBelow = this.reading.kindsOf(getNamedType(type.getFields()[node.name.value]!.type));
    const selectionSet = this.set(node.selectionSet, { kinds: kindsBelow, place: verdict.below });
    return selectionSet === node.selectionSet ? node : { ...node, selectionSet };
  }
}

function setOf(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}

function fragmentOn(
  type: GraphQLObjectType,
  selections: readonly SelectionNode[],
  directives: readonly DirectiveNode[] = [],
): SelectionNode[] {
  if (selections.length === 0) return [];
  const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } } as const;
  return [{ kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet: setOf(selections) }];
}
