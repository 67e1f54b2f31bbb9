import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

const remembered = new WeakMap<readonly FieldNode[], Map<string, ReadonlySet<string>>>();

/**
 * The names of the fields of `typeName` that are selected below this field, under any alias. A field that a condition leaves
 * out counts as selected: at worst something is read that nobody needed.
 */
export function selectedFields(info: GraphQLResolveInfo, typeName: string): ReadonlySet<string> {
  // One list of field nodes serves all items of a list, and all representations of a fetch.
  let byType = remembered.get(info.fieldNodes);
  if (!byType) {
    byType = new Map();
    remembered.set(info.fieldNodes, byType);
  }
  let names = byType.get(typeName);
  if (!names) {
    const found = new Set<string>();
    for (const node of info.fieldNodes) collect(node.selectionSet, { info, typeName, found });
    names = found;
    byType.set(typeName, names);
  }
  return names;
}

/** Whether anything beyond an entity's key is selected, which the registry must read its own row for. */
export function selectsMoreThan(info: GraphQLResolveInfo, typeName: string, key: string): boolean {
  for (const name of selectedFields(info, typeName)) {
    if (name !== key && name !== '__typename') return true;
  }
  return false;
}

interface Search {
  readonly info: GraphQLResolveInfo;
  readonly typeName: string;
  readonly found: Set<string>;
}

function collect(selectionSet: SelectionSetNode | undefined, search: Search): void {
  for (const selection of selectionSet?.selections ?? []) {
    if (selection.kind === Kind.FIELD) {
      search.found.add(selection.name.value);
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : search.info.fragments[selection.name.value];
    const condition = fragment?.typeCondition?.name.value;
    if (fragment && (condition === undefined || condition === search.typeName)) {
      collect(fragment.selectionSet, search);
    }
  }
}
