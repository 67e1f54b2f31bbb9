import type { QueryPlan } from '@apollo/query-planner';
import type { Log } from '../context.js';
import { GatewayError } from '../errors.js';
import { createPlanBuilder, type OperationToPlan } from './build-plan.js';
import { type Ended, PlannerWorker, type Reply } from './planner-worker.js';
import { keyOfOperation, RefusedOperations } from './refused-operations.js';

export interface Planner {
  /** Rejects with a `GatewayError` when it takes too much, and by a fault of ours with an `Error` that holds no values. */
  plan(operation: OperationToPlan): Promise<QueryPlan>;
  /** Plans asked for before are finished, for `planMs` at most; new ones are refused. Then the threads end. */
  close(): Promise<void>;
}

export interface PlannerOptions {
  /** What one plan may take, milliseconds, from when a thread begins on it. */
  planMs: number;
  log: Log;
  /** The heap of one thread, MiB; absent: `HEAP_MB`. */
  heapMb?: number;
}

/**
 * A second thread is opened only when plans wait for a slow one. Each costs 45 to 65 MB and is there within 0.3 s: one kept
 * warm would cost every process that memory on every day, to save 0.3 s on the day of an attack.
 */
const THREADS_MAX = 2;
/** Plans take milliseconds. When one takes longer than this and others wait, they get the second thread. */
const SLOW_MS = 50;
/** How long the second thread is kept without work. */
const IDLE_MS = 60_000;
const HEAP_MB = 512;

/** What may wait to be planned: operations, and their characters together. */
const WAITING_MAX = 1_000;
const WAITING_CHARACTERS_MAX = 32 * 1024 * 1024;

interface Job {
  readonly operation: OperationToPlan;
  readonly key: string;
  resolve(plan: QueryPlan): void;
  reject(error: Error): void;
}

/** Resolves when the thread has built the schema and is ready; rejects with the reason when it cannot be planned on. */
export async function openPlanner(supergraphSdl: string, options: PlannerOptions): Promise<Planner> {
  const planner = new ThreadPlanner(supergraphSdl, options);
  await planner.open();
  return planner;
}

/** No thread, no limit of time: for tests. */
export function planInThisThread(supergraphSdl: string): Planner {
  const builder = createPlanBuilder(supergraphSdl);
  return {
    plan: async (operation) => structuredClone(builder.build(operation)),
    close: async () => {},
  };
}

class ThreadPlanner implements Planner {
  readonly #supergraphSdl: string;
  readonly #options: PlannerOptions;
  readonly #threads = new Set<PlannerWorker>();
  readonly #refused = new RefusedOperations();
  /** The shortest text first: however many large operations are sent, a small one waits only for those in hand. */
  readonly #waiting: Job[] = [];
  #waitingCharacters = 0;
  #help: NodeJS.Timeout | undefined;
  #rest: NodeJS.Timeout | undefined;
  #isClosed = false;
  #onDone: (() => void) | undefined;

  constructor(supergraphSdl: string, options: PlannerOptions) {
    this.#supergraphSdl = supergraphSdl;
    this.#options = options;
  }

  async open(): Promise<void> {
    const end = await this.#startThread().ready;
    if (end) throw new Error(reasonOf(end));
    this.#dispatch();
  }

