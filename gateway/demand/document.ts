import { type DocumentNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import type { Limits } from '../config.js';
import type { OperationStep } from '../context.js';
import { GatewayError } from '../errors.js';
import { refuseLargeOperation } from './fields.js';

/**
 * Refuses a document that is too large, before it is validated: validation compares each two fields of one name and each two
 * fragments, so that a text of some thousand tokens costs it a tenth of a second.
 */
export function refuseLargeDocument(document: DocumentNode, limits: Limits): void {
  const { fragmentsMax, repeatsMax } = limits;
  const operations: OperationDefinitionNode[] = [];
  const repeats = new Map<string, number>();
  let fragments = 0;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
    else if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments += 1;
    else continue;
    countRepeats(definition.selectionSet, repeats);
  }
  if (fragments > fragmentsMax) refuse(`The document has more than ${fragmentsMax} fragments; send it in parts.`);
  for (const times of repeats.values()) {
    if (times > repeatsMax)
      refuse(`The document has fields below one field more than ${repeatsMax} times; ask for less.`);
  }
  refuseManyDirectives(document, limits);
  for (const operation of operations) refuseLargeOperation({ document, operation }, limits);
}

/** How often a response name stands with a selection of its own. What has none is compared in no time. */
function countRepeats({ selections }: SelectionSetNode, repeats: Map<string, number>): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD || !selection.selectionSet) continue;
    if (selection.kind === Kind.FIELD) {
      const name = (selection.alias ?? selection.name).value;
      repeats.set(name, (repeats.get(name) ?? 0) + 1);
    }
    countRepeats(selection.selectionSet, repeats);
  }
}

/**
 * Refuses an operation that is too large: what came as a text was looked at already, what is registered or made here was not. This
 * stands before planning, whose cost grows with the fragments spread out.
 */
export const limitFields: OperationStep = (exchange, next) => {
  const { limits } = exchange.context.config;
  try {
    refuseManyDirectives(exchange.document, limits);
    refuseLargeOperation(exchange, limits);
  } catch (refusal) {
    return Promise.reject(refusal);
  }
  return next();
};

const directives = new WeakMap<DocumentNode, number>();

/** Refuses a document that has more than `directivesMax` directives on one operation, fragment, field, spread or variable. */
function refuseManyDirectives(document: DocumentNode, { directivesMax }: Pick<Limits, 'directivesMax'>): void {
  let most = directives.get(document);
  if (most === undefined) {
    most = document.definitions.reduce((so, definition) => Math.max(so, mostDirectives(definition)), 0);
    directives.set(document, most);
  }
  if (most > directivesMax)
    refuse(`A place in the document has more than ${directivesMax} directives; leave some out.`);
}

/** A place that may have directives, with those below it. */
interface Place {
  readonly directives?: readonly unknown[];
  readonly variableDefinitions?: readonly Place[];
  readonly selectionSet?: { readonly selections: readonly Place[] };
}

function mostDirectives({ directives = [], variableDefinitions = [], selectionSet }: Place): number {
  let most = directives.length;
  for (const variable of variableDefinitions) most = Math.max(most, mostDirectives(variable));
  for (const selection of selectionSet?.selections ?? []) most = Math.max(most, mostDirectives(selection));
  return most;
}

function refuse(message: string): never {
  throw new GatewayError('OPERATION_TOO_LARGE', message);
}
