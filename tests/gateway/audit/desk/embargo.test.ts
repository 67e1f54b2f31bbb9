import { readFileSync } from 'node:fs';
import { createEmbargo, type Embargo } from '../../../../gateway/audit/desk/index.js';
import type { Entry } from '../../../../gateway/audit/entry.js';
import type { Database } from '../../../../subgraphs/kit/database.js';
import { openPostgres } from '../../../../subgraphs/kit/postgres.js';
import { identityOf } from '../../../helpers/callers.js';
import { createEmbeddedStore } from '../../../helpers/embedded-store.js';
import { createScratchPostgres, describeOnPostgres } from '../../../helpers/scratch-postgres.js';

const TABLES = readFileSync(`${__dirname}/../../../../gateway/audit/store/migrations/0001-log.sql`, 'utf8');
const OPERATOR = identityOf({ role: 'operator', subject: 'operator-1' });
const HASHES = ['AAAAAAAAAAAAAAAA', 'BBBBBBBBBBBBBBBB'];
const OTHER = ['CCCCCCCCCCCCCCCC'];

const readFor = (dossier?: string) => ({ why: { procedure: 'x', ...(dossier ? { dossier } : {}) } }) as Entry;

function suite(open: () => Promise<{ database: Database; close(): Promise<void> }>) {
  let opened: Awaited<ReturnType<typeof open>>;
  let nowMs = 0;
  let acts: [string, object, object][] = [];
  let embargo: Embargo;

  beforeAll(async () => {
    opened = await open();
    await opened.database.script(`CREATE SCHEMA IF NOT EXISTS audit;\n${TABLES}`);
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    await opened.database.query('DELETE FROM audit.embargo');
    nowMs = Date.parse('2026-11-02T03:00:00Z');
    acts = [];
    embargo = createEmbargo({
      database: opened.database,
      act: async (...act) => void acts.push(act),
      clock: { now: () => nowMs },
    });
  });

  const withheld = async (dossier?: string, subjects = HASHES) =>
    (await embargo.against(subjects)).withholds(readFor(dossier));

  test('what was read under the investigation’s number is withheld from its subject, under any of their hashes', async () => {
    expect(await withheld('INV-1')).toBe(false);
    await embargo.set({ investigation: 'INV-1', subjects: HASHES }, OPERATOR);
    expect(await withheld('INV-1')).toBe(true);
    expect(await withheld('INV-1', [HASHES[1]!])).toBe(true);
  });

  test('neither what was read otherwise, nor from others', async () => {
    await embargo.set({ investigation: 'INV-1', subjects: HASHES }, OPERATOR);
    expect(await withheld('H48.2026.000123')).toBe(false);
    expect(await withheld(undefined)).toBe(false);
    expect(await withheld('INV-1', OTHER)).toBe(false);
  });

  test('what was read of its subject and of others at once is withheld from these as well', async () => {
    await embargo.set({ investigation: 'INV-1', subjects: HASHES }, OPERATOR);
    const { withholds } = await embargo.against(OTHER);
    expect(withholds({ ...readFor('INV-1'), about: ['k1', ...OTHER, HASHES[0]!] })).toBe(true);
    expect(withholds({ ...readFor('INV-1'), about: ['k1', ...OTHER] })).toBe(false);
    expect(withholds({ ...readFor('INV-2'), about: ['k1', ...OTHER, HASHES[0]!] })).toBe(false);
  });

  test('until it is lifted, and again when it is set anew', async () => {
    await embargo.set({ investigation: 'INV-1', subjects: HASHES }, OPERATOR);
    await embargo.set({ investigation: 'INV-2', subjects: HASHES }, OPERATOR);
    await embargo.lift('INV-1', OPERATOR);
    expect([await withheld('INV-1'), await withheld('INV-2')]).toEqual([false, true]);
    await embargo.set({ investigation: 'INV-1', subjects: HASHES }, OPERATOR);
    expect(await withheld('INV-1')).toBe(true);
  });

  test('until its day, also while the answer is remembered', async () => {
    await embargo.set({ investigation: 'INV-1', subjects: HASHES, untilMs: nowMs + 1_000 }, OPERATOR);
    expect(await withheld('INV-1')).toBe(true);
    nowMs += 1_001;
    expect(await withheld('INV-1')).toBe(false);
  });

  test('setting and lifting are recorded, with whom it is about and who did it', async () => {
    await embargo.set({ investigation: 'INV-1', subjects: HASHES, untilMs: nowMs + 1_000 }, OPERATOR);
    await embargo.lift('INV-1', OPERATOR);
    expect(acts).toEqual([
      [
        'embargo.set',
        { investigation: 'INV-1', subject: HASHES.join(' '), until: '2026-11-02T03:00:01.000Z' },
        OPERATOR,
      ],
      ['embargo.lift', { investigation: 'INV-1', subject: HASHES.join(' ') }, OPERATOR],
    ]);
  });

  test('what cannot be recorded is not done', async () => {
    const act = () => Promise.reject(new Error('the log is away'));
    const unrecorded = createEmbargo({ database: opened.database, act, clock: { now: () => nowMs } });
    await expect(unrecorded.set({ investigation: 'INV-1', subjects: HASHES }, OPERATOR)).rejects.toThrow(
      'the log is away',
    );
    expect(await withheld('INV-1')).toBe(false);
    await embargo.set({ investigation: 'INV-1', subjects: HASHES }, OPERATOR);
    await expect(unrecorded.lift('INV-1', OPERATOR)).rejects.toThrow('the log is away');
    expect(await withheld('INV-1')).toBe(true);
  });

  test('another gateway hears of it within five seconds', async () => {
    const other = createEmbargo({ database: opened.database, act: async () => {}, clock: { now: () => nowMs } });
    expect(await withheld('INV-1')).toBe(false);
    await other.set({ investigation: 'INV-1', subjects: HASHES }, OPERATOR);
    expect(await withheld('INV-1')).toBe(false);
    nowMs += 5_000;
    expect(await withheld('INV-1')).toBe(true);
  });

  test.each([
    ['a number that no purpose can have', { investigation: 'INV 1', subjects: HASHES }],
    ['a number with somebody’s number in it', { investigation: 'INV-048090000001', subjects: HASHES }],
    ['nobody', { investigation: 'INV-1', subjects: [] }],
    ['a day that is over', { investigation: 'INV-1', subjects: HASHES, untilMs: 1 }],
  ])('%s is refused', async (_what, asked) => {
    await expect(embargo.set(asked, OPERATOR)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(acts).toEqual([]);
  });

  test('lifting what is not set is refused, and not recorded', async () => {
    await expect(embargo.lift('INV-1', OPERATOR)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(acts).toEqual([]);
  });
}

describe('on the embedded store', () => {
  suite(async () => {
    const database = await createEmbeddedStore();
    return { database, close: () => database.close() };
  });
});

describeOnPostgres('on PostgreSQL', () => {
  suite(async () => {
    const scratch = await createScratchPostgres();
    const database = openPostgres(scratch.options());
    return { database, close: () => database.close().then(() => scratch.drop()) };
  });
});

test('a look-up that failed is not remembered', async () => {
  let isDown = true;
  const database = {
    query: async () => {
      if (isDown) throw new Error('connection refused');
      return [];
    },
  };
  const embargo = createEmbargo({ database: database as never, act: async () => {}, clock: { now: () => 0 } });
  await expect(embargo.against(HASHES)).rejects.toThrow('connection refused');
  isDown = false;
  expect((await embargo.against(HASHES)).withholds(readFor('INV-1'))).toBe(false);
});
