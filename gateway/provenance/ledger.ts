import type { AnsweredValues, OperationResult, ProvenanceLedger, ResponsePath, SourceRecord } from '../context.js';
import { isObject } from '../json-object.js';

interface Node {
  readonly below: Map<string | number, Node>;
  readonly records: SourceRecord[];
}

interface Note {
  readonly values: AnsweredValues;
  readonly record: SourceRecord;
}

/** A tree of the answer's paths, so that a look-up costs one step a path element, however large the answer. */
export function createLedger(): ProvenanceLedger {
  const root: Node = { below: new Map(), records: [] };
  const noted: Note[] = [];
  let later: (() => void)[] = [];
  const settle = () => {
    const writes = later;
    later = [];
    for (const write of writes) write();
  };

  return {
    noteLater(write) {
      later.push(write);
    },
    note(values, record) {
      // Nothing that this record holds was asked for by the client.
      if (values.names?.length === 0) return;
      let node = root;
      for (const part of values.path) {
        let next = node.below.get(part);
        if (!next) node.below.set(part, (next = { below: new Map(), records: [] }));
        node = next;
      }
      node.records.push(record);
      noted.push({ values, record });
    },
    recordsAt(path, registry) {
      if (later.length > 0) settle();
      const of = (node: Node) => node.records.filter((record) => record.registry === registry);
      let found = of(root);
      let node: Node | undefined = root;
      for (const part of path) {
        node = node.below.get(part);
        if (!node) break;
        const here = of(node);
        if (here.length > 0) found = here;
      }
      return found;
    },
    given(answer) {
      settle();
      const isGiven = givenIn(answer);
      return noted.filter(({ values }) => isGiven(values)).map(({ values, record }) => ({ path: values.path, record }));
    },
  };
}

/** Whether the client got at least one of some values: one that is null counts if it is the record that says so, not an error. */
function givenIn({ data, errors = [] }: Pick<OperationResult, 'data' | 'errors'>): (values: AnsweredValues) => boolean {
  const failed = new Set(errors.map(({ path }) => JSON.stringify(path ?? [])));
  const isGiven = (value: unknown, path: ResponsePath): boolean =>
    value !== undefined && (value !== null || !failed.has(JSON.stringify(path)));
  const anyOf = (value: unknown, path: ResponsePath, names: readonly string[]): boolean => {
    if (Array.isArray(value)) {
      return value.length === 0 || value.some((item, index) => anyOf(item, [...path, index], names));
    }
    if (!isObject(value)) return false;
    return names.some((name) => Object.hasOwn(value, name) && isGiven(value[name], [...path, name]));
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
