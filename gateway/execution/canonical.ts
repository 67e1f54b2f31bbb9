import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { LoadedSchema } from '../context.js';

/** The names under which an operation's fields are planned, fetched and merged. */
export interface Canonical {
  /** The operation with those names in the place of the client's. */
  readonly document: DocumentNode;
  nameOf(field: FieldNode): string;
}

/**
 * Gives each field a name that depends on nothing but the field and its arguments. A plan takes the keys and required fields that
 * it needs besides by their plain names, so a client's alias of such a name would be taken for one, and the planner drops one of
 * two fields that GraphQL lets stand under one name in objects of different types: the stock gateway then hands out the one as
 * the other. So aliases are left to the projection; only a field that has several meanings, by its arguments here or because a
 * plan may need it with other ones, is told apart: `price(currency: USD)` becomes `price__0`. What is asked for twice under two
 * aliases is fetched once.
 */
export function canonicalise(document: DocumentNode, schema: LoadedSchema): Canonical {
  const { withArguments, needed, all } = namesOfFields(schema);
  const acts = mutationFields(document);
  // A mutation under two names is carried out twice, whatever its arguments.
  const meaningOf = (field: FieldNode) =>
    argumentsOf(field) + (acts.has(field) ? (field.alias ?? field.name).value : '');
  const meanings = new Map<string, Set<string>>();
  visit(document, {
    Field(field) {
      const name = field.name.value;
      if (!withArguments.has(name) && !acts.has(field)) return;
      meanings.set(name, (meanings.get(name) ?? new Set()).add(meaningOf(field)));
    },
  });
  const names = new Map<string, string>();
  for (const [name, texts] of meanings) {
    if (texts.size === 1 && !needed.has(name)) continue;
    let count = 0;
    for (const text of texts) {
      while (all.has(`${name}__${count}`)) count += 1;
      names.set(name + text, `${name}__${count}`);
      count += 1;
    }
  }
  const known = new WeakMap<FieldNode, string>();
  const nameOf = (field: FieldNode): string => {
    const name = field.name.value;
    if (!meanings.has(name)) return name;
    let canonical = known.get(field);
    if (canonical === undefined) known.set(field, (canonical = names.get(name + meaningOf(field)) ?? name));
    return canonical;
  };
  const renamed = visit(document, {
    Field(field) {
      const value = nameOf(field);
      return { ...field, alias: value === field.name.value ? undefined : { kind: Kind.NAME, value } };
    },
  });
  return { document: renamed, nameOf };
}

/** The fields at the root of mutations. */
function mutationFields(document: DocumentNode): Set<FieldNode> {
  const found = new Set<FieldNode>();
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const part of selections) {
      if (part.kind === Kind.FIELD) found.add(part);
      else if (part.kind === Kind.INLINE_FRAGMENT) collect(part.selectionSet);
      else collect(fragments.get(part.name.value)!.selectionSet);
    }
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION && definition.operation === 'mutation') {
      collect(definition.selectionSet);
    }
  }
  return found;
}

/** The same for arguments in another order. */
function argumentsOf({ arguments: given = [] }: FieldNode): string {
  return `(${given.map((each) => print(each)).sort()})`;
}

interface FieldNames {
  /** Names of fields that take arguments in some type. */
  readonly withArguments: ReadonlySet<string>;
  /** Names of fields that a plan may need for itself. */
  readonly needed: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
}

const bySchema = new WeakMap<LoadedSchema, FieldNames>();

function namesOfFields(schema: LoadedSchema): FieldNames {
  let names = bySchema.get(schema);
  if (!names) bySchema.set(schema, (names = { ...namesIn(schema.full), needed: neededNames(schema) }));
  return names;
}

function namesIn(schema: GraphQLSchema): Omit<FieldNames, 'needed'> {
  const withArguments = new Set<string>();
  const all = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      all.add(field.name);
      if (field.args.length > 0) withArguments.add(field.name);
    }
  }
  return { withArguments, all };
}

/** Every name in the field sets of keys, of `@requires` and of contexts; a word too many costs an alias, no more. */
function neededNames({ supergraph }: LoadedSchema): Set<string> {
  const words = new Set<string>();
  for (const directive of ['join__type', 'join__field']) {
    for (const application of supergraph.schema.directive(directive)?.applications() ?? []) {
      const { key, requires, contextArguments } = application.arguments();
      for (const word of JSON.stringify([key, requires, contextArguments]).match(/\w+/g) ?? []) words.add(word);
    }
  }
  return words;
}
