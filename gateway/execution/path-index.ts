import type { ResponsePath } from '../context.js';

interface Node {
  readonly below: Map<string | number, Node>;
  isEnd: boolean;
}

/** Paths, to be asked whether another begins with one of them or one of them with it, at the cost of that path's length. */
export class PathIndex {
  readonly #root: Node = { below: new Map(), isEnd: false };

  constructor(paths: Iterable<ResponsePath> = []) {
    for (const path of paths) this.add(path);
  }

  add(path: ResponsePath): void {
    let node = this.#root;
    for (const part of path) {
      let next = node.below.get(part);
      if (!next) node.below.set(part, (next = { below: new Map(), isEnd: false }));
      node = next;
    }
    node.isEnd = true;
  }

  /** Whether some path stands at, above or below this one. */
  meets(path: ResponsePath): boolean {
    let node = this.#root;
    for (const part of path) {
      if (node.isEnd) return true;
      const next = node.below.get(part);
      if (!next) return false;
      node = next;
    }
    return node.isEnd || node.below.size > 0;
  }
}
