import type { AnsweredValues, Note, OperationResult, ProvenanceLedger, ResponsePath } from '../context.js';
import { isObject } from '../json-object.js';
import { PathTree } from '../path-tree.js';

/** A list of notes; who asks for single paths gets a tree of them, so that a look-up costs one step a path element. */
export function createLedger(): ProvenanceLedger {
  const noted: Note[] = [];
  const records = new PathTree<Note[]>();
  const entities: string[] = [];
  let planted = 0;
  let later: (() => void)[] = [];
  const settle = () => {
    const writes = later;
    later = [];
    for (const write of writes) write();
  };
  const plant = () => {
    for (; planted < noted.length; planted += 1) {
      const note = noted[planted]!;
      (records.make(note.values.path).value ??= []).push(note);
    }
  };

  return {
    noteLater(write) {
      later.push(write);
    },
    note(values, record) {
      // Nothing that this record holds was asked for by the client.
      if (values.names?.length !== 0) noted.push({ values, record });
    },
    noteEntities(representations) {
      entities.push(...representations);
    },
    entities() {
      settle();
      return entities;
    },
    recordsAt(path, registry) {
      settle();
      plant();
      const at = (place: typeof records, below: ResponsePath) => {
        const field = below.find((part) => typeof part === 'string');
        return (place.value ?? []).flatMap(({ values: { names }, record }) =>
          record.registry === registry && (field === undefined || (names?.includes(field) ?? true)) ? [record] : [],
        );
      };
      let found = at(records, path);
      let place: typeof records | undefined = records;
      for (const [index, part] of path.entries()) {
        place = place.below(part);
        if (!place) break;
        const here = at(place, path.slice(index + 1));
        if (here.length > 0) found = here;
      }
      return found;
    },
    given(answer) {
      settle();
      const isGiven = givenIn(answer);
      return noted.filter(({ values }) => isGiven(values));
    },
  };
}

/** Whether the client got at least one of some values: one that is null counts if it is the record that says so, not an error. */
function givenIn({ data, errors = [] }: Pick<OperationResult, 'data' | 'errors'>): (values: AnsweredValues) => boolean {
  const failed = new Set(errors.map(({ path }) => JSON.stringify(path ?? [])));
  // Paths are of use only to tell one null from another.
  const below = (path: ResponsePath, part: string | number) => (failed.size === 0 ? path : [...path, part]);
  const isGiven = (value: unknown, path: ResponsePath): boolean =>
    value !== undefined && (value !== null || failed.size === 0 || !failed.has(JSON.stringify(path)));
  const anyOf = (value: unknown, path: ResponsePath, names: readonly string[]): boolean => {
    if (Array.isArray(value)) {
      return value.length === 0 || value.some((item, index) => anyOf(item, below(path, index), names));
    }
    if (!isObject(value)) return false;
    return names.some((name) => Object.hasOwn(value, name) && isGiven(value[name], below(path, name)));
  };
  return ({ path, names }) => {
    const value = valueAt(data, path);
    return names === undefined ? isGiven(value, path) : anyOf(value, path, names);
  };
}

function valueAt(data: unknown, path: ResponsePath): unknown {
  let value = data;
  for (const part of path) {
    if (typeof part === 'number') value = Array.isArray(value) ? value[part] : undefined;
    else value = isObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
    if (value === undefined) return undefined;
  }
  return value;
}
