import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { type GraphQLFormattedError, Kind } from 'graphql';
import type { Fetch, FetchExchange, FetchResult, OperationExchange, ResponsePath } from '../context.js';
import { failureErrors, invalidAnswer, reportedErrors } from './errors.js';
import { isObject, type JsonObject, merge, type Place, placesAt } from './paths.js';
import type { Plan, TopFields } from './plan.js';
import { representationsOf } from './representations.js';
import { applyRewrites, isOfType, renamePath } from './rewrites.js';

/** One run of a plan: `data` and `errors` grow while it goes. */
export interface Run {
  readonly exchange: OperationExchange;
  readonly plan: Plan;
  /** The first of the fetch steps. */
  readonly fetch: Fetch;
  readonly data: JsonObject;
  readonly errors: GraphQLFormattedError[];
}

/** Carries out a plan node for the places given. Never rejects: what a registry did wrong is in `errors`. */
export async function runNode(node: PlanNode, places: readonly Place[], run: Run): Promise<void> {
  switch (node.kind) {
    case 'Sequence':
      for (const step of node.nodes) await runNode(step, places, run);
      return;
    case 'Parallel':
      await Promise.all(node.nodes.map((branch) => runNode(branch, places, run)));
      return;
    case 'Flatten': {
      const below = placesAt(places, node.path);
      if (below.length > 0) await runNode(node.node, below, run);
      return;
    }
    case 'Condition': {
      const branch = holds(node.condition, run) ? node.ifClause : node.elseClause;
      if (branch) await runNode(branch, places, run);
      return;
    }
    case 'Fetch':
      return node.requires ? fetchEntities(node, places, run) : fetchRoot(node, places, run);
    default:
      throw new Error(`a plan holds a ${node.kind} node, which is never asked for`);
  }
}

function holds(variable: string, { exchange }: Run): boolean {
  const given = exchange.variables[variable];
  if (given !== undefined) return given === true;
  const declared = exchange.operation.variableDefinitions?.find(({ variable: { name } }) => name.value === variable);
  return declared?.defaultValue?.kind === Kind.BOOLEAN && declared.defaultValue.value;
}

async function fetchRoot(node: FetchNode, places: readonly Place[], run: Run): Promise<void> {
  const fields = run.plan.fieldsOf(node);
  const placesOf = (path: ResponsePath) => {
    const renamed = renamePath(node.outputRewrites ?? [], path);
    return places.map((place) => [...place.path, ...renamed]);
  };
  const affected = () => fieldPaths(places, fields, run);
  const result = await ask(node, run, { variables: variablesOf(node, run), placesOf, affected });
  if (!result) return;
  if (isObject(result.data)) {
    applyRewrites(run.exchange.schema.full, node.outputRewrites ?? [], result.data);
    for (const place of places) merge(place.value, result.data);
  }
  reportErrors(result, { node, run, entities: undefined, placesOf, all: affected });
}

async function fetchEntities(node: FetchNode, places: readonly Place[], run: Run): Promise<void> {
  const schema = run.exchange.schema.full;
  const asked = representationsOf(places, node.requires ?? [], {
    schema,
    rewrite: (representation) => applyRewrites(schema, node.inputRewrites ?? [], representation),
  });
  if (asked.values.length === 0) return;
  const fields = run.plan.fieldsOf(node);
  const all = () => fieldPaths(asked.places.flat(), fields, run);
  // A path in the answer is `_entities`, the index of the representation, and the path within that entity.
  const placesOf = ([, index, ...rest]: ResponsePath) => {
    const renamed = renamePath(node.outputRewrites ?? [], rest);
    return (asked.places[Number(index)] ?? []).map((place) => [...place.path, ...renamed]);
  };
  const variables = { ...variablesOf(node, run), representations: asked.values };
  const result = await ask(node, run, { variables, placesOf, affected: all });
  if (!result) return;
  const entities = isObject(result.data) ? result.data._entities : undefined;
  if (Array.isArray(entities) && entities.length === asked.values.length) {
    for (const [index, entity] of entities.entries()) mergeEntity(entity, asked.places[index] ?? [], { node, run });
  } else if (!result.errors?.length) {
    run.errors.push(...invalidAnswer(node.serviceName, all()));
    return;
  }
  reportErrors(result, { node, run, entities: asked.places, placesOf, all });
}

function mergeEntity(entity: unknown, places: readonly Place[], { node, run }: { node: FetchNode; run: Run }): void {
  if (!isObject(entity)) return;
  const rewrites = node.outputRewrites ?? [];
  for (const [index, place] of places.entries()) {
    // Two places must not share one object: a later merge at the one would change the other.
    const own = index === places.length - 1 ? entity : (structuredClone(entity) as JsonObject);
    if (rewrites.length > 0) {
      own.__typename ??= place.value.__typename;
      applyRewrites(run.exchange.schema.full, rewrites, own);
    }
    merge(place.value, own);
  }
}

function variablesOf(node: FetchNode, { exchange }: Run): JsonObject {
  const variables: JsonObject = {};
  for (const name of node.variableUsages ?? []) {
    if (Object.hasOwn(exchange.variables, name)) variables[name] = exchange.variables[name];
  }
  return variables;
}

async function ask(
  node: FetchNode,
  run: Run,
  part: Pick<FetchExchange, 'variables' | 'placesOf'> & { affected(): ResponsePath[] },
): Promise<FetchResult | undefined> {
  const { context, provenance } = run.exchange;
  const { affected, ...exchange } = part;
  try {
    return await run.fetch({
      subgraph: node.serviceName,
      query: node.operation,
      operationName: node.operationName,
      operationKind: node.operationKind,
      signal: context.signal,
      provenance,
      context,
      ...exchange,
    });
  } catch (error) {
    run.errors.push(...failureErrors(error, node.serviceName, affected()));
    return undefined;
  }
}

/** Where the client sees the fields that a fetch brings: what is null there if the fetch fails. */
function fieldPaths(places: readonly Place[], fields: readonly TopFields[], run: Run): ResponsePath[] {
  return places.flatMap((place) =>
    fields
      .filter(({ typeCondition }) => !typeCondition || isOfType(run.exchange.schema.full, place.value, typeCondition))
      .flatMap(({ names }) => names.map((name) => [...place.path, name])),
  );
}

function reportErrors(
  result: FetchResult,
  at: {
    node: FetchNode;
    run: Run;
    entities: Place[][] | undefined;
    placesOf: (path: ResponsePath) => ResponsePath[];
    all: () => ResponsePath[];
  },
): void {
  const { node, run, entities, placesOf, all } = at;
  for (const error of result.errors ?? []) {
    const path = Array.isArray(error.path) ? error.path : [];
    const wholeEntity = entities && path.length === 2 ? entities[Number(path[1])] : undefined;
    const paths = wholeEntity
      ? fieldPaths(wholeEntity, run.plan.fieldsOf(node), run)
      : path.length > (entities ? 2 : 0)
        ? placesOf(path)
        : all();
    run.errors.push(...reportedErrors(error, node.serviceName, paths));
  }
}

/** Runs a whole plan on an empty answer. */
export async function runPlan(run: Run): Promise<void> {
  if (run.plan.node) await runNode(run.plan.node, [{ path: [], value: run.data }], run);
}
