import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { Identity } from '../identity.js';
import type { Given } from './grant-tree.js';

/** What an operation's arguments say of its fields. */
export interface Facts {
  /** Whether a field asks for the caller. */
  isSelf(node: FieldNode): boolean;
  /** Whether a field fills the form of the declared procedure. */
  isOfProcedure(node: FieldNode): boolean;
  /** Whether it fills that of another. */
  isOfOtherProcedure(node: FieldNode): boolean;
  /** What a field is asked for with; `undefined`: nothing. */
  givenIn(node: FieldNode): Given | undefined;
}

interface Asked {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The same text for the same facts about one operation: all that is read of them where they are known already. */
export function keyOfFacts(asked: Asked, identity: Identity): string {
  const { roots, variables } = placesOf(asked);
  let key = '';
  for (const node of roots) key += holds(node, asked, identity) ? '1' : '0';
  for (const name of variables) key += ` ${String(variableOf(name, asked))}`;
  return key;
}

/** Reads them for a caller and a purpose: without these they are nothing. */
export function factsOf(asked: Asked, identity: Identity): Facts {
  const holding = new Set(placesOf(asked).roots.filter((node) => holds(node, asked, identity)));
  return {
    givenIn: (node) => givenIn(node, asked),
    isSelf: (node) => node.name.value === 'citizen' && holding.has(node),
    isOfProcedure: (node) => node.name.value === 'dossier' && holding.has(node),
    isOfOtherProcedure: (node) => node.name.value === 'dossier' && !holding.has(node),
  };
}

function holds(node: FieldNode, asked: Asked, { caller, purpose }: Identity): boolean {
  const wanted = node.name.value === 'citizen' ? caller?.citizen : purpose?.procedure;
  return wanted !== undefined && argumentOf(node, ARGUMENTS[node.name.value]!, asked) === wanted;
}

/** The argument that says whom, or what, a field at the root is about. */
const ARGUMENTS: Record<string, string> = { citizen: 'personalId', dossier: 'procedure' };

/** Where an operation says whom or what it asks for. */
interface Places {
  readonly roots: readonly FieldNode[];
  /** The variables in arguments of all other fields. */
  readonly variables: ReadonlySet<string>;
}

const known = new WeakMap<OperationDefinitionNode, Places>();

function placesOf({ document, operation }: Asked): Places {
  let places = known.get(operation);
  if (!places) {
    const roots = findRoots(document, operation);
    known.set(operation, (places = { roots, variables: findVariables(document, new Set(roots)) }));
  }
  return places;
}

function findVariables(document: DocumentNode, roots: ReadonlySet<FieldNode>): Set<string> {
  const variables = new Set<string>();
  visit(document, {
    Field(node) {
      if (roots.has(node)) return;
      for (const { value } of node.arguments ?? []) if (value.kind === Kind.VARIABLE) variables.add(value.name.value);
    },
  });
  return variables;
}

function givenIn({ arguments: given = [] }: FieldNode, asked: Asked): Given | undefined {
  if (given.length === 0) return undefined;
  return (argument) => {
    const value = given.find(({ name }) => name.value === argument)?.value;
    if (!value) return undefined;
    return value.kind === Kind.VARIABLE ? variableOf(value.name.value, asked) : valueFromASTUntyped(value);
  };
}

/** Of what a variable is only true, false and left out are told apart, so that decisions stay few; no rule has anything else. */
function variableOf(name: string, { operation, variables }: Asked): unknown {
  if (Object.hasOwn(variables, name)) return typeof variables[name] === 'boolean' ? variables[name] : OTHER;
  const value = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name)?.defaultValue;
  return value && valueFromASTUntyped(value);
}

const OTHER = Symbol('other');

function findRoots(document: DocumentNode, operation: OperationDefinitionNode): FieldNode[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  const roots: FieldNode[] = [];
  const seen = new Set<SelectionSetNode>();
  const walk = (set: SelectionSetNode | undefined): void => {
    // A fragment that is spread twice says the same twice.
    if (!set || seen.has(set)) return;
    seen.add(set);
    for (const each of set.selections) {
      if (each.kind === Kind.FRAGMENT_SPREAD) walk(fragments.get(each.name.value)?.selectionSet);
      else if (each.kind === Kind.INLINE_FRAGMENT) walk(each.selectionSet);
      else if (Object.hasOwn(ARGUMENTS, each.name.value)) roots.push(each);
    }
  };
  walk(operation.selectionSet);
  return roots;
}

function argumentOf(node: FieldNode, name: string, { operation, variables }: Asked): string | undefined {
  const value = node.arguments?.find((each) => each.name.value === name)?.value;
  if (!value) return undefined;
  if (value.kind !== Kind.VARIABLE) return textOf(valueFromASTUntyped(value));
  const variable = value.name.value;
  if (Object.hasOwn(variables, variable)) return textOf(variables[variable]);
  const definition = operation.variableDefinitions?.find((each) => each.variable.name.value === variable);
  return definition?.defaultValue && textOf(valueFromASTUntyped(definition.defaultValue));
}

/** An `ID` may be written as a whole number, too. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
