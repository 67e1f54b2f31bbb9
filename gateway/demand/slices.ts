import { type ArgumentNode, Kind, type ValueNode, valueFromASTUntyped, visit } from 'graphql';
import { isObject } from '../json-object.js';
import { type Amount, sum, type Variables } from './amount.js';
import type { ListSize, WeighedField, WeighedInput } from './weights.js';

type Reader<Value> = (variables: Variables) => Value;

/** The values of slicing arguments, or what reads them from the variables that they hang on. */
export type Slices = readonly unknown[] | Reader<readonly unknown[]>;

type Given = readonly ArgumentNode[] | undefined;

/** The values of a field's slicing arguments that a request gives, or the schema in their place. */
export function slicesOf(given: Given, { arguments: inputs }: WeighedField, { slicingArguments }: ListSize): Slices {
  const readers = slicingArguments.map((path) => {
    const [name = '', ...below] = path.split('.');
    const value = given?.find((each) => each.name.value === name)?.value;
    const { defaultValue } = inputs.get(name) ?? {};
    return (variables: Variables) => {
      let slice = (value && valueFromASTUntyped(value, variables)) ?? defaultValue;
      for (const part of below) slice = isObject(slice) && Object.hasOwn(slice, part) ? slice[part] : undefined;
      return slice;
    };
  });
  const read = (variables: Variables) =>
    readers.map((reader) => reader(variables)).filter((slice) => slice !== undefined && slice !== null);
  return given?.some(({ value }) => hasVariable(value)) ? read : read({});
}

/** How long a page the slices ask for; the longest, as the specification has it. `undefined`: they don't say. */
export function longest(slices: readonly unknown[]): number | undefined {
  const lengths = slices.filter((value): value is number => typeof value === 'number' && value >= 0);
  return lengths.length === 0 ? undefined : Math.max(...lengths);
}

/** What the arguments that are given to a field cost. */
export function argumentsCost(given: Given, { arguments: inputs }: WeighedField): Amount {
  const costs = (given ?? []).flatMap(({ name, value }): Amount[] => {
    const input = inputs.get(name.value);
    if (!input || (input.weight === undefined && !input.fields)) return [];
    const cost = (variables: Variables) => inputCost(valueFromASTUntyped(value, variables), input);
    return [hasVariable(value) ? cost : cost({})];
  });
  return sum(costs);
}

/**
 * The weight of an argument and of all fields of input objects that are handed in with it. An input object whose place has no
 * weight counts 1.
 */
function inputCost(value: unknown, input: WeighedInput): number {
  return value === undefined || value === null ? 0 : (input.weight ?? 0) + fieldsCost(value, input);
}

function fieldsCost(value: unknown, input: WeighedInput): number {
  if (Array.isArray(value)) return value.reduce((so, item) => so + fieldsCost(item, input), 0);
  if (!input.fields || !isObject(value)) return 0;
  let cost = input.weight === undefined ? 1 : 0;
  const fields = input.fields();
  for (const [name, of] of Object.entries(value)) {
    const field = fields.get(name);
    if (field) cost += inputCost(of, field);
  }
  return cost;
}

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true;
  let found = false;
  visit(value, { Variable: () => void (found = true) });
  return found;
}
