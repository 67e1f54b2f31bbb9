import type { AuditDatabase, AuditQueryable } from '../../../../gateway/audit/database.js';

/** How the server ran one statement. */
export interface Explained {
  readonly text: string;
  /** `Bitmap Index Scan on lookup_2026_03_lookup_keys_idx`, and so on: every node that reads a table or an index. */
  readonly scans: readonly string[];
  /** Whether more processes were begun for it, which takes longer than what is looked for. */
  readonly isParallel: boolean;
  /** Pages of 8 kB that it went through, in memory or not. */
  readonly pages: number;
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Loops': number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

/** The same database; `statements` says how each statement on a large table was run. */
export interface ExplainingDatabase extends AuditDatabase {
  readonly statements: Explained[];
}

/**
 * Runs and explains. A driver prepares statements, and after some uses the server may keep a plan that knows no values:
 * `planned` says for which of the two it is explained.
 */
export function explaining(db: AuditDatabase, planned: 'for the values' | 'for any values'): ExplainingDatabase {
  const statements: Explained[] = [];
  const mode = planned === 'for the values' ? 'force_custom_plan' : 'force_generic_plan';
  const wrap = (tx: AuditQueryable): AuditQueryable => ({
    async query<Row extends object>(text: string, values: readonly unknown[] = []) {
      if (/FROM audit\.|JOIN audit\./.test(text)) statements.push(await explain(tx, { text, values, mode }));
      return tx.query<Row>(text, values);
    },
  });
  return {
    statements,
    transaction: (work) => db.transaction((tx) => work(wrap(tx))),
    query: (text, values) => db.transaction((tx) => wrap(tx).query(text, values)),
    ping: (timeoutMs) => db.ping(timeoutMs),
  };
}

async function explain(
  tx: AuditQueryable,
  { text, values, mode }: { text: string; values: readonly unknown[]; mode: string },
): Promise<Explained> {
  await tx.query(`SET LOCAL plan_cache_mode = ${mode}`);
  await tx.query(`PREPARE explained AS ${text}`);
  const given = values.length === 0 ? '' : `(${values.map(literal).join(', ')})`;
  const [row] = await tx.query<{ 'QUERY PLAN': [{ Plan: Plan }] | string }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE explained${given}`,
  );
  await tx.query('DEALLOCATE explained');
  const told = row!['QUERY PLAN'];
  const [{ Plan: plan }] = typeof told === 'string' ? JSON.parse(told) : told;
  const nodes = nodesOf(plan).filter((node) => node['Actual Loops'] > 0);
  const nameOf = (node: Plan) => node['Index Name'] ?? node['Relation Name'];
  const reading = nodes.filter((node) => nameOf(node) !== undefined);
  return {
    text,
    scans: reading.map((node) => `${node['Node Type']} on ${nameOf(node)}`),
    isParallel: nodes.some((node) => node['Node Type'].startsWith('Gather')),
    pages: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
  };
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

const literal = (value: unknown) => (Array.isArray(value) ? `'{${value.join(',')}}'` : `'${value}'`);
