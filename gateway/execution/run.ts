import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { type GraphQLFormattedError, Kind } from 'graphql';
import type { Fetch, FetchExchange, FetchResult, OperationExchange, ResponsePath } from '../context.js';
import {
  consequences,
  ERRORS_A_FETCH_MAX,
  failureErrors,
  invalidAnswer,
  maskedCode,
  reportedErrors,
} from './errors.js';
import { isObject, type JsonObject, meet, merge, type Place, placesAt, setOwn } from './paths.js';
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
  /** Fields that are empty without an error: the registry has no record of the entity that they are of. */
  readonly unknown: ResponsePath[];
}

/** Carries out a plan node for the places given. Rejects for a fault of ours only: what a registry did wrong is in `errors`. */
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

function holds(variable: string, { exchange, plan }: Run): boolean {
  const name = plan.clientVariable(variable);
  if (Object.hasOwn(exchange.variables, name)) return exchange.variables[name] === true;
  const declared = exchange.operation.variableDefinitions?.find(
    (definition) => definition.variable.name.value === name,
  );
  return declared?.defaultValue?.kind === Kind.BOOLEAN && declared.defaultValue.value;
}

async function fetchRoot(node: FetchNode, places: readonly Place[], run: Run): Promise<void> {
  const fields = run.plan.fieldsOf(node);
  const all = () => fieldPaths(places, fields, run);
  const placesOf = (path: ResponsePath) => {
    const renamed = renamePath(node.outputRewrites ?? [], path);
    return places.map((place) => [...place.path, ...renamed]);
  };
  const result = await ask(node, run, { variables: variablesOf(node, run), placesOf, all });
  if (!result) return;
  const { data } = result;
  if (isObject(data)) {
    applyRewrites(run.exchange.schema.full, node.outputRewrites ?? [], data);
    mergeInto(places, data);
  }
  const missing = isObject(data)
    ? places.flatMap(({ path }) => lacking(data, fields).map((name) => [...path, name]))
    : all();
  reportErrors(result, { node, run, entities: undefined, placesOf, all, missing });
}

async function fetchEntities(node: FetchNode, places: readonly Place[], run: Run): Promise<void> {
  const schema = run.exchange.schema.full;
  const fields = run.plan.fieldsOf(node);
  const asked = representationsOf(places, node.requires ?? [], {
    schema,
    rewrite: (representation) => applyRewrites(schema, node.inputRewrites ?? [], representation),
  });
  for (const place of asked.blocked) {
    const paths = fieldPaths([place], fields, run);
    const caused = consequences(run.errors, place, paths);
    run.errors.push(...caused);
    if (caused.length === 0) run.unknown.push(...paths);
  }
  if (asked.values.length === 0) return;
  const all = () => fieldPaths(asked.places.flat(), fields, run);
  // A path in the answer is `_entities`, the index of the representation, and the path within that entity.
  const placesOf = ([, index, ...rest]: ResponsePath) => {
    const renamed = renamePath(node.outputRewrites ?? [], rest);
    return (asked.places[Number(index)] ?? []).map((place) => [...place.path, ...renamed]);
  };
  const variables = { ...variablesOf(node, run), representations: asked.values };
  const result = await ask(node, run, { variables, placesOf, all });
  if (!result) return;
  const entities = isObject(result.data) ? result.data._entities : undefined;
  const missing: ResponsePath[] = [];
  if (Array.isArray(entities) && entities.length === asked.values.length) {
    for (const [index, entity] of entities.entries()) {
      missing.push(...mergeEntity(entity, asked.places[index] ?? [], { node, run }));
    }
  } else {
    missing.push(...all());
  }
  reportErrors(result, { node, run, entities: asked.places, placesOf, all, missing });
}

/** Merges an entity into its places. Returns the paths of the fields that it should have brought and did not. */
function mergeEntity(
  entity: unknown,
  places: readonly Place[],
  { node, run }: { node: FetchNode; run: Run },
): ResponsePath[] {
  const fields = run.plan.fieldsOf(node);
  if (entity === null) {
    run.unknown.push(...fieldPaths(places, fields, run));
    return [];
  }
  if (!isObject(entity)) return fieldPaths(places, fields, run);
  const rewrites = node.outputRewrites ?? [];
  if (rewrites.length > 0) {
    entity.__typename ??= places[0]?.value.__typename;
    applyRewrites(run.exchange.schema.full, rewrites, entity);
  }
  const missing = places.flatMap((place) =>
    lacking(entity, fields, (condition) => isOfType(run.exchange.schema.full, place.value, condition)).map((name) => [
      ...place.path,
      name,
    ]),
  );
  mergeInto(places, entity);
  return missing;
}

