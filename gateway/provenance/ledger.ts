import type { ProvenanceLedger, ResponsePath, SourceRecord } from '../context.js';

interface Node {
  readonly below: Map<string | number, Node>;
  readonly records: SourceRecord[];
}

/** A tree of the answer's paths, so that a look-up costs one step a path element, however large the answer. */
export function createLedger(): ProvenanceLedger {
  const root: Node = { below: new Map(), records: [] };
  const noted: { path: ResponsePath; record: SourceRecord }[] = [];
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
    note(path, record) {
      let node = root;
      for (const part of path) {
        let next = node.below.get(part);
        if (!next) node.below.set(part, (next = { below: new Map(), records: [] }));
        node = next;
      }
      node.records.push(record);
      noted.push({ path, record });
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
    entries() {
      settle();
      return noted;
    },
  };
}
