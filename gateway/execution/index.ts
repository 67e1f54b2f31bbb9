import { type DocumentNode, getVariableValues, Kind } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Fetch, LoadedSchema, OperationExchange, OperationResult } from '../context.js';
import { MisfitError } from '../errors.js';
import { runInParts } from './deferred-run.js';
import { activeOverrides, readOverrideLabels } from './overrides.js';
import { compilePlan, type Plan } from './plan.js';
import type { Planner } from './planner.js';
import { runPlan } from './run.js';
import { shape } from './shape.js';
import { conditionsOf, specialise } from './specialise.js';

export { openPlanner, planInThisThread } from './planner.js';

export interface Engine {
  /** Plans, runs and shapes one operation. Rejects with a `GatewayError` when its variables do not fit. */
  execute(exchange: OperationExchange): Promise<OperationResult>;
  /** Makes a schema ready to be planned on; rejects when it cannot be. MUST be called before the first request on it. */
  prepare(schema: LoadedSchema): Promise<void>;
  /** Plans an operation before the first request for it. */
  warm(operation: Pick<OperationExchange, 'schema' | 'document' | 'operation'>): Promise<void>;
  /** Gives up what a schema needs that serves no longer. */
  retire(schema: LoadedSchema): Promise<void>;
  close(): Promise<void>;
}

/** What the engine keeps of one schema. */
interface Prepared {
  readonly planner: Planner;
  readonly labels: readonly string[];
  /** A plan lives as long as the document it was made for: who keeps documents bounds the plans. */
  readonly plans: WeakMap<DocumentNode, Plans>;
}

/** The plans of one document. */
interface Plans {
  /** There is a plan for each combination of values of the variables that its conditions hang on. */
  readonly conditions: ReturnType<typeof conditionsOf>;
  readonly byKey: LRUCache<string, { plan: Plan | Promise<Plan> }>;
}

const PLANS_A_DOCUMENT_MAX = 32;

type Variables = Readonly<Record<string, unknown>>;

type Compilable = Pick<OperationExchange, 'schema' | 'document' | 'operation'> & { readonly acceptsParts?: boolean };

/** The executor of query plans. `fetch` is the head of the fetch steps. */
export function createEngine(
  fetch: Fetch,
  { openPlanner }: { openPlanner(supergraphSdl: string): Promise<Planner> },
): Engine {
  const prepared = new Map<LoadedSchema, Prepared>();
  const retire = async (schema: LoadedSchema) => {
    const found = prepared.get(schema);
    prepared.delete(schema);
    await found?.planner.close();
  };
  const preparedFor = (schema: LoadedSchema): Prepared => {
    const found = prepared.get(schema);
    if (!found) throw new Error('an operation came on a schema that is not prepared, or no longer');
    return found;
  };

  const planFor = (asked: Compilable, variables: Variables, requestId: string): Plan | Promise<Plan> => {
    const { planner, labels, plans } = preparedFor(asked.schema);
    const overrides = labels.length === 0 ? NO_OVERRIDES : activeOverrides(labels, requestId);
    let of = plans.get(asked.document);
    if (!of) plans.set(asked.document, (of = plansOf(asked.document)));
    const operationName = asked.operation.name?.value;
    const values = of.conditions.variables.map((name) => variables[name] === true);
    const inParts = of.conditions.defers && asked.acceptsParts === true;
    const key = JSON.stringify([operationName, values, overrides, inParts]);
    const known = of.byKey.get(key);
    if (known) return known.plan;
    const { byKey, conditions } = of;
    const document = conditions.isConditional ? specialise(asked.document, variables) : asked.document;
    // Whoever asks for it meanwhile waits for this one.
    const planning = compilePlan({ schema: asked.schema, document, operationName, overrides, inParts }, planner);
    const entry: { plan: Plan | Promise<Plan> } = { plan: planning };
    byKey.set(key, entry);
    planning.then(
      (plan) => void (entry.plan = plan),
      () => byKey.delete(key),
    );
    return planning;
  };

  return {
    async prepare(schema) {
      if (prepared.has(schema)) return;
      const planner = await openPlanner(schema.supergraphSdl);
      prepared.set(schema, { planner, labels: readOverrideLabels(schema), plans: new WeakMap() });
    },
    async warm(operation) {
      await planFor(operation, defaultsOf(operation), '');
    },
    retire,
    async close() {
      await Promise.all([...prepared.keys()].map(retire));
    },
    async execute(exchange) {
      const coerced = coercedVariables(exchange);
      const found = planFor(exchange, coerced, exchange.context.requestId);
      const plan = found instanceof Promise ? await found : found;
      if (plan.parts) return runInParts({ exchange, plan, fetch }, plan.parts);
      const run = await runPlan({ exchange, plan, fetch });
      const { data, errors } = shape(run);
      return { data, ...(errors.length > 0 ? { errors } : {}), provenance: exchange.provenance };
    },
  };
}

const NO_OVERRIDES: readonly string[] = [];

function plansOf(document: DocumentNode): Plans {
  return { conditions: conditionsOf(document), byKey: new LRUCache({ max: PLANS_A_DOCUMENT_MAX }) };
}

/** What the variables are when the client sends none. */
function defaultsOf({ operation }: Compilable): Variables {
  const given = operation.variableDefinitions ?? [];
  return Object.fromEntries(
    given.map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue?.kind === Kind.BOOLEAN && defaultValue.value,
    ]),
  );
}

/** The operation's variables by the types that it declares, with its defaults. */
function coercedVariables({ schema, operation, variables }: OperationExchange): Record<string, unknown> {
  const result = getVariableValues(schema.api, operation.variableDefinitions ?? [], variables, { maxErrors: 10 });
  if (result.coerced) return result.coerced;
  const named = result.errors?.map(({ message }) => /^Variable "\$(\w+)"/.exec(message)?.[1]).filter(Boolean);
  const names = [...new Set(named)].map((name) => `$${name}`).join(', ');
  throw new MisfitError(
    'BAD_USER_INPUT',
    `These variables are missing or do not fit their declared types: ${names || 'unknown'}. Send a value of that type.`,
  );
}
