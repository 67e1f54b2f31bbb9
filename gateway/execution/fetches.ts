import type { FetchDataRewrite, FetchNode } from '@apollo/query-planner';
import {
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
} from 'graphql';
import type { SubgraphRequest } from '../context.js';
import { readTemplate, type Template } from './paths.js';
import { compileRepresentation, type Represent } from './representations.js';
import { isOfType } from './rewrites.js';
import { namesOf } from './selections.js';

/** The response names that a fetch brings to the objects of one type; without a type condition, to any. */
export interface TopFields {
  readonly typeCondition?: string;
  readonly names: readonly string[];
  /** Those of `names` that an answer has in any case: without a further type condition. */
  readonly certain: readonly string[];
}

/** A fetch node of a plan, compiled: all that does not depend on the request. */
export interface CompiledFetch {
  readonly subgraph: string;
  readonly request: SubgraphRequest;
  readonly operation: OperationDefinitionNode;
  /** What is asked for, without the name of the operation: fetches with the same text ask the same of an entity. */
  readonly body: string;
  /** The variables that the operation takes, by the names that the client gave them. */
  readonly variables: readonly { readonly name: string; readonly client: string }[];
  /** Which objects it is for, and how they are represented: equal for fetches that agree in both. */
  readonly objects: string;
  /** The fetches of the plan that are done before this one begins, whatever else may be done by then. */
  readonly after: ReadonlySet<CompiledFetch>;
  /** Absent for a fetch from the root. */
  readonly represent?: Represent;
  /** The fields of objects of a type that the representations hold. */
  requiredOf(type: string): ReadonlySet<string>;
  readonly outputRewrites: readonly FetchDataRewrite[];
  /** Arguments whose values stand in the answer above the objects that the fetch is for (`@fromContext`). */
  readonly context: readonly ContextArgument[];
  /** What is selected of the root, or of the entities. */
  readonly selection: SelectionSetNode;
  readonly fields: readonly TopFields[];
  /** Whether it asks for the types of its objects, which are not known before if they come from an interface object. */
  readonly tellsType: boolean;
  /** What the client calls the names that the planner made up. */
  readonly renames: ReadonlyMap<string, string>;
  /** Whether its answer is changed once it is merged, because it holds objects or is rewritten: two MUST NOT share one. */
  readonly isChanged: boolean;
  /** Where in the answer its objects stand. */
  readonly at: Template;
}

/** A variable whose value is found `up` fields above an object, then down `path`, where the types of `... on T` must fit. */
export interface ContextArgument {
  readonly variable: string;
  readonly up: number;
  readonly path: readonly string[];
}

export interface FetchSetting {
  readonly schema: GraphQLSchema;
  /** The path of its objects, as the plan has it. */
  readonly place: readonly (string | number)[];
  readonly after: readonly CompiledFetch[];
  /** What the client calls a variable of the plan. */
  clientVariable(name: string): string;
}

export function compileFetch(node: FetchNode, { schema, place, after, clientVariable }: FetchSetting): CompiledFetch {
  const text = node.requires ? node.operation : withoutRootCondition(node.operation);
  const operation = parse(text, { noLocation: true }).definitions[0];
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a fetch of the plan has no operation');
  const { outputRewrites = [], inputRewrites: rewrites = [], contextRewrites = [] } = node;
  const selection = node.requires ? selectionOfEntities(operation) : operation.selectionSet;
  const renames = renamesOf(outputRewrites);
  const context = contextRewrites.map(({ path, renameKeyTo }) => {
    const up = path.filter((part) => part === '..').length;
    return { variable: renameKeyTo, up, path: path.slice(up) };
  });
  const fromContext = new Set(context.map(({ variable }) => variable));
  return {
    subgraph: node.serviceName,
    request: requestOf(text, { name: node.operationName, kind: node.operationKind }),
    operation,
    objects: JSON.stringify([place, node.requires, rewrites]),
    body: print({ ...operation, name: undefined }),
    variables: (node.variableUsages ?? [])
      .filter((name) => !fromContext.has(name))
      .map((name) => ({ name, client: clientVariable(name) })),
    after: new Set(after),
    ...(node.requires ? { represent: compileRepresentation(node.requires, { schema, rewrites }) } : {}),
    requiredOf: (type) => requiredOf(node, type, schema),
    outputRewrites,
    context,
    selection,
    fields: node.requires ? topFieldsOfEntities(selection, renames) : [namesOf(selection, renames)],
    tellsType: node.requires !== undefined && tellsType(selection),
    renames,
    isChanged: outputRewrites.length > 0 || selectsObjects(selection),
    at: readTemplate(place),
  };
}

