import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLResolveInfo } from 'graphql';

/** What a resolver is told beside its parent and its arguments. */
export interface Call<Context> {
  readonly context: Context;
  readonly info: GraphQLResolveInfo;
}

/** A field of a registry's schema. The shapes of parent and arguments are what the schema and the parent's resolver say. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Resolver<Context> = (parent: any, args: any, call: Call<Context>) => unknown;

/** As the executor calls it. A resolver that asks for no call, as most do, is called by the executor itself. */
export function toFieldResolver<Context>(resolve: Resolver<Context>): GraphQLFieldResolver<unknown, Context> {
  if (resolve.length < 3) return resolve as GraphQLFieldResolver<unknown, Context>;
  // biome-ignore lint/complexity/useMaxParams: the executor's signature
  return (parent, args, context, info) => resolve(parent, args, { context, info });
}

/** Passes what a field resolves to, now or later, through `map`. */
export function afterResolve<Context>(
  resolve: GraphQLFieldResolver<unknown, Context> | undefined,
  map: (value: unknown, call: Call<Context>) => unknown,
): GraphQLFieldResolver<unknown, Context> {
  const inner = resolve ?? defaultFieldResolver;
  // biome-ignore lint/complexity/useMaxParams: the executor's signature
  return (parent, args, context, info) => {
    const value = inner(parent, args, context, info);
    const call = { context, info };
    return isPromise(value) ? value.then((settled) => map(settled, call)) : map(value, call);
  };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | null | undefined)?.then === 'function';
}
