import { Worker } from 'node:worker_threads';
import type { OperationToPlan } from './build-plan.js';
import type { ThreadData, ThreadMessage } from './planner-thread.js';

/** How a thread came to its end. */
export type Ended =
  | { kind: 'ended'; by: 'time' | 'memory' | 'crash' | 'close' }
  /** The supergraph cannot be planned on. */
  | { kind: 'ended'; by: 'unfit'; reason: string };

export type Reply = Exclude<ThreadMessage, { kind: 'ready' | 'unfit' }> | Ended;

/** This side of one thread that plans: one operation at a time, and none for longer than `planMs`. */
export class PlannerWorker {
  /** Resolves with nothing when it can plan, or with why it never will. */
  readonly ready: Promise<Ended | undefined>;
  readonly ended: Promise<Ended>;
  readonly #worker: Worker;
  readonly #planMs: number;
  #state: 'starting' | 'idle' | 'planning' | 'ended' = 'starting';
  #onReady!: (end?: Ended) => void;
  #onEnded!: (end: Ended) => void;
  #onReply: ((reply: Reply) => void) | undefined;

  constructor(options: { supergraphSdl: string; planMs: number; heapMb: number }) {
    this.#planMs = options.planMs;
    this.ready = new Promise((resolve) => (this.#onReady = resolve));
    this.ended = new Promise((resolve) => (this.#onEnded = resolve));
    // Beside this file lies the compiled entry, wherever both were compiled to. Under jest, where nothing is compiled, its
    // configuration puts a file in its place that compiles the sources; a built one could be older than what is tested.
    this.#worker = new Worker(require.resolve('./planner-thread.js'), {
      name: 'planner',
      workerData: { supergraphSdl: options.supergraphSdl } satisfies ThreadData,
      resourceLimits: { maxOldGenerationSizeMb: options.heapMb },
      // What is loaded before the program (a debugger's hook, say) is for the program's own thread.
      execArgv: [],
    });
    this.#worker.on('message', (message: ThreadMessage) => this.#hear(message));
    this.#worker.on('error', (error: { code?: string }) =>
      this.#finish({ kind: 'ended', by: error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crash' }),
    );
    this.#worker.on('exit', () => this.#finish({ kind: 'ended', by: 'crash' }));
  }

  isIdle(): boolean {
    return this.#state === 'idle';
  }

  isPlanning(): boolean {
    return this.#state === 'planning';
  }

  /** To be called when it is idle. Never rejects. */
  async plan(operation: OperationToPlan): Promise<Reply> {
    this.#state = 'planning';
    const reply = new Promise<Reply>((resolve) => (this.#onReply = resolve));
    this.#worker.postMessage(operation);
    // When this thread was held up for so long, the reply may lie there unread: it is heard before the limit is applied.
    const late = setTimeout(() => {
      setImmediate(() => this.#onReply === undefined || this.#finish({ kind: 'ended', by: 'time' }));
    }, this.#planMs);
    return reply.finally(() => clearTimeout(late));
  }

  /** Whether the process stays alive for this thread. */
  keepAlive(isAwaited: boolean): void {
    if (this.#state === 'ended') return;
    if (isAwaited) this.#worker.ref();
    else this.#worker.unref();
  }

  async end(): Promise<void> {
    this.#finish({ kind: 'ended', by: 'close' });
    await this.#worker.terminate();
  }

  #hear(message: ThreadMessage): void {
    if (this.#state === 'ended') return;
    if (message.kind === 'unfit') this.#finish({ kind: 'ended', by: 'unfit', reason: message.reason });
    else {
      this.#state = 'idle';
      if (message.kind === 'ready') this.#onReady();
      else this.#replyWith(message);
    }
  }

  #finish(end: Ended): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    void this.#worker.terminate();
    this.#onReady(end);
    this.#replyWith(end);
    this.#onEnded(end);
  }

  #replyWith(reply: Reply): void {
    this.#onReply?.(reply);
    this.#onReply = undefined;
  }
}
