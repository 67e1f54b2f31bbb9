import cluster from 'node:cluster';
import { describeFault } from '../gateway/faults.js';
import type { MetricsPage, PoolMetrics } from '../gateway/telemetry/metrics.js';
import type { Served } from './serve.js';
import type { ToPrimary, ToWorker } from './worker-messages.js';

/** What a process that is one of several workers does otherwise than one that is alone. */
export interface WorkerRole {
  readonly poolMetrics: PoolMetrics;
  /**
   * Stops when the primary says so, or on a signal of its own: one worker can be drained by hand, and another takes its
   * place. Resolves with the exit code when everything is closed.
   */
  untilStopped(served: Served): Promise<number>;
  /** To the primary process and back. */
  readonly channel: { send(message: ToPrimary): void; onMessage(listener: (message: ToWorker) => void): void };
}

/**
 * `undefined` in a process that is alone. When the primary dies Node ends its workers at once, which is right: the port was
 * the primary's, so nobody would ever ask them again.
 */
export function workerRole(): WorkerRole | undefined {
  return cluster.isWorker ? { poolMetrics, untilStopped, channel: { send, onMessage } } : undefined;
}

function untilStopped(served: Served): Promise<number> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const stop = () => {
      // Ctrl-C and a system's stop reach primary and workers alike, so a worker may well be told twice: that is no haste.
      if (stopping) return;
      stopping = true;
      served.stop().then(() => resolve(0), reject);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    onMessage((message) => message.type === 'stop' && stop());
  });
}

const poolMetrics: PoolMetrics = (readOwn) => {
  const waiting = new Map<number, (page: MetricsPage | undefined) => void>();
  let asked = 0;
  onMessage((message) => {
    if (message.type === 'page') {
      waiting.get(message.asked)?.(message.page);
      waiting.delete(message.asked);
    }
    if (message.type === 'read figures') {
      const { round } = message;
      readOwn().then(
        (figures) => send({ type: 'figures', round, figures }),
        (error) => send({ type: 'figures', round, problem: describeFault(error) }),
      );
    }
  });
  return async () => {
    asked += 1;
    const answer = new Promise<MetricsPage | undefined>((resolve) => waiting.set(asked, resolve));
    send({ type: 'write page', asked });
    const page = await answer;
    if (!page) throw new Error('the primary process could not write the page of metrics; its log says why');
    return page;
  };
};

function onMessage(listener: (message: ToWorker) => void): void {
  process.on('message', (message) => listener(message as ToWorker));
}

function send(message: ToPrimary): void {
  // A failure means that the primary is gone, and with it this process.
  process.send?.(message, undefined, undefined, () => {});
}
