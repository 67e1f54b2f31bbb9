import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEntry } from '../../../gateway/audit/entry.js';
import { readCheckpoint } from '../../../gateway/audit/verify/checkpoint.js';
import { openSigner } from '../../../gateway/audit/verify/note.js';
import { verifyProof } from '../../../gateway/audit/verify/proof.js';
import { type AuditCommand, startAuditCommand, WHY } from '../../helpers/audit-command.js';
import {
  FIRST_READ,
  fillLog,
  KEYS,
  ORIGIN,
  OTHER_PERSON,
  PARCEL,
  PEM,
  PERSON,
  SIGNER,
  sequence,
} from '../../helpers/filled-audit-log.js';
import { describeOnPostgres } from '../../helpers/scratch-postgres.js';

const NAME = '"Nguyễn Văn Thử"';

describeOnPostgres('proofs', () => {
  let audit: AuditCommand;
  let file: string;
  beforeAll(async () => {
    audit = await startAuditCommand();
    file = join(audit.folder, 'entry.tlog-proof');
    await fillLog(audit.database, [
      FIRST_READ,
      { at: '2026-11-02T02:00:00Z', about: [OTHER_PERSON], request: 'twice', values: { 'citizen.sex': 'MALE' } },
      { at: '2026-11-03T02:00:00Z', about: [PARCEL], request: 'twice', refused: 'FORBIDDEN' },
    ]);
    await sequence(audit.database);
  });
  afterAll(() => audit?.close());

  /** An inspector elsewhere: no database, no keys but the public one. */
  const check = (args: string[], input?: string) =>
    audit.run(['check', ...args], {
      ...(input !== undefined && { input }),
      env: { AUDIT_DATABASE_URL: '', AUDIT_SIGNING_KEY: '', AUDIT_SUBJECT_KEYS: '', DATA_DIR: '/nowhere' },
    });

  test('a proof of an entry is checked elsewhere with the public key alone, and says what the entry says', async () => {
    const proved = await audit.run(['prove', '--entry', '1', '--out', file, ...WHY]);
    expect(proved.output).toBe(
      `${file} proves entry 1 of the log of 5 entries: npm run audit -- check --proof ${file} --key KEY\n`,
    );
    expect(proved.code).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { code, output } = await check(['--proof', file, '--key', join(audit.folder, 'log.pub')]);
    expect(output).toMatch(
      /^PROVED: the log gateway\.example\/audit, of 5 entries, signed 2\S+ \S+ \(\+07:00\), has this entry:\nEntry 1, 2026-11-02 08:02:03: read by officer-an /,
    );
    expect(output).toMatch(/\n {2}citizen\.fullName +shown +citizen-identity +CI-2020-000001 /);
    expect(output).not.toContain('npm run audit -- prove');
    expect(code).toBe(0);
    expect((await audit.acts()).at(-1)).toMatchObject({
      about: KEYS.about([PERSON]),
      act: { what: 'log.prove', leaf: 1 },
    });
  });

  test('without --out the proof is printed as C2SP has it', async () => {
    const { out } = await audit.run(['prove', '--entry', 'request-1', ...WHY]);
    expect(out).toMatch(/^c2sp\.org\/tlog-proof@v1\nextra \S+\nindex 1\n/);
    expect(verifyProof(out, { vkey: SIGNER.vkey }).entry.req).toBe('request-1');
  });

  test('an entry is proved by the id that auditors see as well', async () => {
    const [row] = await audit.database.query<{ writer: string; n: number }>(
      "SELECT writer, n FROM audit.entry WHERE body LIKE '%request-1%'",
    );
    const { out } = await audit.run(['prove', '--entry', `${row!.writer}/${row!.n}`]);
    expect(verifyProof(out, { vkey: SIGNER.vkey }).entry.req).toBe('request-1');
    const none = await audit.run(['prove', '--entry', `${row!.writer}/99`]);
    expect(none).toMatchObject({ code: 1, output: expect.stringMatching(/^The log has no such entry, or not yet/) });
  });

  test('several entries of one request are named, and one that is not there is said not to be', async () => {
    expect(await audit.run(['prove', '--entry', 'twice', ...WHY])).toMatchObject({
      code: 1,
      output: 'Several entries are of this request, 2, 3: name one of these numbers.\n',
    });
    expect(await audit.run(['prove', '--entry', '99', ...WHY])).toMatchObject({
      code: 1,
      output: 'The log has no entry 99: the newest are there after some seconds in which a gateway runs.\n',
    });
    expect((await audit.run(['prove', '--entry', 'nobody', ...WHY])).output).toMatch(
      /^No entry of the log is of this request/,
    );
  });

  test('a proof that was changed, or is of another log, proves nothing', async () => {
    await audit.run(['prove', '--entry', '1', '--out', file, ...WHY]);
    const proof = readFileSync(file, 'utf8');
    const extra = /^extra (.*)$/m.exec(proof)![1]!;
    const forged = Buffer.from(Buffer.from(extra, 'base64').toString().replace('officer-an', 'officer-xx')).toString(
      'base64',
    );
    const changed = join(audit.folder, 'changed');
    writeFileSync(changed, proof.replace(extra, forged));
    const result = await check(['--proof', changed, '--key', SIGNER.vkey, '--json']);
    expect(result.output).toMatch(/^PROVES NOTHING: the entry in it is not leaf 1 of the log/);
    expect(result.code).toBe(1);
    const { vkey } = openSigner('another.example/audit', PEM);
    expect(await check(['--proof', file, '--key', vkey])).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^PROVES NOTHING: /),
    });
    writeFileSync(changed, 'nothing of the kind');
    expect(await check(['--proof', changed, '--key', SIGNER.vkey])).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^PROVES NOTHING: /),
    });
  });

  test('a witness that must have cosigned, and has not, is missed', async () => {
    await audit.run(['prove', '--entry', '1', '--out', file, ...WHY]);
    const { cosignerVkey } = openSigner('witness.example/a', PEM);
    const { code, output } = await check(['--proof', file, '--key', SIGNER.vkey, '--witness', cosignerVkey]);
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^PROVES NOTHING: its checkpoint is cosigned by 0 of the 1 witnesses/),
    ]);
  });

  test('that a value was shown is proved to whoever has it, and the proof does not tell it', async () => {
    const value = ['--value', 'citizen.fullName', '--json-value', '-'];
    const proved = await audit.run(['prove', '--entry', '1', ...value, '--out', file, ...WHY], { input: `${NAME}\n` });
    expect(proved.code).toBe(0);
    expect(readFileSync(file, 'utf8')).not.toContain('Nguyễn');
    expect((await audit.acts()).at(-1)?.act).toEqual({ what: 'log.prove', leaf: 1, value: 'citizen.fullName' });
    const of = ['--proof', file, '--key', SIGNER.vkey];
    const right = await check([...of, '--json-value', '-'], NAME);
    expect(right.output).toMatch(/\nPROVED: this is the value that was sent in citizen\.fullName\.\n$/);
    expect(right.code).toBe(0);
    const wrong = await check([...of, '--json-value', '"Nguyễn Văn Khác"']);
    expect(wrong.output).toMatch(/\nNOT PROVED: another value was sent in citizen\.fullName\.\n$/);
    expect(wrong.code).toBe(1);
    const json = await check([...of, '--json-value', '"Nguyễn Văn Khác"', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ proved: false, value: { path: 'citizen.fullName', isShown: false } });
    expect((await check(of)).output).toMatch(/\nIt can be checked which value was sent in citizen\.fullName: /);
  });

  test('a value is proved however its JSON is spaced, and that there was none', async () => {
    for (const [path, text] of [
      ['citizen.fullName', ' "Nguy\\u1ec5n Văn Thử" '],
      ['citizen.death', 'null'],
    ]) {
      const { code } = await audit.run([
        'prove',
        '--entry',
        '1',
        '--value',
        path!,
        '--json-value',
        text!,
        '--out',
        file,
        ...WHY,
      ]);
      expect(code).toBe(0);
    }
  });

  test.each([
    [
      'another value',
      ['citizen.fullName', '"Nguyễn Văn Khác"'],
      /^The value cannot be proved: another value was sent in citizen\.fullName\.\n$/,
    ],
    [
      'a field that the answer had not',
      ['citizen.religion', 'null'],
      /the entry has no such field; it has citizen\.fullName, citizen\.dateOfBirth/,
    ],
  ])('nobody is given a proof of %s', async (_, [path, text], message) => {
    const { code, output } = await audit.run([
      'prove',
      '--entry',
      '1',
      '--value',
      path!,
      '--json-value',
      text!,
      ...WHY,
    ]);
    expect(output).toMatch(message);
    expect(code).toBe(1);
  });

  test('evidence of a value that was changed, or is of another entry, proves nothing', async () => {
    const value = ['--value', 'citizen.sex', '--json-value', '"MALE"'];
    await audit.run(['prove', '--entry', '2', ...value, '--out', file, ...WHY]);
    const { proof, value: evidence } = JSON.parse(readFileSync(file, 'utf8'));
    const write = (changed: object) =>
      writeFileSync(file, JSON.stringify({ proof, value: { ...evidence, ...changed } }));
    const of = ['--proof', file, '--key', SIGNER.vkey, '--json-value', '"MALE"'];
    write({});
    expect((await check(of)).code).toBe(0);
    write({ digests: evidence.digests.replace(/^./, (first: string) => (first === 'A' ? 'B' : 'A')) });
    expect((await check(of)).output).toMatch(/^PROVES NOTHING: the digests are not those/);
    write({ path: 'citizen.fullName' });
    expect((await check(of)).output).toMatch(/^PROVES NOTHING: the answer had no such field/);
    writeFileSync(file, '{"proof": "x"}');
    expect(await check(of)).toMatchObject({
      code: 1,
      output: 'PROVES NOTHING: it is no proof as prove writes them.\n',
    });
  });

  test('what was erased cannot be proved any more; the entry still can', async () => {
    const [row] = await audit.database.query<{ body: string }>(
      `SELECT body FROM audit.entry WHERE body LIKE '%request-1%'`,
    );
    const { values } = parseEntry(row!.body);
    const { code, output } = await audit.run(['erase', '--values', values!, ...WHY]);
    expect(output).toMatch(/^What proves the values of 1 answer is erased/);
    expect(code).toBe(0);
    expect((await audit.acts()).at(-1)?.act).toEqual({ what: 'openings.erase', values });
    const proved = await audit.run([
      'prove',
      '--entry',
      '1',
      '--value',
      'citizen.fullName',
      '--json-value',
      NAME,
      ...WHY,
    ]);
    expect(proved).toMatchObject({ code: 1, output: expect.stringMatching(/was erased, or never kept/) });
    expect((await audit.run(['prove', '--entry', '1', ...WHY])).code).toBe(0);
  });

  test('of a person all is erased; of others nothing', async () => {
    const count = async () => (await audit.database.query('SELECT FROM audit.opening')).length;
    await fillLog(audit.database, [
      { at: '2026-11-05T02:00:00Z', about: [PERSON], values: { a: 1 } },
      { at: '2026-11-05T03:00:00Z', about: [PERSON, OTHER_PERSON], values: { a: 2 } },
    ]);
    await sequence(audit.database);
    expect(await count()).toBe(3);
    const { out } = await audit.run(['erase', '--person', '-', '--json', ...WHY], { input: PERSON });
    expect(JSON.parse(out)).toEqual({ erased: 2 });
    expect(await count()).toBe(1);
    expect((await audit.acts()).at(-1)).toMatchObject({ about: KEYS.about([PERSON]), act: { what: 'openings.erase' } });
  });

  test('the checkpoint is printed as it was signed, and the key without making one', async () => {
    const { out } = await audit.run(['checkpoint']);
    expect(readCheckpoint(out, { vkey: SIGNER.vkey }).origin).toBe(ORIGIN);
    expect((await audit.run(['checkpoint', '--key'])).out).toBe(`${SIGNER.vkey}\n\n${out}`);
    expect(await audit.run(['keys'])).toMatchObject({ code: 0, out: `${SIGNER.vkey}\n` });
    const none = await audit.run(['keys'], { env: { AUDIT_SIGNING_KEY: '' } });
    expect(none).toMatchObject({
      code: 1,
      output: expect.stringMatching(/audit-key\.pem is not there: the gateway makes it/),
    });
  });
});
