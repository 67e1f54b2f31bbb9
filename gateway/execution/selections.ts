import { type FragmentDefinitionNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';

interface Reading {
  /** What the client calls a name that the planner made up. */
  renames?: ReadonlyMap<string, string>;
  fragments?: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Whether a selection asks for the field at `names`, response names from the top, under whatever type condition. */
export function selects(selection: SelectionSetNode | undefined, names: readonly string[], reading: Reading): boolean {
  const [first, ...rest] = names;
  if (first === undefined) return true;
  return (selection?.selections ?? []).some((part) => {
    if (part.kind !== Kind.FIELD) return selects(setOf(part, reading), names, reading);
    const name = part.alias?.value ?? part.name.value;
    return (reading.renames?.get(name) ?? name) === first && selects(part.selectionSet, rest, reading);
  });
}

function setOf(
  part: Exclude<SelectionNode, { kind: Kind.FIELD }>,
  { fragments }: Reading,
): SelectionSetNode | undefined {
  return part.kind === Kind.INLINE_FRAGMENT ? part.selectionSet : fragments?.get(part.name.value)?.selectionSet;
}

/** The response names at the top of a selection, `__typename` left out, and which of them are there in any case. */
export function namesOf(
  { selections }: SelectionSetNode,
  renames: ReadonlyMap<string, string>,
): { names: string[]; certain: string[] } {
  const names: string[] = [];
  const certain: string[] = [];
  for (const part of selections) {
    const isConditional = (part.directives?.length ?? 0) > 0;
    if (part.kind === Kind.FIELD) {
      if (part.name.value === '__typename') continue;
      const name = part.alias?.value ?? part.name.value;
      names.push(renames.get(name) ?? name);
      if (!isConditional) certain.push(renames.get(name) ?? name);
    } else if (part.kind === Kind.INLINE_FRAGMENT) {
      const below = namesOf(part.selectionSet, renames);
      names.push(...below.names);
      if (!isConditional && !part.typeCondition) certain.push(...below.certain);
    }
  }
  return { names, certain };
}
