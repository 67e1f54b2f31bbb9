import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection on which a test says what it likes. */
export interface RawConnection {
  readonly socket: Socket;
  /** All that came back so far. */
  received(): string;
  /** Resolves with all that came back when the other side has closed; rejects if it does not. */
  closed(withinMs?: number): Promise<string>;
}

export async function connectRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname });
  socket.setNoDelay();
  let text = '';
  socket.on('data', (data) => {
    text += data;
  });
  socket.on('error', () => {});
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return {
    socket,
    received: () => text,
    async closed(withinMs = 10_000) {
      const deadline = setTimeout(() => socket.destroy(new Error('late')), withinMs);
      let isLate = false;
      socket.once('error', ({ message }) => (isLate = message === 'late'));
      if (!socket.closed) await once(socket, 'close').catch(() => {});
      clearTimeout(deadline);
      if (isLate) throw new Error(`the connection was still open after ${withinMs} ms; it said: ${text.slice(0, 300)}`);
      return text;
    },
  };
}

/** Sends bytes as they are, and resolves with what came back before the connection was closed. */
export async function sendRaw(url: string, ...parts: (string | Buffer)[]): Promise<string> {
  const connection = await connectRaw(url);
  for (const part of parts) connection.socket.write(part);
  return connection.closed();
}

/** The status codes of all answers in a text, in their order. */
export function statusesIn(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
