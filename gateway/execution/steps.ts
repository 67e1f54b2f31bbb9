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
}

/** Compiles a plan node. `at` is the path that the nodes above it flatten. */
export function compileSteps(node: PlanNode, setting: Setting, at: readonly (string | number)[] = []): Step {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', steps: node.nodes.map((each) => compileSteps(each, setting, at)) };
    case 'Parallel':
      return { kind: 'parallel', steps: node.nodes.map((each) => compileSteps(each, setting, at)) };
    case 'Flatten':
      return compileSteps(node.node, setting, [...at, ...node.path]);
    case 'Fetch': {
      const fetch = compileFetch(node, { ...setting, place: at });
      setting.fetches.push(fetch);
      const step = { kind: 'fetch', fetch } as const;
      return node.id === undefined ? step : { kind: 'sequence', steps: [step, { kind: 'done', id: node.id }] };
    }
    default:
      throw new Error(`a plan holds a ${node.kind} node, which was not asked for`);
  }
}
