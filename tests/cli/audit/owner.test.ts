import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SILENT } from '../../../cli/audit/record.js';
import { readAuditKeys } from '../../../cli/audit-keys.js';
import { embeddedIn, openAuditStore } from '../../../cli/open-audit.js';
import { createEmbargo } from '../../../gateway/audit/desk/embargo.js';
import { parseEntry } from '../../../gateway/audit/entry.js';
import { Publisher } from '../../../gateway/audit/store/publish.js';
import { createReader } from '../../../gateway/audit/store/read.js';
import { TilesFolder } from '../../../gateway/audit/store/tiles-folder.js';
import { openSigner } from '../../../gateway/audit/verify/note.js';
import { DEFAULTS } from '../../../gateway/config.js';
import { openEmbedded } from '../../../subgraphs/kit/pglite.js';
import { type AuditCommand, startAuditCommand, WHY } from '../../helpers/audit-command.js';
import { buildProduct } from '../../helpers/command.js';
import { FIRST_READ, fillLog, KEYS, PERSON, SIGNER, STRANGER, sequence } from '../../helpers/filled-audit-log.js';
import { describeOnPostgres } from '../../helpers/scratch-postgres.js';

describeOnPostgres('whoever owns the log', () => {
  let audit: AuditCommand;
  beforeEach(async () => {
    audit = await startAuditCommand();
  });
  afterEach(() => audit?.close());

  test('an embargo withholds what is read under its number, until it is lifted; both stand in the log', async () => {
    const [entry] = await readUnder('CA-2026-7');
    const isWithheld = async () => {
      const desk = createEmbargo({ database: audit.database, act: async () => {}, clock: { now: Date.now } });
      return (await desk.against(KEYS.hashesOf(PERSON))).withholds(entry!);
    };
    const of = ['--person', '-', '--investigation', 'CA-2026-7'];
    const set = await audit.run(['embargo', ...of, '--why', 'investigation'], { input: PERSON });
    expect(set).toMatchObject({
      code: 0,
      output:
        "What is read with the investigation as its purpose's dossier is withheld from the person until it is lifted.\n",
    });
    expect(await isWithheld()).toBe(true);
    const lifted = await audit.run(['embargo', '--lift', 'CA-2026-7', '--why', 'investigation']);
    expect(lifted).toMatchObject({ code: 0, output: 'The embargo is lifted: whom it was about can see who looked.\n' });
    expect(await isWithheld()).toBe(false);
    const subject = KEYS.hashesOf(PERSON).join(' ');
    expect((await audit.acts()).map(({ act, why }) => ({ ...act, ...why }))).toEqual([
      { what: 'embargo.set', investigation: 'CA-2026-7', subject, procedure: 'investigation' },
      { what: 'embargo.lift', investigation: 'CA-2026-7', subject, procedure: 'investigation' },
    ]);
    expect(await audit.run(['embargo', '--lift', 'CA-2026-7', '--why', 'investigation'])).toMatchObject({
      code: 1,
      output: 'Nothing is withheld under this number of an investigation.\n',
    });
  });

  test('an embargo ends with the day that it was given', async () => {
    const of = ['--person', PERSON, '--investigation', 'CA-2026-8', '--why', 'investigation'];
    expect((await audit.run(['embargo', ...of, '--until', '2099-12-31'])).output).toMatch(
      /withheld from the person to the end of 2099-12-31\.\n$/,
    );
    const [row] = await audit.database.query<{ until: Date }>('SELECT until FROM audit.embargo');
    expect(new Date(row!.until).toISOString()).toBe('2099-12-31T17:00:00.000Z');
    const past = await audit.run(['embargo', ...of, '--until', '2020-01-01']);
    expect(past).toMatchObject({ code: 2, output: expect.stringMatching(/^An embargo ends in the future/) });
    expect(await audit.acts()).toHaveLength(1);
  });

  test.each([
    ['neither a person nor one to lift', ['--why', 'investigation']],
    ['no investigation', ['--person', STRANGER, '--why', 'investigation']],
    ['no reason', ['--lift', 'CA-2026-7']],
    ['both at once', ['--person', STRANGER, '--investigation', 'CA', '--lift', 'CA', '--why', 'investigation']],
  ])('an embargo with %s is refused', async (_, args) => {
    expect((await audit.run(['embargo', ...args])).code).toBe(2);
    expect(await audit.acts()).toEqual([]);
  });

  test.each([
    ['kept aside', []],
    ['deleted', ['--drop']],
  ])('a month that is retired is %s, and what is left is verified still', async (how, drop) => {
    const times = ['2026-09-05T01:00:00Z', '2026-10-05T01:00:00Z'];
    for (const at of times) {
      await fillLog(
        audit.database,
        Array.from({ length: 300 }, () => ({ ...FIRST_READ, at })),
      );
      await sequence(audit.database, Date.parse(at));
    }
    const retired = await audit.run(['retire', '--before', '2026-10', ...drop, '--why', 'retention']);
    expect(retired.output).toMatch(/\n2026-09: 302 entries\n/);
    expect(retired.output).toMatch(how === 'deleted' ? /They are deleted\.\n$/ : /kept aside/);
    expect(retired.code).toBe(0);
    expect((await audit.acts()).at(-1)).toMatchObject({
      why: { procedure: 'retention' },
      act: { what: 'months.retire', before: '2026-10', drop: how === 'deleted' },
    });
    const kept = await audit.database.query(`SELECT FROM pg_class WHERE relname = 'entry_2026_09'`);
    expect(kept).toHaveLength(how === 'deleted' ? 0 : 1);
    expect((await audit.run(['prove', '--entry', '1', ...WHY])).output).toMatch(/of a month that has been retired/);
    const out = join(audit.folder, 'export');
    expect((await audit.run(['export', '--from', '2026-09-01', '--to', '2026-10-31', '--out', out, ...WHY])).code).toBe(
      0,
    );
    // The log as it is published says by itself that the month was retired.
    await sequence(audit.database);
    const tiles = join(audit.folder, 'tiles');
    await new TilesFolder(new Publisher(audit.database, SIGNER.vkey), tiles).publish();
    for (const folder of [out, tiles]) {
      const { output } = await audit.run(['verify', '--dir', folder, '--key', SIGNER.vkey]);
      expect(output).toMatch(
        /\nLeaves (0|256) to 301 have been retired: their hashes are here, what they said is not\.\n/,
      );
      expect(output.match(/^- .*$/gm)?.filter((line) => !line.startsWith('- No checkpoint was signed'))).toEqual([]);
    }
  });

  test('entries that wait for one which is lost are given up, and the log shows for ever what is missing', async () => {
    await fillLog(audit.database, [FIRST_READ, FIRST_READ, FIRST_READ]);
    const [{ writer } = { writer: '' }] = await audit.database.query<{ writer: string }>(
      'SELECT writer FROM audit.entry LIMIT 1',
    );
    await audit.database.query('DELETE FROM audit.entry WHERE writer = $1 AND n = 3', [writer]);
    await sequence(audit.database);
    const inTree = async () => (await createReader(audit.database).find({ order: 'oldest first', first: 100 })).length;
    expect(await inTree()).toBe(2);
    const given = await audit.run(['give-up', '--writer', writer, '--why', 'maintenance']);
    expect(given).toMatchObject({ code: 0, output: expect.stringMatching(/^1 entry of this writer will not be/) });
    expect(await audit.acts()).toMatchObject([{ act: { what: 'entries.give-up', writer } }]);
    await sequence(audit.database);
    expect(await inTree()).toBeGreaterThanOrEqual(4);
    const tiles = join(audit.folder, 'tiles');
    await new TilesFolder(new Publisher(audit.database, SIGNER.vkey), tiles).publish();
    const { code, output } = await audit.run(['verify', '--dir', tiles, '--key', SIGNER.vkey]);
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`3 of writer ${writer}|entry 3 .*${writer}|${writer}.*3`));
  });

  test('where nothing is missing nothing is given up; a writer that is none is refused', async () => {
    await fillLog(audit.database, [FIRST_READ]);
    const given = await audit.run(['give-up', '--writer', 'A'.repeat(16), '--why', 'maintenance']);
    expect(given).toMatchObject({ code: 0, output: 'Nothing of this writer is missing before what is there.\n' });
    expect((await audit.run(['give-up', '--writer', 'x', '--why', 'maintenance'])).code).toBe(2);
    expect((await audit.run(['give-up', '--writer', 'A'.repeat(16)])).code).toBe(2);
  });

  test('the month that is being written, and what is no month, is not retired', async () => {
    for (const before of ['2999-01', '2026-13', 'all']) {
      expect((await audit.run(['retire', '--before', before, '--why', 'retention'])).code).toBe(2);
    }
    expect(await audit.acts()).toEqual([]);
  });

  async function readUnder(dossier: string) {
    await fillLog(audit.database, [{ ...FIRST_READ, dossier }]);
    await sequence(audit.database);
    const found = await createReader(audit.database).find({ order: 'oldest first', first: 10 });
    return found.map(({ line }) => parseEntry(line!)).filter(({ kind }) => kind === 'read');
  }
});

