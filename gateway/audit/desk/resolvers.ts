import type { RequestContext } from '../../context.js';
import { GatewayError } from '../../errors.js';
import type { AuditReader } from '../reader.js';
import { type AskedAlthoughHeld, askedAlthoughHeld } from './asked-although-held.js';
import { type Connection, checkFirst, leafIn, pageOf } from './connection.js';
import { type DataUse, dataUses } from './data-uses.js';
import type { Embargo } from './embargo.js';
import { type Filter, momentOf, readyFilter } from './filter.js';
import { guardedEmbargo, guardedReader, unreadable } from './guarded.js';
import { type LogState, logState } from './log-state.js';
import { citizenAsking } from './may-read.js';
import { EntryReader } from './read-entries.js';
import { type ShownEntry, showEntry } from './show-entry.js';
import type { SubjectKey } from './subject-keys.js';
import { findUnusual, WINDOW_DAYS_MAX } from './unusual.js';
import { RULE_WORDS, UNUSUAL_RULES, type UnusualRules } from './unusual-rules.js';
import type { Words } from './words.js';

export interface AuditDeskOptions {
  /** Absent: this process has no log. */
  readonly reader: AuditReader | undefined;
  /** All that hashes in the log may have been made with, the newest first. */
  readonly subjectKeys: readonly SubjectKey[];
  /** MUST be there where the log is. */
  readonly embargo: Embargo | undefined;
  readonly words: Words;
  readonly unusualRules?: UnusualRules;
  /** Told of what the log's store fails with. */
  onFault(fault: unknown): void;
}

type Args<Of> = Readonly<Of>;

/** Resolvers of the subgraph `gateway`; their context value is the request's. */
export interface AuditResolvers {
  Query: {
    auditEntries(
      source: unknown,
      args: Args<{ where?: Filter | null; first: number; after?: string | null }>,
      context: RequestContext,
    ): Promise<Connection<ShownEntry>>;
    auditEntry(source: unknown, args: Args<{ index: number }>, context: RequestContext): Promise<ShownEntry | null>;
    auditLog(source: unknown, args: Args<Period>, context: RequestContext): Promise<LogState>;
    askedAlthoughHeld(
      source: unknown,
      args: Args<Period & { procedure?: string | null }>,
      context: RequestContext,
    ): Promise<AskedAlthoughHeld>;
    unusualReading(
      source: unknown,
      args: Args<Period & { department?: string | null; actor?: string | null }>,
      context: RequestContext,
    ): Promise<object>;
    myDataUses(
      source: unknown,
      args: Args<Period & { first: number; after?: string | null }>,
      context: RequestContext,
    ): Promise<Connection<DataUse>>;
  };
}

interface Period {
  readonly from?: string | null;
  readonly until?: string | null;
}

const PAGE_MAX = 200;
const USES_MAX = 100;
const DAY_MS = 86_400_000;

/**
 * What auditors and citizens ask of the log. That a caller may ask it for the declared purpose has been decided before: the fields ask
 * for the policy `purpose`. Whom `myDataUses` is about says the token alone.
 */
export function createAuditResolvers(options: AuditDeskOptions): AuditResolvers {
  const { subjectKeys, words, onFault } = options;
  const reader = options.reader && guardedReader(options.reader, onFault);
  const embargo = options.embargo && guardedEmbargo(options.embargo, onFault);
  const known = reader && new EntryReader(reader);
  const entriesOf = (): EntryReader => {
    if (!known) throw unreadable();
    return known;
  };
  return {
    Query: {
      async auditEntries(_source, { where, first, after }, { signal }) {
        const { find, matches } = readyFilter(where ?? {}, subjectKeys);
        const wanted = checkFirst(first, PAGE_MAX);
        const pages = entriesOf().pages(
          { ...find, ...placeAfter(after), order: 'newest first', first: wanted + 1 },
          { signal },
        );
        return pageOf(
          mapPages(pages, (page) =>
            page.filter(matches).map((read) => ({ leaf: read.leaf, node: showEntry(read, words) })),
          ),
          wanted,
        );
      },
      async auditEntry(_source, { index }) {
        const entries = entriesOf();
        if (!Number.isSafeInteger(index) || index < 0)
          throw new GatewayError('BAD_USER_INPUT', 'index is a whole number from 0.');
        const line = await entries.log.entry(index);
        if (!line) return null;
        const [read] = await entries.read([line]);
        if (read) return showEntry(read, words);
        throw new GatewayError('NOT_FOUND', line.line === undefined ? RETIRED : ALTERED);
      },
      auditLog(_source, args, { clock, signal }) {
        const { log } = entriesOf();
        const untilMs = momentOf(args.until, 'until') ?? clock.now() + 1;
        const fromMs = momentOf(args.from, 'from') ?? untilMs - DAY_MS;
        return logState(log, { fromMs, untilMs, clock, signal });
      },
      askedAlthoughHeld(_source, args, { signal }) {
        const procedure = args.procedure ?? undefined;
        return askedAlthoughHeld(entriesOf(), { ...periodIn(args), procedure, words, signal });
      },
      async unusualReading(_source, { department, actor, ...args }, { signal }) {
        const period = periodIn(args);
        if (period.untilMs - period.fromMs > WINDOW_DAYS_MAX * DAY_MS) {
          throw new GatewayError(
            'BAD_USER_INPUT',
            `At most ${WINDOW_DAYS_MAX} days are looked through at once; ask for less.`,
          );
        }
        const rules = options.unusualRules ?? UNUSUAL_RULES;
        const by = { department: department ?? undefined, actor: actor ?? undefined, rules, signal };
        return { ...(await findUnusual(entriesOf(), { ...period, ...by })), rules: showRules(rules) };
      },
      async myDataUses(_source, { first, after, from, until }, { identity, signal }) {
        const citizen = citizenAsking(identity);
        const entries = entriesOf();
        if (!embargo) throw unreadable();
        const wanted = checkFirst(first, USES_MAX);
        const [fromMs, untilMs, afterLeaf] = [momentOf(from, 'from'), momentOf(until, 'until'), leafIn(after)];
        const asked = { citizen, fromMs, untilMs, afterLeaf, first: wanted, signal };
        return pageOf(dataUses({ entries, subjectKeys, embargo, words }, asked), wanted);
      },
    },
  };
}

const RETIRED =
  'The month of this entry has been retired: the log keeps its hash, and the archive of the month the entry.';
const ALTERED = 'What stands here is no entry: it was changed. Run npm run audit -- verify.';

const placeAfter = (after: string | null | undefined) => {
  const afterLeaf = leafIn(after);
  return afterLeaf === undefined ? {} : { afterLeaf };
};

async function* mapPages<From, To>(
  pages: AsyncIterable<From>,
  to: (page: From) => To,
): AsyncGenerator<To, void, undefined> {
  for await (const page of pages) yield to(page);
}

function periodIn({ from, until }: Period): { fromMs: number; untilMs: number } {
  const fromMs = momentOf(from, 'from');
  const untilMs = momentOf(until, 'until');
  if (fromMs !== undefined && untilMs !== undefined && fromMs < untilMs) return { fromMs, untilMs };
  throw new GatewayError('BAD_USER_INPUT', 'from is before until; swap them, or ask for a longer time.');
}

function showRules(rules: UnusualRules): object[] {
  return (Object.keys(rules) as (keyof UnusualRules)[]).map((name) => {
    const { text, textEn } = RULE_WORDS[name];
    const thresholds = Object.entries(rules[name]).map(([threshold, value]) => ({ name: threshold, value }));
    return { name, label: text, labelEn: textEn, thresholds };
  });
}
