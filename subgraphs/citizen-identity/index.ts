import {
  dayInVietnam,
  msLeftOfDayInVietnam,
  openRegistryDatabase,
  type Registry,
  type RegistryOptions,
} from '../kit/open-registry.js';
import { createSubgraph } from '../kit/subgraph.js';
import { createCircleLoader } from './household.js';
import { type IdentityContext, resolvers } from './resolvers.js';
import { openIdentitySource } from './source.js';

const name = 'citizen-identity';

/** Opens the citizen identity registry: its database, migrated, and its subgraph. Rejects when the database doesn't answer. */
export async function openCitizenIdentity(options: RegistryOptions): Promise<Registry> {
  const database = await openRegistryDatabase(name, options);
  const now = options.now ?? (() => new Date());
  const subgraph = createSubgraph<IdentityContext>({
    name,
    resolvers,
    database,
    log: options.log,
    listItemsMax: options.listItemsMax,
    // A card expires, and a temporary residence ends, without a record that says so.
    freshForMs: () => msLeftOfDayInVietnam(now()),
    openContext: (base) => {
      const source = openIdentitySource(database);
      return { ...base, source, circles: createCircleLoader(source), today: dayInVietnam(now()) };
    },
  });
  return { subgraph, database };
}
