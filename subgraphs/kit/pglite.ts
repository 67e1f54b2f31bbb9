import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import { COLUMN_PARSERS, encodeParameter } from './column-values.js';
import { copyBlocks, copyTarget } from './copy-text.js';
import { assertChannel, type CopyValue, type Database, type Queryable } from './database.js';
import { DatabaseError, databaseErrorFrom } from './database-error.js';
import { lockStore } from './store-lock.js';

export interface EmbeddedOptions {
  /** A folder, made if absent, or `'memory'`: a store of its own that is gone when closed. */
  dataDir: string;
  /** Called with the text of every statement sent, for tests that count them. */
  onStatement?: (text: string) => void;
  /** For `'memory'` only: an answer of `snapshotOfEmptyStore`, a quarter of the time of creating a store. */
  snapshot?: Uint8Array;
}

/** Each block is one COPY that holds the event loop, about 3 ms for 64 KiB. */
const COPY_BLOCK_CHARS_MIN = 64 * 1024;
/** PostgreSQL's default of 128 MB would be touched page by page and never given back; the system caches files too. */
const SHARED_BUFFERS = '16MB';

/** One engine a folder and process: the folder's files admit no second. */
interface Store {
  opened: Promise<{ engine: PGlite; unlock: () => void }>;
  uses: number;
}
const stores = new Map<string, Store>();
/** The end of a store whose last user left, which the next one to open the folder has to await. */
const closing = new Map<string, Promise<void>>();

/**
 * The embedded PostgreSQL (WebAssembly, in this process and thread). Registries that open the same folder share one
 * session; the last `close` ends it. Throws with the cure when another process has the folder.
 * There is no statement timeout: a statement holds the event loop until it is done.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  const onStatement = options.onStatement ?? (() => {});
  if (options.dataDir === 'memory') {
    const engine = await createEngine({ snapshot: options.snapshot });
    return new EmbeddedDatabase(engine, { onStatement, release: () => engine.close() });
  }
  const folder = resolve(options.dataDir);
  await closing.get(folder);
  const store = stores.get(folder) ?? { opened: openFolder(folder), uses: 0 };
  stores.set(folder, store);
  store.uses += 1;
  try {
    const { engine } = await store.opened;
    return new EmbeddedDatabase(engine, { onStatement, release: () => leave(folder, store) });
  } catch (error) {
    if (stores.get(folder) === store) stores.delete(folder);
    throw error;
  }
}

/** The files of a store that holds nothing yet, uncompressed: about 40 MB. */
export async function snapshotOfEmptyStore(): Promise<Uint8Array> {
  const engine = await createEngine({});
  const dump = await engine.dumpDataDir('none');
  await engine.close();
  return new Uint8Array(await dump.arrayBuffer());
}

