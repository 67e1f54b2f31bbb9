import { dirname } from 'node:path';

/** The folder that holds the contract. */
export const schemaFolder = dirname(require.resolve('#schema/subgraphs.json'));

/** Where the registries' databases are: a PostgreSQL URL each, or the embedded store in `dataDir`. */
export interface DatabaseConfig {
  urls: Record<RegistryName, string | undefined>;
  dataDir: string;
}

export const REGISTRY_NAMES = ['citizen-identity', 'civil-status', 'land'] as const;

export type RegistryName = (typeof REGISTRY_NAMES)[number];

/** Reads `CITIZEN_IDENTITY_DATABASE_URL`, `CIVIL_STATUS_DATABASE_URL`, `LAND_DATABASE_URL` and `DATA_DIR` (`.data`). */
export function readDatabaseConfig(environment = process.env): DatabaseConfig {
  return {
    urls: {
      'citizen-identity': environment.CITIZEN_IDENTITY_DATABASE_URL || undefined,
      'civil-status': environment.CIVIL_STATUS_DATABASE_URL || undefined,
      land: environment.LAND_DATABASE_URL || undefined,
    },
    dataDir: environment.DATA_DIR || '.data',
  };
}
