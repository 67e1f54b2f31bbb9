import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** What the log calls the fields of an object, by the names under which the client gets them. */
export type FieldNames = ReadonlyMap<string, FieldName>;

export interface FieldName {
  /** The field's own name; of those that are asked for more than once the later ones have `:2`, `:3`, … behind it. */
  readonly name: string;
  readonly below: FieldNames;
}

interface Collected {
  readonly name: string;
  readonly sets: SelectionSetNode[];
}

const known = new WeakMap<OperationDefinitionNode, FieldNames>();

/** The names of an operation's fields: an alias is the client's own word, and whoever is called so is nothing that the log may tell. */
export function fieldNames(document: DocumentNode, operation: OperationDefinitionNode): FieldNames {
  let names = known.get(operation);
  if (!names) {
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const each of document.definitions) {
      if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
    }
    known.set(operation, (names = namesIn([operation.selectionSet], fragments)));
  }
  return names;
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** Fields of all types that the object may be of: no two under one name can stand in one object. */
function namesIn(sets: readonly SelectionSetNode[], fragments: Fragments): FieldNames {
  const collected = new Map<string, Collected>();
  for (const set of sets) collect(set, fragments, collected);
  const times = new Map<string, number>();
  const names = new Map<string, FieldName>();
  for (const [key, { name, sets: below }] of collected) {
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    names.set(key, { name: time === 1 ? name : `${name}:${time}`, below: namesIn(below, fragments) });
  }
  return names;
}

function collect(set: SelectionSetNode, fragments: Fragments, into: Map<string, Collected>): void {
  for (const each of set.selections) {
    if (each.kind === Kind.INLINE_FRAGMENT) collect(each.selectionSet, fragments, into);
    else if (each.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(each.name.value);
      if (fragment) collect(fragment.selectionSet, fragments, into);
    } else {
      const key = each.alias?.value ?? each.name.value;
      const field = into.get(key) ?? { name: each.name.value, sets: [] };
      into.set(key, field);
      if (each.selectionSet) field.sets.push(each.selectionSet);
    }
  }
}
