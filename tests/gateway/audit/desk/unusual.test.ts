import { EntryReader } from '../../../../gateway/audit/desk/read-entries.js';
import { findUnusual } from '../../../../gateway/audit/desk/unusual.js';
import { subjectHash } from '../../../../gateway/audit/entry.js';
import { type Logged, MemoryLog, NEW_KEY } from '../../../helpers/audit-reader-of-test.js';
import { DEMO } from '../../../helpers/demo-people.js';
import { askDesk } from './asked-desk.js';

const DAY_MS = 86_400_000;
/** A Monday, at ten in Viet Nam. */
const MONDAY = Date.parse('2026-11-02T03:00:00Z');
const ASKED = { fromMs: MONDAY - 10 * 3_600_000, untilMs: MONDAY + 7 * DAY_MS };

const person = (number: number) => `048190${String(number).padStart(6, '0')}`;
const officer = (sub: string, dept = 'justice') => ({ sub, role: 'officer', dept });

/** Reads so many people, each for a dossier, the first of them `from`. */
function read(
  log: MemoryLog,
  people: number,
  { from = 0, ...logged }: Logged & { from?: never | number } = {} as never,
) {
  for (let n = 0; n < people; n += 1) log.write({ at: MONDAY, about: [person(from + n)], ...logged } as Logged);
}

async function findings(log: MemoryLog, rule: string, asked = {}) {
  const found = await findUnusual(new EntryReader(log), { ...ASKED, ...asked });
  return found.findings.filter((finding) => finding.rule === rule);
}

const figuresOf = (finding: { figures: readonly { name: string; value: number }[] } | undefined) =>
  Object.fromEntries(finding?.figures.map(({ name, value }) => [name, value]) ?? []);

describe('volume', () => {
  const withHistory = (today: number) => {
    const log = new MemoryLog();
    for (const daysAgo of [5, 6, 7]) read(log, 20, { at: MONDAY - daysAgo * DAY_MS });
    read(log, today);
    return log;
  };

  test('more than three times a caller’s own usual is found, with the figures', async () => {
    const [found, ...more] = await findings(withHistory(61), 'volume');
    expect(more).toEqual([]);
    expect(found).toMatchObject({ actor: 'officer-1', department: 'justice', day: '2026-11-02' });
    expect(figuresOf(found)).toEqual({ people: 61, ownUsual: 20 });
    expect(found!.entries).toHaveLength(50);
  });

  test('three times is usual still, and so is a high figure of who always has one', async () => {
    expect(await findings(withHistory(60), 'volume')).toEqual([]);
    const busy = new MemoryLog();
    for (const daysAgo of [5, 6, 7, 0]) read(busy, 150, { at: MONDAY - daysAgo * DAY_MS });
    expect(await findings(busy, 'volume')).toEqual([]);
  });

  test('the same person a hundred times is one', async () => {
    const log = withHistory(0);
    for (let n = 0; n < 100; n += 1) log.write({ at: MONDAY, about: [person(1)] });
    expect(await findings(log, 'volume')).toEqual([]);
  });

  test('more than three times what the department’s others read that day is found; of another department’s nothing is said', async () => {
    const log = new MemoryLog();
    read(log, 100, { who: officer('one') });
    for (const sub of ['two', 'three']) read(log, 25, { who: officer(sub) });
    read(log, 100, { who: officer('far', 'tax') });
    const found = await findings(log, 'volume');
    expect(found.map(({ actor }) => actor)).toEqual(['one']);
    expect(figuresOf(found[0])).toEqual({ people: 100, othersUsual: 25 });
  });

  test('without anything to compare with only very many are found', async () => {
    const log = new MemoryLog();
    read(log, 199);
    expect(await findings(log, 'volume')).toEqual([]);
    read(log, 1, { from: 199 } as never);
    expect(figuresOf((await findings(log, 'volume'))[0])).toEqual({ people: 200 });
  });

  test('days before the time that was asked for are compared with, not found', async () => {
    const log = withHistory(0);
    read(log, 100, { at: MONDAY - 4 * DAY_MS });
    expect(await findings(log, 'volume')).toEqual([]);
  });
});

