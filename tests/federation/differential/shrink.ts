import {
  type ASTNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  validate,
  visit,
} from 'graphql';
import { type RunningFederation, startFederation } from './case.js';
import type { Asking } from './generate-query.js';
import type { FederationModel, FieldModel, SubgraphModel, TypeModel } from './model.js';

export interface Failing {
  readonly federation: RunningFederation;
  readonly asking: Asking;
}

/** Whether a case fails still. */
export type Fails = (failing: Failing) => Promise<boolean>;

const TRIES_MAX = 4_000;

/** Takes parts away from the operation, then from the subgraphs, then again, as long as what is left fails. */
export async function shrink(failing: Failing, fails: Fails): Promise<Failing> {
  let tries = 0;
  const holds: Fails = async (candidate) => {
    tries += 1;
    return tries <= TRIES_MAX && (await fails(candidate).catch(() => false));
  };
  let current = failing;
  for (let before = ''; before !== sizeOf(current); ) {
    before = sizeOf(current);
    current = { ...current, asking: await shrinkQuery(current, holds) };
    current = await shrinkFederation(current, holds);
  }
  return current;
}

const sizeOf = ({ asking, federation }: Failing) => `${asking.query.length} ${federation.supergraphSdl.length}`;

async function shrinkQuery({ federation, asking }: Failing, holds: Fails): Promise<Asking> {
  let current = asking;
  for (let found = true; found; ) {
    found = false;
    for (const candidate of smallerQueries(current, federation.oracle.schema)) {
      if (!(await holds({ federation, asking: candidate }))) continue;
      current = candidate;
      found = true;
      break;
    }
  }
  return current;
}

function* smallerQueries({ query, variables }: Asking, schema: GraphQLSchema): Iterable<Asking> {
  const document = parse(query, { noLocation: true });
  for (const changed of smallerDocuments(document, variables)) {
    const tidy = tidied(changed);
    const text = print(tidy);
    if (text === print(document) || validate(schema, tidy).length > 0) continue;
    yield { query: text, variables: ofDeclared(tidy, variables) };
  }
}

/** Each document with one thing less, the largest things first. */
function* smallerDocuments(document: DocumentNode, variables: Record<string, unknown>): Iterable<DocumentNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const sets: SelectionSetNode[] = [];
  const parts: ASTNode[] = [];
  visit(document, {
    enter(node) {
      if (node.kind === Kind.SELECTION_SET) sets.push(node);
      if (node.kind === Kind.DIRECTIVE || node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD)
        parts.push(node);
      if (node.kind === Kind.VARIABLE && node.name.value in variables) parts.push(node);
      if (node.kind === Kind.FIELD && node.alias) parts.push(node);
    },
  });
  const withSet = (set: SelectionSetNode, selections: readonly SelectionNode[]) =>
    replaced(document, set, { ...set, selections: [...selections] });
  for (const set of sets) {
    for (const [index, selection] of set.selections.entries()) {
      const others = set.selections.filter((other) => other !== selection);
      if (others.length > 0) yield withSet(set, others);
      const below =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value)?.selectionSet : undefined;
      const inner = below ?? (selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : undefined);
      if (!inner) continue;
      yield withSet(set, set.selections.toSpliced(index, 1, ...inner.selections));
      if (selection.kind !== Kind.FRAGMENT_SPREAD) continue;
      const { typeCondition } = fragments.get(selection.name.value)!;
      const inline = {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition,
        selectionSet: inner,
        directives: selection.directives,
      } as const;
      yield withSet(set, set.selections.toSpliced(index, 1, inline));
    }
  }
  for (const part of parts) {
    if (part.kind === Kind.FIELD) yield replaced(document, part, { ...part, alias: undefined });
    else if (part.kind !== Kind.VARIABLE) yield replaced(document, part, null);
  }
}

function replaced(document: DocumentNode, node: ASTNode, by: ASTNode | null): DocumentNode {
  return visit(document, { enter: (candidate) => (candidate === node ? by : undefined) });
}

/** Without fragments and variables that nothing uses. */
function tidied(document: DocumentNode): DocumentNode {
  const spread = new Set<string>();
  const follow = (node: ASTNode) =>
    visit(node, {
      FragmentSpread({ name: { value: name } }) {
        if (spread.has(name)) return;
        spread.add(name);
        for (const definition of document.definitions) {
          if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name) follow(definition);
        }
      },
    });
  for (const definition of document.definitions) if (definition.kind === Kind.OPERATION_DEFINITION) follow(definition);
  const definitions = document.definitions.filter(
    (definition) => definition.kind !== Kind.FRAGMENT_DEFINITION || spread.has(definition.name.value),
  );
  const used = new Set<string>();
  const kept: DocumentNode = { ...document, definitions };
  visit(kept, { VariableDefinition: () => false, Variable: ({ name }) => void used.add(name.value) });
  return visit(kept, { VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null) });
}

