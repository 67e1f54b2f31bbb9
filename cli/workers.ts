import cluster, { type Worker } from 'node:cluster';
import { join } from 'node:path';
import type { Log } from '../gateway/context.js';
import type { Figures } from '../gateway/telemetry/metrics.js';
import { UsageError } from './main.js';
import { createMetricsPool } from './metrics-pool.js';
import { restartDelayMs, STEADY_MS } from './restarts.js';
import type { Served } from './serve.js';
import { cutUntakenConnection } from './untaken-connection.js';
import type { ToPrimary, ToWorker } from './worker-messages.js';

/** Beyond the time that its requests in flight have, a worker gets so long to close what is its own. */
const CLOSE_MS = 5_000;

export interface WorkersOptions {
  count: number;
  /** The command line of each: that of `cli/gateway.ts`, with the port that all share. */
  args: string[];
  /** What each finds in its environment besides what this process has. */
  env?: Record<string, string>;
  drainMs: number;
  log: Log;
  /** Called once, when all of them answer. */
  onServing(): void;
  /** Called when the first worker could not start; it has said why. */
  onUnfit(exitCode: number): void;
  /** Answers what they ask of a store that only this process has open; absent: there is none. */
  onQuery?: ((question: Extract<ToPrimary, { type: 'query' }>) => Promise<ToWorker>) | undefined;
  /** Called when workers die again and again and the others have been stopped. */
  onGivenUp(error: Error): void;
}

/** The place of one worker: who dies is replaced in it. */
interface Place {
  worker?: Worker;
  /** When it began to answer, by `performance.now()`; undefined: it does not yet. */
  servesSince?: number;
  /** How many died here, one after another, before they had served for long. */
  earlyDeaths: number;
  restart?: NodeJS.Timeout;
}

/**
 * Starts gateways that answer on one port, each a process, and replaces the ones that die. The first starts alone: what is
 * wrong with its settings or its supergraph it says once, and not as often as there are workers.
 *
 * Connections are handed out in turn by this process. If the workers took them from the kernel by themselves, the one that
 * went to sleep last would get most of them (Linux), and since clients and balancers keep their connections, it would keep
 * most of the work. Handing one over costs once a connection, not once a request.
 */
export function startWorkers(options: WorkersOptions): Served {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  // Rows may hold bytes, which JSON has no word for.
  const exec = join(__dirname, 'gateway.js');
  cluster.setupPrimary({ exec, args: options.args, serialization: 'advanced' });
  // Whatever ends this process: no worker stays behind, not even one that hangs and does not notice.
  process.on('exit', () => {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL');
  });
  const workers = new Workers(options);
  workers.start();
  return workers;
}

class Workers implements Served {
  readonly #options: WorkersOptions;
  readonly #places: Place[];
  readonly #metrics;
  #phase: 'first starts' | 'all start' | 'serving' | 'stopping' = 'first starts';
  #replaced = 0;
  /** What went wrong while they stopped. */
  readonly #problems: string[] = [];
  #onAllGone = () => {};
  #stopped?: Promise<void>;

