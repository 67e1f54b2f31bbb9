import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLFormattedError,
  type GraphQLObjectType,
  GraphQLSchema,
  Kind,
  OperationTypeNode,
} from 'graphql';
import type { DeferredPart, ResponsePath } from '../context.js';
import { type AnsweredPlace, type Place, typeOf } from './deferred-places.js';
import type { DeferredPlan } from './deferred-plan.js';
import type { Run } from './gaps.js';
import { type JsonObject, meet, setOwn } from './paths.js';
import { resolveType } from './resolve-type.js';
import { atClientPaths, resolverOf, unexplained } from './shape.js';

/** What the fetches for a deferred fragment came to: `errors` of its own, and of those that it stands in. */
export interface Fetched {
  readonly run: Run;
  readonly errors: readonly GraphQLFormattedError[];
  readonly errorsAbove: readonly GraphQLFormattedError[];
}

export interface Part extends AnsweredPlace {
  readonly part: DeferredPart;
}

/**
 * The parts of one deferred fragment, one for each of its objects, by the rules of GraphQL: a null that may not be goes up to the
 * fragment and no further. An error is told with the part that asked for the field, whichever fetch it comes from.
 */
export function shapeParts(deferred: DeferredPlan, places: readonly Place[], fetched: Fetched): Part[] {
  if (places.length === 0) return [];
  const shaped = places.map((place) => ({ ...place, ...shapeObject(place, deferred, fetched.run) }));
  const failed = shaped.flatMap(({ failures }) => failures);
  const errors = errorsOf(deferred, { shaped, fetched, failed });
  const byPlace = assigned(errors, shaped);
  return shaped.map(({ path, object, answer }, index) => {
    const own = byPlace[index]!;
    const { label } = deferred;
    const part = {
      ...(label === undefined ? {} : { label }),
      path,
      data: answer,
      ...(own.length > 0 ? { errors: own } : {}),
    };
    return { path, object, answer, part };
  });
}

interface Shaped {
  readonly answer: JsonObject | null;
  /** What the rules of GraphQL made null, at paths from the root. */
  readonly failures: readonly { readonly path?: ResponsePath }[];
}

function shapeObject({ object, path }: Place, deferred: DeferredPlan, run: Run): Shaped {
  const { schema } = run.exchange;
  const type = typeOf(object, deferred, schema.api);
  if (!type) return { answer: null, failures: [{ path }] };
  const answer = deferred.projectionFor(type)?.(object);
  if (answer) return { answer, failures: [] };
  const { data, errors = [] } = execute({
    schema: rootedAt(type, schema.api),
    document: documentOf(deferred, run),
    rootValue: object,
    variableValues: run.exchange.variables,
    fieldResolver: resolverOf(run.plan),
    typeResolver: resolveType,
  }) as ExecutionResult<JsonObject>;
  return { answer: data ?? null, failures: errors.map((error) => ({ path: [...path, ...(error.path ?? [])] })) };
}

/** The fragment as an operation of its own. */
function documentOf({ selectionSet }: DeferredPlan, { exchange }: Run): DocumentNode {
  const { variableDefinitions } = exchange.operation;
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      { kind: Kind.OPERATION_DEFINITION, operation: OperationTypeNode.QUERY, variableDefinitions, selectionSet },
    ],
  };
}

const rooted = new WeakMap<GraphQLSchema, Map<GraphQLObjectType, GraphQLSchema>>();

/** The same schema with another type at its root, so that an object of it can be answered alone. */
function rootedAt(type: GraphQLObjectType, schema: GraphQLSchema): GraphQLSchema {
  if (schema.getQueryType() === type) return schema;
  let known = rooted.get(schema);
  if (!known) rooted.set(schema, (known = new Map()));
  let at = known.get(type);
  if (!at) known.set(type, (at = new GraphQLSchema({ ...schema.toConfig(), query: type, assumeValid: true })));
  return at;
}

function errorsOf(
  deferred: DeferredPlan,
  { shaped, fetched, failed }: { shaped: readonly (Shaped & Place)[]; fetched: Fetched; failed: Shaped['failures'] },
): GraphQLFormattedError[] {
  const { run, errors, errorsAbove } = fetched;
  // What only the plan needed above is told above.
  const isAsked = ({ path = [] }: GraphQLFormattedError) => run.plan.clientPaths.of(path, run.data).length > 0;
  const all = [...errorsAbove.filter(isAsked), ...errors];
  if (all.length === 0 && failed.length === 0) return [];
  const answer = answerOf(shaped);
  const own = { ...run, plan: deferred.plan };
  // A value that one fetch could not bring may be there by another: then nothing is missing.
  const missing = all.filter(({ path = [] }) => {
    const places = deferred.asksFor(path, run.data) ? deferred.plan.clientPaths.of(path, run.data) : [];
    return places.length === 0 || !places.every((at) => hasValue(answer, at));
  });
  const explained = atClientPaths(missing, own, answer);
  return [...explained, ...unexplained(failed, explained, own)];
}

/** The answers of all parts in one, from the root, with nothing in it beside them. */
function answerOf(shaped: readonly (Shaped & Place)[]): JsonObject {
  const root: { answer: unknown } = { answer: {} };
  for (const { path, answer } of shaped) {
    let holder = root as JsonObject;
    let name: string | number = 'answer';
    for (const part of path) {
      const value = (Object.hasOwn(holder, name) ? holder[name] : undefined) ?? {};
      setOwn(holder, String(name), value);
      holder = value as JsonObject;
      name = part;
    }
    setOwn(holder, String(name), answer);
  }
  return root.answer as JsonObject;
}

function hasValue(answer: unknown, path: ResponsePath): boolean {
  let value = answer;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return false;
    value = (value as JsonObject)[part];
  }
  return isValue(value);
}

/** Of an object that is there, as of a list of such, something may be missing all the same. */
function isValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => item === null || isValue(item));
  return value !== null && value !== undefined && typeof value !== 'object';
}

/** Each error with the part that it is of; one of an object above the fragment's is an error of each object below that. */
function assigned(errors: readonly GraphQLFormattedError[], places: readonly Place[]): GraphQLFormattedError[][] {
  const own = places.map((): GraphQLFormattedError[] => []);
  if (errors.length === 0) return own;
  const depth = places[0]!.path.length;
  const byPath = new Map(places.map(({ path }, index) => [JSON.stringify(path), index]));
  for (const error of errors) {
    const { path = [] } = error;
    if (path.length >= depth) {
      const index = byPath.get(JSON.stringify(path.slice(0, depth)));
      if (index !== undefined) own[index]!.push(error);
      continue;
    }
    for (const [index, place] of places.entries()) {
      if (meet(path, place.path)) own[index]!.push({ ...error, path: place.path });
    }
  }
  return own;
}
