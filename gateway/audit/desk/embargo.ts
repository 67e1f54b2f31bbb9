import type { Clock } from '../../context.js';
import { GatewayError } from '../../errors.js';
import type { Identity } from '../../identity.js';
import type { AuditQueryable } from '../database.js';
import type { Entry } from '../entry.js';

/**
 * Records what somebody did, durably, before it takes effect: it resolves when the entry is kept. What is about a person or a parcel
 * names its keyed hashes in `subject`, with blanks between.
 */
export type RecordAct = (
  what: string,
  details: Readonly<Record<string, string | number | boolean>>,
  /** Who did it; and by which request, if by one. */
  by: Identity & { readonly requestId?: string },
) => Promise<void>;

/**
 * While an investigation goes on, its subject is not told of it: what was read about them under the investigation's number, as the
 * purpose's dossier, is withheld from them, and from whoever it was about as well. All else about them they still see, so that a list which has become empty tells nothing.
 */
export interface Embargo {
  /** Withholds until a moment, or until it is lifted. `subjects`: the keyed hashes of one person, under every key there is. */
  set(
    asked: { investigation: string; subjects: readonly string[]; untilMs?: number | undefined },
    by: Identity,
  ): Promise<void>;
  /** Tells the subjects from now on. Rejects when nothing is withheld under the number. */
  lift(investigation: string, by: Identity): Promise<void>;
  /** What is withheld now from whoever has one of these hashes. Rejects when that cannot be found out: then nothing may be told. */
  against(subjects: readonly string[]): Promise<Withheld>;
}

export interface Withheld {
  withholds(entry: Entry): boolean;
}

export interface EmbargoOptions {
  readonly database: AuditQueryable;
  readonly act: RecordAct;
  readonly clock: Clock;
  /** How long an answer of the database serves, milliseconds. */
  readonly rememberedMs?: number;
}

const REMEMBERED_MS = 5_000;
/** A number as a purpose has it; one that is written otherwise would never withhold anything. */
const INVESTIGATION = /^(?!.*\d{12})[\w./-]{1,64}$/;

/** The last row of an investigation and a subject says whether it goes on. */
const IN_FORCE = `
  SELECT investigation, subject, (extract(epoch FROM until) * 1000)::float8 AS "untilMs" FROM (
    SELECT DISTINCT ON (investigation, subject) investigation, subject, until, is_lifted FROM audit.embargo
    WHERE ($1::text IS NULL OR investigation = $1)
    ORDER BY investigation, subject, id DESC
  ) AS newest
  WHERE NOT is_lifted AND (until IS NULL OR until > $2)`;

interface Row {
  investigation: string;
  subject: string;
  untilMs: number | null;
}

export function createEmbargo(options: EmbargoOptions): Embargo {
  const { database, act, clock, rememberedMs = REMEMBERED_MS } = options;
  let remembered: { readonly rows: Promise<Row[]>; readonly untilMs: number } | undefined;
  const forget = () => {
    remembered = undefined;
  };
  const inForce = (investigation: string | null) =>
    database.query<Row>(IN_FORCE, [investigation, new Date(clock.now())]);
  const insert = (row: { investigation: string; subject: string; until: Date | null; isLifted: boolean }) =>
    database.query(
      'INSERT INTO audit.embargo (investigation, subject, until, is_lifted, at) VALUES ($1, $2, $3, $4, $5)',
      [row.investigation, row.subject, row.until, row.isLifted, new Date(clock.now())],
    );

  const rowsInForce = (): Promise<Row[]> => {
    if (remembered && clock.now() < remembered.untilMs) return remembered.rows;
    const rows = inForce(null);
    remembered = { rows, untilMs: clock.now() + rememberedMs };
    // What went wrong once is asked again at once.
    rows.catch(forget);
    return rows;
  };

  return {
    async set({ investigation, subjects, untilMs }, by) {
      if (!INVESTIGATION.test(investigation)) throw badNumber();
      if (subjects.length === 0) throw new GatewayError('BAD_USER_INPUT', 'Say from whom it is withheld.');
      if (untilMs !== undefined && !(untilMs > clock.now())) {
        throw new GatewayError(
          'BAD_USER_INPUT',
          'An embargo ends in the future; leave out until when, or name a later day.',
        );
      }
      const until = untilMs === undefined ? null : new Date(untilMs);
      const details = { investigation, subject: subjects.join(' '), ...(until ? { until: until.toISOString() } : {}) };
      // First: nothing may be withheld without its being recorded.
      await act('embargo.set', details, by);
      for (const subject of subjects) await insert({ investigation, subject, until, isLifted: false });
      forget();
    },
    async lift(investigation, by) {
      const rows = await inForce(investigation);
      if (rows.length === 0)
        throw new GatewayError('NOT_FOUND', 'Nothing is withheld under this number of an investigation.');
      const subjects = rows.map(({ subject }) => subject);
      await act('embargo.lift', { investigation, subject: subjects.join(' ') }, by);
      for (const subject of subjects) await insert({ investigation, subject, until: null, isLifted: true });
      forget();
    },
    async against(subjects) {
      const nowMs = clock.now();
      const from = new Map<string, Set<string>>();
      for (const { investigation, subject, untilMs } of await rowsInForce()) {
        if (untilMs !== null && untilMs <= nowMs) continue;
        from.set(investigation, (from.get(investigation) ?? new Set()).add(subject));
      }
      return {
        // Whoever stands beside its subject in an entry would tell them.
        withholds({ why, about = [] }) {
          const withheld = why?.dossier === undefined ? undefined : from.get(why.dossier);
          return withheld !== undefined && [...subjects, ...about.slice(1)].some((each) => withheld.has(each));
        },
      };
    },
  };
}

function badNumber(): GatewayError {
  const form = 'letters, digits and . / - _, at most 64, and no personal number in it';
  return new GatewayError(
    'BAD_USER_INPUT',
    `An investigation is named by the dossier number that its reads declare as their purpose: ${form}.`,
  );
}
