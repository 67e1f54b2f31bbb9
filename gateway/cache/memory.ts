import type { CacheStats } from '../context.js';
import type { EntityStore, Entry, StoredField, Wanted, Write } from './entry.js';
import { bytesOfField, bytesOfName } from './weigh.js';

/** An entity in one of the two queues; those of a queue are linked, oldest first. */
interface Node {
  readonly name: string;
  readonly fields: Map<string, StoredField>;
  bytes: number;
  /** How often it was asked for since it was last looked at, 3 at most. */
  uses: number;
  queue: Queue;
  older: Node | undefined;
  newer: Node | undefined;
}

interface Queue {
  oldest: Node | undefined;
  newest: Node | undefined;
  bytes: number;
}

const USES_MAX = 3;
/** An entity with fewer fields is not looked through for old ones. */
const FIELDS_UNSWEPT = 32;
/** The share of the bytes in which new entities are on trial. */
const TRIAL_SHARE = 0.1;

/**
 * Remembers entities in this process, in at most so many bytes, by S3-FIFO (Yang et al., "FIFO queues are all you need for cache
 * eviction", SOSP 2023): what is new is on trial in a tenth of the bytes, and only what is asked for again there comes among the
 * rest, which a single export of everybody therefore can't drive out. What fell out of the trial not long ago is let in at once
 * when it comes again. Reading never changes the order, only a count.
 */
export class MemoryStore implements EntityStore {
  private readonly nodes = new Map<string, Node>();
  private readonly trial: Queue = { oldest: undefined, newest: undefined, bytes: 0 };
  private readonly main: Queue = { oldest: undefined, newest: undefined, bytes: 0 };
  /** Hashes of the names that fell out of the trial, oldest first; as many as there are entities. Two of one hash do no harm. */
  private readonly fallen = new Set<number>();
  private evicted = 0;
  private cleared = 0;

  constructor(private readonly bytesMax: number) {}

  get age(): string {
    return String(this.cleared);
  }

  read(wanted: readonly Pick<Wanted, 'name'>[]): (Entry | undefined)[] {
    return wanted.map(({ name }) => {
      const node = this.nodes.get(name);
      if (node && node.uses < USES_MAX) node.uses += 1;
      return node?.fields;
    });
  }

  write(writes: readonly Write[]): void {
    for (const { name, fields } of writes) {
      const node = this.nodes.get(name) ?? this.admit(name);
      this.forgetOld(node, fields, newest(fields));
      for (const [key, field] of fields) {
        const before = node.fields.get(key);
        this.weigh(node, bytesOfField(key, field) - (before ? bytesOfField(key, before) : 0));
        node.fields.set(key, field);
      }
    }
    this.makeRoom();
  }

  drop(names: readonly string[]): void {
    for (const name of names) {
      const node = this.nodes.get(name);
      if (node) this.remove(node);
    }
  }

  clear(): void {
    this.cleared += 1;
    this.drop([...this.nodes.keys()]);
    this.fallen.clear();
  }

  stats(): CacheStats['memory'] {
    return { entries: this.nodes.size, bytes: this.trial.bytes + this.main.bytes, evicted: this.evicted };
  }

  private admit(name: string): Node {
    const queue = this.fallen.delete(hashOf(name)) ? this.main : this.trial;
    const node: Node = { name, fields: new Map(), bytes: 0, uses: 0, queue, older: undefined, newer: undefined };
    this.nodes.set(name, node);
    append(queue, node);
    this.weigh(node, bytesOfName(name));
    return node;
  }

  /** A name that is asked for all day would gather fields that nobody can have any more. */
  private forgetOld(node: Node, { size }: ReadonlyMap<string, StoredField>, nowMs: number): void {
    if (node.fields.size + size <= FIELDS_UNSWEPT) return;
    for (const [key, field] of node.fields) {
      if (field.freshUntilMs > nowMs) continue;
      node.fields.delete(key);
      this.weigh(node, -bytesOfField(key, field));
    }
  }

  private weigh(node: Node, bytes: number): void {
    node.bytes += bytes;
    node.queue.bytes += bytes;
  }

  private remove(node: Node): void {
    this.nodes.delete(node.name);
    unlink(node);
  }

  private makeRoom(): void {
    while (this.trial.bytes + this.main.bytes > this.bytesMax) {
      const fromTrial = this.trial.bytes > this.bytesMax * TRIAL_SHARE || !this.main.oldest;
      const node = fromTrial ? this.trial.oldest : this.main.oldest;
      if (!node) return;
      if (fromTrial) this.judge(node);
      else if (node.uses > 0) this.move(node, this.main, node.uses - 1);
      else this.evict(node);
    }
  }

  /** What was asked for on trial is let in; what was not is forgotten, all but its name. */
  private judge(node: Node): void {
    if (node.uses > 0) {
      this.move(node, this.main, 0);
      return;
    }
    this.evict(node);
    this.fallen.add(hashOf(node.name));
    const most = Math.max(1, this.nodes.size);
    for (const hash of this.fallen) {
      if (this.fallen.size <= most) break;
      this.fallen.delete(hash);
    }
  }

  private move(node: Node, queue: Queue, uses: number): void {
    unlink(node);
    node.uses = uses;
    append(queue, node);
  }

  private evict(node: Node): void {
    this.remove(node);
    this.evicted += 1;
  }
}

/** When the newest of some fields was fetched. */
function newest(fields: ReadonlyMap<string, StoredField>): number {
  let atMs = 0;
  for (const { retrievedAtMs } of fields.values()) atMs = Math.max(atMs, retrievedAtMs);
  return atMs;
}

/** 32 bits of a text (FNV-1a). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

function append(queue: Queue, node: Node): void {
  node.queue = queue;
  node.older = queue.newest;
  node.newer = undefined;
  if (queue.newest) queue.newest.newer = node;
  else queue.oldest = node;
  queue.newest = node;
  queue.bytes += node.bytes;
}

function unlink(node: Node): void {
  const { queue, older, newer } = node;
  if (older) older.newer = newer;
  else queue.oldest = newer;
  if (newer) newer.older = older;
  else queue.newest = older;
  queue.bytes -= node.bytes;
}
