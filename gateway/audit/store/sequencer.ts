import { hash } from 'node:crypto';
import type { Clock, Log } from '../../context.js';
import { describeFault } from '../../faults.js';
import type { AuditDatabase, AuditQueryable } from '../database.js';
import { parseCheckpoint, signCheckpoint } from '../verify/checkpoint.js';
import { NoteError, parseNote, type Signer } from '../verify/note.js';
import type { CheckpointMemory } from './checkpoint-file.js';
import { DURABLY } from './durably.js';
import { EntryMarks } from './entry-marks.js';
import { GapWatch } from './gap-watch.js';
import { InconsistentLog, type KnownTree, readConsistentTree } from './inconsistency.js';
import { grow, writeGrowth } from './integrate.js';
import { firstDayOfMonth, openMonths } from './months.js';
import type { TreeEdge } from './tree-edge.js';
import { Turns } from './turns.js';
import { type Head, readHead, shareOut, takeEntries, waitingWriters } from './waiting.js';

export interface SequencerOptions {
  readonly db: AuditDatabase;
  readonly clock: Clock;
  /** Its name is the log's origin. */
  readonly signer: Signer;
  readonly log: Log;
  readonly everyMs: number;
  /** How many entries go into the tree with one transaction. */
  readonly entriesMax?: number;
  /** Without a checkpoint so long, one is signed even when there is nothing new: that nothing was there can be told from a gap. */
  readonly quietMs?: number;
  /** What was signed last, kept outside the database: a backup that is restored there shows. */
  readonly memory?: CheckpointMemory;
  /** Told each new checkpoint, whoever signed it. Not waited for. */
  readonly onCheckpoint?: (checkpoint: NewCheckpoint) => unknown;
}

export interface NewCheckpoint {
  readonly size: number;
  readonly atMs: number;
  readonly note: string;
  /** Whether this process signed it. */
  readonly isMine: boolean;
}

/** `following`: another process puts entries into the tree. `refusing`: what is there must not be signed over. */
export interface SequencerState {
  readonly phase: 'starting' | 'leading' | 'following' | 'refusing';
  /** The last checkpoint that this process knows of. */
  readonly checkpoint?: { readonly size: number; readonly atMs: number };
  /** Why nothing is signed, or what entries are missing, and the cure. */
  readonly problem?: string;
}

const ENTRIES_MAX = 1_000;
const QUIET_MS = 3_600_000;
/** Entries that come so late are looked for as often as this. Others are looked for in the months around. */
const LOOK_BACK_MS = 31 * 86_400_000;
const LOOK_AT_ALL_MS = 3_600_000;
/** Whoever has it puts entries into the tree. */
const LOCK = hash('sha256', 'lien-thong audit sequencer', 'buffer').readUIntBE(0, 6);
/** A process that hangs with the lock, or is cut off from the database, has it for so long: then another takes over. */
const SILENT_MS = 10_000;
const TRY = `SELECT pg_try_advisory_xact_lock($1) AS mine, set_config('idle_in_transaction_session_timeout', $2, true), ${DURABLY}`;

/** What a transaction did. `edge`: the tree's right edge as the transaction leaves it, when it was read. */
interface Done {
  readonly phase: 'leading' | 'following';
  readonly head: Head;
  readonly edge?: TreeEdge;
  readonly isSigned?: boolean;
  readonly isMore?: boolean;
  readonly lookAtAllMs?: number;
}

/**
 * Puts entries into the tree and signs what it has become: one process at a time, in order, each entry once. A tick is a transaction,
 * so whatever dies in its middle, the tree is as it was before; it only ever inserts.
 */
export class Sequencer {
  readonly #options: SequencerOptions;
  readonly #marks = new EntryMarks();
  readonly #gaps: GapWatch;
  #tree: { readonly head: Head; readonly edge: TreeEdge } | undefined;
  /** What was signed before this process began. */
  #remembered: KnownTree | 'nothing' | undefined;
  #lookAtAllMs = 0;
  #toldId = 0;
  #fault = '';
  readonly #turns: Turns;
  #state: SequencerState = { phase: 'starting' };
  #timer: NodeJS.Timeout | undefined;
  #isStopped = true;
  #turning: Promise<void> | undefined;
  #ticking: Promise<void> | undefined;

  constructor(options: SequencerOptions) {
    this.#options = options;
    this.#gaps = new GapWatch(options.log);
    this.#turns = new Turns(options.everyMs);
  }

  get state(): SequencerState {
    const problem = this.#state.problem ?? this.#gaps.problem;
    return { ...this.#state, ...(problem === undefined ? {} : { problem }) };
  }

  /** Why nothing is signed, or what entries are missing, and the cure. */
  get problem(): string | undefined {
    return this.state.problem;
  }

  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    const next = () => {
      if (this.#isStopped) return;
      this.#timer = setTimeout(() => {
        this.#turning = this.#turn().then(next);
      }, this.#options.everyMs).unref();
    };
    next();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#turning;
    await this.#ticking;
  }

