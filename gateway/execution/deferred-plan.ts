import type { DeferNode, PlanNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type GraphQLObjectType,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { LoadedSchema, ResponsePath } from '../context.js';
import { type ClientPaths, createClientPaths } from './client-paths.js';
import type { Deferral, DeferredFragment, KnownObject } from './deferred-fragments.js';
import type { JsonObject } from './paths.js';
import type { Plan } from './plan.js';
import { compileObjectProjection, compileProjection, type Projection } from './project.js';
import type { Step } from './steps.js';

/** What a plan has besides for an answer in parts. */
export interface PartsPlan {
  /** The plan as it is for what is answered at once: its paths and its projection know of nothing else. */
  readonly first: Plan;
  /** The operation of what is answered at once. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly deferred: readonly DeferredPlan[];
}

/** A deferred fragment, planned and compiled. */
export interface DeferredPlan extends Pick<DeferredFragment, 'label' | 'of' | 'selectionSet'> {
  /** The way to its objects, by the client's names and by those of the merged data. */
  readonly steps: readonly { readonly of: KnownObject; readonly key: string; readonly name: string }[];
  /** Fetches of what stands above it; when they are done, `step` can begin. */
  readonly depends: readonly string[];
  /** Whether `step` needs nothing that stands above it. */
  readonly isIndependent: boolean;
  /** Absent: what it asks for comes with what stands above it. */
  readonly step?: Step;
  /** The plan as it is for this fragment: its paths begin at the root, and only what the fragment asks for has any. */
  readonly plan: Plan;
  /** `undefined`: it cannot be compiled. */
  projectionFor(type: GraphQLObjectType): Projection | undefined;
  /** Whether the fragment itself asks for what stands at a path of the merged data. */
  asksFor(path: ResponsePath, data: JsonObject): boolean;
  readonly nested: readonly DeferredPlan[];
}

/** The fetches of a deferred fragment. */
export interface DeferredSteps {
  readonly depends: readonly string[];
  readonly step?: Step;
}

/** The node of what is answered at once. */
export function firstNode(node: PlanNode | undefined): PlanNode | undefined {
  return node?.kind === 'Defer' ? node.primary.node : node;
}

/**
 * The fetches of all deferred fragments by their ids, however deep they are nested; one that needs none may be missing. `compile`
 * gets the ids of the fetches that are done before the node begins.
 */
export function compileDeferredSteps(
  node: PlanNode | undefined,
  compile: (node: PlanNode, depends: readonly string[]) => Step,
  into = new Map<string, DeferredSteps>(),
): Map<string, DeferredSteps> {
  if (node?.kind !== 'Defer') return into;
  for (const deferred of (node satisfies DeferNode).deferred) {
    const own = firstNode(deferred.node);
    const depends = deferred.depends.map(({ id }) => id);
    into.set(deferred.label ?? '', { depends, ...(own ? { step: compile(own, depends) } : {}) });
    compileDeferredSteps(deferred.node, compile, into);
  }
  return into;
}

interface Setting {
  readonly schema: LoadedSchema;
  readonly plan: Plan;
  readonly operation: OperationDefinitionNode;
  readonly steps: ReadonlyMap<string, DeferredSteps>;
}

export function compileParts(
  { first: document, fragments }: Deferral,
  { schema, plan, steps }: Omit<Setting, 'operation'>,
): PartsPlan {
  const operation = getOperationAST(document)!;
  const asked = { schema: schema.api, document, operation };
  const paths = createClientPaths(asked, plan.nameOf);
  const clientPaths = restricted(paths, plan.clientPaths, 0);
  const setting = { schema, plan, operation, steps };
  return {
    first: { ...plan, clientPaths, project: compileProjection(asked, plan.nameOf) },
    document,
    operation,
    deferred: fragments.map((fragment) => compileFragment(fragment, ROOT, setting)),
  };
}

/** Where the way to a fragment's objects begins. */
interface Start {
  /** How many fields below the root. */
  readonly depth: number;
  /** Makes of what is asked of objects there what is asked of the root. */
  fromRoot(selectionSet: SelectionSetNode): SelectionSetNode;
}

const ROOT: Start = { depth: 0, fromRoot: (selectionSet) => selectionSet };

function compileFragment(fragment: DeferredFragment, start: Start, setting: Setting): DeferredPlan {
  const { schema, plan, operation, steps } = setting;
  const { id, of, selectionSet, nested } = fragment;
  const { depends = [], step } = steps.get(id) ?? {};
  const depth = start.depth + fragment.steps.length;
  const fromRoot = (inner: SelectionSetNode) => start.fromRoot(wayTo(inner, fragment));
  const alone = { ...operation, selectionSet: fromRoot(selectionSet) };
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [alone] };
  const paths = createClientPaths({ schema: schema.api, document, operation: alone }, plan.nameOf);
  const isQuery = operation.operation === OperationTypeNode.QUERY;
  const projections = new Map<GraphQLObjectType, Projection | undefined>();
  return {
    label: fragment.label,
    of,
    selectionSet,
    steps: fragment.steps.map((each) => {
      const { field } = each;
      return { of: each.of, key: (field.alias ?? field.name).value, name: plan.nameOf(field) };
    }),
    depends,
    isIndependent: isQuery && depth === 0,
    step,
    plan: { ...plan, clientPaths: restricted(paths, plan.clientPaths, depth) },
    projectionFor(type) {
      if (!projections.has(type)) {
        projections.set(type, compileObjectProjection(type, selectionSet, { schema: schema.api, nameOf: plan.nameOf }));
      }
      return projections.get(type);
    },
    asksFor: (path, data) => paths.of(path, data).some((at) => fieldsIn(at) > depth),
    nested: nested.map((each) => compileFragment(each, { depth, fromRoot }, setting)),
  };
}

/** The selection that leads to the objects of a fragment and asks them for `inner`. */
function wayTo(inner: SelectionSetNode, { steps, of }: DeferredFragment): SelectionSetNode {
  return steps.reduceRight<SelectionSetNode>(
    (selectionSet, step) => narrowed(setOf({ ...step.field, selectionSet }), step.of),
    narrowed(inner, of),
  );
}

function narrowed(selectionSet: SelectionSetNode, { conditions }: KnownObject): SelectionSetNode {
  return conditions.reduceRight<SelectionSetNode>((set, condition) => {
    const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: condition } } as const;
    return setOf({ kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet: set });
  }, selectionSet);
}