  plan(operation: OperationToPlan): Promise<QueryPlan> {
    if (this.#isClosed) return Promise.reject(new Error('the planner is closed'));
    return new Promise((resolve, reject) => {
      this.#enqueue({ operation, key: keyOfOperation(operation), resolve, reject });
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#isBusy()) {
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, this.#options.planMs);
        this.#onDone = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
    clearTimeout(this.#help);
    clearTimeout(this.#rest);
    this.#refused.clear();
    this.#rejectWaiting(new Error('the planner was closed before it came to this'));
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }

  #enqueue(job: Job): void {
    this.#waiting.push(job);
    this.#waiting.sort((a, b) => a.operation.text.length - b.operation.text.length);
    this.#waitingCharacters += job.operation.text.length;
    while (this.#waiting.length > WAITING_MAX || this.#waitingCharacters > WAITING_CHARACTERS_MAX) {
      const largest = this.#waiting.pop()!;
      this.#waitingCharacters -= largest.operation.text.length;
      largest.reject(new GatewayError('OPERATION_TOO_LARGE', TOO_MANY_WAIT));
    }
  }

  /** The next one to plan; those that were found too large in the meantime are refused. */
  #next(): Job | undefined {
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) {
      this.#waitingCharacters -= job.operation.text.length;
      if (!this.#refused.has(job.key)) return job;
      job.reject(new GatewayError('OPERATION_TOO_LARGE', TOO_LARGE));
    }
    return undefined;
  }

  /** To be called whenever there may be work for a thread, a thread for work, or neither any more. */
  #dispatch(): void {
    for (const thread of this.#threads) {
      const job = thread.isIdle() ? this.#next() : undefined;
      if (job) void this.#run(thread, job);
    }
    if (this.#waiting.length > 0) this.#getHelp();
    for (const thread of this.#threads) thread.keepAlive(this.#waiting.length > 0 || thread.isPlanning());
    clearTimeout(this.#rest);
    if (this.#isBusy()) return;
    this.#onDone?.();
    if (this.#threads.size > 1) this.#rest = setTimeout(() => this.#endSecondThread(), IDLE_MS).unref();
  }

  async #run(thread: PlannerWorker, job: Job): Promise<void> {
    const reply = await thread.plan(job.operation);
    if (reply.kind === 'plan') job.resolve(reply.plan);
    else job.reject(this.#errorOf(reply, job));
    this.#dispatch();
  }

  #errorOf(reply: Exclude<Reply, { kind: 'plan' }>, { key }: Job): Error {
    if (reply.kind === 'too large') return new GatewayError('OPERATION_TOO_LARGE', reply.message);
    if (reply.kind === 'fault') {
      const error = new Error('an operation could not be planned');
      // The log takes where it happened from the stack, and that was in the thread.
      error.stack = reply.fault;
      return error;
    }
    if (reply.by !== 'time' && reply.by !== 'memory') return new Error(reasonOf(reply));
    this.#refused.add(key);
    const fields = { operation: key, limit: reply.by, planMs: this.#options.planMs };
    this.#options.log.warn(fields, 'an operation took too much to plan');
    return new GatewayError('OPERATION_TOO_LARGE', TOO_LARGE);
  }

  #isBusy(): boolean {
    return this.#waiting.length > 0 || [...this.#threads].some((thread) => thread.isPlanning());
  }

  #getHelp(): void {
    if (this.#threads.size === 0) this.#startThread();
    this.#help ??= setTimeout(() => {
      this.#help = undefined;
      if (this.#waiting.length > 0 && this.#threads.size < THREADS_MAX) this.#startThread();
      this.#dispatch();
    }, SLOW_MS).unref();
  }

  #endSecondThread(): void {
    for (const thread of [...this.#threads].slice(1)) void thread.end();
  }

  #startThread(): PlannerWorker {
    const thread = new PlannerWorker({
      supergraphSdl: this.#supergraphSdl,
      planMs: this.#options.planMs,
      heapMb: this.#options.heapMb ?? HEAP_MB,
    });
    this.#threads.add(thread);
    void thread.ready.then((end) => end ?? this.#dispatch());
    void thread.ended.then((end) => this.#onEnded(thread, end));
    return thread;
  }

  async #onEnded(thread: PlannerWorker, end: Ended): Promise<void> {
    this.#threads.delete(thread);
    if (end.by === 'close' || this.#isClosed) return this.#dispatch();
    if (await thread.ready) {
      // It never came to planning. Another would fare no better, so none is started before someone asks for a plan.
      this.#options.log.error({ reason: reasonOf(end) }, 'no thread to plan in');
      if (this.#threads.size === 0) this.#rejectWaiting(new Error('there is no thread to plan in'));
    } else if (this.#threads.size === 0) this.#startThread();
    this.#dispatch();
  }

  #rejectWaiting(error: Error): void {
    for (const job of this.#waiting.splice(0)) job.reject(error);
    this.#waitingCharacters = 0;
  }
}

const TOO_LARGE =
  'It takes too long to find out how to gather what the operation asks for; ask for less at once: fewer aliases, fewer levels.';
const TOO_MANY_WAIT =
  'More operations wait to be planned than the gateway takes; ask for less at once, or again later.';

function reasonOf(end: Ended): string {
  if (end.by === 'unfit') return end.reason;
  if (end.by === 'memory') return 'the planner ran out of memory';
  if (end.by === 'close') return 'the planner was closed before it was done';
  return end.by === 'time' ? 'the planner took too long' : 'the thread of the planner ended by itself';
}