  /** Puts into the tree what is there to be put, unless another is about it. Never rejects; calls at the same time are one. */
  tick(): Promise<void> {
    this.#ticking ??= this.#tick().finally(() => {
      this.#ticking = undefined;
    });
    return this.#ticking;
  }

  async #turn(): Promise<void> {
    const { db, clock } = this.#options;
    // That it cannot be read the tick will find as well, and say.
    const head = await readHead(db).catch(() => undefined);
    if (this.#isStopped) return;
    if (head && this.#turns.isOthers(head, clock.now())) this.#adopt({ phase: 'following', head });
    else await this.tick();
  }

  async #tick(): Promise<void> {
    const { db, clock, log } = this.#options;
    const wasStopped = this.#isStopped;
    await openMonths(db, [clock.now()]).catch((error) => {
      log.error(
        { fault: describeFault(error) },
        'the tables of a month were not made; its rows go into those for all others',
      );
    });
    try {
      await this.#remember();
      for (let isMore = true; isMore && this.#isStopped === wasStopped; ) {
        const done = await db.transaction((tx) => this.#sequence(tx));
        isMore = done.isMore ?? false;
        this.#adopt(done);
      }
      this.#fault = '';
    } catch (error) {
      if (error instanceof InconsistentLog) this.#refuse(error.message);
      else this.#sayFault(describeFault(error));
    }
  }

  /** The transaction of a tick. Nothing of this object is changed before it is committed. */
  async #sequence(tx: AuditQueryable): Promise<Done> {
    const { clock, signer, entriesMax = ENTRIES_MAX, quietMs = QUIET_MS } = this.#options;
    const [lock] = await tx.query<{ mine: boolean }>(TRY, [LOCK, `${SILENT_MS}ms`]);
    const head = await readHead(tx);
    if (!lock?.mine) return { phase: 'following', head };
    const before = await this.#edgeAt(tx, head);
    const nowMs = clock.now();
    const since = nowMs >= this.#lookAtAllMs ? '-infinity' : firstDayOfMonth(nowMs - LOOK_BACK_MS);
    const behind = await waitingWriters(tx, since);
    const waiting = behind.filter(({ done, last }) => last > done);
    const ahead = behind.filter(({ done, last }) => last < done);
    const shares = shareOut(waiting, entriesMax);
    const taken = shares.length === 0 ? [] : await takeEntries(tx, shares, since);
    const { isMore, isGap } = this.#gaps.watch({
      ...{ waiting, shares, taken, nowMs, ahead },
      isAll: since === '-infinity',
    });
    // Where something is missing, older months are looked at as well: it may lie there.
    const lookAtAllMs = isGap ? 0 : since === '-infinity' ? nowMs + LOOK_AT_ALL_MS : this.#lookAtAllMs;
    const isDue = Math.abs(nowMs - (head.checkpoint?.atMs ?? Number.NEGATIVE_INFINITY)) >= quietMs;
    if (taken.length === 0 && !isDue) return { phase: 'leading', head, edge: before, lookAtAllMs };
    const edge = before.copy();
    const growth = await grow(tx, { edge, taken, entryMarks: this.#marks });
    const { size } = edge;
    const note = signCheckpoint({ size, root: edge.root() }, signer, nowMs);
    const checkpoint = { size, atMs: nowMs, note };
    const id = await writeGrowth(tx, growth, { waiting, checkpoint });
    return {
      phase: 'leading',
      head: { checkpoint: { id, ...checkpoint }, leaves: size },
      edge,
      isSigned: true,
      isMore,
      lookAtAllMs,
    };
  }

  async #edgeAt(tx: AuditQueryable, head: Head): Promise<TreeEdge> {
    const { head: mine, edge } = this.#tree ?? {};
    if (edge && mine?.checkpoint?.id === head.checkpoint?.id && mine?.leaves === head.leaves) return edge;
    const known = edge ? { size: edge.size, root: edge.root() } : this.#remembered;
    return readConsistentTree(tx, {
      head,
      known: known === 'nothing' ? undefined : known,
      signer: this.#options.signer,
    });
  }

  #adopt({ phase, head, edge, isSigned = false, lookAtAllMs = this.#lookAtAllMs }: Done): void {
    const { log, memory, onCheckpoint } = this.#options;
    this.#lookAtAllMs = lookAtAllMs;
    if (edge) this.#tree = { head, edge };
    if (!head.checkpoint) {
      this.#state = { phase };
      return;
    }
    const { id, size, atMs, note } = head.checkpoint;
    this.#state = { phase, checkpoint: { size, atMs } };
    if (isSigned && this.#turns.take(id)) log.info({ size }, 'this process puts the audit log in order');
    if (id === this.#toldId) return;
    this.#toldId = id;
    const failed = (error: unknown) =>
      log.error({ fault: describeFault(error) }, 'a checkpoint was signed and not passed on');
    if (isSigned) memory?.write(note).catch(failed);
    Promise.resolve({ size, atMs, note, isMine: isSigned }).then(onCheckpoint).catch(failed);
  }

  async #remember(): Promise<void> {
    if (this.#remembered) return;
    const note = await this.#options.memory?.read();
    try {
      const last = note === undefined ? undefined : parseCheckpoint(parseNote(note).text);
      // That of another log, which was here before, says nothing of this one.
      this.#remembered = last?.origin === this.#options.signer.name ? last : 'nothing';
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      throw new InconsistentLog(
        'What keeps the last checkpoint outside the database holds none. Delete the file if the log is known to be whole (npm run audit -- verify).',
      );
    }
  }

  /** Once, however long the database is away. */
  #sayFault(fault: string): void {
    if (fault !== this.#fault) {
      this.#options.log.error({ fault }, 'the audit log was not put in order, which is tried again at each turn');
    }
    this.#fault = fault;
  }

  #refuse(problem: string): void {
    if (problem !== this.#state.problem) this.#options.log.error({}, problem);
    const { checkpoint } = this.#state;
    this.#state = { phase: 'refusing', problem, ...(checkpoint ? { checkpoint } : {}) };
  }
}
