import type { PlanNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { type CompiledFetch, compileFetch } from './fetches.js';

/** A plan, compiled: what is done after one another or side by side. It has no conditions: see `specialise.ts`. */
export type Step =
  | { readonly kind: 'sequence' | 'parallel'; readonly steps: readonly Step[] }
  | { readonly kind: 'fetch'; readonly fetch: CompiledFetch }
  /** Tells that a fetch is done which something deferred rests on. */
  | { readonly kind: 'done'; readonly id: string };

interface Setting {
  readonly schema: GraphQLSchema;
  /** What the client calls a variable of the plan. */
  clientVariable(name: string): string;
  /** Gets every fetch of the plan, in its order. */
  readonly fetches: CompiledFetch[];
  /** Gets the fetches which something deferred rests on, by their ids. */
  readonly byId: Map<string, CompiledFetch>;
}

/** Where a node of a plan stands: the path that the nodes above it flatten, and the fetches that are done before it begins. */
interface Position {
  readonly at: readonly (string | number)[];
  readonly after: readonly CompiledFetch[];
}

/** Compiles a plan node and all below it. */
export function compileSteps(node: PlanNode, setting: Setting, { at, after }: Position): Step {
  const { fetches, byId } = setting;
  switch (node.kind) {
    case 'Sequence': {
      const begin = fetches.length;
      const stepAfter = (each: PlanNode) =>
        compileSteps(each, setting, { at, after: [...after, ...fetches.slice(begin)] });
      return { kind: 'sequence', steps: node.nodes.map(stepAfter) };
    }
    case 'Parallel':
      return { kind: 'parallel', steps: node.nodes.map((each) => compileSteps(each, setting, { at, after })) };
    case 'Flatten':
      return compileSteps(node.node, setting, { at: [...at, ...node.path], after });
    case 'Fetch': {
      const fetch = compileFetch(node, { ...setting, place: at, after });
      fetches.push(fetch);
      const step = { kind: 'fetch', fetch } as const;
      if (node.id === undefined) return step;
      byId.set(node.id, fetch);
      return { kind: 'sequence', steps: [step, { kind: 'done', id: node.id }] };
    }
    default:
      throw new Error(`a plan holds a ${node.kind} node, which was not asked for`);
  }
}
