import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import type { OperationExchange } from './context.js';
import { setOwn } from './json-object.js';

/** The arguments of the schema's ways in that say whom or what is asked for, by the field of the root. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  citizen: 'personalId',
  parcel: 'id',
  dossier: 'parties',
  auditEntries: 'where',
};
/** A personal identification number has so many characters, and so has a parcel's. What has not is looked up nowhere. */
const ID_LENGTH = 12;

type Variables = Readonly<Record<string, unknown>>;

interface Place {
  readonly argument: ArgumentNode;
  /** The `@skip` and `@include` above it. */
  readonly conditions: readonly DirectiveNode[];
}

/** Where an operation says whom it asks for. */
interface Places {
  readonly places: readonly Place[];
  readonly defaults: Variables;
}

const known = new WeakMap<SelectionSetNode, Places>();
const NONE: readonly string[] = [];

/** The different people and parcels that an operation asks for by their identifiers, at its root. */
export function subjectsOf(
  exchange: Pick<OperationExchange, 'document' | 'operation' | 'variables'>,
): readonly string[] {
  const { document, operation, variables } = exchange;
  let found = known.get(operation.selectionSet);
  if (!found) known.set(operation.selectionSet, (found = findPlaces(document, operation)));
  const { places, defaults } = found;
  if (places.length === 0) return NONE;
  const ids = new Set<string>();
  for (const { argument, conditions } of places) {
    if (conditions.every((directive) => isMet(directive, variables, defaults))) {
      gather(readValue(argument.value, variables, defaults), ids);
    }
  }
  return [...ids];
}

function findPlaces(document: DocumentNode, operation: OperationExchange['operation']): Places {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const places: Place[] = [];
  const walk = ({ selections }: SelectionSetNode, above: readonly DirectiveNode[]): void => {
    for (const selection of selections) {
      const conditions = conditionsOf(selection, above);
      if (selection.kind === Kind.FIELD) places.push(...placesIn(selection, conditions));
      else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, conditions);
      else {
        const fragment = fragments.get(selection.name.value);
        if (fragment) walk(fragment.selectionSet, conditions);
      }
    }
  };
  walk(operation.selectionSet, []);
  const defaults: Record<string, unknown> = {};
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue) setOwn(defaults, variable.name.value, valueFromASTUntyped(defaultValue));
  }
  return { places, defaults };
}

function conditionsOf(selection: SelectionNode, above: readonly DirectiveNode[]): readonly DirectiveNode[] {
  const own = selection.directives?.filter(({ name }) => name.value === 'skip' || name.value === 'include') ?? [];
  return own.length === 0 ? above : [...above, ...own];
}

function placesIn(field: FieldNode, conditions: readonly DirectiveNode[]): Place[] {
  const name = ARGUMENTS[field.name.value];
  const argument = field.arguments?.find((each) => each.name.value === name);
  return argument ? [{ argument, conditions }] : [];
}

function isMet({ name, arguments: given }: DirectiveNode, variables: Variables, defaults: Variables): boolean {
  const condition = given?.find((each) => each.name.value === 'if');
  const holds = condition !== undefined && readValue(condition.value, variables, defaults) === true;
  return holds === (name.value === 'include');
}

function readValue(node: ArgumentNode['value'], variables: Variables, defaults: Variables): unknown {
  if (node.kind === Kind.STRING) return node.value;
  if (node.kind !== Kind.VARIABLE) return valueFromASTUntyped(node, { ...defaults, ...variables });
  // A variable may well be called like something that every object has.
  const of = Object.hasOwn(variables, node.name.value) ? variables : defaults;
  return Object.hasOwn(of, node.name.value) ? of[node.name.value] : undefined;
}

/** An identifier, a party with one, what is looked for in the audit log, or several of them. */
function gather(value: unknown, ids: Set<string>): void {
  if (Array.isArray(value)) for (const each of value) gather(each, ids);
  else if (typeof value === 'object' && value !== null) {
    const { personalId, parcelId, person, parcel } = value as Record<string, unknown>;
    for (const id of [personalId, parcelId, person, parcel]) note(id, ids);
  } else note(value, ids);
}

function note(value: unknown, ids: Set<string>): void {
  const id = typeof value === 'number' ? String(value) : value;
  if (typeof id === 'string' && id.length === ID_LENGTH) ids.add(id);
}

/**
 * The people and parcels that an answer of a registry names, wherever and as what: whoever reads of somebody reads of them by whatever
 * way they were come to. Added to `into`.
 */
export function subjectsAmong(value: unknown, into: Set<string>): Set<string> {
  if (typeof value === 'string') {
    if (value.length === ID_LENGTH && ID.test(value)) into.add(value);
  } else if (Array.isArray(value)) {
    for (const each of value) subjectsAmong(each, into);
  } else if (typeof value === 'object' && value !== null) {
    for (const name of Object.keys(value)) subjectsAmong((value as Record<string, unknown>)[name], into);
  }
  return into;
}

/** A personal identification number, or a parcel's GeoHash. */
const ID = /^[\db-hjkmnp-z]{12}$/;
