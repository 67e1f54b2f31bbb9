import { databaseErrorFrom } from './database-error.js';

/** What a listener needs of a connection of `pg`. */
export interface ListeningClient {
  connect(): Promise<unknown>;
  query(text: string): Promise<unknown>;
  end(): Promise<void>;
  on(event: 'notification' | 'error' | 'end', listener: () => void): unknown;
}

const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 5_000;

/**
 * A connection that does nothing but listen, beside the pool: notices come to the session that asked for them. When it
 * breaks it is made anew, and then `onNotice` is called, since notices of the time between are lost.
 */
export class PostgresListener {
  #client: ListeningClient | undefined;
  #reconnecting: NodeJS.Timeout | undefined;
  #reconnectMs = RECONNECT_MS_MIN;
  #isStopped = false;

  constructor(
    private readonly createClient: () => ListeningClient,
    private readonly channel: string,
    private readonly onNotice: () => void,
  ) {}

  /** Rejects when there is no connection; nothing is left open then. */
  async start(): Promise<void> {
    const client = this.createClient();
    let hasEnded = false;
    // Without a listener the report of a broken connection would end the process.
    client.on('error', () => {});
    client.on('notification', () => this.onNotice());
    client.on('end', () => {
      hasEnded = true;
      if (this.#client === client) this.#reconnectLater();
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${this.channel}`);
      if (hasEnded) throw new Error('the connection ended');
    } catch (error) {
      client.end().catch(() => {});
      throw databaseErrorFrom(error);
    }
    if (this.#isStopped) return client.end();
    this.#client = client;
    this.#reconnectMs = RECONNECT_MS_MIN;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#reconnecting);
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  #reconnectLater(): void {
    this.#client = undefined;
    if (this.#isStopped) return;
    this.#reconnecting = setTimeout(() => {
      this.start().then(
        () => this.onNotice(),
        () => this.#reconnectLater(),
      );
    }, this.#reconnectMs);
    this.#reconnecting.unref();
    this.#reconnectMs = Math.min(this.#reconnectMs * 2, RECONNECT_MS_MAX);
  }
}