describe('hours', () => {
  test.each<[string, string, number]>([
    ['at seven', '2026-11-02T07:00:00+07:00', 0],
    ['before seven', '2026-11-02T06:59:59+07:00', 1],
    ['shortly before six', '2026-11-02T17:59:59+07:00', 0],
    ['at six', '2026-11-02T18:00:00+07:00', 1],
    ['at night', '2026-11-03T02:00:00+07:00', 1],
    ['on a Friday', '2026-11-06T10:00:00+07:00', 0],
    ['on a Saturday', '2026-11-07T10:00:00+07:00', 1],
    ['on a Sunday', '2026-11-08T10:00:00+07:00', 1],
  ])('%s (%s): %s', async (_when, at, times) => {
    const log = new MemoryLog();
    log.write({ at: Date.parse(at), about: [DEMO.groom] });
    expect(await findings(log, 'hours')).toHaveLength(times);
  });

  test('systems and citizens have no hours', async () => {
    const log = new MemoryLog();
    for (const role of ['department-system', 'citizen']) {
      log.write({ at: Date.parse('2026-11-02T23:00:00+07:00'), who: { sub: role, role }, about: [DEMO.groom] });
    }
    expect(await findings(log, 'hours')).toEqual([]);
  });
});

describe('relatives', () => {
  const own = subjectHash(NEW_KEY.key, DEMO.husband);
  const asOfficer = { who: { sub: `~${own}`, role: 'officer', dept: 'justice' } };

  test('who stands beside the caller in any entry is found, and so are they themselves', async () => {
    const log = new MemoryLog();
    // Long ago, and by somebody else.
    log.write({ about: [DEMO.husband, DEMO.wife, DEMO.child], at: MONDAY - 300 * DAY_MS });
    const [ofWife, ofOwn] = [[DEMO.wife], [DEMO.husband]].map((about) =>
      log.write({ ...asOfficer, about, at: MONDAY }),
    );
    log.write({ ...asOfficer, about: [DEMO.groom], at: MONDAY });
    const [found, ...more] = await findings(log, 'relatives');
    expect(more).toEqual([]);
    expect(found).toMatchObject({ actor: `~${own}`, day: null, entries: [ofWife, ofOwn] });
    expect(figuresOf(found)).toEqual({ relatives: 1, entriesOfThemselves: 1, entries: 2 });
  });

  test('of strangers nothing is found, nor of a caller of whom nobody can know who they are', async () => {
    const log = new MemoryLog();
    log.write({ about: [DEMO.husband, DEMO.wife] });
    log.write({ ...asOfficer, about: [DEMO.groom] });
    log.write({ about: [DEMO.wife] });
    expect(await findings(log, 'relatives')).toEqual([]);
  });

  test('a citizen reads of themselves as often as they like', async () => {
    const log = new MemoryLog();
    log.write({ who: { sub: `~${own}`, role: 'citizen' }, about: [DEMO.husband] });
    expect(await findings(log, 'relatives')).toEqual([]);
  });
});

describe('outside dossiers', () => {
  const withoutDossier = { why: { procedure: '1.000894' } };

  test('people who are in no dossier of the caller are found', async () => {
    const log = new MemoryLog();
    read(log, 10, withoutDossier);
    const [found] = await findings(log, 'outsideDossiers');
    expect(found).toMatchObject({ actor: 'officer-1', day: null });
    expect(figuresOf(found)).toEqual({ people: 10, peopleInDossiers: 0 });
  });

  test('not who was in one of them a week before, nor those of a few reads', async () => {
    const log = new MemoryLog();
    read(log, 10, { at: MONDAY - 7 * DAY_MS });
    read(log, 19, withoutDossier);
    expect(await findings(log, 'outsideDossiers')).toEqual([]);
  });

  test('who is in another caller’s dossier is outside this one’s', async () => {
    const log = new MemoryLog();
    read(log, 10, { who: officer('other') });
    read(log, 10, withoutDossier);
    expect((await findings(log, 'outsideDossiers')).map(({ actor }) => actor)).toEqual(['officer-1']);
  });
});