/**
 * The planner writes what is below a root that stands in an answer (the `Query` in a mutation's payload) as `... on Query`, but a
 * subgraph may call its root otherwise. Nothing else can be at the top, so the condition is dropped.
 */
function withoutRootCondition(text: string): string {
  const document = parse(text, { noLocation: true });
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return text;
  const { selections } = operation.selectionSet;
  if (selections.every(({ kind }) => kind !== Kind.INLINE_FRAGMENT)) return text;
  const bare = selections.map((part) =>
    part.kind === Kind.INLINE_FRAGMENT ? { ...part, typeCondition: undefined } : part,
  );
  return stripIgnoredCharacters(print({ ...operation, selectionSet: { ...operation.selectionSet, selections: bare } }));
}

/** A request to a subgraph; its text is made JSON once. */
export function requestOf(
  query: string,
  { name, kind }: { name?: string; kind: SubgraphRequest['kind'] },
): SubgraphRequest {
  const operationName = name === undefined ? '' : `,"operationName":${JSON.stringify(name)}`;
  return { query, operationName: name, kind, json: `"query":${JSON.stringify(query)}${operationName}` };
}

function requiredOf({ requires = [] }: FetchNode, type: string, schema: GraphQLSchema): Set<string> {
  const parts = requires.flatMap((part) =>
    part.kind === 'InlineFragment' &&
    part.typeCondition !== undefined &&
    isOfType(schema, { __typename: type }, part.typeCondition)
      ? part.selections
      : [],
  );
  return new Set(parts.flatMap((part) => (part.kind === 'Field' ? [part.name] : [])));
}

function selectionOfEntities({ selectionSet }: OperationDefinitionNode): SelectionSetNode {
  const [entities] = selectionSet.selections;
  const below = entities?.kind === Kind.FIELD ? entities.selectionSet : undefined;
  return below ?? { kind: Kind.SELECTION_SET, selections: [] };
}

function renamesOf(rewrites: readonly FetchDataRewrite[]): ReadonlyMap<string, string> {
  return new Map(
    rewrites.flatMap((rewrite): [string, string][] =>
      rewrite.kind === 'KeyRenamer' ? [[String(rewrite.path.at(-1)), rewrite.renameKeyTo]] : [],
    ),
  );
}

function topFieldsOfEntities(
  { selections }: SelectionSetNode,
  renames: ReadonlyMap<string, string>,
): readonly TopFields[] {
  return selections.flatMap((part): TopFields[] =>
    part.kind === Kind.INLINE_FRAGMENT
      ? [{ typeCondition: part.typeCondition?.name.value, ...namesOf(part.selectionSet, renames) }]
      : [],
  );
}

function tellsType({ selections }: SelectionSetNode): boolean {
  return selections.some((part) =>
    part.kind === Kind.FIELD
      ? part.name.value === '__typename'
      : part.kind === Kind.INLINE_FRAGMENT && tellsType(part.selectionSet),
  );
}

function selectsObjects({ selections }: SelectionSetNode): boolean {
  return selections.some(
    (part) =>
      part.kind !== Kind.FRAGMENT_SPREAD &&
      part.selectionSet !== undefined &&
      (part.kind === Kind.FIELD || selectsObjects(part.selectionSet)),
  );
}
