import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
  Kind,
} from 'graphql';
import type { ResponsePath } from '../context.js';
import type { KnownObject } from './deferred-fragments.js';
import type { DeferredPlan } from './deferred-plan.js';
import { isObject, type JsonObject } from './paths.js';
import { resolveType } from './resolve-type.js';
import { isOfType } from './rewrites.js';

/** An object that a part of the answer is of. */
export interface Place {
  /** Where the client sees it. */
  readonly path: ResponsePath;
  /** What the merged data has there. */
  readonly object: JsonObject;
}

/** A part that was answered: what is deferred in it can come now. */
export interface AnsweredPlace extends Place {
  readonly answer: unknown;
}

/** How far down a fragment's steps one is, and where. */
interface Way {
  readonly path: ResponsePath;
  readonly at: number;
}

/**
 * The objects of a deferred fragment below those that it stands in. What is null in their answer, or was made null there, has
 * none below it.
 */
export function placesOf({ steps, of }: DeferredPlan, above: readonly AnsweredPlace[], schema: GraphQLSchema): Place[] {
  const places: Place[] = [];
  const walk = (object: JsonObject, answer: JsonObject, { path, at }: Way): void => {
    const step = steps[at];
    if (!fits(object, step ? step.of : of, schema)) return;
    if (!step) places.push({ path, object });
    else if (Object.hasOwn(object, step.name) && Object.hasOwn(answer, step.key)) {
      descend(object[step.name], answer[step.key], { path: [...path, step.key], at: at + 1 });
    }
  };
  const descend = (value: unknown, answer: unknown, { path, at }: Way): void => {
    if (isObject(value) && isObject(answer)) walk(value, answer, { path, at });
    else if (Array.isArray(value) && Array.isArray(answer)) {
      for (const [index, item] of answer.entries()) descend(value[index], item, { path: [...path, index], at });
    }
  };
  for (const { object, answer, path } of above) descend(object, answer, { path, at: 0 });
  return places;
}

function fits(object: JsonObject, { type, conditions }: KnownObject, schema: GraphQLSchema): boolean {
  if (conditions.length === 0) return true;
  const actual = knownType(object, schema)?.name ?? type.name;
  return conditions.every((condition) => isOfType(schema, { __typename: actual }, condition));
}

function knownType({ __typename: name }: JsonObject, schema: GraphQLSchema): GraphQLObjectType | undefined {
  const type = typeof name === 'string' ? schema.getType(name) : undefined;
  return isObjectType(type) ? type : undefined;
}

/** The type of an object of a deferred fragment; `undefined`: it would take more to tell than the registries have told. */
export function typeOf(
  object: JsonObject,
  { of: { type }, selectionSet }: DeferredPlan,
  schema: GraphQLSchema,
): GraphQLObjectType | undefined {
  const known = knownType(object, schema);
  if (known) return known;
  if (isObjectType(type)) return type;
  const field: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: type.name }, selectionSet };
  const info = { schema, fieldNodes: [field], fragments: {}, variableValues: {} } as Partial<GraphQLResolveInfo>;
  const name = resolveType(object, undefined, info as GraphQLResolveInfo, type);
  return typeof name === 'string' ? (schema.getType(name) as GraphQLObjectType) : undefined;
}
