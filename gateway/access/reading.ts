import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { GrantNode } from './grant-tree.js';
import { judge, type Place, type Verdict } from './judge.js';
import type { Requirement, Requirements } from './requirements.js';
import type { Facts } from './root-facts.js';
import type { Standing } from './standing.js';

/** Objects of which types may stand somewhere, and how the schema calls them together. */
export interface Kinds {
  readonly named: GraphQLNamedType;
  readonly types: readonly GraphQLObjectType[];
}

interface Fragment {
  readonly set: SelectionSetNode;
  readonly on: string | undefined;
  readonly directives: readonly DirectiveNode[];
}

/** One operation, as one caller may read it for one purpose. */
export class Reading {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();

  constructor(
    readonly schema: GraphQLSchema,
    private readonly by: { requirements: Requirements; standing: Standing; facts: Facts },
    document: DocumentNode,
  ) {
    for (const each of document.definitions) {
      if (each.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(each.name.value, each);
    }
  }

  get root(): Place {
    return { nodes: this.by.standing.ofParties, isGoverned: false };
  }

  /** The selections of a fragment, which type it is on, and what it hangs on. */
  fragmentOf(node: Exclude<SelectionNode, FieldNode>): Fragment {
    const directives = node.directives ?? [];
    if (node.kind === Kind.INLINE_FRAGMENT) {
      return { set: node.selectionSet, on: node.typeCondition?.name.value, directives };
    }
    const fragment = this.fragments.get(node.name.value);
    if (!fragment) throw new Error('an operation with an unknown fragment was to be run');
    return { set: fragment.selectionSet, on: fragment.typeCondition.name.value, directives };
  }

  kindsOf(named: GraphQLNamedType): Kinds {
    if (isAbstractType(named)) return { named, types: this.schema.getPossibleTypes(named) };
    return { named, types: isObjectType(named) ? [named] : [] };
  }

  applies(on: string | undefined, type: GraphQLObjectType): boolean {
    if (on === undefined || on === type.name) return true;
    const named = this.schema.getType(on);
    return isAbstractType(named) && this.schema.isSubType(named, type);
  }

  /** `undefined`: it is about the schema, not about what stands in it. */
  verdict(
    node: FieldNode,
    { type, kinds, place }: { type: GraphQLObjectType; kinds: Kinds; place: Place },
  ): Verdict | undefined {
    const name = node.name.value;
    const field = type.getFields()[name];
    if (!field) return undefined;
    const { standing, requirements } = this.by;
    const at = { ...place, nodes: this.nodesAt(type, { node, place }) };
    const verdict = judge(
      { type, field, place: at, given: this.by.facts.givenIn(node), also: this.asked(kinds, { type, name }) },
      { requirements, standing },
    );
    const isOther = !verdict.may && verdict.why === 'grant' && this.by.facts.isOfOtherProcedure(node);
    return isOther ? { may: false, why: 'other procedure' } : verdict;
  }

  /** The rules are about queries: of what a mutation is called like a query they say nothing. */
  private nodesAt(type: GraphQLObjectType, { node, place }: { node: FieldNode; place: Place }): readonly GrantNode[] {
    if (type === this.schema.getQueryType()) return this.rootNodes(node);
    return type === this.schema.getMutationType() || type === this.schema.getSubscriptionType() ? [] : place.nodes;
  }

  /** What the rules let be read in a field at the root, by whom or what it asks for. */
  private rootNodes(node: FieldNode): readonly GrantNode[] {
    const { standing, facts } = this.by;
    const { ofParties, ofSelf } = standing;
    if (facts.isSelf(node)) return [...ofParties, ...ofSelf];
    return facts.isOfProcedure(node) ? [...ofParties, { rule: '', children: () => standing.ofDossier }] : ofParties;
  }

  /** What the object's own type asks, by whatever it was come to, and what its interface does by which it is read. */
  private asked({ named }: Kinds, { type, name }: { type: GraphQLObjectType; name: string }): readonly Requirement[] {
    const { requirements } = this.by;
    const ofType = requirements.ofType(type.name);
    if (named === type) return ofType;
    return [...requirements.ofType(named.name), ...requirements.ofField(named.name, name), ...ofType];
  }
}
