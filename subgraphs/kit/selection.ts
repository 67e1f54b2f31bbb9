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
    const visit = ({ name }: FieldNode) => found.add(name.value);
    for (const node of info.fieldNodes) eachField(node.selectionSet, { info, typeName, visit });
    names = found;
    byType.set(typeName, names);
  }
  return names;
}

/**
 * The names of the fields of the last type of a path that are selected below this field, under any alias: by
 * `['Citizen.household', 'Household.members', 'HouseholdMember.citizen']` those of the members as citizens.
 */
export function selectedBelow(
  info: GraphQLResolveInfo,
  path: readonly `${string}.${string}`[],
  typeName: string,
): ReadonlySet<string> {
  let nodes: readonly FieldNode[] = info.fieldNodes;
  for (const step of path) {
    const [type, field] = step.split('.') as [string, string];
    const found: FieldNode[] = [];
    for (const node of nodes) eachField(node.selectionSet, { info, typeName: type, visit: (one) => found.push(one) });
    nodes = found.filter(({ name }) => name.value === field);
  }
  const names = new Set<string>();
  for (const { selectionSet } of nodes) {
    eachField(selectionSet, { info, typeName, visit: ({ name }) => names.add(name.value) });
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
  readonly visit: (field: FieldNode) => void;
}

function eachField(selectionSet: SelectionSetNode | undefined, search: Search): void {
  for (const selection of selectionSet?.selections ?? []) {
    if (selection.kind === Kind.FIELD) {
      search.visit(selection);
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : search.info.fragments[selection.name.value];
    const condition = fragment?.typeCondition?.name.value;
    if (fragment && (condition === undefined || condition === search.typeName)) {
      eachField(fragment.selectionSet, search);
    }
  }
}
