import type { FetchDataRewrite } from '@apollo/query-planner';
import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';
import type { ResponsePath } from '../context.js';
import { isObject, type JsonObject, merge, setOwn } from './paths.js';

const FRAGMENT = '... on ';

/** Carries out the planner's rewrites in place: on a representation before it is sent, on an answer before it is merged. */
export function applyRewrites(schema: GraphQLSchema, rewrites: readonly FetchDataRewrite[], value: unknown): void {
  for (const rewrite of rewrites) {
    const last = rewrite.path.at(-1);
    if (last === undefined) continue;
    const change = (object: JsonObject) => {
      if (rewrite.kind === 'ValueSetter') {
        setOwn(object, last, rewrite.setValueTo);
      } else if (Object.hasOwn(object, last) && object[last] !== undefined) {
        const renamed = { [rewrite.renameKeyTo]: object[last] };
        delete object[last];
        // The same field may have been asked for under its own name, too, of an interface that allows null where its type does not.
        merge(object, renamed);
      }
    };
    atPath(value, rewrite.path.slice(0, -1), { schema, change });
  }
}

function atPath(
  value: unknown,
  path: readonly string[],
  walk: { schema: GraphQLSchema; change: (object: JsonObject) => void },
): void {
  if (Array.isArray(value)) {
    for (const item of value) atPath(item, path, walk);
    return;
  }
  if (!isObject(value)) return;
  const [first, ...rest] = path;
  if (first === undefined) walk.change(value);
  else if (!first.startsWith(FRAGMENT)) atPath(Object.hasOwn(value, first) ? value[first] : undefined, rest, walk);
  else if (value.__typename === undefined || isOfType(walk.schema, value, first.slice(FRAGMENT.length))) {
    atPath(value, rest, walk);
  }
}

/** A path in a subgraph's answer, with the names that the client's answer has after the planner's renames. */
export function renamePath(rewrites: readonly FetchDataRewrite[], path: ResponsePath): ResponsePath {
  let renamed = path;
  for (const rewrite of rewrites) {
    if (rewrite.kind !== 'KeyRenamer') continue;
    const names = rewrite.path.filter((part) => !part.startsWith(FRAGMENT));
    const at = indexAfter(renamed, names);
    if (at !== undefined) renamed = renamed.map((part, index) => (index === at ? rewrite.renameKeyTo : part));
  }
  return renamed;
}

/** The index in `path` of the last of `names`, when `path` begins with them, list indexes not counted. */
function indexAfter(path: ResponsePath, names: readonly string[]): number | undefined {
  let matched = 0;
  for (const [index, part] of path.entries()) {
    if (typeof part === 'number') continue;
    if (part !== names[matched]) return undefined;
    matched += 1;
    if (matched === names.length) return index;
  }
  return undefined;
}

/** Whether an object's `__typename` is `condition` or one of its possible types. */
export function isOfType(schema: GraphQLSchema, value: JsonObject, condition: string): boolean {
  const name = value.__typename;
  if (typeof name !== 'string') return false;
  if (name === condition) return true;
  const type = schema.getType(name);
  const abstract = schema.getType(condition);
  if (!abstract || !isAbstractType(abstract)) return false;
  return (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(abstract, type);
}
