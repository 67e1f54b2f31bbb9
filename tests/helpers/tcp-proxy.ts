import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** `held`: nothing comes through and no connection is closed; what was sent meanwhile comes when it is `open` again. */
export type Passage = 'open' | 'held' | 'cut';

export interface TcpProxy {
  readonly port: number;
  set(passage: Passage): void;
  stop(): Promise<void>;
}

/** Stands between a client and a server on this machine, as a network does that can fail. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  let passage: Passage = 'open';
  const sockets = new Set<Socket>();
  const track = (socket: Socket, other: () => Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    if (passage === 'held') socket.pause();
    socket.on('data', (bytes) => void other().write(bytes));
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      other().destroy();
    });
  };
  const server = createServer((client) => {
    if (passage === 'cut') return client.destroy();
    const upstream: Socket = connect(target, '127.0.0.1');
    track(client, () => upstream);
    track(upstream, () => client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      passage = next;
      for (const socket of sockets) {
        if (next === 'cut') socket.destroy();
        else if (next === 'held') socket.pause();
        else socket.resume();
      }
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
