import type { Clock, Log } from '../../context.js';
import { GatewayError } from '../../errors.js';
import { describeFault } from '../../faults.js';
import { newId } from '../../new-id.js';
import { ENTRY_BYTES_MAX, type Kind, shortHash } from '../entry.js';
import type { Batch, Detail, Opening, Store } from './batch.js';
import { Journal } from './journal.js';
import { journalName } from './left-journals.js';

/** An entry that has no number yet. */
export interface Draft {
  readonly kind: Kind;
  /** The members after `kind`, as JSON, each with a comma before it. */
  readonly members: string;
  readonly details?: readonly Detail[];
  readonly openings?: readonly Opening[];
}

export interface WriterOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** How long the store may take before the journal does, milliseconds. */
  readonly storeMs: number;
  readonly journalDir: string;
  readonly journalBytesMax: number;
  readonly pid: number;
  /** How long after a failure the store is asked again, milliseconds. */
  readonly retryMs?: number;
}

export interface WriterStats {
  readonly entries: number;
  readonly batches: number;
  readonly journalBytes: number;
  /** Where entries are kept now. */
  readonly keeps: 'store' | 'journal' | 'nothing';
}

/** What is waited for together. */
class Waiting {
  readonly drafts: { readonly draft: Draft; readonly atMs: number }[] = [];
  resolve!: () => void;
  reject!: (reason: unknown) => void;
  readonly done = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** What comes before them is shorter than the difference. */
const MEMBERS_BYTES_MAX = ENTRY_BYTES_MAX - 500;
const BATCH_ENTRIES_MAX = 1_000;
const RETRY_MS = 500;

/**
 * Writes entries, each durable before its promise resolves. What comes while a batch is being kept is the next batch, so the busier the
 * gateway, the less a single entry costs. Numbers are given out in order and none is ever left out: a batch that nothing can keep is
 * owed, and nothing else is taken until it is kept.
 */
export class Writer {
  readonly id = newId();
  /** Those whose turn comes, in their order; the last one still takes what comes. */
  private queue: Waiting[] = [];
  private number = 0;
  private before = '';
  private isBusy = false;
  private hasEnded = false;
  private owed: Batch | undefined;
  private retrying: NodeJS.Timeout | undefined;
  private retried: Promise<void> | undefined;
  private readonly journal: Journal;
  private entries = 0;
  private batches = 0;

  constructor(private readonly options: WriterOptions) {
    const { journalDir: dir, journalBytesMax: bytesMax, pid } = options;
    this.journal = new Journal({ dir, bytesMax, name: journalName(this.id, pid) });
  }

  get stats(): WriterStats {
    const { entries, batches, journal, owed } = this;
    const keeps = owed ? 'nothing' : journal.isEmpty ? 'store' : 'journal';
    return { entries, batches, journalBytes: journal.bytes, keeps };
  }

  /** Whether nothing can be written now. */
  get isRefusing(): boolean {
    return this.owed !== undefined || (!this.journal.isEmpty && this.journal.isFull);
  }

  /** Resolves when the entry is durable; rejects with `AUDIT_UNAVAILABLE` when nothing can keep it, and with a `RangeError` one that is too long. */
  append(draft: Draft): Promise<void> {
    // Whoever is still about something when its time to stop is up has no client any more.
    if (this.isRefusing || this.hasEnded) return Promise.reject(unavailable());
    // One that no bundle could hold would make all beside it unreadable.
    if (Buffer.byteLength(draft.members) > MEMBERS_BYTES_MAX) {
      return Promise.reject(new RangeError('an entry of the audit log would be longer than one may be'));
    }
    let waiting = this.queue.at(-1);
    if (!waiting || waiting.drafts.length >= BATCH_ENTRIES_MAX) this.queue.push((waiting = new Waiting()));
    waiting.drafts.push({ draft, atMs: this.options.clock.now() });
    if (!this.isBusy) {
      this.isBusy = true;
      // Whoever else asks in this round of the event loop is of the same batch.
      setImmediate(() => void this.run());
    }
    return waiting.done;
  }

  /** The last entry, and everything before it, is durable; rejects when it cannot be. Nothing comes after it. */
  async end(): Promise<void> {
    const last = this.append({ kind: 'end', members: '' });
    this.hasEnded = true;
    try {
      await last;
    } finally {
      clearTimeout(this.retrying);
      await this.retried;
      // Nobody knows when a gateway starts here again: what the store can be told, it is told now.
      if (!this.journal.isEmpty || this.owed) await this.retry();
      await this.journal.close();
    }
  }

  private async run(): Promise<void> {
    for (let waiting = this.queue.shift(); waiting; waiting = this.queue.shift()) {
      const batch = this.numbered(waiting);
      try {
        await this.keep(batch);
        waiting.resolve();
      } catch (error) {
        const fault = describeFault(error);
        this.options.log.error({ fault }, 'the audit log can keep nothing more: nothing personal is read');
        this.owed = batch;
        for (const each of [waiting, ...this.queue]) each.reject(unavailable());
        this.queue = [];
        this.retryLater();
      }
    }
    this.isBusy = false;
  }

  private numbered({ drafts }: Waiting): Batch {
    const details: Detail[] = [];
    const openings: Opening[] = [];
    const entries = drafts.map(({ draft, atMs }) => {
      const n = ++this.number;
      const { kind, members } = draft;
      const line = `{"v":1,"w":"${this.id}","n":${n},"p":"${this.before}","at":${atMs},"kind":"${kind}"${members}}`;
      this.before = shortHash(line);
      if (draft.details) details.push(...draft.details);
      if (draft.openings) openings.push(...draft.openings);
      return { n, atMs, line };
    });
    this.entries += entries.length;
    this.batches += 1;
    return { writer: this.id, entries, details, openings };
  }

  private async keep(batch: Batch): Promise<void> {
    const { log } = this.options;
    await this.journal.told;
    if (this.journal.isEmpty) {
      try {
        return await this.tell(batch);
      } catch (error) {
        log.error({ fault: describeFault(error) }, 'the audit log is kept in its journal: its store does not answer');
      }
    }
    await this.journal.add(batch);
    this.retryLater();
  }

  /** Tells the store, within its time. */
  private async tell(batch: Batch): Promise<void> {
    const { store, storeMs } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const timeIsUp = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the store did not answer within ${storeMs} ms`)), storeMs);
    });
    await Promise.race([store(batch), timeIsUp]).finally(() => clearTimeout(timer));
  }

  private retryLater(): void {
    if (this.retrying || this.hasEnded) return;
    this.retrying = setTimeout(() => void this.retry(), this.options.retryMs ?? RETRY_MS);
    this.retrying.unref();
  }

  /** One at a time: two would take the same batch out of the journal, and then one that nobody was told. */
  private retry(): Promise<void> {
    this.retried ??= this.tellKept().finally(() => {
      this.retried = undefined;
    });
    return this.retried;
  }

  private async tellKept(): Promise<void> {
    try {
      await this.journal.drain((batch) => this.tell(batch));
      if (this.owed) {
        await this.tell(this.owed);
        this.owed = undefined;
      }
      this.options.log.info({}, 'the audit log is kept in its store again');
    } catch {
      // It was said that the store is away.
    }
    this.retrying = undefined;
    if (!this.journal.isEmpty || this.owed) this.retryLater();
  }
}

export function unavailable(): GatewayError {
  return new GatewayError(
    'AUDIT_UNAVAILABLE',
    'It cannot be recorded now who reads what, so nothing personal is read. Try again in a minute; GET /health/ready says why.',
  ).withHeaders({ 'retry-after': '60' });
}
