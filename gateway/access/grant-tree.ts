import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Mask } from './masks.js';

/** What a rule lets be read at one place of an answer, and below it. */
export interface GrantNode {
  /** The rule's name. */
  readonly rule: string;
  /** Absent: as it is. */
  readonly mask?: Mask;
  /** What may be read in a field of an object of this type; empty: nothing. */
  children(type: GraphQLObjectType, field: string): readonly GrantNode[];
}

/** Lets everything be read. */
export function everything(rule: string): GrantNode {
  const node: GrantNode = { rule, children: () => [node] };
  return node;
}

const NOTHING: readonly GrantNode[] = [];

/** What a selection lets be read: each field that it names, under whatever alias. Fragments MUST be inline. */
export function treeOf(
  selection: SelectionSetNode | undefined,
  { rule, schema, mask }: { rule: string; schema: GraphQLSchema; mask?: Mask | undefined },
): GrantNode {
  const byField = new Map<string, { on: ReadonlySet<string> | undefined; node: GrantNode }[]>();
  const add = (set: SelectionSetNode, on: ReadonlySet<string> | undefined): void => {
    for (const each of set.selections) {
      if (each.kind === Kind.INLINE_FRAGMENT) {
        const type = each.typeCondition?.name.value;
        add(each.selectionSet, type === undefined ? on : namesOf(type, schema));
      } else if (each.kind === Kind.FIELD) {
        const known = byField.get(each.name.value);
        const maskOfField = maskOf(each.directives ?? []);
        const below = { on, node: treeOf(each.selectionSet, { rule, schema, mask: maskOfField }) };
        if (known) known.push(below);
        else byField.set(each.name.value, [below]);
      }
    }
  };
  if (selection) add(selection, undefined);
  return {
    rule,
    ...(mask === undefined ? {} : { mask }),
    children: (type, field) =>
      byField
        .get(field)
        ?.filter(({ on }) => !on || on.has(type.name))
        .map(({ node }) => node) ?? NOTHING,
  };
}

/** What a whole document lets be read, from the root. */
export function treeOfDocument(document: DocumentNode, of: { rule: string; schema: GraphQLSchema }): GrantNode {
  const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  return treeOf(operation?.selectionSet, of);
}

function namesOf(name: string, schema: GraphQLSchema): ReadonlySet<string> {
  const type = schema.getType(name);
  return new Set(isAbstractType(type) ? schema.getPossibleTypes(type).map((each) => each.name) : [name]);
}

function maskOf(
  directives: NonNullable<Extract<SelectionSetNode['selections'][number], { kind: Kind.FIELD }>['directives']>,
) {
  const value = directives.find(({ name }) => name.value === 'masked')?.arguments?.[0]?.value;
  return value?.kind === Kind.ENUM ? (value.value as Mask) : undefined;
}