/** Two places must not share one object: a later merge at the one would change the other. */
function mergeInto(places: readonly Place[], brought: JsonObject): void {
  for (const [index, place] of places.entries()) {
    merge(place.value, index === places.length - 1 ? brought : (structuredClone(brought) as JsonObject));
  }
}

/** The names that an object of a fetch's answer must have and has not. */
function lacking(
  object: JsonObject,
  fields: readonly TopFields[],
  applies: (typeCondition: string) => boolean = () => true,
): string[] {
  return fields
    .filter(({ typeCondition }) => !typeCondition || applies(typeCondition))
    .flatMap(({ certain }) => certain.filter((name) => !Object.hasOwn(object, name)));
}

function variablesOf(node: FetchNode, { exchange, plan }: Run): JsonObject {
  const variables: JsonObject = {};
  for (const name of node.variableUsages ?? []) {
    const given = plan.clientVariable(name);
    if (Object.hasOwn(exchange.variables, given)) setOwn(variables, name, exchange.variables[given]);
  }
  return variables;
}

async function ask(
  node: FetchNode,
  run: Run,
  { variables, placesOf, all }: Pick<FetchExchange, 'variables' | 'placesOf'> & { all: () => ResponsePath[] },
): Promise<FetchResult | undefined> {
  const { context, provenance } = run.exchange;
  try {
    return await run.fetch({
      subgraph: node.serviceName,
      schema: run.exchange.schema,
      query: node.operation,
      operationName: node.operationName,
      operationKind: node.operationKind,
      signal: context.signal,
      variables,
      placesOf,
      provenance,
      context,
    });
  } catch (error) {
    run.errors.push(...failureErrors(error, node.serviceName, all()));
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

/** Adds what the registry reported, and an error for each field that is missing without one. */
function reportErrors(
  result: FetchResult,
  at: {
    node: FetchNode;
    run: Run;
    entities: Place[][] | undefined;
    placesOf: (path: ResponsePath) => ResponsePath[];
    all: () => ResponsePath[];
    missing: readonly ResponsePath[];
  },
): void {
  const { node, run, entities, placesOf, all, missing } = at;
  const names = new Set(run.plan.fieldsOf(node).flatMap((fields) => fields.names));
  // A path of the registry's own making, which leads nowhere in the client's answer, stands for the whole fetch.
  const pathsOf = (path: ResponsePath): ResponsePath[] => {
    const [top, index, field] = path;
    if (!entities) return names.has(String(renamePath(node.outputRewrites ?? [], path)[0])) ? placesOf(path) : all();
    const places = top === '_entities' ? entities[Number(index)] : undefined;
    if (!places) return all();
    if (field === undefined) return fieldPaths(places, run.plan.fieldsOf(node), run);
    return placesOf(path);
  };
  const reported: GraphQLFormattedError[] = [];
  const masked = new Set<string>();
  for (const error of result.errors ?? []) {
    if (reported.length >= ERRORS_A_FETCH_MAX) break;
    reported.push(...reportedErrors(error, node.serviceName, pathsOf(error.path ?? [])));
    const code = maskedCode(error);
    if (code !== undefined) masked.add(code);
  }
  logMasked([...masked], node, run);
  const explained = new Set(reported.map(({ path }) => JSON.stringify(path)));
  const silent = missing.filter(
    (path) => !explained.has(JSON.stringify(path)) && !reported.some((error) => meet(error.path ?? [], path)),
  );
  run.errors.push(...reported, ...invalidAnswer(node.serviceName, silent));
}

/** The codes only: what a registry says of itself stays in its own log, under the same request id. */
function logMasked(
  codes: readonly string[],
  { serviceName: subgraph }: FetchNode,
  { exchange: { context } }: Run,
): void {
  if (codes.length === 0) return;
  context.log.warn({ requestId: context.requestId, subgraph, codes }, 'a registry reported errors of its own');
}

/** Runs a whole plan on an empty answer. */
export async function runPlan(run: Run): Promise<void> {
  if (run.plan.node) await runNode(run.plan.node, [{ path: [], value: run.data }], run);
}