  constructor(options: WorkersOptions) {
    this.#options = options;
    this.#places = Array.from({ length: options.count }, () => ({ earlyDeaths: 0 }));
    this.#metrics = createMetricsPool({
      ask: (round) => this.#ask(round),
      own: () => this.#figures(),
      log: options.log,
    });
  }

  start(): void {
    this.#fill(this.#places[0]!);
  }

  /** All finish their requests in flight; one that does not end in time is killed, and this rejects. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#phase = 'stopping';
    const allGone = new Promise<void>((resolve) => {
      this.#onAllGone = resolve;
    });
    for (const { restart, worker, servesSince } of this.#places) {
      clearTimeout(restart);
      // One that does not answer yet has nothing in flight.
      if (servesSince === undefined) worker?.process.kill('SIGKILL');
      else send(worker, { type: 'stop' });
    }
    const killThem = setTimeout(() => this.#kill(), this.#options.drainMs + CLOSE_MS);
    this.#tellWhenAllGone();
    await allGone;
    clearTimeout(killThem);
    if (this.#problems.length > 0) throw new UsageError(`${this.#problems.join('\n')}\n`, 1);
  }

  #fill(place: Place): void {
    const worker = cluster.fork(this.#options.env);
    cutUntakenConnection(worker);
    place.worker = worker;
    place.servesSince = undefined;
    worker.once('listening', () => this.#serves(place));
    worker.on('message', (message: ToPrimary) => this.#hear(place, worker, message));
    worker.once('exit', (code: number | null, signal: string | null) => this.#ended(place, { worker, code, signal }));
    // A message to a worker that is just dying is an error too: its end comes as `exit`, unless it never came to live.
    worker.on('error', () => {
      if (worker.process.pid === undefined) this.#ended(place, { worker, code: null, signal: null });
    });
  }

  #serves(place: Place): void {
    place.servesSince = performance.now();
    this.#options.log.info({ worker: place.worker?.process.pid }, 'a worker answers');
    if (this.#phase === 'first starts') {
      this.#phase = 'all start';
      for (const other of this.#places) if (other !== place) this.#fill(other);
    }
    if (this.#phase === 'all start' && this.#places.every(({ servesSince }) => servesSince !== undefined)) {
      this.#phase = 'serving';
      this.#options.onServing();
    }
  }

  #ended(place: Place, end: { worker: Worker; code: number | null; signal: string | null }): void {
    if (place.worker !== end.worker) return;
    const served = place.servesSince;
    const entry = { worker: end.worker.process.pid, code: end.code, signal: end.signal };
    place.worker = undefined;
    place.servesSince = undefined;
    this.#metrics.leave(end.worker.id);
    if (this.#phase === 'stopping') {
      if (end.code !== 0 && served !== undefined) this.#problems.push(`${nameOf(end)} while it stopped`);
      this.#tellWhenAllGone();
      return;
    }
    if (this.#phase === 'first starts') {
      if (end.code) this.#options.onUnfit(end.code);
      else this.#options.onGivenUp(new UsageError(`${nameOf(end)} before it could answer\n`, 1));
      return;
    }
    const now = performance.now();
    const isSteady = (since: number | undefined) => since !== undefined && now - since >= STEADY_MS;
    place.earlyDeaths = isSteady(served) ? 0 : place.earlyDeaths + 1;
    const delayMs = restartDelayMs(
      place.earlyDeaths,
      this.#places.some(({ servesSince }) => isSteady(servesSince)),
    );
    if (delayMs === undefined) {
      this.#options.log.error(entry, 'workers end again and again');
      this.#giveUp(`${nameOf(end)}, and so did those before it: the log says why they end\n`);
      return;
    }
    this.#options.log.error({ ...entry, delayMs }, 'a worker ended and is replaced');
    this.#replaced += 1;
    place.restart = setTimeout(() => this.#fill(place), delayMs);
  }

  #giveUp(why: string): void {
    const giveUp = () => this.#options.onGivenUp(new UsageError(why, 1));
    this.stop().then(giveUp, giveUp);
  }

  #tellWhenAllGone(): void {
    if (this.#places.every(({ worker }) => worker === undefined)) this.#onAllGone();
  }

  #kill(): void {
    for (const { worker } of this.#places) worker?.process.kill('SIGKILL');
  }

  #hear(place: Place, worker: Worker, message: ToPrimary): void {
    // What a worker said before it ended may arrive after its end, when it is counted already.
    if (place.worker !== worker) return;
    if (message.type === 'figures') this.#metrics.take(worker.id, message);
    if (message.type === 'query') void this.#options.onQuery?.(message).then((reply) => send(worker, reply));
    if (message.type !== 'write page') return;
    const { asked } = message;
    this.#metrics.writePage().then(
      (page) => send(worker, { type: 'page', asked, page }),
      (error: Error) => {
        this.#options.log.error({ problem: error.message }, 'no page of metrics could be written');
        send(worker, { type: 'page', asked, page: undefined });
      },
    );
  }

  #ask(round: number): number[] {
    const workers = this.#places.flatMap(({ worker, servesSince }) =>
      worker && servesSince !== undefined ? worker : [],
    );
    for (const worker of workers) send(worker, { type: 'read figures', round });
    return workers.map(({ id }) => id);
  }

  #figures(): Figures {
    const serving = this.#places.filter(({ servesSince }) => servesSince !== undefined).length;
    return [
      figure('lien_thong_workers', 'gauge', { help: 'Worker processes that answer', value: serving }),
      figure('lien_thong_workers_replaced_total', 'counter', {
        help: 'Worker processes that ended and were replaced',
        value: this.#replaced,
      }),
    ];
  }
}

function figure(
  name: string,
  type: 'gauge' | 'counter',
  { help, value }: { help: string; value: number },
): Figures[number] {
  // The library's own type for it is a number that it never uses.
  return { name, help, type: type as never, aggregator: 'sum', values: [{ value, labels: {} }] };
}

function nameOf({ worker, code, signal }: { worker: Worker; code: number | null; signal: string | null }): string {
  return `worker ${worker.process.pid ?? worker.id} ended ${signal ? `by ${signal}` : `with ${code}`}`;
}

function send(worker: Worker | undefined, message: ToWorker): void {
  if (worker?.isConnected()) worker.send(message);
}
