import type { Database } from './database.js';
import { DatabaseError } from './database-error.js';
import { type Outbox, type OutboxPage, type OutboxRow, openOutbox } from './outbox.js';

/** An entity whose answer may be different now, `Query` with a field and its arguments for a look-up, or everything. */
export type Change =
  | { readonly type: string; readonly key: Record<string, unknown>; readonly changedAt: string }
  | { readonly all: true; readonly changedAt: string };

export interface ChangesRequest {
  /** A position that an answer gave; without one only the present position is told. */
  readonly after?: string;
  /** How long to wait for a change when there is none. */
  readonly waitMs: number;
  /** Aborted: the read rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface ChangesAnswer {
  /** Where to go on: `<feed>:<number>`, to be handed back as it is. */
  readonly position: string;
  /** What lies between `after` and `position` is not known: whoever remembers answers must forget them all. */
  readonly isGap: boolean;
  /** In the order in which they became visible, at most 1,000. */
  readonly changes: readonly Change[];
}

/** A notice can be lost, or the connection that listens be broken. */
const POLL_MS = 1_000;
const POSITION = /^([0-9a-f-]{36}):(0|[1-9]\d{0,14})$/;

/**
 * What changed in a registry, for those who remember its answers: nothing that was committed is left out, however long its
 * transaction was open. Any number of processes may read one database. A read rejects with `DatabaseError` when the
 * database cannot be asked; the next read goes on at the same position.
 */
export class ChangeFeed {
  readonly #database: Database;
  readonly #channel: string;
  readonly #outbox: Outbox;
  /** How to wake each read that waits. */
  readonly #waiting = new Set<() => void>();
  readonly #looks = new Map<string, Promise<OutboxPage>>();
  #listening: Promise<(() => Promise<void>) | undefined> | undefined;
  #polling: NodeJS.Timeout | undefined;
  #wakes = 0;
  #isClosed = false;

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#channel = `${schema}_outbox`;
    this.#outbox = openOutbox(database, schema);
  }

  /** How many reads wait at the moment. */
  get waiting(): number {
    return this.#waiting.size;
  }

  async read({ after, waitMs, signal }: ChangesRequest): Promise<ChangesAnswer> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw new DatabaseError('08003', 'the change feed is closed');
    const cursor = after === undefined ? undefined : parsePosition(after);
    // Not shared with others: theirs may have been begun before a commit that this one's caller knows of.
    const wakesBefore = this.#wakes;
    const page = await this.#look(cursor?.number);
    signal?.throwIfAborted();
    if (after === undefined) return { position: lastOf(page), isGap: false, changes: [] };
    if (!cursor) return { position: lastOf(page), isGap: true, changes: [] };
    const answer = answerOf(cursor, page);
    if (answer || waitMs <= 0) return answer ?? { position: after, isGap: false, changes: [] };
    return this.#wait(cursor, { waitMs, signal, wakesBefore });
  }

  /** Ends the reads that wait: they are told that nothing changed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    const stop = await this.#listening;
    await stop?.();
  }

  async #wait(
    cursor: Position,
    { waitMs, signal, wakesBefore }: { waitMs: number; signal?: AbortSignal; wakesBefore: number },
  ): Promise<ChangesAnswer> {
    this.#listen();
    let isOver = false;
    let wake = () => {};
    const end = () => {
      isOver = true;
      wake();
    };
    const timer = setTimeout(end, waitMs);
    signal?.addEventListener('abort', end);
    try {
      for (let seen = wakesBefore; ; ) {
        if (seen === this.#wakes && !isOver && !this.#isClosed) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            this.#addWaiting(resolve);
          });
          this.#removeWaiting(wake);
        }
        signal?.throwIfAborted();
        if (isOver || this.#isClosed) return { position: print(cursor), isGap: false, changes: [] };
        seen = this.#wakes;
        const answer = answerOf(cursor, await this.#sharedLook(cursor.number));
        if (answer) return answer;
      }
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    }
  }

  /** One look at the database for all who were woken at once: they all wait behind the same position. */
  #sharedLook(after: number): Promise<OutboxPage> {
    const key = `${this.#wakes} ${after}`;
    const known = this.#looks.get(key);
    if (known) return known;
    const look = this.#look(after).finally(() => this.#looks.delete(key));
    this.#looks.set(key, look);
    return look;
  }

  async #look(after: number | undefined): Promise<OutboxPage> {
    for (;;) {
      const page = await this.#outbox.page(after);
      const isWhole = page && (after === undefined || page.rows.length > 0 || !page.hasUnnumbered);
      if (isWhole) return page;
      await this.#outbox.number();
    }
  }

  #wake(): void {
    this.#wakes += 1;
    for (const wake of this.#waiting) wake();
  }

  #addWaiting(wake: () => void): void {
    this.#waiting.add(wake);
    this.#polling ??= setInterval(() => this.#wake(), POLL_MS);
  }

  #removeWaiting(wake: () => void): void {
    this.#waiting.delete(wake);
    if (this.#waiting.size > 0) return;
    clearInterval(this.#polling);
    this.#polling = undefined;
  }

  /** Whoever waits is not kept by it: until it listens, and if it cannot, there is the poll. */
  #listen(): void {
    if (this.#isClosed) return;
    this.#listening ??= this.#database
      .listen(this.#channel, () => this.#wake())
      .then(
        (stop) => {
          // What was committed before it listened gave no notice.
          this.#wake();
          return stop;
        },
        () => (this.#listening = undefined),
      );
  }
}

interface Position {
  readonly feed: string;
  readonly number: number;
}

function parsePosition(text: string): Position | undefined {
  const [, feed, number] = POSITION.exec(text) ?? [];
  return feed === undefined ? undefined : { feed, number: Number(number) };
}

function print({ feed, number }: Position): string {
  return `${feed}:${number}`;
}

function lastOf({ feed, last }: OutboxPage): string {
  return print({ feed, number: last });
}

/** Undefined when nothing lies behind the position. */
function answerOf({ feed, number }: Position, page: OutboxPage): ChangesAnswer | undefined {
  if (feed !== page.feed || number > page.last || number < page.prunedTo) {
    return { position: lastOf(page), isGap: true, changes: [] };
  }
  const end = page.rows.at(-1);
  if (!end) return undefined;
  return { position: print({ feed, number: end.position }), isGap: false, changes: page.rows.map(changeOf) };
}

function changeOf({ type, key, changed_at: changedAt }: OutboxRow): Change {
  return type === null ? { all: true, changedAt } : { type, key: key ?? {}, changedAt };
}
