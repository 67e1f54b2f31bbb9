import { get, type IncomingMessage } from 'node:http';
import { setTimeout as passes } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type AuditStore, createPostgresAudit } from '../../../helpers/audit-store.js';
import { makeMonths } from '../../../helpers/made-month.js';
import { type Product, startProduct } from '../../../helpers/product.js';
import { describeOnPostgres } from '../../../helpers/scratch-postgres.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

describeOnPostgres('an export of 100,000 entries', () => {
  const ENTRIES = 100_000;
  const MIB = 2 ** 20;
  /** A page of entries with what is shown of them, what the sockets hold, and some air. */
  const HELD_MAX = 24 * MIB;

  let store: AuditStore;
  let product: Product;
  let pagesRead = 0;
  beforeAll(async () => {
    store = await createPostgresAudit();
    await makeMonths(store.db, [{ since: '2026-03-01Z', days: 31, entries: ENTRIES }], 0);
    const { db } = store;
    const query: typeof db.query = (text, values) => {
      if (text.includes('audit.entry.body') || text.includes('LEFT JOIN audit.entry')) pagesRead += 1;
      return db.query(text, values);
    };
    const database = { ...bound(store), query };
    product = await startProduct({ access: {}, audit: { database } });
  }, 180_000);
  afterAll(async () => {
    await product?.stop();
    await store?.close();
  });

  /** What is held after a collection, in the heap and outside. */
  function held(): number {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  }

  async function exporting(): Promise<IncomingMessage> {
    const token = await product.token({ role: 'auditor', sub: 'inspector-1' });
    const headers = { authorization: `Bearer ${token}`, purpose: 'procedure=audit; dossier=TT-2026-14' };
    const until = '2026-04-01T00:00:00Z';
    return new Promise((resolve, reject) => {
      get(`${product.url}/audit/export?until=${until}`, { headers }, resolve).on('error', reject);
    });
  }

  /** Resolves with how many pages of entries were read when no more are read for a while. */
  async function settled(): Promise<number> {
    for (let before = -1; before !== pagesRead; ) {
      before = pagesRead;
      await passes(500);
    }
    return pagesRead;
  }

  it('holds no more than a page of them, whatever was sent', async () => {
    const before = held();
    const answer = await exporting();
    expect(answer.statusCode).toBe(200);
    let [bytes, lines, most, sampled] = [0, 0, 0, 0];
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
      if (bytes - sampled < 20 * MIB) continue;
      sampled = bytes;
      most = Math.max(most, held() - before);
    }
    expect(lines).toBe(ENTRIES);
    // Otherwise all of it might be held, and nobody would see.
    expect(bytes).toBeGreaterThan(10 * HELD_MAX);
    expect(most).toBeLessThan(HELD_MAX);
  }, 240_000);

  it('waits for a client that takes nothing, and goes on when it does', async () => {
    const [before, pagesBefore] = [held(), pagesRead];
    const answer = await exporting();
    answer.once('data', () => answer.pause());
    const read = (await settled()) - pagesBefore;
    expect(read).toBeGreaterThan(0);
    // What sockets of this machine hold, of some hundred pages.
    expect(read).toBeLessThan(40);
    expect(held() - before).toBeLessThan(HELD_MAX);
    answer.resume();
    while (pagesRead - pagesBefore < read + 20) await passes(10);
    answer.destroy();
    const atEnd = await settled();
    await passes(500);
    expect(pagesRead).toBe(atEnd);
    expect(atEnd - pagesBefore).toBeLessThan(ENTRIES / 500);
  }, 60_000);
});

/** The methods of a database that is a class, for another that has them. */
function bound({ db }: AuditStore): AuditStore['db'] {
  return {
    query: (text, values) => db.query(text, values),
    transaction: (work) => db.transaction(work),
    script: (text) => db.script(text),
    copyIn: (table, columns, rows) => db.copyIn(table, columns, rows),
    listen: (channel, onNotice) => db.listen(channel, onNotice),
    ping: (timeoutMs) => db.ping(timeoutMs),
    close: () => db.close(),
  };
}
