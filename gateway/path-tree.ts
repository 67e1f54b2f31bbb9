import type { ResponsePath } from './context.js';

/** What is kept by paths: a look-up costs one step a path element, and no text is made of the path. */
export class PathTree<Value> {
  value: Value | undefined;
  #below: Map<string | number, PathTree<Value>> | undefined;

  /** The place that a name or list index leads to. */
  below(part: string | number): PathTree<Value> | undefined {
    return this.#below?.get(part);
  }

  /** The place at a path, made if it is not there. */
  make(path: ResponsePath): PathTree<Value> {
    let place: PathTree<Value> = this;
    for (const part of path) {
      const below = (place.#below ??= new Map());
      let next = below.get(part);
      if (!next) below.set(part, (next = new PathTree()));
      place = next;
    }
    return place;
  }

  /** The place at a path, if it is there. */
  at(path: ResponsePath): PathTree<Value> | undefined {
    let place: PathTree<Value> | undefined = this;
    for (const part of path) place = place?.below(part);
    return place;
  }

  /** Calls with each value at or below this place and its path from here, but not with what is at or below where `isLeft`. */
  forEach(call: (value: Value, path: ResponsePath) => void, isLeft?: (path: ResponsePath) => boolean): void {
    const walk = (place: PathTree<Value>, path: ResponsePath): void => {
      if (isLeft?.(path)) return;
      if (place.value !== undefined) call(place.value, path);
      for (const [part, below] of place.#below ?? []) walk(below, [...path, part]);
    };
    walk(this, []);
  }
}
