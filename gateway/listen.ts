import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cutConnections } from './connections.js';

/** Where to listen; the address begins with https if what listens there has a certificate. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly http?: { readonly tlsCert?: string };
}

/** Listens on `host` and `port`; rejects with a message that names the cure when it cannot. */
export function listen(server: Server, at: Place): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(listenProblem(error, at))));
    server.listen(at.port, at.host, () => {
      const { port } = server.address() as AddressInfo;
      const scheme = at.http?.tlsCert ? 'https' : 'http';
      resolve({ url: `${scheme}://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}`, port });
    });
  });
}

function listenProblem({ code, message }: NodeJS.ErrnoException, { host, port }: Place): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is taken: stop what uses it, or set PORT to another`;
    case 'EACCES':
      return `port ${port} may not be used by this user: set PORT to one above 1023`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EADDRNOTAVAIL':
      return `HOST ${host} is no address of this machine: set HOST to one of its own, 127.0.0.1, or 0.0.0.0 for all`;
    default:
      return message;
  }
}

/**
 * Takes no more connections and waits for the requests in flight, whose answers tell their clients not to use the connection
 * again; what is not done after `drainMs` is cut off.
 */
export async function drain(server: Server, drainMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => cutConnections(server), drainMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
