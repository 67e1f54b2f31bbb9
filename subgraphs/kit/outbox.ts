import type { Queryable } from './database.js';

/** A numbered row of `<schema>.outbox`; without a type: everything. */
export interface OutboxRow {
  readonly position: number;
  readonly type: string | null;
  readonly key: Record<string, unknown> | null;
  /** ISO 8601, UTC, milliseconds. */
  readonly changed_at: string;
}

/** What the outbox holds behind a position, and what must be known to judge that position. */
export interface OutboxPage {
  readonly feed: string;
  /** The last position that was deleted; the rows up to it are gone. */
  readonly prunedTo: number;
  /** The last position there is. */
  readonly last: number;
  readonly hasUnnumbered: boolean;
  /** In order, at most `CHANGES_MAX`. */
  readonly rows: readonly OutboxRow[];
}

export interface Outbox {
  /** Undefined when the feed has no name, which `number` gives it. Without `after`, no rows. */
  page(after: number | undefined): Promise<OutboxPage | undefined>;
  /** Gives committed rows their positions. */
  number(): Promise<void>;
}

export const CHANGES_MAX = 1_000;
/** Clues are looked up on the way, each in about 0.1 ms: well within the deadline of a statement. */
const NUMBERED_AT_ONCE_MAX = 5_000;

type FeedRow = { feed: string; pruned_to: number; last: number; has_unnumbered: boolean } & (
  | OutboxRow
  | { [Column in keyof OutboxRow]: null }
);

/** The outbox of a registry, as its migration `0003-outbox.sql` made it. */
export function openOutbox(database: Queryable, schema: string): Outbox {
  // One statement, so that the rows and what is told of the feed are of the same moment.
  const pageText = `select feed.id as feed, feed.pruned_to,
      coalesce((select max(position) from ${schema}.outbox), feed.pruned_to) as last,
      exists (select from ${schema}.outbox where position is null) as has_unnumbered,
      behind.position, behind.type, behind.key, behind.changed_at
    from ${schema}.feed left join lateral (
      select position, type, key, changed_at from ${schema}.outbox
      where position > $1::bigint order by position limit ${CHANGES_MAX}
    ) as behind on true order by behind.position`;
  return {
    async page(after) {
      const rows = await database.query<FeedRow>(pageText, [after ?? null]);
      const first = rows[0];
      if (!first) return undefined;
      const { feed, pruned_to: prunedTo, last, has_unnumbered: hasUnnumbered } = first;
      return { feed, prunedTo, last, hasUnnumbered, rows: rows.filter((row) => row.position !== null) as OutboxRow[] };
    },
    async number() {
      await database.query(`select ${schema}.number_outbox($1)`, [NUMBERED_AT_ONCE_MAX]);
    },
  };
}
