import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DocumentNode,
  extendSchema,
  GraphQLError,
  type GraphQLSchema,
  getDirectiveValues,
  Kind,
  type OperationDefinitionNode,
  ProvidedRequiredArgumentsRule,
  parse,
  Source,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import type { Role } from '../identity.js';
import type { Grant } from './grant.js';

/** Rules that cannot be; `problems` holds a sentence for each, with its file and line. */
export class PoliciesError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The rules of who may read what cannot be used:\n${problems.join('\n')}`);
    this.name = 'PoliciesError';
  }
}

/** A rule names what may be read of whoever an operation asks for, so it gives no arguments. */
const RULES = specifiedRules.filter((rule) => rule !== ProvidedRequiredArgumentsRule);
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads the rules of a folder, in `schema/policy-language.graphql`'s words, and checks them against the schema that clients see.
 * Throws a `PoliciesError` with every problem of every file.
 */
export function readPolicies(folder: string, api: GraphQLSchema): Grant[] {
  const language = parse(readFileSync(require.resolve('#schema/policy-language.graphql'), 'utf8'));
  const schema = extendSchema(api, language);
  const problems: string[] = [];
  const grants: Grant[] = [];
  const names = new Set<string>();
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  for (const file of files.sort()) {
    const note = (error: unknown) => void problems.push(placed(error, file));
    const document = parsed(readFileSync(join(folder, file), 'utf8'), file, note);
    if (!document) continue;
    const mistakes = validate(schema, document, RULES);
    mistakes.forEach(note);
    if (mistakes.length > 0) continue;
    for (const operation of operationsOf(document, note)) {
      try {
        const grant = grantOf(operation, schema);
        if (names.has(grant.name)) throw new GraphQLError(`two rules are called ${grant.name}`, { nodes: operation });
        names.add(grant.name);
        grants.push(grant);
      } catch (error) {
        note(error);
      }
    }
  }
  if (problems.length > 0) throw new PoliciesError(problems);
  return grants;
}

function parsed(text: string, file: string, note: (error: unknown) => void): DocumentNode | undefined {
  try {
    return parse(new Source(text, file));
  } catch (error) {
    note(error);
  }
}

function operationsOf(document: DocumentNode, note: (error: unknown) => void): OperationDefinitionNode[] {
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  for (const fragment of fragments) note(new GraphQLError('a rule has no fragments', { nodes: fragment }));
  return document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
}

function grantOf(operation: OperationDefinitionNode, schema: GraphQLSchema): Grant {
  const at = { nodes: operation };
  const name = operation.name?.value;
  if (operation.operation !== 'query' || name === undefined) {
    throw new GraphQLError('a rule is a query with a name', at);
  }
  // What is missing on a directive the rule above would have said as well.
  visit(operation, {
    Directive(node) {
      if (node.name.value !== 'masked' || node.arguments?.length === 1) return;
      throw new GraphQLError(`${name}: @masked says as: what the value is shown as`, { nodes: node });
    },
  });
  if (operation.variableDefinitions?.length) throw new GraphQLError(`${name}: a rule has no variables`, at);
  const given = getDirectiveValues(schema.getDirective('grant')!, operation) as unknown as Given | undefined;
  if (!given) throw new GraphQLError(`${name} has no @grant, which says who may`, at);
  const { from, until } = given;
  for (const day of [from, until]) {
    const exists = day === undefined || (DAY.test(day) && !Number.isNaN(Date.parse(day)));
    if (!exists) throw new GraphQLError(`${name}: from and until are days, YYYY-MM-DD`, at);
  }
  if (until !== undefined && until < from) throw new GraphQLError(`${name} ends before it begins`, at);
  const roles = given.roles.map((role) => role.toLowerCase().replaceAll('_', '-') as Role);
  return { ...given, name, roles, selection: operation.selectionSet };
}

type Given = Omit<Grant, 'name' | 'roles' | 'selection'> & { roles: readonly string[] };

function placed(error: unknown, file: string): string {
  if (!(error instanceof GraphQLError)) return `${file}: ${error instanceof Error ? error.message : String(error)}`;
  const node = error.nodes?.find(({ loc }) => loc);
  const line = node?.loc?.startToken.line ?? error.locations?.[0]?.line;
  const source = error.source?.name ?? node?.loc?.source.name ?? file;
  return `${source}${line === undefined ? '' : `:${line}`}: ${error.message}`;
}
