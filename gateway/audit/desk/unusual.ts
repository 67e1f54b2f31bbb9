import { markOf } from '../marks.js';
import { type CallerDay, CallerReading, type Seen } from './caller-readings.js';
import type { EntryReader } from './read-entries.js';
import { HISTORY_DAYS, type RuleName, UNUSUAL_RULES, type UnusualRules } from './unusual-rules.js';

export interface UnusualFinding {
  readonly rule: RuleName;
  readonly actor: string;
  readonly department: string | null;
  /** In Viet Nam; `null`: over the whole time. */
  readonly day: string | null;
  readonly figures: readonly { readonly name: string; readonly value: number }[];
  /** Leaf indexes, the first 50. */
  readonly entries: readonly number[];
}

export interface UnusualAsked {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly department?: string | undefined;
  readonly actor?: string | undefined;
  readonly rules?: UnusualRules;
  readonly historyDays?: number;
  /** So many entries are looked through, the newest first. */
  readonly entriesMax?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Unusual {
  readonly checked: number;
  readonly isWhole: boolean;
  readonly findings: readonly UnusualFinding[];
}

export const LOOKED_THROUGH_MAX = 100_000;
export const WINDOW_DAYS_MAX = 31;
const DAY_MS = 86_400_000;
const FINDINGS_MAX = 500;
/** Callers whose relatives are looked for, and how many entries about each of them are read for it. */
const KIN_CALLERS_MAX = 200;
const KIN_ENTRIES = 500;

/**
 * Looks for what is out of the ordinary, page by page, from the newest entry back to `historyDays` before the time that was asked for.
 * What is held in memory grows with the different people whom the entries are about, and `entriesMax` bounds it.
 */
export async function findUnusual(entries: EntryReader, asked: UnusualAsked): Promise<Unusual> {
  const { fromMs, untilMs, department, actor, rules = UNUSUAL_RULES, signal } = asked;
  const { historyDays = HISTORY_DAYS, entriesMax = LOOKED_THROUGH_MAX } = asked;
  const callers = new Map<string, CallerReading>();
  const find = {
    fromMs: fromMs - historyDays * DAY_MS,
    untilMs,
    order: 'newest first' as const,
    ...(department === undefined ? {} : { anyOf: [[markOf('department', department)]] }),
  };
  let checked = 0;
  let isWhole = true;
  for await (const page of entries.pages(find, { signal, withDetails: false })) {
    for (const read of page.slice(0, entriesMax - checked)) {
      const { who, kind, at } = read.entry;
      if (!who || (kind !== 'read' && kind !== 'refused')) continue;
      if (department !== undefined && who.dept !== department) continue;
      let caller = callers.get(who.sub);
      if (!caller) callers.set(who.sub, (caller = new CallerReading(who.sub, rules.hours)));
      caller.add(read, { isHistory: at < fromMs });
    }
    checked += page.length;
    if (checked >= entriesMax) {
      isWhole = false;
      checked = entriesMax;
      break;
    }
  }
  const meant = [...callers.values()].filter((caller) => actor === undefined || caller.actor === actor);
  const others = peopleByDepartment(callers.values());
  const findings = meant.flatMap((caller) => [
    ...ofVolume(caller, { rules, others }),
    ...ofHours(caller, rules),
    ...ofDossiers(caller, rules),
    ...ofRefusals(caller, rules),
  ]);
  findings.push(...(await ofRelatives(meant, { entries, rules, signal })));
  return { checked, isWhole, findings: findings.slice(0, FINDINGS_MAX) };
}

/** Citizens read of themselves, as often and when they like. */
const isCitizen = ({ role }: CallerReading) => role === 'citizen';

const isSystem = ({ role }: CallerReading) => role === 'department-system';

type PeopleByDay = ReadonlyMap<string, readonly { readonly actor: string; readonly people: number }[]>;

/** How many people each caller of a department read on a day, by `department day`. */
function peopleByDepartment(callers: Iterable<CallerReading>): PeopleByDay {
  const byDay = new Map<string, { actor: string; people: number }[]>();
  for (const { actor, department = '', days } of callers) {
    for (const [day, { people }] of days) {
      const key = `${department} ${day}`;
      const one = { actor, people: people.size };
      const known = byDay.get(key);
      if (known) known.push(one);
      else byDay.set(key, [one]);
    }
  }
  return byDay;
}

function ofVolume(
  caller: CallerReading,
  { rules: { volume }, others }: { rules: UnusualRules; others: PeopleByDay },
): UnusualFinding[] {
  if (isCitizen(caller)) return [];
  return [...caller.days].flatMap(([day, { people, reads }]) => {
    // A day before the time that was asked for is only compared with.
    if (reads.count === 0 || people.size < volume.peopleMin) return [];
    const own = [...caller.days].filter(([name, each]) => name !== day && each.people.size > 0);
    const ofOwn = own.length < volume.daysMin ? undefined : median(own.map(([, each]) => each.people.size));
    const beside = (others.get(`${caller.department ?? ''} ${day}`) ?? []).filter(
      ({ actor }) => actor !== caller.actor,
    );
    const ofOthers = beside.length < 2 ? undefined : median(beside.map((each) => each.people));
    const isUnusual =
      ofOwn === undefined && ofOthers === undefined
        ? people.size >= volume.peopleAlone
        : people.size > volume.ownFactor * (ofOwn ?? Number.POSITIVE_INFINITY) ||
          people.size > volume.othersFactor * (ofOthers ?? Number.POSITIVE_INFINITY);
    if (!isUnusual) return [];
    const figures = { people: people.size, ownUsual: ofOwn, othersUsual: ofOthers };
    return [finding('volume', caller, { day, figures, seen: reads })];
  });
}

function ofHours(caller: CallerReading, { hours }: UnusualRules): UnusualFinding[] {
  if (isCitizen(caller) || isSystem(caller)) return [];
  return eachDay(caller, ({ atOddHours, reads }) => {
    if (atOddHours.count < hours.entriesMin || atOddHours.count === 0) return undefined;
    return { rule: 'hours', figures: { entries: atOddHours.count, ofAll: reads.count }, seen: atOddHours };
  });
}

function ofRefusals(caller: CallerReading, { refusals }: UnusualRules): UnusualFinding[] {
  return eachDay(caller, ({ refused, reads }) => {
    const percent = (100 * refused.count) / Math.max(1, refused.count + reads.count);
    if (refused.count < refusals.refusedMin || percent < refusals.percentMin) return undefined;
    return { rule: 'refusals', figures: { refused: refused.count, percent: Math.round(percent) }, seen: refused };
  });
}

function ofDossiers(caller: CallerReading, { outsideDossiers }: UnusualRules): UnusualFinding[] {
  if (isCitizen(caller)) return [];
  const outside = [...caller.withoutDossier].filter(([person]) => !caller.inDossiers.has(person));
  if (outside.length < outsideDossiers.peopleMin || outside.length === 0) return [];
  const figures = { people: outside.length, peopleInDossiers: caller.inDossiers.size };
  return [finding('outsideDossiers', caller, { day: null, figures, seen: together(outside.map(([, seen]) => seen)) })];
}

/** Who stands beside a caller in any entry, whoever read it; and the caller. */
async function ofRelatives(
  callers: readonly CallerReading[],
  { entries, rules, signal }: { entries: EntryReader; rules: UnusualRules; signal: AbortSignal | undefined },
): Promise<UnusualFinding[]> {
  const findings: UnusualFinding[] = [];
  const known = callers.filter((caller) => caller.bySubject.size > 0 && !isCitizen(caller)).slice(0, KIN_CALLERS_MAX);
  for (const caller of known) {
    signal?.throwIfAborted();
    const own = caller.ownHash!;
    const find = { anyOf: [[markOf('subject', own)]], order: 'newest first' as const, first: KIN_ENTRIES };
    const beside = new Set<string>();
    for (const { entry } of await entries.read(await entries.log.find(find), false)) {
      const subjects = entry.about?.slice(1) ?? [];
      if (subjects.includes(own)) for (const subject of subjects) beside.add(subject);
    }
    beside.delete(own);
    const ofOwn = caller.bySubject.get(own);
    const ofKin = [...beside].flatMap((subject) => caller.bySubject.get(subject) ?? []);
    const seen = together([...(ofOwn ? [ofOwn] : []), ...ofKin]);
    if (seen.count === 0 || seen.count < rules.relatives.entriesMin) continue;
    const figures = { relatives: ofKin.length, entriesOfThemselves: ofOwn?.count ?? 0, entries: seen.count };
    findings.push(finding('relatives', caller, { day: null, figures, seen }));
  }
  return findings;
}

interface Found {
  readonly rule: RuleName;
  readonly figures: Readonly<Record<string, number | undefined>>;
  readonly seen: Pick<Seen, 'leaves'>;
}

function eachDay(caller: CallerReading, look: (day: CallerDay) => Found | undefined): UnusualFinding[] {
  return [...caller.days].flatMap(([day, of]) => {
    const found = look(of);
    return found ? [finding(found.rule, caller, { ...found, day })] : [];
  });
}

function finding(
  rule: RuleName,
  { actor, department = null }: Pick<CallerReading, 'actor'> & { department?: string | null | undefined },
  { day, figures, seen }: Omit<Found, 'rule'> & { day: string | null },
): UnusualFinding {
  const named = Object.entries(figures).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  return { rule, actor, department, day, figures: named, entries: seen.leaves };
}

/** One entry may be about several of them. */
function together(all: readonly Seen[]): Pick<Seen, 'count' | 'leaves'> {
  const leaves = [...new Set(all.flatMap((seen) => seen.leaves))].sort((a, b) => a - b);
  return { count: Math.max(leaves.length, ...all.map(({ count }) => count)), leaves: leaves.slice(0, 50) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
