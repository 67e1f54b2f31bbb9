import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Limits } from './config.js';
import type { Log } from './context.js';

/** Requests that one connection may have under way: nobody but an attacker sends more without waiting. */
const PIPELINED_MAX = 100;
/**
 * A connection is closed after so many, so that clients which never close theirs spread over new gateways, too. Node's own bound
 * (`maxRequestsPerSocket`) would answer 503 to what was sent beyond it.
 */
const REQUESTS_MAX = 10_000;
/** What happens by the thousand is logged once in so long, with its number. */
const REPORT_MS = 10_000;
const SWEEP_MS = 1_000;

const socketsOf = new WeakMap<Server, Set<Socket>>();

/** Cuts all connections of a server, those in the middle of a TLS handshake too. */
export function cutConnections(server: Server): void {
  for (const socket of socketsOf.get(server) ?? []) socket.destroy();
}

/** What one connection has under way. */
export class Connection {
  underWay = 0;
  begun = 0;
  answered = 0;
  /** The last answer that was begun, while it is under way: one that waits for its next request holds nothing of the last. */
  response: ServerResponse | undefined;
  /** Whom to tell, beside the one whose answer is next, that the client has gone. */
  readonly waiting = new Set<() => void>();
  private answeredBefore = 0;
  private sweepsSlow = 0;

  constructor(readonly socket: Socket) {}

  /** Whether the request that was begun last is to be the last of this connection. */
  get isSpent(): boolean {
    return this.begun >= REQUESTS_MAX;
  }

  /** An answer has been given, or its client has gone. */
  end(response: ServerResponse): void {
    this.underWay -= 1;
    this.answered += 1;
    if (this.response === response) this.response = undefined;
  }

  /** Called at every sweep; gives over how many of them the client has not taken one and the same answer. */
  sweep(): number {
    const isSlow = this.socket.writableLength > 0 && this.answered === this.answeredBefore;
    this.answeredBefore = this.answered;
    this.sweepsSlow = isSlow ? this.sweepsSlow + 1 : 0;
    return this.sweepsSlow;
  }
}

/**
 * What Node leaves to its users: a bound on open connections that also holds in a worker (whose primary would offer the connection to
 * the others for ever), one on what a connection may ask without waiting, and an end to clients that do not take their answers.
 */
export class Connections {
  private readonly busy = new Map<Socket, Connection>();
  private readonly slowSweepsMax: number;
  private readonly cut: () => void;

  constructor(server: Server, { limits, log }: { limits: Limits; log: Log }) {
    this.cut = reporter(log, 'connections were cut whose clients sent too much at once or took no answers');
    boundConnections(
      server,
      limits.connectionsMax,
      reporter(log, 'connections were refused: CONNECTIONS_MAX are open'),
    );
    const sweepMs = Math.min(SWEEP_MS, limits.answerTakenMs / 4);
    this.slowSweepsMax = limits.answerTakenMs / sweepMs;
    const sweep = setInterval(() => this.sweep(), sweepMs).unref();
    server.on('close', () => clearInterval(sweep));
  }

  of(socket: Socket): Connection | undefined {
    return this.busy.get(socket);
  }

  /** A request has come; `undefined`: its connection is cut, and it is not to be answered. `gone` is called if the client goes. */
  begin(response: ServerResponse, gone: () => void): Connection | undefined {
    const { socket } = response.req;
    if (socket.destroyed) return undefined;
    const connection = this.busy.get(socket) ?? this.meet(socket);
    connection.underWay += 1;
    connection.begun += 1;
    connection.response = response;
    if (connection.underWay === 1) return connection;
    // Node tells only the answer that is next of the end of its connection.
    connection.waiting.add(gone);
    response.once('close', () => connection.waiting.delete(gone));
    if (connection.underWay <= PIPELINED_MAX) return connection;
    this.cut();
    socket.destroy();
    return undefined;
  }

  private meet(socket: Socket): Connection {
    const connection = new Connection(socket);
    this.busy.set(socket, connection);
    socket.once('close', () => {
      this.busy.delete(socket);
      for (const gone of connection.waiting) gone();
    });
    return connection;
  }

  private sweep(): void {
    for (const connection of this.busy.values()) {
      if (connection.sweep() < this.slowSweepsMax) continue;
      this.cut();
      connection.socket.destroy();
    }
  }
}

/** Connections beyond the bound never reach the server's own listeners. */
function boundConnections(server: Server, most: number, refused: () => void): void {
  const open = new Set<Socket>();
  socketsOf.set(server, open);
  const listeners = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    if (most > 0 && open.size >= most) {
      refused();
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    for (const listener of listeners) listener.call(server, socket);
  });
}

/** Logs the first time at once, and then what has come together, once in a while. */
function reporter(log: Log, message: string): () => void {
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  const report = () => {
    if (count === 0) {
      clearInterval(timer);
      timer = undefined;
      return;
    }
    log.warn({ count }, message);
    count = 0;
  };
  return () => {
    count += 1;
    if (timer) return;
    report();
    timer = setInterval(report, REPORT_MS).unref();
  };
}
