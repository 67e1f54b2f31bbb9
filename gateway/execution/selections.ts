import { Kind, type SelectionSetNode } from 'graphql';

/**
 * Readings of what a fetch selects: a selection of the planner's, in which there are neither conditions nor named fragments.
 * `renames`: what the merged data calls a name that the planner made up.
 */
interface Reading {
  readonly selection: SelectionSetNode;
  readonly renames: ReadonlyMap<string, string>;
}

/** What a fetch selects of the objects at one place, read once. */
interface Level {
  readonly fields: ReadonlyMap<string, readonly SelectionSetNode[]>;
  /** `__typename` left out. */
  readonly names: ReadonlySet<string>;
  /** Of those fields that somebody asked about. */
  readonly below: Map<string, Level>;
}

const tops = new WeakMap<Reading, Level>();

/** Whether it asks for the field at `names`, from the top, under whatever type condition. */
export function selects(reading: Reading, names: readonly string[]): boolean {
  return names.length === 0 || (levelAt(reading, names.slice(0, -1))?.fields.has(names.at(-1)!) ?? false);
}

/**
 * The names that it asks for of the objects at `path`, `__typename` left out; list indexes don't count. The same set for the same
 * place, so that it can be the key to what is worked out of it.
 */
export function namesAt(reading: Reading, path: readonly (string | number)[]): ReadonlySet<string> {
  return levelAt(reading, path)?.names ?? NONE;
}

const NONE: ReadonlySet<string> = new Set();

function levelAt(reading: Reading, path: readonly (string | number)[]): Level | undefined {
  let level: Level | undefined = tops.get(reading);
  if (!level) tops.set(reading, (level = readLevel([reading.selection], reading)));
  for (const name of path) {
    if (typeof name === 'string') level = levelBelow(level, name, reading);
    if (!level) return undefined;
  }
  return level;
}

function levelBelow({ fields, below }: Level, name: string, reading: Reading): Level | undefined {
  const known = below.get(name);
  const sets = fields.get(name);
  if (known || !sets) return known;
  const level = readLevel(sets, reading);
  below.set(name, level);
  return level;
}

function readLevel(sets: readonly SelectionSetNode[], { renames }: Reading): Level {
  const fields = new Map<string, SelectionSetNode[]>();
  for (const set of sets) fieldsOf(set, renames, fields);
  const names = new Set(fields.keys());
  names.delete('__typename');
  return { fields, names, below: new Map() };
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