function setOf(selection: SelectionNode): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections: [selection] };
}

/**
 * The paths of one part of the answer: those that lead at least so many fields deep. What is asked for, but not in this part, has
 * none here, only what is null by it.
 */
function restricted(paths: ClientPaths, ofAll: ClientPaths, depth: number): ClientPaths {
  const isBelow = (path: ResponsePath) => fieldsIn(path) >= depth;
  const of: ClientPaths['of'] = (path, data) => paths.of(path, data).filter(isBelow);
  const isOfOthers: (...at: Parameters<ClientPaths['of']>) => boolean = (path, data) =>
    of(path, data).length === 0 && ofAll.of(path, data).length > 0;
  return {
    ...paths,
    of,
    valuesAt: (path, data, names) => paths.valuesAt(path, data, names).filter(({ path: at }) => isBelow(at)),
    above: (path, data) =>
      isOfOthers(path, data) ? paths.nearest(path, data).flatMap(onTheWay) : paths.above(path, data),
    nearest: (path, data) => (isOfOthers(path, data) ? [] : paths.nearest(path, data)),
  };
}

function onTheWay(path: ResponsePath): ResponsePath[] {
  return path.map((_, index) => path.slice(0, index + 1));
}

function fieldsIn(path: ResponsePath): number {
  return path.filter((part) => typeof part === 'string').length;
}
