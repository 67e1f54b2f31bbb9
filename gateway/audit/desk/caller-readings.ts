import { dayInVietnam } from '../../vietnam-day.js';
import type { ReadEntry } from './read-entries.js';

const AHEAD_MS = 7 * 3_600_000;
const LEAVES_MAX = 50;

/** How often something was seen, and the places of the first entries of it. */
export class Seen {
  count = 0;
  readonly leaves: number[] = [];

  add(leaf: number, times = 1): void {
    this.count += times;
    if (this.leaves.length < LEAVES_MAX) this.leaves.push(leaf);
  }
}

/** What one caller did on one day in Viet Nam. */
export class CallerDay {
  readonly people = new Set<string>();
  readonly reads = new Seen();
  readonly atOddHours = new Seen();
  readonly refused = new Seen();
}

/** What one caller did in the time looked at. */
export class CallerReading {
  department: string | undefined;
  role = '';
  readonly days = new Map<string, CallerDay>();
  /** Whom they read for a dossier: also before the time that was asked for. */
  readonly inDossiers = new Set<string>();
  readonly withoutDossier = new Map<string, Seen>();
  /** Kept only where it can be known who the caller is. */
  readonly bySubject = new Map<string, Seen>();

  constructor(
    readonly actor: string,
    private readonly officeHours: { readonly fromHour: number; readonly untilHour: number },
  ) {}

  /** The keyed hash of the caller's own personal number, if the token named them by it. */
  get ownHash(): string | undefined {
    return /~([\w-]{16})/.exec(this.actor)?.[1];
  }

  add({ leaf, entry }: ReadEntry, { isHistory }: { isHistory: boolean }): void {
    const { who, why, kind, at, count = 1 } = entry;
    this.department ??= who?.dept;
    this.role ||= who?.role ?? '';
    const day = this.#day(dayInVietnam(at));
    const subjects = entry.about?.slice(1) ?? [];
    if (kind === 'refused') {
      if (!isHistory) day.refused.add(leaf, count);
      return;
    }
    for (const subject of subjects) day.people.add(subject);
    if (why?.dossier !== undefined) for (const subject of subjects) this.inDossiers.add(subject);
    if (isHistory) return;
    day.reads.add(leaf, count);
    if (this.#isOdd(at)) day.atOddHours.add(leaf, count);
    if (why?.dossier === undefined) for (const subject of subjects) seenIn(this.withoutDossier, subject).add(leaf);
    if (this.ownHash !== undefined) for (const subject of subjects) seenIn(this.bySubject, subject).add(leaf);
  }

  #day(name: string): CallerDay {
    let day = this.days.get(name);
    if (!day) this.days.set(name, (day = new CallerDay()));
    return day;
  }

  #isOdd(atMs: number): boolean {
    const there = new Date(atMs + AHEAD_MS);
    const hour = there.getUTCHours();
    const { fromHour, untilHour } = this.officeHours;
    return hour < fromHour || hour >= untilHour || there.getUTCDay() % 6 === 0;
  }
}

function seenIn(all: Map<string, Seen>, name: string): Seen {
  let seen = all.get(name);
  if (!seen) all.set(name, (seen = new Seen()));
  return seen;
}
