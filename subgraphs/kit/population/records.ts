import { injectDefects, type LedgerEntry, plant } from './defects.js';
import type { Family } from './model.js';
import { type PopulationOptions, population } from './population.js';
import { Random } from './random.js';
import type { FamilyRows, RegistrySeed } from './rows.js';

export interface RecordsOptions extends PopulationOptions {
  registries: readonly RegistrySeed[];
  /** Of a hundred citizens, how many have exactly one defect; the demo people only what is written for them. */
  defectsPercent: number;
}

export interface FamilyRecords {
  family: Family;
  /** By registry, then by table. */
  rows: Map<string, FamilyRows>;
  /** Every way in which these rows are not as they should be. */
  defects: LedgerEntry[];
}

/** The population as rows of the registries, family by family. The defects have a random stream of their own: without them all else is the same. */
export function* records(options: RecordsOptions): Generator<FamilyRecords> {
  for (const family of population(options)) {
    const rows = new Map(options.registries.map((registry) => [registry.registry, registry.rows(family)]));
    const defects = plant(family, rows);
    if (family.index > 0 && options.defectsPercent > 0) {
      const random = new Random(`defects ${options.seed} family ${family.index}`);
      defects.push(...injectDefects({ family, rows, random, percent: options.defectsPercent }));
    }
    yield { family, rows, defects };
  }
}