describe('refusals', () => {
  const refusals = (refused: number, reads: number) => {
    const log = new MemoryLog();
    log.write({ kind: 'refused', code: 'NOT_PERMITTED', at: MONDAY, count: refused });
    for (let n = 0; n < reads; n += 1) log.write({ at: MONDAY, about: [DEMO.groom] });
    return log;
  };

  test('many, and a large part of all, are found', async () => {
    expect(figuresOf((await findings(refusals(20, 40), 'refusals'))[0])).toEqual({ refused: 20, percent: 33 });
  });

  test.each([
    [19, 0],
    [20, 60],
  ])('%s of %s more are not', async (refused, reads) => {
    expect(await findings(refusals(refused, reads), 'refusals')).toEqual([]);
  });
});

describe('asking', () => {
  const QUERY = `query ($from: DateTime!, $until: DateTime!, $department: String, $actor: String) {
    unusualReading(from: $from, until: $until, department: $department, actor: $actor) {
      checked isWhole rules { name label labelEn thresholds { name value } }
      findings { rule actor department day figures { name value } entries }
    }
  }`;
  const WEEK = { from: '2026-11-02', until: '2026-11-09' };
  const night = Date.parse('2026-11-02T23:00:00+07:00');
  const log = new MemoryLog();
  log.write({ at: night, who: officer('one'), about: [DEMO.groom] });
  log.write({ at: night, who: officer('two', 'tax'), about: [DEMO.groom] });

  const actors = async (variables: object) =>
    (await askDesk(log, QUERY, { variables: { ...WEEK, ...variables } })).data.unusualReading.findings.map(
      ({ actor }: { actor: string }) => actor,
    );

  test('tells the rules with their thresholds', async () => {
    const { data, errors } = await askDesk(log, QUERY, { variables: WEEK });
    expect(errors).toEqual([]);
    expect(data.unusualReading).toMatchObject({ checked: 2, isWhole: true });
    expect(data.unusualReading.rules).toContainEqual({
      name: 'refusals',
      label: 'Bị từ chối nhiều lần',
      labelEn: 'Was refused many times',
      thresholds: [
        { name: 'refusedMin', value: 20 },
        { name: 'percentMin', value: 30 },
      ],
    });
  });

  test('of one department, or of one caller, finds only theirs', async () => {
    expect((await actors({})).sort()).toEqual(['one', 'two']);
    expect(await actors({ department: 'tax' })).toEqual(['two']);
    expect(await actors({ actor: 'one' })).toEqual(['one']);
    expect(await actors({ actor: 'nobody' })).toEqual([]);
  });

  test('for more than 31 days is refused', async () => {
    const { errors } = await askDesk(log, QUERY, { variables: { from: '2026-10-01', until: '2026-11-02' } });
    expect(errors).toEqual([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('31') }]);
  });

  test('looks through the newest first when there is too much, and says so', async () => {
    const many = new MemoryLog();
    read(many, 30, { at: MONDAY - DAY_MS });
    many.write({ at: night, about: [DEMO.groom] });
    const found = await findUnusual(new EntryReader(many), { ...ASKED, entriesMax: 10 });
    expect(found).toMatchObject({ checked: 10, isWhole: false, findings: [{ rule: 'hours' }] });
  });

  test('takes other thresholds', async () => {
    const rules = { ...(await import('../../../../gateway/audit/desk/unusual-rules.js')).UNUSUAL_RULES };
    const strict = { ...rules, hours: { fromHour: 11, untilHour: 12, entriesMin: 1 } };
    const log2 = new MemoryLog();
    log2.write({ at: MONDAY, about: [DEMO.groom] });
    expect(await findings(log2, 'hours', { rules: strict })).toHaveLength(1);
    expect(await findings(log2, 'hours', { rules })).toHaveLength(0);
  });
});
