import { inspect } from 'node:util';
import type { CopyValue, Database } from '../../subgraphs/kit/database';
import { openPostgres } from '../../subgraphs/kit/postgres';
import { createEmbeddedStore } from '../helpers/embedded-store';
import { createScratchPostgres, describeOnPostgres } from '../helpers/scratch-postgres';

interface Opened {
  db: Database;
  close(): Promise<void>;
}
type Open = (onStatement: (text: string) => void) => Promise<Opened>;

const SECRET = 'Nguyễn Thị Bí Mật';

describe('the embedded store', () => {
  keepsTheContract(async (onStatement) => {
    const db = await createEmbeddedStore({ onStatement });
    return { db, close: () => db.close() };
  });
});

describeOnPostgres('PostgreSQL', () => {
  keepsTheContract(async (onStatement) => {
    const scratch = await createScratchPostgres();
    const db = openPostgres(scratch.options({ onStatement, poolMax: 4 }));
    return { db, close: () => db.close().then(scratch.drop) };
  });

  it('listens anew when the connection breaks, and calls since notices may have been lost', async () => {
    const scratch = await createScratchPostgres();
    const db = openPostgres(scratch.options());
    const notices = countNotices();
    await db.listen('t_changes', notices.onNotice);
    // Only the one that listens: whoever else works goes on.
    const ended = await db.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND query = 'LISTEN t_changes'`);
    expect(ended).toHaveLength(1);
    await notices.reach(1);
    await db.query('NOTIFY t_changes');
    await notices.reach(2);
    await db.close();
    await scratch.drop();
  });

  it('rejects to listen where there is no server', async () => {
    const db = openPostgres({ url: 'postgres://postgres@127.0.0.1:1/none', applicationName: 'test' });
    await expect(db.listen('t_changes', () => {})).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await db.close();
  });
});

function keepsTheContract(open: Open): void {
  let db: Database;
  let close: () => Promise<void>;
  let statements: string[] = [];

  beforeAll(async () => {
    ({ db, close } = await open((text) => statements.push(text)));
  });
  afterAll(() => close());
  beforeEach(async () => {
    await db.script(`DROP SCHEMA IF EXISTS t CASCADE; CREATE SCHEMA t;
      CREATE TABLE t.person (id integer PRIMARY KEY, name text NOT NULL UNIQUE, note varchar(8));`);
    statements = [];
  });

  const count = async (table = 't.person') =>
    (await db.query<{ count: number }>(`SELECT count(*) AS count FROM ${table}`))[0]?.count;
  const rejection = async (work: Promise<unknown>): Promise<Error & { code?: string }> =>
    work.then(
      () => Promise.reject(new Error('it resolved')),
      (error) => error,
    );

  describe('a query', () => {
    it('answers rows for parameters', async () => {
      await db.query('INSERT INTO t.person (id, name, note) VALUES ($1, $2, $3)', [1, 'Hòa', null]);
      expect(await db.query('SELECT * FROM t.person WHERE id = $1', [1])).toEqual([{ id: 1, name: 'Hòa', note: null }]);
      expect(await db.query('SELECT id FROM t.person WHERE id = $1', [2])).toEqual([]);
    });

    it('returns the same types whatever the database', async () => {
      const [row] = await db.query(`SELECT 2::int2 AS small, 7 AS int, 9007199254740991::int8 AS big,
        9007199254740993::int8 AS beyond, 12.50::numeric AS area, 0.5::float8 AS float, true AS yes, NULL::text AS none,
        date '2026-02-03' AS day, timestamptz '2026-01-02 10:04:05.000678+07' AS at, timestamp '2026-01-02 03:04:05' AS local,
        '{"a":[1,null]}'::jsonb AS doc, '[1]'::json AS list, '\\x00ff'::bytea AS bytes, 'x'::varchar AS word,
        '5b6f0a0c-0000-4000-8000-000000000001'::uuid AS uuid, interval '1 day' AS span, timestamptz 'infinity' AS never`);
      expect(row).toEqual({
        small: 2,
        int: 7,
        big: 9007199254740991,
        beyond: '9007199254740993',
        area: '12.50',
        float: 0.5,
        yes: true,
        none: null,
        day: '2026-02-03',
        at: '2026-01-02T03:04:05.000Z',
        local: '2026-01-02T03:04:05.000',
        doc: { a: [1, null] },
        list: [1],
        bytes: Buffer.from([0, 255]),
        word: 'x',
        uuid: '5b6f0a0c-0000-4000-8000-000000000001',
        span: '1 day',
        never: 'infinity',
      });
    });

    it('returns arrays of those types', async () => {
      const [row] = await db.query(`SELECT ARRAY['a,"b\\', NULL, 'NULL'] AS texts, ARRAY[1, 2]::int8[] AS bigs,
        ARRAY[date '2026-02-03'] AS days, ARRAY[timestamptz '2026-01-02 03:04:05+00'] AS times,
        ARRAY[[1, 2], [3, 4]] AS grid, ARRAY['{"a":1}']::jsonb[] AS docs, '{}'::text[] AS empty`);
      expect(row).toEqual({
        texts: ['a,"b\\', null, 'NULL'],
        bigs: [1, 2],
        days: ['2026-02-03'],
        times: ['2026-01-02T03:04:05.000Z'],
        grid: [
          [1, 2],
          [3, 4],
        ],
        docs: [{ a: 1 }],
        empty: [],
      });
    });

    it.each([
      ['text', 'Đà Nẵng'],
      ['text', null],
      ['int8', 7],
      ['float8', 1.5],
      ['boolean', true],
      ['text[]', ['a,"b\\', null, '']],
      ['int4[]', [1, 2]],
      ['jsonb', { a: "'" }],
      ['date', '2026-02-03'],
      ['bytea', Buffer.from([1, 255])],
      ['numeric', '12.50'],
      ['jsonb', '[1,"x"]', [1, 'x']],
      ['timestamptz', new Date('2026-01-02T03:04:05.006Z'), '2026-01-02T03:04:05.006Z'],
    ] as [string, unknown, unknown?][])('takes a parameter of type %s: %p', async (type, value, answer = value) => {
      expect(await db.query(`SELECT $1::${type} AS answer`, [value])).toEqual([{ answer }]);
    });

    it('finds the rows of a list of keys', async () => {
      await db.query("INSERT INTO t.person VALUES (1, 'a'), (2, 'b'), (3, 'c')");
      const rows = await db.query('SELECT id FROM t.person WHERE name = ANY($1) ORDER BY id', [['c', 'a', 'none']]);
      expect(rows).toEqual([{ id: 1 }, { id: 3 }]);
    });

    it('rejects bad SQL with its SQLSTATE and the name at fault', async () => {
      const error = await rejection(db.query('SELECT * FROM t.nothing'));
      expect(error).toMatchObject({ name: 'DatabaseError', code: '42P01' });
      expect(error.message).toContain('t.nothing');
    });

    it('MUST NOT tell a value of a row in its error', async () => {
      await db.query('INSERT INTO t.person VALUES (1, $1)', [SECRET]);
      const errors = [
        await rejection(db.query('INSERT INTO t.person VALUES (2, $1)', [SECRET])),
        await rejection(db.query('SELECT $1::integer', [SECRET])),
        await rejection(db.query('INSERT INTO t.person VALUES (3, $1, $2)', ['x', SECRET])),
        await rejection(db.query('SELECT $1::jsonb', [SECRET])),
        await rejection(db.copyIn('t.person', ['id', 'name'], rowsOf([[SECRET, 'x']]))),
      ];
      expect(errors.map(({ code }) => code)).toEqual(['23505', '22P02', '22001', '22P02', '22P02']);
      expect(errors[0]).toMatchObject({ facts: { schema: 't', table: 'person', constraint: 'person_name_key' } });
      for (const error of errors) {
        const all = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
        expect(all).not.toMatch(/Bí Mật|B\\u00ed/);
      }
      expect(await count()).toBe(1);
    });

    it('sees a table change between two uses of one text', async () => {
      await db.query('SELECT * FROM t.person', []);
      await db.script('ALTER TABLE t.person ADD COLUMN age integer');
      await db.query("INSERT INTO t.person VALUES (1, 'a', NULL, 30)");
      expect(await db.query('SELECT * FROM t.person', [])).toEqual([{ id: 1, name: 'a', note: null, age: 30 }]);
    });

    it('is reported, one call a statement', async () => {
      await Promise.all([1, 2, 3].map((id) => db.query('SELECT $1::integer AS id', [id])));
      await db.transaction((tx) => tx.query('SELECT 4'));
      expect(statements).toEqual([...Array(3).fill('SELECT $1::integer AS id'), 'BEGIN', 'SELECT 4', 'COMMIT']);
    });
  });

  describe('a transaction', () => {
    it('commits what its work did', async () => {
      const result = await db.transaction(async (tx) => {
        await Promise.all([1, 2].map((id) => tx.query('INSERT INTO t.person VALUES ($1, $2)', [id, `n${id}`])));
        return 'done';
      });
      expect(result).toBe('done');
      expect(await count()).toBe(2);
    });

    it('rolls back and passes on what its work threw', async () => {
      const mine = new Error('changed my mind');
      const work = db.transaction(async (tx) => {
        await tx.query("INSERT INTO t.person VALUES (1, 'a')");
        throw mine;
      });
      expect(await rejection(work)).toBe(mine);
      expect(await count()).toBe(0);
      expect(statements).toContain('ROLLBACK');
    });

    it('rejects when a statement failed and its work hid it', async () => {
      const work = db.transaction(async (tx) => {
        await tx.query("INSERT INTO t.person VALUES (1, 'a')");
        await tx.query('SELECT 1/0').catch(() => {});
      });
      expect(await rejection(work)).toMatchObject({ code: '25P02' });
      expect(await count()).toBe(0);
    });

    it('keeps queries from outside out', async () => {
      let proceed = () => {};
      const mayEnd = new Promise<void>((resolve) => (proceed = resolve));
      const inside = db.transaction(async (tx) => {
        await tx.query("INSERT INTO t.person VALUES (1, 'a')");
        await mayEnd;
        throw new Error('no');
      });
      const outside = db.query("INSERT INTO t.person VALUES (2, 'b')");
      proceed();
      await rejection(inside);
      await outside;
      expect(await db.query('SELECT id FROM t.person')).toEqual([{ id: 2 }]);
    });

    it('refuses its tx after its end', async () => {
      const tx = await db.transaction(async (tx) => tx);
      expect((await rejection(tx.query('SELECT 1'))).message).toContain('has ended');
    });
  });

  describe('a script', () => {
    it('runs all of its statements or none', async () => {
      await db.script("INSERT INTO t.person VALUES (1, 'a'); INSERT INTO t.person VALUES (2, 'b');");
      await rejection(db.script("INSERT INTO t.person VALUES (3, 'c'); INSERT INTO t.person VALUES (1, 'd');"));
      expect(await count()).toBe(2);
    });
  });

  describe('a copy', () => {
    it('keeps every character, and null apart from the empty string', async () => {
      const texts = [
        'a\tb',
        'a\nb\r\nc',
        'back\\slash \\N \\. \\t',
        '\\N',
        '\\.',
        '',
        'Đặng "Thị" Hoà \u{1F9D1}',
        '\b\f\v',
        null,
      ];
      await db.script('CREATE TABLE t.text (id integer, value text, flag boolean)');
      const rows = texts.map((text, id): CopyValue[] => [id, text, id % 2 === 0]);
      expect(await db.copyIn('t.text', ['id', 'value', 'flag'], rowsOf(rows))).toBe(texts.length);
      expect(await db.query('SELECT id, value, flag FROM t.text ORDER BY id')).toEqual(
        rows.map(([id, value, flag]) => ({ id, value, flag })),
      );
    });

    it('takes 100,000 rows in flat memory', async () => {
      await db.script('CREATE TABLE t.big (id integer PRIMARY KEY, text text)');
      async function* rows() {
        for (let id = 1; id <= 100_000; id += 1) yield [id, `Nguyễn Văn ${id} ${'x'.repeat(200)}`];
      }
      const before = process.memoryUsage().heapUsed;
      expect(await db.copyIn('t.big', ['id', 'text'], rows())).toBe(100_000);
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(150e6);
      expect(await count('t.big')).toBe(100_000);
    });

    it('accepts no rows', async () => {
      expect(await db.copyIn('t.person', ['id', 'name'], rowsOf([]))).toBe(0);
    });

    it('leaves nothing when its rows fail midway', async () => {
      const mine = new Error('the source ended');
      async function* rows() {
        for (let id = 1; id <= 20_000; id += 1) yield [id, `n${id}`];
        throw mine;
      }
      expect(await rejection(db.copyIn('t.person', ['id', 'name'], rows()))).toBe(mine);
      expect(await count()).toBe(0);
    });

    it('leaves nothing when the database refuses a row', async () => {
      const rows = Array.from({ length: 20_000 }, (_, id): CopyValue[] => [id === 19_999 ? 0 : id, `n${id}`]);
      expect(await rejection(db.copyIn('t.person', ['id', 'name'], rowsOf(rows)))).toMatchObject({ code: '23505' });
      expect(await count()).toBe(0);
    });

    it('refuses a row of another length and a table without its schema', async () => {
      const short = await rejection(db.copyIn('t.person', ['id', 'name'], rowsOf([[1, 'a'], [2]])));
      expect(short.message).toBe('row 2 of the copy has 1 values for 2 columns');
      expect((await rejection(db.copyIn('person', ['id'], rowsOf([])))).message).toContain('schema.table');
      expect((await rejection(db.copyIn('t.person', ['id")--'], rowsOf([])))).message).toContain('lower case');
    });
  });

  describe('a channel', () => {
    it('gives notice of what is committed, and of nothing else', async () => {
      const notices = countNotices();
      const others = countNotices();
      const stop = await db.listen('t_changes', notices.onNotice);
      const stopOthers = await db.listen('t_others', others.onNotice);
      await rejection(
        db.transaction(async (tx) => {
          await tx.query('NOTIFY t_changes');
          throw new Error('no');
        }),
      );
      await db.query("SELECT pg_notify('t_others', '')");
      await others.reach(1);
      expect(notices.count()).toBe(0);
      await db.transaction((tx) => tx.query('NOTIFY t_changes'));
      await notices.reach(1);
      expect(others.count()).toBe(1);
      await stop();
      await stopOthers();
    });

    it('gives notice to all who listen, and to nobody who has stopped', async () => {
      const [one, other] = [countNotices(), countNotices()];
      const stop = await db.listen('t_changes', one.onNotice);
      const stopOther = await db.listen('t_changes', other.onNotice);
      await db.query('NOTIFY t_changes');
      await Promise.all([one.reach(1), other.reach(1)]);
      await stop();
      await db.query('NOTIFY t_changes');
      await other.reach(2);
      expect(one.count()).toBe(1);
      await stopOther();
    });

    it('has a plain name', async () => {
      expect((await rejection(db.listen('t; DROP', () => {}))).message).toContain('plain lower-case channel name');
    });
  });

  it('answers a ping', async () => {
    await expect(db.ping(5_000)).resolves.toBeUndefined();
  });
}

function countNotices() {
  let count = 0;
  let watch = () => {};
  return {
    onNotice: () => {
      count += 1;
      watch();
    },
    count: () => count,
    /** Resolves as soon as there were so many. */
    reach: (wanted: number) =>
      new Promise<void>((resolve) => {
        watch = () => count >= wanted && resolve();
        watch();
      }),
  };
}

async function* rowsOf(rows: readonly (readonly CopyValue[])[]): AsyncGenerator<readonly CopyValue[]> {
  yield* rows;
}
