import type { GraphQLSchema } from 'graphql';
import type { CompiledFetch, ContextArgument } from './fetches.js';
import { isObject, type JsonObject, type Template } from './paths.js';
import { isOfType } from './rewrites.js';

const FRAGMENT = '... on ';

/** Objects for which the arguments that come from above them (`@fromContext`) have the same values. */
export interface InContext {
  readonly context: JsonObject;
  readonly objects: JsonObject[];
}

/** The objects that a fetch is for, by the values of its arguments from the context. An argument without a value is left out. */
export function contextsOf(fetch: CompiledFetch, root: JsonObject, schema: GraphQLSchema): InContext[] {
  const byValues = new Map<string, InContext>();
  eachWithAncestors(root, fetch.at, (ancestors) => {
    const context: JsonObject = {};
    for (const argument of fetch.context) {
      const value = valueFor(argument, ancestors, schema);
      if (value !== undefined) context[argument.variable] = value;
    }
    const key = JSON.stringify(context);
    const known = byValues.get(key);
    const object = ancestors.at(-1)!;
    if (known) known.objects.push(object);
    else byValues.set(key, { context, objects: [object] });
  });
  return [...byValues.values()];
}

/** Calls `visit` for each place at a template with the objects on the way to it, the root first, the place's own last. */
function eachWithAncestors(
  root: JsonObject,
  template: Template,
  visit: (ancestors: readonly JsonObject[]) => void,
): void {
  const names = template.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const walk = (value: unknown, ancestors: readonly JsonObject[]): void => {
    if (Array.isArray(value)) {
      for (const item of value) walk(item, ancestors);
      return;
    }
    if (!isObject(value)) return;
    const here = [...ancestors, value];
    const name = names[here.length - 1];
    if (name === undefined) visit(here);
    else if (Object.hasOwn(value, name)) walk(value[name], here);
  };
  walk(root, []);
}

function valueFor({ up, path }: ContextArgument, ancestors: readonly JsonObject[], schema: GraphQLSchema): unknown {
  let value: unknown = ancestors.at(-1 - up);
  for (const part of path) {
    if (!part.startsWith(FRAGMENT)) value = valueBelow(value, part);
    else if (!isObject(value) || !isOfType(schema, value, part.slice(FRAGMENT.length))) return undefined;
  }
  return value;
}

function valueBelow(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((item) => valueBelow(item, name));
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
