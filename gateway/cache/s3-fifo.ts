/** Something in one of the two queues; what is in a queue is linked, oldest first. */
interface Node<Value> {
  readonly name: string;
  value: Value;
  bytes: number;
  /** How often it was asked for since it was last looked at, 3 at most. */
  uses: number;
  queue: Queue<Value>;
  older: Node<Value> | undefined;
  newer: Node<Value> | undefined;
}

interface Queue<Value> {
  oldest: Node<Value> | undefined;
  newest: Node<Value> | undefined;
  bytes: number;
}

const USES_MAX = 3;
/** The share of the bytes in which what is new is on trial. */
const TRIAL_SHARE = 0.1;

/**
 * Values by name in at most so many bytes, by S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023):
 * what is new is on trial in a tenth of the bytes, and only what is asked for again there comes among the rest, which a single
 * export of everybody therefore can't drive out. What fell out of the trial not long ago is let in at once when it comes again.
 * Reading never changes the order, only a count.
 */
export class S3Fifo<Value> {
  private readonly nodes = new Map<string, Node<Value>>();
  private readonly trial: Queue<Value> = { oldest: undefined, newest: undefined, bytes: 0 };
  private readonly main: Queue<Value> = { oldest: undefined, newest: undefined, bytes: 0 };
  /** Hashes of the names that fell out of the trial, oldest first; as many as there are values. Two of one hash do no harm. */
  private readonly fallen = new Set<number>();
  private longest: Iterator<number> | undefined;
  private readonly groups = new Map<string, number>();
  private evictions = 0;

  /**
   * `bytesOfName`: what it takes to keep anything under a name; `groupOf`: what the bytes of a name are counted under; `onRemove`: told
   * of each value that is given up or forgotten.
   */
  constructor(
    private readonly bytesMax: number,
    private readonly of: {
      bytesOfName(name: string): number;
      groupOf(name: string): string;
      onRemove(value: Value): void;
    },
  ) {}

  /** The value of a name, whose use is counted. */
  use(name: string): Value | undefined {
    const node = this.nodes.get(name);
    if (node && node.uses < USES_MAX) node.uses += 1;
    return node?.value;
  }

  /** The value of a name, as if nobody had looked. */
  peek(name: string): Value | undefined {
    return this.nodes.get(name)?.value;
  }

  /** `bytes`: what the value takes, besides its name. Call `makeRoom` when all is set. */
  set(name: string, value: Value, bytes: number): void {
    let node = this.nodes.get(name);
    if (!node) {
      const queue = this.fallen.delete(hashOf(name)) ? this.main : this.trial;
      node = { name, value, bytes: 0, uses: 0, queue, older: undefined, newer: undefined };
      this.nodes.set(name, node);
      append(queue, node);
    }
    node.value = value;
    const more = this.of.bytesOfName(name) + bytes - node.bytes;
    node.bytes += more;
    node.queue.bytes += more;
    this.count(name, more);
  }

  makeRoom(): void {
    while (this.bytes > this.bytesMax) {
      const fromTrial = this.trial.bytes > this.bytesMax * TRIAL_SHARE || !this.main.oldest;
      const node = fromTrial ? this.trial.oldest : this.main.oldest;
      if (!node) return;
      if (fromTrial) this.judge(node);
      else if (node.uses > 0) this.move(node, this.main, node.uses - 1);
      else this.evict(node);
    }
  }

  delete(name: string): void {
    const node = this.nodes.get(name);
    if (node) this.remove(node);
  }

  clear(): void {
    for (const name of [...this.nodes.keys()]) this.delete(name);
    this.fallen.clear();
    this.longest = undefined;
  }

  names(): Iterable<string> {
    return this.nodes.keys();
  }

  get bytes(): number {
    return this.trial.bytes + this.main.bytes;
  }

  get size(): number {
    return this.nodes.size;
  }

  /** How many values were given up to make room. */
  get evicted(): number {
    return this.evictions;
  }

  /** The bytes by group. */
  get bytesByGroup(): ReadonlyMap<string, number> {
    return this.groups;
  }

  private remove(node: Node<Value>): void {
    this.nodes.delete(node.name);
    unlink(node);
    this.count(node.name, -node.bytes);
    this.of.onRemove(node.value);
  }

  private count(name: string, bytes: number): void {
    const group = this.of.groupOf(name);
    this.groups.set(group, (this.groups.get(group) ?? 0) + bytes);
  }

  /** What was asked for on trial is let in; what was not is forgotten, all but its name. */
  private judge(node: Node<Value>): void {
    if (node.uses > 0) {
      this.move(node, this.main, 0);
      return;
    }
    this.evict(node);
    this.fallen.add(hashOf(node.name));
    while (this.fallen.size > Math.max(1, this.nodes.size)) this.fallen.delete(this.longestFallen());
  }

  /** One iterator for all: a new one would walk over all that was deleted at the front of the set. */
  private longestFallen(): number {
    let next = this.longest?.next();
    if (!next || next.done) {
      this.longest = this.fallen.values();
      next = this.longest.next();
    }
    return next.value!;
  }

  private move(node: Node<Value>, queue: Queue<Value>, uses: number): void {
    unlink(node);
    node.uses = uses;
    append(queue, node);
  }

  private evict(node: Node<Value>): void {
    this.remove(node);
    this.evictions += 1;
  }
}

/** 32 bits of a text (FNV-1a). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

function append<Value>(queue: Queue<Value>, node: Node<Value>): void {
  node.queue = queue;
  node.older = queue.newest;
  node.newer = undefined;
  if (queue.newest) queue.newest.newer = node;
  else queue.oldest = node;
  queue.newest = node;
  queue.bytes += node.bytes;
}

function unlink<Value>(node: Node<Value>): void {
  const { queue, older, newer } = node;
  if (older) older.newer = newer;
  else queue.oldest = newer;
  if (newer) newer.older = older;
  else queue.newest = older;
  queue.bytes -= node.bytes;
}
