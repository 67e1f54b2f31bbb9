import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Passage } from './tcp-proxy.js';

/** What a gateway asks a registry: for what has changed, or anything else. */
type Road = 'feed' | 'answers';

export interface RegistryProxy {
  readonly url: string;
  /** How many answers came through that say what has changed. */
  readonly told: number;
  /** `held`: the registry is asked, and its answers are held back. */
  set(road: Road, passage: Passage): void;
  stop(): Promise<void>;
}

/** Stands between one gateway and a registry. `delayMs`: how long an answer is on its way, asked for each. */
export async function startRegistryProxy(target: string, delayMs: () => number): Promise<RegistryProxy> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  const passages: Record<Road, Passage> = { feed: 'open', answers: 'open' };
  const underWay = new Map<ServerResponse, Road>();
  /** Who waits until something comes through again. */
  const held = new Set<() => void>();
  let told = 0;

  const deliver = async (response: ServerResponse, answer: IncomingMessage, road: Road) => {
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    const ms = road === 'answers' ? delayMs() : 0;
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    while (passages[road] === 'held' && !response.destroyed) await new Promise<void>((resolve) => held.add(resolve));
    if (response.destroyed) return;
    const { connection: _, 'transfer-encoding': __, 'content-length': ___, ...headers } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, headers).end(Buffer.concat(parts));
    if (road === 'feed' && answer.statusCode === 200) told += 1;
  };
  const server = createServer((request, response) => {
    const road: Road = request.url?.startsWith('/changes') ? 'feed' : 'answers';
    if (passages[road] === 'cut') return void request.socket.destroy();
    underWay.set(response, road);
    const { method, url, headers } = request;
    const asked = send({ hostname, port, method, path: url, headers, agent }, (answer) => {
      deliver(response, answer, road).catch(() => response.destroy());
    });
    asked.on('error', () => response.destroy());
    response.on('close', () => {
      underWay.delete(response);
      asked.destroy();
    });
    request.pipe(asked);
  });
  const release = () => {
    for (const go of held) go();
    held.clear();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    get told() {
      return told;
    },
    set(road, passage) {
      passages[road] = passage;
      if (passage === 'cut') for (const [response, of] of underWay) if (of === road) response.socket?.destroy();
      release();
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const response of underWay.keys()) response.socket?.destroy();
      server.closeAllConnections();
      release();
      await closed;
      agent.destroy();
    },
  };
}
