import { operationFromDocument } from '@apollo/federation-internals';
import { type FetchNode, type PlanNode, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, Kind, type OperationDefinitionNode, parse, type SelectionSetNode, visit } from 'graphql';
import type { LoadedSchema, ResponsePath } from '../context.js';
import { compileProjection, type Projection } from './project.js';
import { namesOf, selects } from './selections.js';

/** A plan, and of each of its fetches what a failure needs to know. */
export interface Plan {
  /** Absent: the operation asks for nothing that a subgraph holds (`__typename`, introspection). */
  readonly node?: PlanNode;
  /** Takes the answer out of the merged data, when everything in it fits; absent: the operation cannot be compiled. */
  readonly project?: Projection;
  fieldsOf(fetch: FetchNode): readonly TopFields[];
  /** The subgraphs that a fetch of this plan asks for the field at `path`. */
  suppliersOf(path: ResponsePath): string[];
  /** What the client calls a variable of the plan. */
  clientVariable(name: string): string;
}

/** The response names that a fetch brings to the objects of one type; without a type condition, to any. */
export interface TopFields {
  readonly typeCondition?: string;
  readonly names: readonly string[];
  /** Those of `names` that an answer has in any case: without `@skip`, `@include` or a further type condition. */
  readonly certain: readonly string[];
}

/**
 * Plans operations on one schema, each document once. A plan lives as long as the document it was made for, so the server's
 * bounded store of parsed documents bounds the plans too, and a plan can never be used with another schema than its own.
 */
export function createPlanner(
  schema: LoadedSchema,
): (document: DocumentNode, operation: OperationDefinitionNode) => Plan {
  const api = schema.supergraph.apiSchema();
  const planner = new QueryPlanner(schema.supergraph);
  const plans = new WeakMap<DocumentNode, Map<string, Plan>>();

  const planOf = (document: DocumentNode, operation: OperationDefinitionNode): Plan => {
    const renamed = giveWay(document);
    const planned = operationFromDocument(api, renamed.document, {
      operationName: operation.name?.value,
      validate: false,
    });
    const { node } = planner.buildQueryPlan(planned);
    if (node?.kind === 'Subscription') throw new Error('subscriptions are refused before they are planned');
    const project = compileProjection(schema.api, document, operation);
    return { ...describe(node, renamed.clientVariable), project };
  };

  return (document, operation) => {
    const name = operation.name?.value ?? '';
    let byName = plans.get(document);
    if (!byName) plans.set(document, (byName = new Map()));
    let plan = byName.get(name);
    if (!plan) byName.set(name, (plan = planOf(document, operation)));
    return plan;
  };
}

/** The variable in which every fetch of entities gets its representations: one that a client calls so is renamed. */
const REPRESENTATIONS = 'representations';

function giveWay(document: DocumentNode): { document: DocumentNode; clientVariable: Plan['clientVariable'] } {
  const used = new Set<string>();
  visit(document, { enter: (node) => void (node.kind === Kind.VARIABLE && used.add(node.name.value)) });
  if (!used.has(REPRESENTATIONS)) return { document, clientVariable: (name) => name };
  let free = `${REPRESENTATIONS}_1`;
  while (used.has(free)) free += '1';
  const renamed = visit(document, {
    enter: (node) =>
      node.kind === Kind.VARIABLE && node.name.value === REPRESENTATIONS
        ? { ...node, name: { ...node.name, value: free } }
        : undefined,
  });
  return { document: renamed, clientVariable: (name) => (name === free ? REPRESENTATIONS : name) };
}

interface Fetched {
  readonly registry: string;
  /** Where in the answer it stands, list indexes left out. */
  readonly at: readonly string[];
  readonly selection: SelectionSetNode;
  readonly renames: ReadonlyMap<string, string>;
}

function describe(node: PlanNode | undefined, clientVariable: Plan['clientVariable']): Omit<Plan, 'project'> {
  const fields = new Map<FetchNode, readonly TopFields[]>();
  const fetched: Fetched[] = [];
  const walk = (below: PlanNode | undefined, at: readonly string[]): void => {
    if (!below) return;
    if (below.kind === 'Fetch') {
      const selection = selectionOf(below);
      const renames = renamesOf(below);
      fetched.push({ registry: below.serviceName, at, selection, renames });
      fields.set(below, topFields(below, selection, renames));
    } else if (below.kind === 'Flatten') {
      walk(below.node, [...at, ...below.path.map(String).filter((part) => part !== '@')]);
    } else if (below.kind === 'Sequence' || below.kind === 'Parallel') {
      for (const part of below.nodes) walk(part, at);
    } else if (below.kind === 'Condition') {
      walk(below.ifClause, at);
      walk(below.elseClause, at);
    }
  };
  walk(node, []);
  return {
    node,
    fieldsOf: (fetch) => fields.get(fetch) ?? [],
    suppliersOf(path) {
      const names = path.filter((part) => typeof part === 'string');
      const brings = ({ at, selection, renames }: Fetched) =>
        names.length > at.length &&
        at.every((name, index) => name === names[index]) &&
        selects(selection, names.slice(at.length), { renames });
      return [...new Set(fetched.filter(brings).map(({ registry }) => registry))];
    },
    clientVariable,
  };
}

/** What a fetch selects of the objects that it fetches: of the root, or of the entities. */
function selectionOf(fetch: FetchNode): SelectionSetNode {
  const operation = parse(fetch.operation, { noLocation: true }).definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a fetch of the plan has no operation');
  if (!fetch.requires) return operation.selectionSet;
  const entities = operation.selectionSet.selections[0];
  const below = entities?.kind === Kind.FIELD ? entities.selectionSet : undefined;
  return below ?? { kind: Kind.SELECTION_SET, selections: [] };
}

/** The names that the planner made up for a fetch, and what the client calls them. */
function renamesOf({ outputRewrites = [] }: FetchNode): ReadonlyMap<string, string> {
  return new Map(
    outputRewrites.flatMap((rewrite): [string, string][] =>
      rewrite.kind === 'KeyRenamer' ? [[String(rewrite.path.at(-1)), rewrite.renameKeyTo]] : [],
    ),
  );
}

function topFields(
  fetch: FetchNode,
  selection: SelectionSetNode,
  renames: ReadonlyMap<string, string>,
): readonly TopFields[] {
  if (!fetch.requires) return [namesOf(selection, renames)];
  return selection.selections.flatMap((part) =>
    part.kind === Kind.INLINE_FRAGMENT
      ? [{ typeCondition: part.typeCondition?.name.value, ...namesOf(part.selectionSet, renames) }]
      : [],
  );
}
