import { type ConstDirectiveNode, type GraphQLSchema, getNamedType, isCompositeType, isLeafType } from 'graphql';

import type { LoadedSchema } from '../context.js';
import { isObject } from '../json-object.js';
import { argumentsOf, graphsOf } from './joins.js';

/** How long a value may be answered again without asking its registry. */
export interface Lifetime {
  readonly freshMs: number;
  /** Whether it may be given only to the caller for whom it was fetched (`scope: PRIVATE`). */
  readonly isPrivate: boolean;
}

/** What `@cacheControl` says at one place. */
interface Hint {
  readonly freshMs?: number;
  readonly isPrivate: boolean;
  readonly inherits: boolean;
}

export interface Lifetimes {
  /** Whether nothing has one. */
  readonly isEmpty: boolean;
  /** Of an entity of a type; `undefined`: it says nothing. */
  ofType(subgraph: string, type: string): Lifetime | undefined;
  /** Of a field of an object with a lifetime; `undefined`: it MUST NOT be remembered. */
  ofField(subgraph: string, at: { type: string; field: string; within: Lifetime | undefined }): Lifetime | undefined;
}

/**
 * Reads the lifetimes that subgraphs declare by Apollo's `@cacheControl(maxAge:, scope:, inheritMaxAge:)`, with its rules: what
 * stands at a field goes before what stands at the type that it returns; a scalar without a hint lives as long as its object; a
 * root field, an object or a list of objects without a hint not at all. No hint, no caching.
 *
 * Composition drops the directive, or keeps of several subgraphs' the first. So `compose` writes each subgraph's into the
 * supergraph as `@join__directive(graphs:, name: "cacheControl", args:)`, which goes before a `@cacheControl` that somebody else's
 * composition has kept.
 *
 * `undeclaredMs`: the lifetime of everything in a supergraph that declares none at all; 0: none.
 */
export function readLifetimes({ full }: LoadedSchema, { undeclaredMs }: { undeclaredMs: number }): Lifetimes {
  const graphs = graphsOf(full);
  const hasJoined = declaresAny(full, (each) => joined(each).length > 0);
  const isDeclared = hasJoined || declaresAny(full, (each) => plain(each).length > 0);
  const undeclared = !isDeclared && undeclaredMs > 0 ? { freshMs: undeclaredMs, isPrivate: false } : undefined;
  const hintAt = (subgraph: string, directives: readonly ConstDirectiveNode[] | undefined): Hint | undefined => {
    const graph = graphs.get(subgraph);
    const own = graph === undefined ? [] : directives?.flatMap((each) => joined(each, graph));
    // Of several subgraphs' hints what composition keeps is the first's.
    const [args] = hasJoined ? (own ?? []) : (directives?.flatMap((each) => plain(each)) ?? []);
    return args && hintOf(args);
  };
  const hintOfType = (subgraph: string, type: string) => hintAt(subgraph, full.getType(type)?.astNode?.directives);

  return {
    isEmpty: !isDeclared && !undeclared,
    ofType(subgraph, type) {
      if (undeclared) return undeclared;
      const hint = hintOfType(subgraph, type);
      return hint?.freshMs === undefined ? undefined : lifetimeOf(hint.freshMs, hint.isPrivate);
    },
    ofField(subgraph, { type, field, within }) {
      if (undeclared) return undeclared;
      const parent = full.getType(type);
      const known = parent && 'getFields' in parent ? parent.getFields()[field] : undefined;
      if (!known) return undefined;
      const returned = getNamedType(known.type as never);
      const ofField = hintAt(subgraph, known.astNode?.directives);
      const ofReturned = isCompositeType(returned) ? hintOfType(subgraph, returned.name) : undefined;
      const ofParent = hintOfType(subgraph, type);
      const isPrivate = [within, ofParent, ofField, ofReturned].some((each) => each?.isPrivate);
      const freshMs = ofField?.freshMs ?? (ofField?.inherits ? undefined : ofReturned?.freshMs);
      if (freshMs !== undefined) return lifetimeOf(freshMs, isPrivate);
      const inherits = ofField?.inherits || ofReturned?.inherits || isLeafType(returned);
      return inherits && within ? { freshMs: within.freshMs, isPrivate } : undefined;
    },
  };
}

function lifetimeOf(freshMs: number, isPrivate: boolean): Lifetime | undefined {
  return freshMs > 0 ? { freshMs, isPrivate } : undefined;
}

function declaresAny(full: GraphQLSchema, isHint: (directive: ConstDirectiveNode) => boolean): boolean {
  return Object.values(full.getTypeMap()).some((type) => {
    const fields = 'getFields' in type ? Object.values(type.getFields() as object) : [];
    return [type, ...fields].some(({ astNode }) =>
      (astNode?.directives as ConstDirectiveNode[] | undefined)?.some(isHint),
    );
  });
}

function plain(directive: ConstDirectiveNode): Record<string, unknown>[] {
  return directive.name.value === 'cacheControl' ? [argumentsOf(directive)] : [];
}

/** The arguments of a hint that a subgraph, or without `graph` any, has joined. */
function joined(directive: ConstDirectiveNode, graph?: string): Record<string, unknown>[] {
  if (directive.name.value !== 'join__directive') return [];
  const { graphs, name, args } = argumentsOf(directive);
  if (name !== 'cacheControl' || !Array.isArray(graphs)) return [];
  return graph === undefined || graphs.includes(graph) ? [isObject(args) ? args : {}] : [];
}

function hintOf({ maxAge, scope, inheritMaxAge }: Record<string, unknown>): Hint {
  return {
    ...(typeof maxAge === 'number' ? { freshMs: maxAge * 1000 } : {}),
    isPrivate: scope === 'PRIVATE',
    inherits: inheritMaxAge === true,
  };
}
