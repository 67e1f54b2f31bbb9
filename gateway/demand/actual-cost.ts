import { isObject } from '../json-object.js';
import { resolve, type Variables } from './amount.js';
import { holds } from './collection.js';
import type { FieldCost, ObjectCost } from './cost-plan.js';

/**
 * What an answer cost, by the weights that its operation was estimated with, and the lists as they came. A null costs what its
 * field weighs, for it was asked for, but nothing of what would have stood below. What type an object has is known only if the
 * client asked for it, so that of fields of several types the dearest counts.
 */
export function measureCost(root: ObjectCost, data: unknown, variables: Variables): number {
  return isObject(data) ? ofObject(root, data, variables) : 0;
}

function ofObject({ byTypes }: ObjectCost, object: Record<string, unknown>, variables: Variables): number {
  let most = 0;
  for (const { weight, groups } of byTypes) {
    let cost = weight;
    for (const { conditions, fields } of groups) {
      if (conditions.length > 0 && !holds(conditions, variables)) continue;
      for (const field of fields) cost += ofField(field, object[field.responseName], variables);
    }
    if (cost > most) most = cost;
  }
  return most;
}

function ofField(field: FieldCost, value: unknown, variables: Variables): number {
  if (value === undefined) return 0;
  return Math.max(0, resolve(field.arguments, variables) + ofValue(field, value, variables));
}

function ofValue(field: FieldCost, value: unknown, variables: Variables): number {
  if (Array.isArray(value)) {
    let cost = 0;
    for (const item of value) cost += ofValue(field, item, variables);
    return cost;
  }
  return field.object && isObject(value) ? ofObject(field.object, value, variables) : field.weight;
}
