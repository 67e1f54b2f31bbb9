import type { Log } from '../gateway/context.js';
import { openCitizenIdentity } from '../subgraphs/citizen-identity/index.js';
import { openCivilStatus } from '../subgraphs/civil-status/index.js';
import type { Registry, RegistryOptions } from '../subgraphs/kit/open-registry.js';
import { openLand } from '../subgraphs/land/index.js';
import { type DatabaseConfig, type RegistryName, urlVariableOf } from './config.js';

const OPEN: Record<RegistryName, (options: RegistryOptions) => Promise<Registry>> = {
  'citizen-identity': openCitizenIdentity,
  'civil-status': openCivilStatus,
  land: openLand,
};

/** Opens one registry where the configuration says its database is; a failure names the variable with the URL. */
export function openRegistry(
  name: RegistryName,
  { urls, dataDir, listItemsMax }: DatabaseConfig,
  log: Log,
): Promise<Registry> {
  const url = urls[name];
  const opened = OPEN[name]({
    url,
    dataDir,
    listItemsMax,
    log: ({ level, msg, ...fields }) => log[level](fields, msg),
  });
  return opened.catch((error: Error) => {
    throw url ? new Error(`${urlVariableOf(name)}: ${error.message}`, { cause: error }) : error;
  });
}
