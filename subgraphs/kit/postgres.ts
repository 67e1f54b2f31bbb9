import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { ARRAY_ELEMENTS, COLUMN_PARSERS, encodeParameter, type ParseColumn } from './column-values.js';
import { copyBlocks, copyTarget } from './copy-text.js';
import { assertChannel, type CopyValue, type Database, type Queryable } from './database.js';
import { DatabaseError, databaseErrorFrom } from './database-error.js';
import { PostgresListener } from './postgres-listener.js';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?sslmode=…` */
  url: string;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
  poolMax?: number;
  /** For `query` and what runs in a `transaction`; scripts and copies may take as long as they need. */
  statementTimeoutMs?: number;
  /** Settings of the server that its connections begin with, as `jit: 'off'`. */
  settings?: Readonly<Record<string, string>>;
  /** For a free connection of the pool as well as for a new one. */
  connectTimeoutMs?: number;
  /** Called with the text of every statement sent, for tests that count them. */
  onStatement?: (text: string) => void;
}

const POOL_MAX = 10;
const STATEMENT_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** After the server's own deadline: a server that cannot even say that the time is up is given up. */
const SILENCE_MS = 1_000;
/** Each connection keeps one plan a name, so the names are bounded: later texts are planned at each use. */
const PREPARED_STATEMENTS_MAX = 500;
const COPY_BLOCK_CHARS_MIN = 64 * 1024;

/** A pool of connections. Opens none until the first statement, so an unreachable server is told by `ping` or `query`. */
export function openPostgres(options: PostgresOptions): Database {
  return new PostgresDatabase(options);
}

interface SentStatement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Sent a second time, because a plan that the connection remembers is out of date. */
  readonly planAnew?: boolean;
}

class PostgresDatabase implements Database {
  readonly #pool: pg.Pool;
  readonly #statementTimeoutMs: number;
  readonly #onStatement: (text: string) => void;
  readonly #names = new Map<string, string>();
  readonly #connection: pg.ClientConfig;
  readonly #listeners = new Set<PostgresListener>();

  constructor(options: PostgresOptions) {
    this.#statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
    this.#onStatement = options.onStatement ?? (() => {});
    this.#connection = {
      connectionString: options.url,
      application_name: options.applicationName,
      connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      statement_timeout: this.#statementTimeoutMs,
      ...(options.settings ? { options: settingsText(options.settings) } : {}),
      keepAlive: true,
    };
    this.#pool = new pg.Pool({
      ...this.#connection,
      max: options.poolMax ?? POOL_MAX,
      types: { getTypeParser: columnParser as typeof pg.types.getTypeParser },
    });
    // A connection that ends while idle (a restarted server, a terminated backend) is dropped by the pool and reported
    // here; without a listener the report would end the process.
    this.#pool.on('error', () => {});
    // The same for a connection that ends between two statements of a transaction: the next statement rejects.
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  async query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    try {
      return await this.#withClient((client) => this.#send<Row>(client, { text, values }));
    } catch (error) {
      // A plan made before its table changed. The server says so before it runs anything, so it is safe to ask again.
      if (!(error instanceof DatabaseError) || !error.message.startsWith('cached plan')) throw error;
      return this.#withClient((client) => this.#send<Row>(client, { text, values, planAnew: true }));
    }
  }

  async transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    return this.#withClient(async (client) => {
      const tx = new PostgresTransaction((text, values) => this.#send(client, { text, values }));
      await this.#send(client, { text: 'BEGIN' });
      let result: Result;
      try {
        result = await work(tx);
        await tx.end();
      } catch (error) {
        await tx.end();
        // When the connection is what failed, the first error says so better than that of the ROLLBACK.
        await this.#send(client, { text: 'ROLLBACK' }).catch((later) =>
          Promise.reject(sessionSurvives(error) ? later : error),
        );
        throw error;
      }
      this.#onStatement('COMMIT');
      const { command } = await client.query('COMMIT').catch(rejectAsDatabaseError);
      // The server answers COMMIT with ROLLBACK, not with an error, when a statement failed and `work` hid it.
      if (command === 'ROLLBACK')
        throw new DatabaseError('25P02', 'the transaction was rolled back: a statement failed');
      return result;
    });
  }

  async script(text: string): Promise<void> {
    await this.#withoutTimeout(async (client) => {
      this.#onStatement(text);
      await client.query(text).catch(rejectAsDatabaseError);
    });
  }

  async copyIn(table: string, columns: readonly string[], rows: AsyncIterable<readonly CopyValue[]>): Promise<number> {
    const text = `COPY ${copyTarget(table, columns)} FROM STDIN`;
    return this.#withoutTimeout(async (client) => {
      this.#onStatement(text);
      const stream = client.query(copyFrom(text));
      const encoded = copyBlocks(rows, { columnCount: columns.length, blockCharsMin: COPY_BLOCK_CHARS_MIN });
      // What the caller's rows throw is the caller's and passes unchanged, so it is told apart from the driver's.
      let ofRows: unknown;
      const blocks = (async function* () {
        try {
          yield* encoded;
        } catch (error) {
          ofRows = error;
          throw error;
        }
      })();
      // `pipeline` asks for a block only when the socket has taken the last one, and cancels the COPY when rows fail.
      await pipeline(Readable.from(blocks, { highWaterMark: 1 }), stream).catch((error: unknown) => {
        throw ofRows ?? databaseErrorFrom(error);
      });
      return stream.rowCount;
    });
  }

  async listen(channel: string, onNotice: () => void): Promise<() => Promise<void>> {
    assertChannel(channel);
    if (this.#pool.ending) throw new DatabaseError('08003', 'the database is closed');
    this.#onStatement(`LISTEN ${channel}`);
    const listener = new PostgresListener(() => new pg.Client(this.#connection), channel, onNotice);
    const stop = async () => {
      this.#listeners.delete(listener);
      await listener.stop();
    };
    this.#listeners.add(listener);
    await listener.start().catch((error) => stop().then(() => Promise.reject(error)));
    return stop;
  }

  async ping(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      const error = new DatabaseError('57014', `the database did not answer within ${timeoutMs} ms`);
      timer = setTimeout(() => reject(error), timeoutMs);
    });
    try {
      await Promise.race([this.query('SELECT 1'), deadline]);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    const ended = [...this.#listeners].map((listener) => listener.stop());
    if (!this.#pool.ending) await this.#pool.end();
    await Promise.all(ended);
  }

  async #send<Row extends object>(client: pg.PoolClient, statement: SentStatement): Promise<Row[]> {
    const { text, values, planAnew = false } = statement;
    if (!planAnew) this.#onStatement(text);
    const query_timeout = this.#statementTimeoutMs + SILENCE_MS;
    const parameters = (values ?? []).map(encodeParameter);
    // BEGIN and its like need no plan; the rest is planned once a connection.
    const name = values === undefined || planAnew ? undefined : this.#nameOf(text);
    const config: pg.QueryConfig & { query_timeout: number } = { text, name, values: parameters, query_timeout };
    return (await client.query<Row>(config).catch(rejectAsDatabaseError)).rows;
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= PREPARED_STATEMENTS_MAX) return known;
    const name = `s${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
    this.#names.set(text, name);
    return name;
  }

  async #withoutTimeout<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    return this.#withClient(async (client) => {
      await client.query('SET statement_timeout = 0');
      const result = await work(client);
      await client.query(`SET statement_timeout = ${this.#statementTimeoutMs}`);
      return result;
    }, 'discard on any error');
  }

  /**
   * `pg` would close a connection after any error; here one lives on after an error that the server itself answered
   * (a broken constraint), unless its session may have been left in another state than it was taken in.
   */
  async #withClient<Result>(
    work: (client: pg.PoolClient) => Promise<Result>,
    onError?: 'discard on any error',
  ): Promise<Result> {
    const client = await this.#pool.connect().catch(rejectAsDatabaseError);
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(onError !== undefined || !sessionSurvives(error));
      throw error;
    }
  }
}

