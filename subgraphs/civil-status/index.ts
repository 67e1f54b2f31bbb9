import { openRegistryDatabase, type Registry, type RegistryOptions } from '../kit/open-registry.js';
import { createSubgraph } from '../kit/subgraph.js';
import type { CivilStatusContext } from './citizen.js';
import { createKinLoader } from './kin.js';
import { resolvers } from './resolvers.js';
import { openCivilStatusSource } from './source.js';

const name = 'civil-status';

/** Opens the civil-status registry: its database, migrated, and its subgraph. Rejects when the database doesn't answer. */
export async function openCivilStatus(options: RegistryOptions): Promise<Registry> {
  const database = await openRegistryDatabase(name, options);
  const subgraph = createSubgraph<CivilStatusContext>({
    name,
    resolvers,
    database,
    log: options.log,
    listItemsMax: options.listItemsMax,
    openContext: (base) => {
      const source = openCivilStatusSource(database);
      return { ...base, source, kin: createKinLoader(source) };
    },
  });
  return { subgraph, database };
}
