import { Kind, type SelectionSetNode } from 'graphql';

/**
 * Readings of what a fetch selects: a selection of the planner's, in which there are neither conditions nor named fragments.
 * `renames`: what the merged data calls a name that the planner made up.
 */
interface Reading {
  readonly selection: SelectionSetNode;
  readonly renames: ReadonlyMap<string, string>;
}

/** Whether it asks for the field at `names`, from the top, under whatever type condition. */
export function selects({ selection, renames }: Reading, names: readonly string[]): boolean {
  if (names.length === 0) return true;
  return below(selection, names.slice(0, -1), renames).some((set) => fieldsOf(set, renames).has(names.at(-1)!));
}

/** The names that it asks for of the objects at `path`, `__typename` left out; list indexes don't count. */
export function namesAt({ selection, renames }: Reading, path: readonly (string | number)[]): Set<string> {
  const names = path.filter((part) => typeof part === 'string');
  const asked = new Set(below(selection, names, renames).flatMap((set) => [...fieldsOf(set, renames).keys()]));
  asked.delete('__typename');
  return asked;
}

/** The selections of the objects at `names`: several where a field stands several times. */
function below(
  selection: SelectionSetNode,
  names: readonly string[],
  renames: ReadonlyMap<string, string>,
): SelectionSetNode[] {
  let sets = [selection];
  for (const name of names) sets = sets.flatMap((set) => fieldsOf(set, renames).get(name) ?? []);
  return sets;
}

/** The fields at the top of a selection by name, each with the selections below it. */
function fieldsOf(
  { selections }: SelectionSetNode,
  renames: ReadonlyMap<string, string>,
  into = new Map<string, SelectionSetNode[]>(),
): Map<string, SelectionSetNode[]> {
  for (const part of selections) {
    if (part.kind === Kind.INLINE_FRAGMENT) fieldsOf(part.selectionSet, renames, into);
    if (part.kind !== Kind.FIELD) continue;
    const name = part.alias?.value ?? part.name.value;
    const known = renames.get(name) ?? name;
    into.set(known, [...(into.get(known) ?? []), ...(part.selectionSet ? [part.selectionSet] : [])]);
  }
  return into;
}

/** The names at the top of a selection, `__typename` left out, and which of them are there in any case. */
export function namesOf(
  { selections }: SelectionSetNode,
  renames: ReadonlyMap<string, string>,
): { names: string[]; certain: string[] } {
  const names: string[] = [];
  const certain: string[] = [];
  for (const part of selections) {
    if (part.kind === Kind.FIELD && part.name.value !== '__typename') {
      const name = part.alias?.value ?? part.name.value;
      names.push(renames.get(name) ?? name);
      certain.push(renames.get(name) ?? name);
    } else if (part.kind === Kind.INLINE_FRAGMENT) {
      const inside = namesOf(part.selectionSet, renames);
      names.push(...inside.names);
      if (!part.typeCondition) certain.push(...inside.certain);
    }
  }
  return { names, certain };
}
