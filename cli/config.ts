import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Config, ConfigError, readConfig } from '../gateway/config.js';
import { databaseUrlProblem } from '../subgraphs/kit/open-database.js';

/** The folder that holds the contract. */
export const schemaFolder = dirname(require.resolve('#schema/subgraphs.json'));

/** Where the registries' databases are: a PostgreSQL URL each, or the embedded store in `dataDir`. */
export interface DatabaseConfig {
  urls: Record<RegistryName, string | undefined>;
  dataDir: string;
}

export const REGISTRY_NAMES = ['citizen-identity', 'civil-status', 'land'] as const;

export type RegistryName = (typeof REGISTRY_NAMES)[number];

/** The variable that holds a registry's URL. */
export function urlVariableOf(name: RegistryName): string {
  return `${name.replaceAll('-', '_').toUpperCase()}_DATABASE_URL`;
}

/**
 * Reads `CITIZEN_IDENTITY_DATABASE_URL`, `CIVIL_STATUS_DATABASE_URL`, `LAND_DATABASE_URL` and `DATA_DIR` (`.data`). Throws a
 * `ConfigError` with every problem; it repeats no URL, which may hold a password.
 */
export function readDatabaseConfig(environment = process.env): DatabaseConfig {
  const config = {
    urls: {
      'citizen-identity': environment.CITIZEN_IDENTITY_DATABASE_URL || undefined,
      'civil-status': environment.CIVIL_STATUS_DATABASE_URL || undefined,
      land: environment.LAND_DATABASE_URL || undefined,
    },
    dataDir: environment.DATA_DIR || '.data',
  };
  const urls = REGISTRY_NAMES.map((name) => ({ url: config.urls[name], variable: urlVariableOf(name) }));
  const problems = urls.flatMap(({ url, variable }) => (url && databaseUrlProblem(url, variable)) || []);
  if (urls.some(({ url }) => !url) && !isWritable(config.dataDir)) {
    problems.push(`DATA_DIR ${config.dataDir} cannot be written: make it a writable folder, or name another.`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** The settings of the gateway and of the databases; throws one `ConfigError` with the problems of both. */
export function readSettings(): { config: Config; databases: DatabaseConfig } {
  const problems: string[] = [];
  const read = <Settings>(from: () => Settings): Settings | undefined => {
    try {
      return from();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
  };
  const config = read(() => readConfig());
  const databases = read(() => readDatabaseConfig());
  if (!config || !databases) throw new ConfigError(problems);
  return { config, databases };
}

/** Whether the folder, or where it is not there yet the nearest above it, is one that may be written. */
function isWritable(folder: string): boolean {
  let at = resolve(folder);
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  try {
    accessSync(at, constants.R_OK | constants.W_OK | constants.X_OK);
    return statSync(at).isDirectory();
  } catch {
    return false;
  }
}
