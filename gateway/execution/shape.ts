import {
  type ExecutionResult,
  execute,
  type GraphQLFieldResolver,
  type GraphQLFormattedError,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
} from 'graphql';
import type { ResponsePath } from '../context.js';
import { hasPlace, isNullAt } from './client-paths.js';
import { ERRORS_A_FETCH_MAX, type RunError } from './errors.js';
import type { Run } from './gaps.js';
import { PathIndex } from './path-index.js';
import { isObject, type JsonObject } from './paths.js';
import type { Plan } from './plan.js';
import { resolveType } from './resolve-type.js';

interface Shaped {
  data: ExecutionResult['data'];
  errors: GraphQLFormattedError[];
}

/** Makes of the merged data the answer to the operation: by the compiled projection, or where something does not fit, by the rules. */
export function shape(run: Run): Shaped {
  const { data, errors, plan } = run;
  const projected = plan.project?.(data);
  if (!projected) return shapeByRules(run);
  return { data: projected, errors: errors.length === 0 ? [] : atClientPaths(errors, run, projected) };
}

/**
 * Shapes the answer by the rules of GraphQL itself: null propagation, leaf coercion, introspection. The merged data is keyed by
 * the plan's names, so the resolver is a look-up. A value that does not fit the schema is null, with an error at its path, and is
 * never repeated in a message.
 */
function shapeByRules(run: Run): Shaped {
  const { exchange, data, errors, plan } = run;
  const result = execute({
    schema: exchange.schema.api,
    document: exchange.document,
    operationName: exchange.operation.name?.value,
    rootValue: data,
    variableValues: exchange.variables,
    fieldResolver: resolverOf(plan),
    typeResolver: resolveType,
  }) as ExecutionResult;
  const explained = atClientPaths(errors, run, result.data);
  return { data: result.data, errors: [...explained, ...unexplained(result.errors ?? [], explained, run)] };
}

/** The errors of what the rules made null for another reason than those that are explained already. */
export function unexplained(
  failures: readonly { readonly path?: ResponsePath }[],
  explained: readonly GraphQLFormattedError[],
  { data, unknown, plan }: Pick<Run, 'data' | 'unknown' | 'plan'>,
): GraphQLFormattedError[] {
  const known = new PathIndex(explained.map(({ path }) => path ?? []));
  const unknowable = new PathIndex(unknown.flatMap((path) => plan.clientPaths.of(path, data)));
  const more: GraphQLFormattedError[] = [];
  for (const { path = [] } of failures) {
    if (more.length >= ERRORS_A_FETCH_MAX) break;
    // A field that is empty because its fetch failed has its error already.
    if (known.meets(path)) continue;
    more.push(unknowable.meets(path) ? noRecord(path) : doesNotFit(path, plan));
  }
  return more;
}

export function resolverOf({ nameOf }: Plan): GraphQLFieldResolver<unknown, unknown> {
  return (...[source, , , { fieldNodes, returnType }]) => {
    const object = source as JsonObject;
    const name = nameOf(fieldNodes[0]!);
    if (Object.hasOwn(object, name))
      return isLeafType(getNamedType(returnType)) ? object[name] : objectsIn(object[name], returnType);
    // What is not there at all was left out by a registry: all that failed has been made null.
    throw new Error('left out');
  };
}

/** graphql-js takes anything for an object: what is none becomes the error of its place. */
function objectsIn(value: unknown, type: GraphQLOutputType): unknown {
  const expected = getNullableType(type);
  if (value === null || value === undefined) return value;
  if (!isListType(expected)) return isObject(value) ? value : new Error('no object');
  return Array.isArray(value) ? value.map((item) => objectsIn(item, expected.ofType)) : value;
}

/** The errors at the client's paths: one of a field that only the plan needs goes to the object that it is of. */
export function atClientPaths(
  errors: readonly RunError[],
  { plan, data: merged }: Pick<Run, 'plan' | 'data'>,
  data: unknown,
): GraphQLFormattedError[] {
  const placed = new Map<string, GraphQLFormattedError>();
  const place = ({ isFromBeside: _, ...error }: RunError, path: ResponsePath) =>
    placed.set(JSON.stringify([path, error.message]), { ...error, path });
  const unasked: RunError[] = [];
  for (const error of errors) {
    const { path: at = [], isFromBeside } = error;
    const places = placesFor(at, { plan, merged, data });
    for (const path of places) if (!isFromBeside || !isNullAt(data, path.slice(0, -1))) place(error, path);
    if (places.length === 0 && !isFromBeside) unasked.push(error);
  }
  // What only the plan needs is told of at the object, unless what rests on it there has told already.
  const told = new PathIndex([...placed.values()].map(({ path }) => path ?? []));
  for (const error of unasked) {
    for (const path of plan.clientPaths.nearest(error.path ?? [], merged)) if (!told.meets(path)) place(error, path);
  }
  return [...placed.values()];
}

/** Where the client is told of an error: where it asked for the field, and where objects that it asked for are null by it. */
function placesFor(
  path: ResponsePath,
  { plan: { clientPaths }, merged, data }: { plan: Plan; merged: JsonObject; data: unknown },
): ResponsePath[] {
  const asked = clientPaths.of(path, merged);
  const places = [
    ...asked.filter((at) => hasPlace(data, at)),
    ...clientPaths.above(path, merged).filter((at) => isNullAt(data, at)),
  ];
  return places.length > 0 ? places : asked;
}

function noRecord(path: ResponsePath): GraphQLFormattedError {
  const message = 'The registry has no record to take this field from, so it is left out.';
  return { message, path, extensions: { code: 'NO_RECORD', reason: 'NO_RECORD' } };
}

function doesNotFit(path: ResponsePath, plan: Plan): GraphQLFormattedError {
  const [registry, ...others] = plan.suppliersOf(path);
  return {
    message: "The value of this field does not fit the schema, so it is left out; tell the registry's owner.",
    path,
    extensions: {
      code: 'INVALID_REGISTRY_ANSWER',
      ...(others.length === 0 && registry ? { registry } : {}),
      reason: 'SOURCE_DOWN',
    },
  };
}
