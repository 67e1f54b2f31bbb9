import { type ConstDirectiveNode, type GraphQLSchema, getNamedType, isCompositeType, isLeafType } from 'graphql';

import type { LoadedSchema } from '../context.js';
import { isObject } from '../json-object.js';
import { argumentsOf, graphsOf } from './joins.js';

/** How long a value may be answered again without asking its registry. */
export interface Lifetime {
  readonly freshMs: number;
  /** How much longer it may be given while it is fetched anew, and while its registry fails. */
  readonly whileRevalidateMs: number;
  readonly ifErrorMs: number;
  /** Whether it may be given only to the caller for whom it was fetched (`scope: PRIVATE`). */
  readonly isPrivate: boolean;
}

/** What `@cacheControl` says at one place. */
interface Hint {
  readonly freshMs?: number;
  readonly isPrivate: boolean;
  readonly inherits: boolean;
}

/** What `@cacheStale` says at one place. */
type Stale = Pick<Lifetime, 'whileRevalidateMs' | 'ifErrorMs'>;

const NEVER_STALE: Stale = { whileRevalidateMs: 0, ifErrorMs: 0 };

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
 * composition has kept. So it does with our `@cacheStale(whileRevalidate:, ifError:)`, which says, in seconds after that, how much
 * longer a value may be given (as RFC 5861 has it for HTTP): what stands at a field goes before what stands at the type that it
 * returns, and a scalar has its object's.
 *
 * `undeclaredMs`: the lifetime of everything in a supergraph that declares none at all; 0: none.
 */
export function readLifetimes({ full }: LoadedSchema, { undeclaredMs }: { undeclaredMs: number }): Lifetimes {
  const graphs = graphsOf(full);
  const hasJoined = declaresAny(full, (each) => joined(each).length > 0);
  const isDeclared = hasJoined || declaresAny(full, (each) => plain(each).length > 0);
  const undeclared =
    !isDeclared && undeclaredMs > 0 ? { freshMs: undeclaredMs, ...NEVER_STALE, isPrivate: false } : undefined;
  const hintAt = (subgraph: string, directives: readonly ConstDirectiveNode[] | undefined): Hint | undefined => {
    const graph = graphs.get(subgraph);
    const own = graph === undefined ? [] : directives?.flatMap((each) => joined(each, graph));
    // Of several subgraphs' hints what composition keeps is the first's.
    const [args] = hasJoined ? (own ?? []) : (directives?.flatMap((each) => plain(each)) ?? []);
    return args && hintOf(args);
  };
  const hintOfType = (subgraph: string, type: string) => hintAt(subgraph, full.getType(type)?.astNode?.directives);
  const staleAt = (subgraph: string, directives: readonly ConstDirectiveNode[] | undefined): Stale | undefined => {
    const graph = graphs.get(subgraph);
    const [args] = directives?.flatMap((each) => (graph === undefined ? [] : joined(each, graph, 'cacheStale'))) ?? [];
    return args && { whileRevalidateMs: msOf(args.whileRevalidate), ifErrorMs: msOf(args.ifError) };
  };
  const staleOfType = (subgraph: string, type: string) => staleAt(subgraph, full.getType(type)?.astNode?.directives);

  return {
    isEmpty: !isDeclared && !undeclared,
    ofType(subgraph, type) {
      if (undeclared) return undeclared;
      const hint = hintOfType(subgraph, type);
      const stale = staleOfType(subgraph, type) ?? NEVER_STALE;
      return hint?.freshMs === undefined
        ? undefined
        : lifetimeOf(hint.freshMs, { ...stale, isPrivate: hint.isPrivate });
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
      const inherits = ofField?.inherits || ofReturned?.inherits || isLeafType(returned);
      const stale =
        staleAt(subgraph, known.astNode?.directives) ??
        (isCompositeType(returned) ? staleOfType(subgraph, returned.name) : undefined) ??
        (inherits ? within : undefined) ??
        NEVER_STALE;
      const freshMs = ofField?.freshMs ?? (ofField?.inherits ? undefined : ofReturned?.freshMs);
      if (freshMs !== undefined) return lifetimeOf(freshMs, { ...stale, isPrivate });
      return inherits && within ? lifetimeOf(within.freshMs, { ...stale, isPrivate }) : undefined;
    },
  };
}

function lifetimeOf(
  freshMs: number,
  { whileRevalidateMs, ifErrorMs, isPrivate }: Stale & { isPrivate: boolean },
): Lifetime | undefined {
  return freshMs > 0 ? { freshMs, whileRevalidateMs, ifErrorMs, isPrivate } : undefined;
}

/** The shortest of some lifetimes; `undefined`: of something without one. */
export function shortest(lifetimes: readonly (Lifetime | undefined)[]): Lifetime | undefined {
  const forever = Number.POSITIVE_INFINITY;
  const least = { freshMs: forever, whileRevalidateMs: forever, ifErrorMs: forever, isPrivate: false };
  for (const lifetime of lifetimes) {
    if (!lifetime) return undefined;
    least.freshMs = Math.min(least.freshMs, lifetime.freshMs);
    least.whileRevalidateMs = Math.min(least.whileRevalidateMs, lifetime.whileRevalidateMs);
    least.ifErrorMs = Math.min(least.ifErrorMs, lifetime.ifErrorMs);
    least.isPrivate ||= lifetime.isPrivate;
  }
  return least;
}

function msOf(seconds: unknown): number {
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 0;
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
function joined(directive: ConstDirectiveNode, graph?: string, as = 'cacheControl'): Record<string, unknown>[] {
  if (directive.name.value !== 'join__directive') return [];
  const { graphs, name, args } = argumentsOf(directive);
  if (name !== as || !Array.isArray(graphs)) return [];
  return graph === undefined || graphs.includes(graph) ? [isObject(args) ? args : {}] : [];
}

function hintOf({ maxAge, scope, inheritMaxAge }: Record<string, unknown>): Hint {
  return {
    ...(typeof maxAge === 'number' ? { freshMs: maxAge * 1000 } : {}),
    isPrivate: scope === 'PRIVATE',
    inherits: inheritMaxAge === true,
  };
}
