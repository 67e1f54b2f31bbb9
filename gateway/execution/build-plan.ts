import { operationFromDocument, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { type PlanNode, type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, parse, visit } from 'graphql';
import { GatewayError } from '../errors.js';

export interface OperationToPlan {
  /** The document as text, of one operation and its fragments. Validated: an unfit one is a fault of ours. */
  readonly text: string;
  readonly operationName?: string;
  /** Labels of progressive `@override` that hold for this plan. */
  readonly overrides: readonly string[];
  /** Whether `@defer` is planned; else it is ignored. */
  readonly defer: boolean;
}

/** Plans operations, one after another, in the thread that calls it. */
export interface PlanBuilder {
  /** The plan, as plain data. Throws a `GatewayError` when the planner's own limits stop it. */
  build(operation: OperationToPlan): QueryPlan;
}

/** Plans in this thread: what the planner's thread runs, and what tests run that plan thousands of operations. */
export function createPlanBuilder(supergraphSdl: string): PlanBuilder {
  // What may be served is decided where a supergraph is loaded; whatever came through there can be planned on.
  const supergraph = Supergraph.build(supergraphSdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: false,
  });
  const api = supergraph.apiSchema();
  const labels = overrideLabels(supergraph);
  const planner = createQueryPlanner(supergraph);

  return {
    build({ text, operationName, overrides, defer }) {
      const asked = parse(text, { noLocation: true });
      const document = defer ? asked : withoutDefer(asked);
      const operation = operationFromDocument(api, document, { operationName, validate: false });
      const overrideConditions = new Map(labels.map((label) => [label, overrides.includes(label)]));
      try {
        return asPlainData(planner.buildQueryPlan(operation, { overrideConditions }));
      } catch (error) {
        throw isLimitOfPlanner(error) ? new GatewayError('OPERATION_TOO_LARGE', TOO_MANY_WAYS) : error;
      }
    },
  };
}

/**
 * One planner serves operations with and without `@defer`: to an operation that has none, the planner does the same whether
 * it is enabled or not. Fragments are spread out: the planner would send a client's `fragment on Query` to a subgraph that calls
 * its root otherwise.
 */
function createQueryPlanner(supergraph: Supergraph): QueryPlanner {
  return new QueryPlanner(supergraph, { reuseQueryFragments: false, incrementalDelivery: { enableDefer: true } });
}

function withoutDefer(document: DocumentNode): DocumentNode {
  return visit(document, { Directive: ({ name }) => (name.value === 'defer' ? null : undefined) });
}

/** Every label that a supergraph overrides a field by. */
function overrideLabels({ schema }: Supergraph): string[] {
  const applications = [...(schema.directive('join__field')?.applications() ?? [])];
  const labels = applications.map((application) => application.arguments().overrideLabel);
  return [...new Set(labels.filter((label): label is string => typeof label === 'string'))];
}

const TOO_MANY_WAYS = 'There are too many ways to gather what the operation asks for; ask for less at once.';

/** The planner tells its limits by plain errors. */
function isLimitOfPlanner(error: unknown): boolean {
  const limits = /^(Exceeded maximum recursive selections|Number of non-local selections exceeds|Too many options)/;
  return error instanceof Error && limits.test(error.message);
}

/** The plan without the trees of its fetches, which are parsed again where they are compiled. */
function asPlainData(plan: QueryPlan): QueryPlan {
  const clean = (node: PlanNode | undefined): void => {
    if (!node) return;
    if (node.kind === 'Fetch') delete node.operationDocumentNode;
    else if (node.kind === 'Flatten') {
      clean(node.node);
    } else if (node.kind === 'Condition') {
      clean(node.ifClause);
      clean(node.elseClause);
    } else if (node.kind === 'Defer') {
      clean(node.primary.node);
      for (const { node: deferred } of node.deferred) clean(deferred);
    } else for (const part of node.nodes) clean(part);
  };
  if (plan.node?.kind === 'Subscription') {
    clean(plan.node.primary);
    clean(plan.node.rest);
  } else clean(plan.node);
  return plan;
}
