import { operationFromDocument } from '@apollo/federation-internals';
import { type FetchNode, type PlanNode, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, Kind, type OperationDefinitionNode, parse, type SelectionSetNode } from 'graphql';
import type { LoadedSchema } from '../context.js';
import { compileProjection, type Projection } from './project.js';

/** A plan, and of each of its fetches what a failure needs to know. */
export interface Plan {
  /** Absent: the operation asks for nothing that a subgraph holds (`__typename`, introspection). */
  readonly node?: PlanNode;
  fieldsOf(fetch: FetchNode): readonly TopFields[];
  /** The answer's shape; absent: graphql-js must shape it. */
  readonly project?: Projection;
}

/** The response names that a fetch brings to the objects of one type; without a type condition, to any. */
export interface TopFields {
  readonly typeCondition?: string;
  readonly names: readonly string[];
}

/**
 * Plans operations on one schema, each document once. A plan lives as long as the document it was made for, so the server's
 * bounded store of parsed documents bounds the plans too, and a plan can never be used with another schema than its own.
 */
export function createPlanner(
  schema: LoadedSchema,
): (document: DocumentNode, definition: OperationDefinitionNode) => Plan {
  const api = schema.supergraph.apiSchema();
  const planner = new QueryPlanner(schema.supergraph);
  const plans = new WeakMap<DocumentNode, Map<string, Plan>>();

  return (document, definition) => {
    const operationName = definition.name?.value ?? '';
    let byName = plans.get(document);
    if (!byName) plans.set(document, (byName = new Map()));
    let plan = byName.get(operationName);
    if (!plan) {
      const operation = operationFromDocument(api, document, {
        operationName: operationName || undefined,
        validate: false,
      });
      const { node } = planner.buildQueryPlan(operation);
      if (node?.kind === 'Subscription') throw new Error('subscriptions are refused before they are planned');
      plan = { ...describe(node), project: compileProjection(schema.api, document, definition) };
      byName.set(operationName, plan);
    }
    return plan;
  };
}

function describe(node: PlanNode | undefined): Plan {
  const fields = new Map<FetchNode, readonly TopFields[]>();
  const visit = (below: PlanNode | undefined): void => {
    if (!below) return;
    if (below.kind === 'Fetch') fields.set(below, topFields(below));
    else if (below.kind === 'Flatten') visit(below.node);
    else if (below.kind === 'Sequence' || below.kind === 'Parallel') below.nodes.forEach(visit);
    else if (below.kind === 'Condition') [below.ifClause, below.elseClause].forEach(visit);
  };
  visit(node);
  return { node, fieldsOf: (fetch) => fields.get(fetch) ?? [] };
}

function topFields(fetch: FetchNode): TopFields[] {
  const operation = parse(fetch.operation, { noLocation: true }).definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
  const root = operation.selectionSet;
  if (!fetch.requires) return [{ names: namesIn(root) }];
  const entities = root.selections[0];
  const below = entities?.kind === Kind.FIELD ? entities.selectionSet?.selections : undefined;
  return (below ?? []).flatMap((selection) =>
    selection.kind === Kind.INLINE_FRAGMENT
      ? [{ typeCondition: selection.typeCondition?.name.value, names: namesIn(selection.selectionSet) }]
      : [],
  );
}

function namesIn(selectionSet: SelectionSetNode): string[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) {
      return selection.name.value === '__typename' ? [] : [selection.alias?.value ?? selection.name.value];
    }
    return selection.kind === Kind.INLINE_FRAGMENT ? namesIn(selection.selectionSet) : [];
  });
}