async function openFolder(folder: string): Promise<{ engine: PGlite; unlock: () => void }> {
  const unlock = lockStore(join(folder, 'lock'), folder);
  try {
    const files = join(folder, 'postgres');
    if (!existsSync(files)) {
      // Made aside and renamed: a process that dies in the middle must not leave half a store that no one can open.
      const unfinished = join(folder, 'postgres.unfinished');
      rmSync(unfinished, { recursive: true, force: true });
      await (await createEngine({ files: unfinished })).close();
      renameSync(unfinished, files);
    }
    return { engine: await createEngine({ files }), unlock };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function leave(folder: string, store: Store): Promise<void> {
  store.uses -= 1;
  if (store.uses > 0) return;
  stores.delete(folder);
  const end = store.opened.then(async ({ engine, unlock }) => {
    await engine.close();
    unlock();
  });
  closing.set(folder, end);
  try {
    await end;
  } finally {
    closing.delete(folder);
  }
}

async function createEngine({ files, snapshot }: { files?: string; snapshot?: Uint8Array }): Promise<PGlite> {
  const engine = await PGlite.create({
    dataDir: files,
    loadDataDir: snapshot && new Blob([snapshot as Uint8Array<ArrayBuffer>]),
    parsers: COLUMN_PARSERS,
    startParams: [...PGlite.defaultStartParams, '-c', `shared_buffers=${SHARED_BUFFERS}`],
  });
  // Parameters arrive encoded (`encodeParameter`); the engine's own encoders know other rules.
  for (const type of Object.keys(engine.serializers)) engine.serializers[type] = (text: string) => text;
  return engine;
}

/**
 * Statements of one engine run one at a time, and a transaction keeps all others waiting. A statement sent to the
 * database from inside a transaction's work would wait for itself for ever: it is refused instead.
 */
class EmbeddedDatabase implements Database {
  readonly #engine: PGlite;
  readonly #onStatement: (text: string) => void;
  readonly #release: () => Promise<void>;
  readonly #listening = new Set<() => Promise<void>>();
  #closed?: Promise<void>;

  constructor(engine: PGlite, uses: { onStatement: (text: string) => void; release: () => Promise<void> }) {
    this.#engine = engine;
    this.#onStatement = uses.onStatement;
    this.#release = uses.release;
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    this.#refuseUnlessOpen();
    this.#onStatement(text);
    const answer = await this.#engine.query<Row>(text, values.map(encodeParameter)).catch(rejectAsDatabaseError);
    return answer.rows;
  }

  async transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    return this.#transaction((tx) => {
      const query = async <Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> => {
        if (tx.closed) throw new Error('the transaction has ended: use its tx only inside its work');
        this.#onStatement(text);
        return (await tx.query<Row>(text, values.map(encodeParameter)).catch(rejectAsDatabaseError)).rows;
      };
      return work({ query });
    });
  }

  async script(text: string): Promise<void> {
    this.#refuseUnlessOpen();
    this.#onStatement(text);
    await this.#engine.exec(text).catch(rejectAsDatabaseError);
  }

  async copyIn(table: string, columns: readonly string[], rows: AsyncIterable<readonly CopyValue[]>): Promise<number> {
    const text = `COPY ${copyTarget(table, columns)} FROM '/dev/blob'`;
    const blocks = copyBlocks(rows, { columnCount: columns.length, blockCharsMin: COPY_BLOCK_CHARS_MIN });
    return this.#transaction(async (tx) => {
      let count = 0;
      this.#onStatement(text);
      for await (const block of blocks) {
        const copied = await tx.query(text, [], { blob: new Blob([block]) }).catch(rejectAsDatabaseError);
        count += copied.affectedRows ?? 0;
      }
      return count;
    });
  }

  async listen(channel: string, onNotice: () => void): Promise<() => Promise<void>> {
    assertChannel(channel);
    this.#refuseUnlessOpen();
    this.#onStatement(`LISTEN ${channel}`);
    const unlisten = await this.#engine.listen(channel, () => onNotice()).catch(rejectAsDatabaseError);
    const stop = async () => {
      if (this.#listening.delete(stop)) await unlisten();
    };
    this.#listening.add(stop);
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

  close(): Promise<void> {
    // The engine may be shared, and would go on calling. Not waited for: an engine that ends says nothing any more.
    for (const stop of this.#listening) stop().catch(() => {});
    this.#closed ??= this.#release();
    return this.#closed;
  }

  async #transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    this.#refuseUnlessOpen();
    this.#onStatement('BEGIN');
    let thrownByWork: { error: unknown } | undefined;
    const observed = async (tx: Transaction): Promise<Result> => {
      try {
        const result = await insideTransactionOf.run(this.#engine, () => work(tx));
        this.#onStatement('COMMIT');
        return result;
      } catch (error) {
        thrownByWork = { error };
        this.#onStatement('ROLLBACK');
        throw error;
      }
    };
    // What `work` threw passes unchanged. The rest is the engine's: 25P02 when a statement failed and `work` hid it.
    return this.#engine.transaction(observed).catch((error: unknown) => {
      throw thrownByWork === undefined ? databaseErrorFrom(error) : error;
    });
  }

  #refuseUnlessOpen(): void {
    if (this.#closed) throw new DatabaseError('08003', 'the database is closed');
    if (insideTransactionOf.getStore() === this.#engine) {
      throw new Error('inside a transaction of the embedded store use its tx: the database waits for the transaction');
    }
  }
}

const insideTransactionOf = new AsyncLocalStorage<PGlite>();

function rejectAsDatabaseError(error: unknown): never {
  throw databaseErrorFrom(error);
}
