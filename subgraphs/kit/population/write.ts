import type { CopyValue } from '../database.js';
import type { LedgerEntry } from './defects.js';
import { DEFECT_KINDS, type DefectKind } from './model.js';
import { citizensMin, citizensOf } from './population.js';
import { type FamilyRecords, records } from './records.js';
import type { RegistrySeed } from './rows.js';
import { beginSeed, emptyRegistry, finishSeed, readSeedState, type SeedTarget } from './seed-state.js';

export interface WriteOptions {
  /** The registries to fill, all from one population: what they say of a person agrees. */
  targets: readonly SeedTarget[];
  citizens: number;
  seed: number;
  /** Of a hundred citizens, how many have exactly one defect. */
  defectsPercent: number;
  /** Empties the registries first; without it, one that holds anything is refused. */
  replace?: boolean;
  onProgress?: (citizensDone: number, citizensTotal: number) => void;
  /** Told of each defect, before it is written. */
  onDefect?: (entry: LedgerEntry) => void;
}

export interface SeedReport {
  citizens: number;
  families: number;
  /** By registry, then by table. */
  rows: Record<string, Record<string, number>>;
  defects: Record<DefectKind, number>;
}

/** The registries hold something already. The message says how to go on. */
export class SeedRefused extends Error {
  override name = 'SeedRefused';
}

/** Each batch is one COPY a table. Larger ones are slower: their rows outlive the young generation and cost collections. */
const CITIZENS_A_BATCH = 1_000;

/**
 * Fills the registries with a population, batch by batch: while the databases take one, the next is made. Memory does not
 * grow with the number of citizens. Rejects with `SeedRefused` before anything is changed. When it fails or the process dies
 * in between, `readSeedState` says `interrupted` for every registry that was begun.
 */
export async function writePopulation(options: WriteOptions): Promise<SeedReport> {
  const { targets, citizens, seed, defectsPercent } = options;
  if (citizens < citizensMin()) {
    throw new RangeError(`a population has at least ${citizensMin()} citizens: the demo people and their families`);
  }
  if (!options.replace) await refuseUnlessEmpty(targets);
  await forEachTarget(targets, async (target) => {
    if (options.replace) await emptyRegistry(target);
    await beginSeed(target, { citizens, seed, defectsPercent });
  });
  const report = emptyReport(targets);
  let written: Promise<void> = Promise.resolve();
  const registries = targets.map((target) => target.seed);
  for (const batch of batches(records({ citizens, seed, defectsPercent, registries }))) {
    await written;
    if (report.citizens > 0) options.onProgress?.(report.citizens, citizens);
    count(report, batch, options.onDefect);
    written = forEachTarget(targets, (target) => writeBatch(target, batch, report));
    // Whoever awaits it next learns of a failure; until then it must not count as unhandled.
    written.catch(() => {});
    // Lets the first blocks go out before the next batch takes the thread.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await written;
  options.onProgress?.(citizens, citizens);
  await forEachTarget(targets, finishSeed);
  return report;
}

async function refuseUnlessEmpty(targets: readonly SeedTarget[]): Promise<void> {
  for (const target of targets) {
    const { phase } = await readSeedState(target);
    if (phase === 'empty') continue;
    const holds = phase === 'interrupted' ? 'an unfinished seed' : 'records';
    throw new SeedRefused(
      `the ${target.seed.registry} registry already holds ${holds}: nothing was changed. ` +
        'To remove ALL records of all registries and fill them anew, add --replace',
    );
  }
}

/** At the same time for all; when one fails, the others are still waited for, so that no write outlives the call. */
async function forEachTarget(
  targets: readonly SeedTarget[],
  work: (target: SeedTarget) => Promise<void>,
): Promise<void> {
  const results = await Promise.allSettled(targets.map(work));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function* batches(families: Iterable<FamilyRecords>): Generator<FamilyRecords[]> {
  let batch: FamilyRecords[] = [];
  let citizens = 0;
  for (const family of families) {
    batch.push(family);
    citizens += citizensOf(family.family);
    if (citizens >= CITIZENS_A_BATCH) {
      yield batch;
      batch = [];
      citizens = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

async function writeBatch(
  { seed, database }: SeedTarget,
  batch: readonly FamilyRecords[],
  report: SeedReport,
): Promise<void> {
  for (const [table, columns] of Object.entries(seed.tables)) {
    const rows = rowsOf(batch, { registry: seed.registry, table, columns });
    const written = await database.copyIn(`${seed.schema}.${table}`, columns, rows);
    const counts = report.rows[seed.registry]!;
    counts[table] = (counts[table] ?? 0) + written;
  }
}

async function* rowsOf(
  batch: readonly FamilyRecords[],
  of: { registry: string; table: string; columns: readonly string[] },
): AsyncGenerator<readonly CopyValue[]> {
  for (const { rows } of batch) {
    for (const row of rows.get(of.registry)?.[of.table] ?? []) yield of.columns.map((column) => row[column] ?? null);
  }
}

function emptyReport(targets: readonly SeedTarget[]): SeedReport {
  const zero = ({ tables }: RegistrySeed) => Object.fromEntries(Object.keys(tables).map((table) => [table, 0]));
  return {
    citizens: 0,
    families: 0,
    rows: Object.fromEntries(targets.map(({ seed }) => [seed.registry, zero(seed)])),
    defects: Object.fromEntries(DEFECT_KINDS.map((kind) => [kind, 0])) as Record<DefectKind, number>,
  };
}

function count(report: SeedReport, batch: readonly FamilyRecords[], onDefect: WriteOptions['onDefect']): void {
  for (const { family, defects } of batch) {
    report.families += 1;
    report.citizens += citizensOf(family);
    for (const defect of defects) {
      report.defects[defect.kind] += 1;
      onDefect?.(defect);
    }
  }
}