test('the embedded store is read with the keys that its gateway made, and is not made for asking', async () => {
  const product = buildProduct();
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-audit-embedded-'));
  const run = async (args: string[]) => {
    const { output, code } = await product.run('audit', { args, env: { DATA_DIR: folder } }).ended;
    expect(output).not.toMatch(/\n\s+at /);
    return { output, code };
  };
  try {
    const before = await run(['who-read', '--person', PERSON, ...WHY]);
    expect(before.output).toMatch(
      /audit-subject-keys is not there: the gateway makes it when it first starts; set DATA_DIR/,
    );
    const { signer } = readAuditKeys(DEFAULTS, folder);
    const { database } = await openAuditStore(DEFAULTS.audit, { dataDir: folder, log: SILENT });
    await fillLog(database, [FIRST_READ]);
    expect((await run(['checkpoint'])).output).toMatch(/is in use by process/);
    await sequence(database, Date.now(), openSigner(signer.name, signer.privateKeyPem));
    await database.close();
    const { code, output } = await run(['explain', '--dossier', FIRST_READ.dossier!, '--why', 'inspection']);
    expect(output).toMatch(/^Entry 1, 2026-11-02 08:02:03: read by officer-an /);
    expect(code).toBe(0);
    const out = join(folder, 'export.tar');
    expect((await run(['export', '--from', '2026-11-01', '--to', '2026-11-30', '--out', out, ...WHY])).code).toBe(0);
    const { output: vkey } = await run(['keys']);
    expect((await run(['verify', '--dir', out, '--key', vkey.trim()])).output).toMatch(/^WHOLE: /);
    const again = await openEmbedded({ dataDir: embeddedIn(folder) });
    const rows = await again.query<{ body: string }>('SELECT body FROM audit.entry');
    await again.close();
    expect(
      rows
        .map(({ body }) => parseEntry(body).act?.what)
        .filter(Boolean)
        .sort(),
    ).toEqual(['log.explain', 'log.export']);
  } finally {
    product.remove();
    rmSync(folder, { recursive: true, force: true });
  }
});
