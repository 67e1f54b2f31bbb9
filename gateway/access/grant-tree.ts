import {
  type DocumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import type { Mask } from './masks.js';

/** The value of an argument that a field is asked for with; `undefined`: it is left to the schema. */
export type Given = (argument: string) => unknown;

/** What a rule lets be read at one place of an answer, and below it. */
export interface GrantNode {
  /** The rule's name. */
  readonly rule: string;
  /** Absent: as it is. */
  readonly mask?: Mask;
  /** What may be read in a field of an object of this type, asked for with such arguments; empty: nothing. */
  children(type: GraphQLObjectType, field: string, given?: Given): readonly GrantNode[];
}

/** Lets everything be read. */
export function everything(rule: string): GrantNode {
  const node: GrantNode = { rule, children: () => [node] };
  return node;
}

const NOTHING: readonly GrantNode[] = [];

const ALL_LEFT: Given = () => undefined;

function givenIn({ arguments: given = [] }: FieldNode): Given {
  if (given.length === 0) return ALL_LEFT;
  const values = new Map(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
  return (argument) => values.get(argument);
}

/**
 * Whether a field is asked for as a rule has it. An argument that is false where the rule has it true asks for less: in our schema such
 * are called `include…`.
 */
function isWithin(args: readonly GraphQLArgument[], given: Given = ALL_LEFT, named: Given): boolean {
  return args.every(({ name, defaultValue }) => {
    const asked = given(name) ?? defaultValue;
    return asked === (named(name) ?? defaultValue) || asked === false;
  });
}

/** What a selection lets be read: each field that it names, with its arguments, under whatever alias. Fragments MUST be inline. */
export function treeOf(
  selection: SelectionSetNode | undefined,
  { rule, schema, mask }: { rule: string; schema: GraphQLSchema; mask?: Mask | undefined },
): GrantNode {
  const byField = new Map<string, { on: ReadonlySet<string> | undefined; named: Given; node: GrantNode }[]>();
  const add = (set: SelectionSetNode, on: ReadonlySet<string> | undefined): void => {
    for (const each of set.selections) {
      if (each.kind === Kind.INLINE_FRAGMENT) {
        const type = each.typeCondition?.name.value;
        add(each.selectionSet, type === undefined ? on : namesOf(type, schema));
      } else if (each.kind === Kind.FIELD) {
        const known = byField.get(each.name.value);
        const maskOfField = maskOf(each.directives ?? []);
        const named = givenIn(each);
        const below = { on, named, node: treeOf(each.selectionSet, { rule, schema, mask: maskOfField }) };
        if (known) known.push(below);
        else byField.set(each.name.value, [below]);
      }
    }
  };
  if (selection) add(selection, undefined);
  // Whom or what a field at the root is about a rule does not say.
  const argumentsOf = (type: GraphQLObjectType, field: string) =>
    type === schema.getQueryType() ? [] : (type.getFields()[field]?.args ?? []);
  return {
    rule,
    ...(mask === undefined ? {} : { mask }),
    children: (type, field, given) =>
      byField
        .get(field)
        ?.filter(({ on, named }) => (!on || on.has(type.name)) && isWithin(argumentsOf(type, field), given, named))
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
  const masked = directives.find(({ name }) => name.value === 'masked');
  if (!masked) return undefined;
  const value = masked.arguments?.find(({ name }) => name.value === 'as')?.value;
  if (value?.kind !== Kind.ENUM) throw new Error('a rule masks a value without saying how');
  return value.value as Mask;
}