/** Queries one after another: `pg` deprecates a second query on a busy connection. Refuses to be used after its end. */
class PostgresTransaction implements Queryable {
  #last: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(private readonly send: (text: string, values: readonly unknown[]) => Promise<object[]>) {}

  query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    if (this.#ended) return Promise.reject(new Error('the transaction has ended: use its tx only inside its work'));
    const answer = this.#last.then(() => this.send(text, values) as Promise<Row[]>);
    this.#last = answer.catch(() => {});
    return answer;
  }

  /** Refuses further queries and waits for those under way. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#last;
  }
}

function settingsText(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\\s]/g, '\\$&')}`)
    .join(' ');
}

function rejectAsDatabaseError(error: unknown): never {
  throw databaseErrorFrom(error);
}

/**
 * Whether the connection can be used again. 08 and system codes: it is lost. 57P: the server ends it. 0A: a plan
 * outlived a change of its table; a new connection plans anew.
 */
function sessionSurvives(error: unknown): boolean {
  return !(error instanceof DatabaseError) || !/^(08|57P|0A|E[A-Z])/.test(error.code);
}

// 1009 is text[]; the driver reads every array so, and its typed list of types has no arrays.
const textArray = (pg.types.getTypeParser as (oid: number) => (text: string) => unknown[])(1009);

function columnParser(oid: number): ParseColumn {
  const element = ARRAY_ELEMENTS[oid];
  if (element === undefined) return COLUMN_PARSERS[oid] ?? ((text) => text);
  const parse = columnParser(element);
  const parseAll = (items: unknown[]): unknown[] =>
    items.map((item) => (Array.isArray(item) ? parseAll(item) : item === null ? null : parse(item as string)));
  return (text) => parseAll(textArray(text));
}
