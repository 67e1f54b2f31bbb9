import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Publisher } from '../../../gateway/audit/store/publish.js';
import { TilesFolder } from '../../../gateway/audit/store/tiles-folder.js';
import { openSigner } from '../../../gateway/audit/verify/note.js';
import { type AuditCommand, startAuditCommand, WHY } from '../../helpers/audit-command.js';
import {
  fillLog,
  OTHER_PERSON,
  PEM,
  PERSON,
  type ReadToLog,
  SIGNER,
  sequence,
} from '../../helpers/filled-audit-log.js';
import { describeOnPostgres } from '../../helpers/scratch-postgres.js';

/** So many reads, a second apart. */
function reads(count: number, from: string): ReadToLog[] {
  return Array.from({ length: count }, (_, index) => ({
    at: new Date(Date.parse(from) + index * 1_000).toISOString(),
    about: [index % 2 === 0 ? PERSON : OTHER_PERSON],
    values: { 'citizen.fullName': `value ${index}` },
  }));
}

describeOnPostgres('exports', () => {
  let audit: AuditCommand;
  let whole: string;
  beforeAll(async () => {
    audit = await startAuditCommand();
    // In the tree 302 and 402 of 19 November, and 102 of the 20th, which begins in Viet Nam at 17 o'clock.
    for (const [count, from] of [
      [300, '2026-11-19T16:00:00Z'],
      [400, '2026-11-19T16:30:00Z'],
      [100, '2026-11-19T17:05:00Z'],
    ] as const) {
      await fillLog(audit.database, reads(count, from));
      await sequence(audit.database, Date.parse(from) + count * 1_000);
    }
    whole = join(audit.folder, 'whole');
    const { code } = await audit.run(['export', '--from', '2026-10-01', '--to', '2026-11-30', '--out', whole, ...WHY]);
    expect(code).toBe(0);
  });
  afterAll(() => audit?.close());

  /** An inspector elsewhere. */
  const verify = (...args: string[]) =>
    audit.run(['verify', '--key', SIGNER.vkey, ...args], {
      env: { AUDIT_DATABASE_URL: '', AUDIT_SIGNING_KEY: '', AUDIT_SUBJECT_KEYS: '', DATA_DIR: '/nowhere' },
    });

  const copyOf = (name: string) => {
    const copy = join(audit.folder, name);
    rmSync(copy, { recursive: true, force: true });
    cpSync(whole, copy, { recursive: true });
    return copy;
  };

  test('an export of all days is verified as a whole log, and stands in the log', async () => {
    const { code, output } = await verify('--dir', whole);
    expect(output).toMatch(/^WHOLE: gateway\.example\/audit, 806 entries, signed 2026-11-20 /);
    expect(output).toMatch(
      /\nLooked at: the entries of leaves 0 to 805 are in this export; 806 entries that fit the tree, of 3 writers\.\nDetails: 1 fit what entries name\.\n$/,
    );
    expect(code).toBe(0);
    expect((await audit.acts())[0]).toMatchObject({
      why: { procedure: 'inspection' },
      act: { what: 'log.export', from: '2026-10-01', to: '2026-11-30' },
    });
  });

  test('an export of some days holds their entries, those in the same files, and no others', async () => {
    const out = join(audit.folder, 'november.tar');
    const made = await audit.run(['export', '--from', '2026-11-20', '--to', '2026-11-20', '--out', out, ...WHY]);
    expect(made.output).toMatch(/november\.tar holds 294 entries of the log of 80[68], in \d+ files: /);
    const { code, output } = await verify('--dir', out);
    expect(output).toMatch(
      /\nLooked at: the entries of leaves 512 to 80\d are in this export; 294 entries that fit the tree/,
    );
    expect([code, output.split(':')[0]]).toEqual([0, 'WHOLE']);
    const { out: json } = await verify('--dir', out, '--json');
    expect(JSON.parse(json)).toMatchObject({ isWhole: true, findings: [], entries: 294 });
  });

  test('days without entries have an export without entries', async () => {
    const out = join(audit.folder, 'nothing');
    const made = await audit.run(['export', '--from', '2020-01-01', '--to', '2020-12-31', '--out', out, ...WHY]);
    expect(made.output).toMatch(/holds 0 entries of the log/);
    expect(existsSync(join(out, 'tile', 'entries'))).toBe(false);
    const { code, output } = await verify('--dir', out);
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/^WHOLE: .*\nLooked at: no entries are in this export; /),
    ]);
  });

  test('an export that is there already is not written over, and a day that is none is refused', async () => {
    const before = readdirSync(whole);
    const again = await audit.run(['export', '--from', '2026-11-20', '--to', '2026-11-20', '--out', whole, ...WHY]);
    expect(again).toMatchObject({ code: 2, output: `--out ${whole} is there already: name another, or remove it.\n` });
    expect(readdirSync(whole)).toEqual(before);
    const out = join(audit.folder, 'none');
    for (const days of [
      ['--from', '2026-11-20'],
      ['--from', '2026-13-01', '--to', '2026-13-02'],
    ]) {
      expect((await audit.run(['export', ...days, '--out', out, ...WHY])).code).toBe(2);
    }
    expect(existsSync(out)).toBe(false);
  });

  test.each([
    ['tile/entries/001', (bytes: Buffer) => bytes.fill('x', 300, 301)],
    ['tile/0/002', (bytes: Buffer) => bytes.fill(1, 0, 8)],
    ['export.json', () => Buffer.from('{"firstLeaf":0,"lastLeaf":0}')],
  ])('that %s was changed is found', async (path, change) => {
    const copy = copyOf('changed');
    writeFileSync(join(copy, path), change(readFileSync(join(copy, path))));
    const { code, output } = await verify('--dir', copy);
    expect(output).toMatch(/^NOT WHOLE: /);
    expect(output).toContain(`\n- ${path} was changed: it is not what the manifest says\n`);
    expect(code).toBe(1);
    const { out } = await verify('--dir', copy, '--json');
    expect(JSON.parse(out)).toMatchObject({
      isWhole: false,
      findings: [{ kind: 'files' }, ...JSON.parse(out).findings.slice(1)],
    });
  });

  test('which entry was changed is said, as far as it can be told', async () => {
    const copy = copyOf('changed');
    const bundle = join(copy, 'tile/entries/001');
    writeFileSync(bundle, readFileSync(bundle).fill('x', 300, 301));
    expect((await verify('--dir', copy)).output).toMatch(/\n- Leaf 256.*was changed/);
  });

  test('that a file is missing is found, also when its line in the manifest is', async () => {
    const copy = copyOf('missing');
    rmSync(join(copy, 'tile/entries/001'));
    expect(await verify('--dir', copy)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/- tile\/entries\/001 is missing: the manifest names it/),
    });
    const manifest = readFileSync(join(copy, 'manifest'), 'utf8');
    writeFileSync(join(copy, 'manifest'), manifest.replace(/^.* {2}tile\/entries\/001\n/m, ''));
    expect(await verify('--dir', copy)).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /- The manifest proves nothing: the signature of gateway\.example\/audit does not fit/,
      ),
    });
    rmSync(join(copy, 'manifest'));
    expect(await verify('--dir', copy)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/- The manifest is missing/),
    });
  });

  test('an export of another log is refused', async () => {
    const { vkey } = openSigner('another.example/audit', PEM);
    const { code, output } = await audit.run(['verify', '--dir', whole, '--key', vkey]);
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^NOT WHOLE: a log without a checkpoint that can be believed/),
    ]);
  });

  test('a checkpoint that was kept is compared: the log goes on from it, or it does not', async () => {
    const kept = join(audit.folder, 'kept');
    const [first, second] = readFileSync(join(whole, 'checkpoints'), 'utf8').split(/(?<=\n)(?=gateway\.example)/);
    writeFileSync(kept, first!);
    expect((await verify('--dir', whole, '--since', kept)).code).toBe(0);
    const text = second!
      .slice(0, second!.indexOf('\n\n') + 1)
      .replace(/\n[^\n]*\n$/, `\n${Buffer.alloc(32, 1).toString('base64')}\n`);
    writeFileSync(kept, `${text}\n${SIGNER.sign(text)}`);
    for (const option of ['--since', '--other']) {
      const { code, output } = await verify('--dir', whole, option, kept);
      expect(output).toContain(`- Fork: the checkpoint of ${text.split('\n')[1]} entries `);
      expect(code).toBe(1);
    }
  });

  test('the folder that a gateway publishes is verified as it is, and what is cut off from it is missed', async () => {
    const tiles = join(audit.folder, 'tiles');
    await new TilesFolder(new Publisher(audit.database, SIGNER.vkey), tiles).publish();
    const { code, output } = await verify('--dir', tiles);
    expect([code, output]).toEqual([0, expect.stringMatching(/^WHOLE: .*\nLooked at: 806 entries that fit the tree/)]);
    rmSync(join(tiles, 'tile/0/003.p'), { recursive: true });
    rmSync(join(tiles, 'tile/entries/003.p'), { recursive: true });
    expect(await verify('--dir', tiles)).toMatchObject({ code: 1, output: expect.stringMatching(/^NOT WHOLE: /) });
  });

  test('a log is verified by HTTP, its entries with a token', async () => {
    const publisher = new Publisher(audit.database, SIGNER.vkey);
    const server = createServer(async (request, response) => {
      const path = (request.url ?? '').replace('/audit/log/', '');
      const isGuarded = /^(tile\/entries|details)\//.test(path);
      if (isGuarded && request.headers.authorization !== 'Bearer a-token') return void response.writeHead(401).end();
      const bytes = path === 'export.json' || path === 'manifest' ? undefined : await publisher.read(path);
      if (bytes) response.end(bytes);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/audit/log`;
    await sequence(audit.database);
    try {
      const args = ['verify', '--key', SIGNER.vkey, '--url', url];
      const { output } = await audit.run(args, { env: { AUDIT_TOKEN: 'a-token' } });
      // Between the days of this log no checkpoints were signed, which in a log that runs is a finding.
      expect(output).toMatch(/^NOT WHOLE: gateway\.example\/audit, 8\d\d entries/m);
      expect(output.match(/^- .*$/gm)?.every((line) => line.startsWith('- No checkpoint was signed between '))).toBe(
        true,
      );
      const without = await audit.run(args);
      expect(without.output).toMatch(/^Looked at: the hashes and what was signed; entries are for auditors/m);
      expect(without.output).not.toContain('refused');
      const wrong = await audit.run(args, { env: { AUDIT_TOKEN: 'another-token' } });
      expect(wrong.output).toMatch(/AUDIT_TOKEN must be a valid token of an auditor/);
      expect(wrong.output).not.toContain('another-token');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
