import type { PlanNode } from '@apollo/query-planner';
import { type DocumentNode, getOperationAST, isInterfaceType, Kind, print, visit } from 'graphql';
import type { LoadedSchema, ResponsePath, SubgraphRequest } from '../context.js';
import { type Canonical, canonicalise } from './canonical.js';
import { type ClientPaths, createClientPaths } from './client-paths.js';
import { type Deferral, splitDeferred } from './deferred-fragments.js';
import { compileDeferredSteps, compileParts, firstNode, type PartsPlan } from './deferred-plan.js';
import type { CompiledFetch } from './fetches.js';
import { createMerger } from './merged-request.js';
import { refuseMisplanned } from './misplanned.js';
import type { Planner } from './planner.js';
import { compileProjection, type Projection } from './project.js';
import { selects } from './selections.js';
import { spreadOutForPlanner } from './spread-out.js';
import { compileSteps, type Step } from './steps.js';

/** An operation, planned and compiled for one schema: all that does not depend on the request. */
export interface Plan {
  /** Absent: the operation asks for nothing that a subgraph holds (`__typename`, introspection). */
  readonly step?: Step;
  /** Takes the answer out of the merged data, when everything in it fits; absent: the operation cannot be compiled. */
  readonly project?: Projection;
  readonly nameOf: Canonical['nameOf'];
  /** The names of the supergraph's interfaces. */
  readonly abstractTypes: ReadonlySet<string>;
  readonly clientPaths: ClientPaths;
  /** Whether objects of one part may share what was brought to them; not if arguments come from above them. */
  readonly sharesObjects: boolean;
  merge(fetches: readonly CompiledFetch[]): SubgraphRequest;
  /** The subgraphs that a fetch of this plan asks for the field at a path of the answer. */
  suppliersOf(path: ResponsePath): string[];
  /** Absent: the answer comes in one piece. Else `step` fetches what is answered at once, and `project` MUST NOT be used. */
  readonly parts?: PartsPlan;
}

/** What a plan is made for. */
export interface Planned {
  readonly schema: LoadedSchema;
  /** Without conditions. */
  readonly document: DocumentNode;
  readonly operationName?: string;
  /** The labels of progressive `@override` that hold. */
  readonly overrides: readonly string[];
  /** Whether what is deferred may come later; else it is answered with all the rest. */
  readonly inParts: boolean;
}

export async function compilePlan(planned: Planned, planner: Planner): Promise<Plan> {
  const { document, operationName, schema, inParts } = planned;
  const deferral = inParts ? splitDeferred(document, operationName, schema.api) : undefined;
  if (!deferral) return compile(planned, { planner });
  try {
    return await compile(planned, { planner, deferral });
  } catch {
    // The planner has faults that only @defer brings out, with @requires for one, and takes minutes over some operations that
    // defer much: then all is answered at once, or refused for a reason of its own.
    return compile(planned, { planner });
  }
}

async function compile(
  { schema, document: asked, operationName, overrides }: Planned,
  { planner, deferral }: { planner: Planner; deferral?: Deferral },
): Promise<Plan> {
  const { document } = deferral ?? { document: asked };
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error('there is no operation to plan');
  const { document: canonical, nameOf } = canonicalise(document, schema);
  const renamed = giveWay(canonical);
  const { node } = await planner.plan({
    text: print(spreadOutForPlanner(renamed.document, operationName, schema.api)),
    operationName,
    overrides,
    defer: deferral !== undefined,
  });
  if (node?.kind === 'Subscription') throw new Error('subscriptions are refused before they are planned');
  const fetches: CompiledFetch[] = [];
  const { clientVariable } = renamed;
  const clientPaths = createClientPaths({ schema: schema.api, document, operation }, nameOf);
  const byId = new Map<string, CompiledFetch>();
  const stepOf = (each: PlanNode, depends: readonly string[] = []) => {
    // What names no fetch that it rests on begins when all above it is done.
    const after =
      depends.length === 0 ? [...fetches] : depends.flatMap((id) => [byId.get(id)!, ...byId.get(id)!.after]);
    return compileSteps(each, { schema: schema.full, clientVariable, fetches, byId }, { at: [], after });
  };
  const first = firstNode(node);
  const step = first && stepOf(first);
  const deferred = compileDeferredSteps(node, stepOf);
  refuseMisplanned(fetches, schema);
  const plan: Plan = {
    step,
    project: compileProjection({ schema: schema.api, document, operation }, nameOf),
    nameOf,
    abstractTypes: interfacesOf(schema),
    clientPaths,
    sharesObjects: fetches.every(({ context }) => context.length === 0),
    merge: createMerger(fetches),
    suppliersOf: (path) => suppliersOf(clientPaths.canonical(path), fetches),
  };
  return deferral ? { ...plan, parts: compileParts(deferral, { schema, plan, steps: deferred }) } : plan;
}

const interfaces = new WeakMap<LoadedSchema, ReadonlySet<string>>();

function interfacesOf(schema: LoadedSchema): ReadonlySet<string> {
  let names = interfaces.get(schema);
  if (!names) {
    names = new Set(
      Object.values(schema.full.getTypeMap())
        .filter(isInterfaceType)
        .map(({ name }) => name),
    );
    interfaces.set(schema, names);
  }
  return names;
}

/** What the planner calls variables of its own: one that a client calls so gives way. */
const OF_THE_PLANNER = /^(representations|contextualArgument_)/;

function giveWay(document: DocumentNode): { document: DocumentNode; clientVariable(name: string): string } {
  const used = new Set<string>();
  visit(document, { Variable: ({ name }) => void used.add(name.value) });
  const clientNames = new Map<string, string>();
  const planNames = new Map<string, string>();
  for (const name of used) {
    if (!OF_THE_PLANNER.test(name)) continue;
    let free = `client_${name}`;
    while (used.has(free)) free += '_';
    used.add(free);
    planNames.set(name, free);
    clientNames.set(free, name);
  }
  if (planNames.size === 0) return { document, clientVariable: (name) => name };
  const renamed = visit(document, {
    Variable(node) {
      const value = planNames.get(node.name.value);
      return value === undefined ? undefined : { ...node, name: { kind: Kind.NAME, value } };
    },
  });
  return { document: renamed, clientVariable: (name) => clientNames.get(name) ?? name };
}

function suppliersOf(names: readonly string[], fetches: readonly CompiledFetch[]): string[] {
  const brings = (fetch: CompiledFetch) => {
    const above = fetch.at.flatMap(({ name }) => (name === undefined ? [] : [name]));
    return (
      names.length > above.length &&
      above.every((name, index) => name === names[index]) &&
      selects(fetch, names.slice(above.length))
    );
  };
  return [...new Set(fetches.filter(brings).map(({ subgraph }) => subgraph))];
}
