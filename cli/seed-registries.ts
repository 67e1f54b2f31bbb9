import { citizenIdentitySeed } from '../subgraphs/citizen-identity/seed.js';
import { civilStatusSeed } from '../subgraphs/civil-status/seed.js';
import type { Database } from '../subgraphs/kit/database.js';
import type { RegistrySeed } from '../subgraphs/kit/population/rows.js';
import { readSeedState, type SeedState } from '../subgraphs/kit/population/seed-state.js';
import { type SeedReport, type WriteOptions, writePopulation } from '../subgraphs/kit/population/write.js';
import { landSeed } from '../subgraphs/land/seed.js';
import { REGISTRY_NAMES, type RegistryName } from './config.js';

/** An open, migrated database for each registry. */
export type RegistryDatabases = Record<RegistryName, Database>;

/** What turns a population into each registry's rows. Each call counts records from the beginning: one call a seed. */
export function registrySeeds(): Record<RegistryName, RegistrySeed> {
  return { 'citizen-identity': citizenIdentitySeed(), 'civil-status': civilStatusSeed(), land: landSeed() };
}

export interface SeedOptions extends Omit<WriteOptions, 'targets'> {
  databases: RegistryDatabases;
}

/** Fills all registries with one synthetic population; see `writePopulation` for what it promises. */
export function seedRegistries({ databases, ...options }: SeedOptions): Promise<SeedReport> {
  const seeds = registrySeeds();
  const targets = REGISTRY_NAMES.map((name) => ({ seed: seeds[name], database: databases[name] }));
  return writePopulation({ ...options, targets });
}

/** What each registry holds: whether a first start must fill them, or an interrupted seed must be repeated. */
export async function readSeedStates(databases: RegistryDatabases): Promise<Record<RegistryName, SeedState>> {
  const seeds = registrySeeds();
  const states: Partial<Record<RegistryName, SeedState>> = {};
  for (const name of REGISTRY_NAMES)
    states[name] = await readSeedState({ seed: seeds[name], database: databases[name] });
  return states as Record<RegistryName, SeedState>;
}
