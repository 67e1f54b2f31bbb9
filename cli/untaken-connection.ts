import type { Worker } from 'node:cluster';

interface Handed {
  seq: number;
  connection: { close(): void };
}

/**
 * Cuts the connection that a worker was being handed when it died. Node keeps such a connection until the worker says that it
 * has it, at most one for each worker; if the worker dies first, Node keeps it for ever, and the client waits for an answer
 * that nobody will give. There is no other way to it than the messages between the processes.
 */
export function cutUntakenConnection(worker: Worker): void {
  const child = worker.process;
  const send = child.send.bind(child) as (...parts: unknown[]) => boolean;
  let untaken: Handed | undefined;
  child.send = (...parts: unknown[]) => {
    const [message, connection] = parts as [{ act?: unknown; seq?: unknown }, Handed['connection'] | undefined];
    if (message.act === 'newconn' && connection) untaken = { seq: Number(message.seq), connection };
    return send(...parts);
  };
  child.on('internalMessage', ({ ack }: { ack?: unknown }) => {
    if (ack === untaken?.seq) untaken = undefined;
  });
  worker.once('exit', () => untaken?.connection.close());
}
