import { withDetails } from '../../../cli/audit/found.js';
import { detailHash } from '../../../gateway/audit/entry.js';
import { type AuditCommand, startAuditCommand, WHY } from '../../helpers/audit-command.js';
import {
  FIRST_READ,
  fillLog,
  KEYS,
  OTHER_PERSON,
  PARCEL,
  PERSON,
  STRANGER,
  sequence,
} from '../../helpers/filled-audit-log.js';
import { describeOnPostgres } from '../../helpers/scratch-postgres.js';

describeOnPostgres('who asks the log', () => {
  let audit: AuditCommand;
  beforeAll(async () => {
    audit = await startAuditCommand();
    await fillLog(audit.database, [
      FIRST_READ,
      { at: '2026-11-02T02:00:00Z', about: [OTHER_PERSON, PERSON], values: { 'citizen.sex': 'MALE' } },
      { at: '2026-11-03T02:00:00Z', about: [OTHER_PERSON], refused: 'FORBIDDEN' },
      {
        at: '2027-03-04T02:00:00Z',
        about: [PARCEL],
        dossier: 'H48.2027.000001',
        values: { 'parcel.area': 120.5 },
        rule: {
          name: 'mortgage-registration',
          basis: 'Land Law, Article 133',
          verified: true,
          from: '2026-01-01',
          until: '2026-12-31',
          version: 'BBBBBBBBBBBBBBBB',
        },
      },
    ]);
    await sequence(audit.database);
  });
  afterAll(() => audit?.close());

  test('who-read lists who read what of a person, the newest first, and stands in the log itself', async () => {
    const { code, output } = await audit.run(['who-read', '--person', PERSON, ...WHY]);
    expect(output).toBe(
      [
        '  entry  when (+07:00)        who                                       department  procedure  dossier          what became of it',
        '  2      2026-11-02 09:00:00  officer-binh (officer, by one-stop-shop)  01          1.000894   –                1 shown',
        '  1      2026-11-02 08:02:03  officer-an (officer, by one-stop-shop)    01          1.000894   H48.2026.000123  2 shown, 1 missing',
        '2 entries.',
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
    expect((await audit.acts()).at(-1)).toMatchObject({
      who: { sub: expect.stringMatching(/^cli:/), role: 'operator' },
      why: { procedure: 'inspection', dossier: 'TT-2026-14' },
      about: KEYS.about([PERSON]),
      act: { what: 'log.who-read' },
    });
  });

  test('who read it is found again when the log is asked a second time', async () => {
    await audit.run(['who-read', '--person', STRANGER, ...WHY]);
    await sequence(audit.database);
    const { output } = await audit.run(['who-read', '--person', '-', ...WHY], { input: `${STRANGER}\n` });
    expect(output).toMatch(/ cli:\S+ \(operator, by .*\) +– +inspection +TT-2026-14 +log\.who-read\n1 entry\.\n$/);
  });

  test('whom nobody read is said to be so', async () => {
    const { code, output } = await audit.run(['who-read', '--person', '-', ...WHY], { input: '048215000005' });
    expect([code, output]).toEqual([0, 'Nobody: no entry of the log is about it.\n']);
  });

  test('a page ends where it was asked to, and says how to go on', async () => {
    const of = ['who-read', '--person', PERSON, '--to', '2026-11-20', '--json', ...WHY];
    const first = await audit.run([...of, '--first', '1']);
    expect(first.output).toMatch(/\nThere are more: --after 2 goes on\.\n$/);
    expect(JSON.parse(first.out)).toMatchObject({ entry: 2, outcome: '1 shown', why: { procedure: '1.000894' } });
    const second = await audit.run([...of, '--after', '2']);
    expect(JSON.parse(second.out)).toMatchObject({ entry: 1, who: { sub: 'officer-an' } });
  });

  test('days bound what is listed, days of Viet Nam', async () => {
    const on = (from: string, to: string) =>
      audit.run(['who-read', '--person', OTHER_PERSON, '--from', from, '--to', to, ...WHY]);
    expect((await on('2026-11-03', '2026-11-03')).output).toMatch(/refused FORBIDDEN\n1 entry\.\n$/);
    expect((await on('2026-11-04', '2026-11-30')).output).toMatch(/^Nobody/);
  });

  test('a parcel and a record are asked for likewise', async () => {
    const parcel = await audit.run(['who-read', '--parcel', PARCEL, ...WHY]);
    expect(parcel.output).toMatch(/ H48\.2027\.000001 +1 shown\n1 entry\.\n$/);
    const record = await audit.run(['who-read', '--record', 'citizen-identity/CI-2020-000001', ...WHY]);
    expect(record.output).toMatch(/\n3 entries\.\n$/);
    expect((await audit.acts()).at(-1)?.act).toEqual({
      what: 'log.who-read',
      record: 'citizen-identity/CI-2020-000001',
    });
    expect((await audit.run(['who-read', '--record', 'land/CI-2020-000001', ...WHY])).output).toMatch(/^Nobody/);
  });

  test('explain says of each field where it came from, how old it was, and by which rule', async () => {
    const { code, output } = await audit.run(['explain', '--dossier', 'H48.2026.000123', '--why', 'inspection']);
    expect(output).toBe(
      [
        'Entry 1, 2026-11-02 08:02:03: read by officer-an (officer, by one-stop-shop), department 01, for 1.000894, dossier H48.2026.000123.',
        '  rule marriage-registration, version AAAAAAAAAAAAAAAA: Civil Status Law, Article 18; in force (from 2026-01-01); basis not verified',
        '  field                outcome            registry          record          version  retrieved (+07:00)   cache',
        '  citizen.fullName     shown              citizen-identity  CI-2020-000001  3        2026-11-02 08:01:51  MEMORY, 12 s',
        '  citizen.dateOfBirth  shown              citizen-identity  CI-2020-000001  3        2026-11-02 08:01:51  MEMORY, 12 s',
        '  citizen.death        missing NO_RECORD  –                 –               –        –                    –',
        '  To prove it: npm run audit -- prove --entry 1',
        '',
        '1 entry.',
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
    expect((await audit.acts()).at(-1)).toMatchObject({
      why: { procedure: 'inspection', dossier: 'H48.2026.000123' },
      about: KEYS.about([PERSON]),
      act: { what: 'log.explain' },
    });
  });

  test('a rule that was no longer in force is said to be so', async () => {
    const { output } = await audit.run(['explain', '--dossier', 'H48.2027.000001', '--why', 'inspection']);
    expect(output).toMatch(/Land Law, Article 133; NOT IN FORCE on that day \(from 2026-01-01 to 2026-12-31\)\n/);
    const { out } = await audit.run(['explain', '--dossier', 'H48.2027.000001', '--why', 'inspection', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      rules: [{ name: 'mortgage-registration', inForce: false }],
      fields: [{ path: 'parcel.area', outcome: 'shown', sources: [{ record: 'CI-2020-000001', ageSeconds: 12 }] }],
    });
  });

  test('a dossier that nothing was read for is said to be so, and who asked is written down all the same', async () => {
    const { code, output } = await audit.run(['explain', '--dossier', 'nothing', '--why', 'inspection']);
    expect([code, output]).toEqual([0, 'Nothing was read for this dossier: no entry of the log names it.\n']);
    expect((await audit.acts()).at(-1)).toMatchObject({ why: { dossier: 'nothing' }, act: { what: 'log.explain' } });
  });

  test('an entry that was changed in its table, or what it names, is not shown as if nothing were', async () => {
    const change = (from: string, to: string) =>
      audit.database.query('UPDATE audit.entry SET body = replace(body, $1, $2) WHERE body LIKE $3', [
        from,
        to,
        '%request-1%',
      ]);
    await change('officer-an', 'officer-xy');
    for (const asked of [
      ['who-read', '--person', PERSON],
      ['explain', '--dossier', 'H48.2026.000123'],
      ['prove', '--entry', '1'],
    ]) {
      const { code, output } = await audit.run([...asked, '--why', 'inspection']);
      expect(output).toMatch(/^Entry 1 of the log was CHANGED: what stands in the table does not fit the hash/);
      expect(code).toBe(1);
    }
    await change('officer-xy', 'officer-an');
    const shapes = (from: string, to: string) =>
      audit.database.query('UPDATE audit.detail SET body = replace(body, $1, $2)', [from, to]);
    await shapes('fullName', 'nickname');
    const { output } = await audit.run(['explain', '--dossier', 'H48.2026.000123', '--why', 'inspection']);
    expect(output).toMatch(/^Entry 1 of the log was CHANGED: what it says was read does not fit the hash/);
    await shapes('nickname', 'fullName');
    expect((await audit.run(['explain', '--dossier', 'H48.2026.000123', '--why', 'inspection'])).code).toBe(0);
  });

  test('nor is one whose records cannot be read', () => {
    const body = JSON.stringify({
      v: 1,
      op: '',
      rules: [],
      registries: ['land'],
      fields: [['parcel.area', [0], 'shown']],
    });
    const shape = detailHash(body);
    const [w, p] = ['w'.repeat(16), 'p'.repeat(16)];
    const line = JSON.stringify({ v: 1, w, n: 2, p, at: 0, kind: 'read', shape, from: '1 T-1@1', got: [0] });
    expect(() => withDetails(7, line, new Map([[shape, body]]))).toThrow(
      /^Entry 7 of the log has in from an index that got has not: it was changed, or a newer version wrote it\./,
    );
  });

  test('whoever stops reading ends it, without a stack', async () => {
    const args = ['who-read', '--person', PERSON, '--first', '1000', '--json', ...WHY];
    const { code, output } = await audit.run(args, { isReading: false });
    expect([code, output]).toEqual([1, 'what was found cannot be printed (EPIPE)\n']);
  });

  test('what cannot be written down is not told', async () => {
    await audit.database.script(`
      CREATE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON audit.entry FOR EACH ROW EXECUTE FUNCTION audit.refuse();`);
    try {
      for (const asked of [
        ['who-read', '--person', PERSON],
        ['explain', '--dossier', 'H48.2026.000123'],
        ['prove', '--entry', '1'],
      ]) {
        expect(await audit.run([...asked, '--why', 'inspection'])).toMatchObject({
          code: 1,
          output:
            'The log cannot be written now, and what cannot be recorded is not done: is its database there, and may this user write into it?\n',
        });
      }
    } finally {
      await audit.database.script('DROP FUNCTION audit.refuse CASCADE');
    }
  });

  test.each([
    ['no purpose', ['who-read', '--person', PERSON], /--why WORD is missing/],
    ['a purpose of several words', ['who-read', '--person', PERSON, '--why', 'to see'], /--why takes a word/],
    [
      'a number that is none',
      ['who-read', '--person', `${PERSON}1`, ...WHY],
      /--person takes a personal number of 12 digits/,
    ],
    ['a person and a parcel', ['who-read', '--person', PERSON, '--parcel', PARCEL, ...WHY], /takes one of/],
    ['nobody', ['who-read', ...WHY], /takes one of/],
    ['a day that there is not', ['who-read', '--person', PERSON, '--from', '2026-02-30', ...WHY], /--from takes a day/],
    [
      'days the wrong way round',
      ['who-read', '--parcel', PARCEL, '--from', '2026-02-02', '--to', '2026-02-01', ...WHY],
      /--to is before --from/,
    ],
    ['no dossier', ['explain', '--why', 'inspection'], /--dossier NUMBER is missing/],
    ['a dossier for no purpose', ['explain', '--dossier', 'H48.2026.000123'], /--why WORD is missing/],
    ['an option of another command', ['explain', '--person', PERSON], /--person/],
    ['no command', ['whoread'], /name one of verify, check/],
  ])('%s is refused, and nothing is written down', async (_, args, message) => {
    const before = (await audit.acts()).length;
    const { code, output } = await audit.run(args);
    expect(output).toMatch(message);
    expect(output).toContain('npm run audit');
    expect(code).toBe(2);
    expect(await audit.acts()).toHaveLength(before);
  });
});