function ofDeclared(document: DocumentNode, variables: Record<string, unknown>): Record<string, unknown> {
  const declared = new Set<string>();
  visit(document, { VariableDefinition: ({ variable }) => void declared.add(variable.name.value) });
  return Object.fromEntries(Object.entries(variables).filter(([name]) => declared.has(name)));
}

async function shrinkFederation({ federation, asking }: Failing, holds: Fails): Promise<Failing> {
  let current = federation;
  for (let found = true; found; ) {
    found = false;
    for (const edit of editsOf(current.model)) {
      const model = edit(current.model);
      if (JSON.stringify(model) === JSON.stringify(current.model)) continue;
      const candidate = await startFederation(model).catch(() => undefined);
      if (!candidate || validate(candidate.oracle.schema, parse(asking.query)).length > 0) continue;
      if (!(await holds({ federation: candidate, asking }))) continue;
      current = candidate;
      found = true;
    }
  }
  return { federation: current, asking };
}

type Edit = (model: FederationModel) => FederationModel;

/** Ways to take one thing away, the largest things first. Each finds its thing by name, whatever has gone by then. */
function* editsOf(model: FederationModel): Iterable<Edit> {
  for (const { name, unions, types } of model.subgraphs) {
    yield ({ subgraphs }) => ({ subgraphs: subgraphs.filter((subgraph) => subgraph.name !== name) });
    const inSubgraph = (change: (subgraph: SubgraphModel) => SubgraphModel): Edit => {
      return ({ subgraphs }) => ({ subgraphs: subgraphs.map((each) => (each.name === name ? change(each) : each)) });
    };
    for (const union of unions) yield inSubgraph((each) => ({ ...each, unions: without(each.unions, union.name) }));
    for (const type of types) yield inSubgraph((each) => ({ ...each, types: without(each.types, type.name) }));
    yield inSubgraph((each) => ({ ...each, types: each.types.map(withoutDirectives) }));
    for (const type of types) {
      const inType = (change: (type: TypeModel) => TypeModel) =>
        inSubgraph((each) => ({
          ...each,
          types: each.types.map((own) => (own.name === type.name ? change(own) : own)),
        }));
      yield* typeEdits(type, inType);
    }
  }
}

/** Fields that others supply stand there for some directive only, so that one does not go without the other. */
function withoutDirectives(type: TypeModel): TypeModel {
  const own = type.fields.filter(({ external, requires }) => !external && !requires);
  return { ...type, fields: own.map((field) => ({ ...field, provides: undefined })) };
}

/** The same for one field. */
function withoutRequiring(type: TypeModel, { name, requires = '' }: FieldModel): TypeModel {
  const named = requires.split(/\W+/);
  return {
    ...type,
    fields: type.fields.filter((own) => own.name !== name && !(own.external && named.includes(own.name))),
  };
}

function* typeEdits(type: TypeModel, inType: (change: (type: TypeModel) => TypeModel) => Edit): Iterable<Edit> {
  for (const name of type.implements) {
    yield inType((own) => ({ ...own, implements: own.implements.filter((other) => other !== name) }));
  }
  for (const { fields } of type.keys) {
    yield inType((own) => ({ ...own, keys: own.keys.filter((other) => other.fields !== fields) }));
  }
  for (const field of type.fields) if (field.requires) yield inType((own) => withoutRequiring(own, field));
  for (const { name } of type.fields) yield inType((own) => ({ ...own, fields: without(own.fields, name) }));
  for (const { name, args = [], provides, requires } of type.fields) {
    const inField = (change: (field: FieldModel) => FieldModel) =>
      inType((own) => ({ ...own, fields: own.fields.map((other) => (other.name === name ? change(other) : other)) }));
    if (args.length > 0) yield inField((field) => ({ ...field, args: [] }));
    if (provides) yield inField((field) => ({ ...field, provides: undefined }));
    if (requires) yield inField((field) => ({ ...field, requires: undefined }));
  }
}

function without<T extends { readonly name: string }>(items: readonly T[], name: string): T[] {
  return items.filter((item) => item.name !== name);
}
