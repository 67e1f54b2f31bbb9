import { openRegistryDatabase, type Registry, type RegistryOptions } from '../kit/open-registry.js';
import { createSubgraph } from '../kit/subgraph.js';
import type { LandContext } from './parcel.js';
import { resolvers } from './resolvers.js';
import { openLandSource } from './source.js';

const name = 'land';

/** Opens the land registry: its database, migrated, and its subgraph. Rejects when the database doesn't answer. */
export async function openLand(options: RegistryOptions): Promise<Registry> {
  const database = await openRegistryDatabase(name, options);
  const subgraph = createSubgraph<LandContext>({
    name,
    resolvers,
    database,
    log: options.log,
    listItemsMax: options.listItemsMax,
    openContext: (base) => ({ ...base, source: openLandSource(database) }),
  });
  return { subgraph, database };
}
