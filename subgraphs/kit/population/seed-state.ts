import type { Database } from '../database.js';
import type { RegistrySeed } from './rows.js';

/**
 * What a registry's tables hold. `interrupted`: a seed began and never ended, so they are not whole. `records`: something
 * that no seed wrote.
 */
export type SeedState = { phase: 'empty' } | ({ phase: 'interrupted' | 'seeded' } & SeedFacts) | { phase: 'records' };

/** What a seed was told to make; the same again makes the same people. */
export interface SeedFacts {
  citizens: number;
  seed: number;
  defectsPercent: number;
}

export interface SeedTarget {
  seed: RegistrySeed;
  database: Database;
}

interface SeedRow {
  citizens: number;
  seed: string | number | bigint;
  defects_percent: string | number;
  finished: boolean;
}

export async function readSeedState({ seed: { schema, tables }, database }: SeedTarget): Promise<SeedState> {
  const [last] = await database.query<SeedRow>(
    `SELECT citizens, seed, defects_percent, finished_at IS NOT NULL AS finished FROM ${schema}.seed
     ORDER BY started_at DESC LIMIT 1`,
  );
  if (last) {
    return {
      phase: last.finished ? 'seeded' : 'interrupted',
      citizens: last.citizens,
      seed: Number(last.seed),
      defectsPercent: Number(last.defects_percent),
    };
  }
  const filled = Object.keys(tables).map((table) => `EXISTS (SELECT FROM ${schema}.${table})`);
  const [held] = await database.query<{ filled: boolean }>(`SELECT ${filled.join(' OR ')} AS filled`);
  return { phase: held?.filled ? 'records' : 'empty' };
}

/**
 * From here until `finishSeed` the registry counts as interrupted, and no change is announced: the triggers of the outbox
 * would write nothing, but collecting the rows for them takes a tenth of the time.
 */
export async function beginSeed({ seed: { schema, tables }, database }: SeedTarget, facts: SeedFacts): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(`INSERT INTO ${schema}.seed (citizens, seed, defects_percent) VALUES ($1, $2, $3)`, [
      facts.citizens,
      facts.seed,
      facts.defectsPercent,
    ]);
    for (const table of Object.keys(tables)) await tx.query(`ALTER TABLE ${schema}.${table} DISABLE TRIGGER USER`);
  });
}

/** Who writes when the triggers come back waits for the end, which announces everything. */
export async function finishSeed({ seed: { schema, tables }, database }: SeedTarget): Promise<void> {
  const names = Object.keys(tables).map((table) => `${schema}.${table}`);
  for (const name of names) await database.script(`ANALYZE ${name}`);
  const enable = names.map((name) => `ALTER TABLE ${name} ENABLE TRIGGER USER;`).join(' ');
  await database.script(`${enable} UPDATE ${schema}.seed SET finished_at = now();`);
}

/** Removes every record of the registry. */
export async function emptyRegistry({ seed: { schema, tables }, database }: SeedTarget): Promise<void> {
  const names = ['seed', ...Object.keys(tables)].map((table) => `${schema}.${table}`);
  await database.script(`TRUNCATE ${names.join(', ')}`);
}
