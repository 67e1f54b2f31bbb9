import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Config, ConfigError, readConfig } from '../gateway/config.js';
import { type GatewayKeys, readGatewayKeys } from '../subgraphs/kit/gateway-keys.js';
import { databaseUrlProblem } from '../subgraphs/kit/open-database.js';
import { LIST_ITEMS_MAX } from '../subgraphs/kit/scalars.js';

/** The folder that holds the contract. */
export const schemaFolder = dirname(require.resolve('#schema/subgraphs.json'));

const LIST_ITEMS_MOST = 100_000;

/** Where the registries' databases are: a PostgreSQL URL each, or the embedded store in `dataDir`; and what they hand out. */
export interface DatabaseConfig {
  urls: Record<RegistryName, string | undefined>;
  dataDir: string;
  /** How many items of a list a registry hands out. */
  listItemsMax: number;
}

export const REGISTRY_NAMES = ['citizen-identity', 'civil-status', 'land'] as const;

export type RegistryName = (typeof REGISTRY_NAMES)[number];

/** The variable that holds a registry's URL. */
export function urlVariableOf(name: RegistryName): string {
  return `${name.replaceAll('-', '_').toUpperCase()}_DATABASE_URL`;
}

/**
 * Reads `CITIZEN_IDENTITY_DATABASE_URL`, `CIVIL_STATUS_DATABASE_URL`, `LAND_DATABASE_URL`, `DATA_DIR` (`.data`) and
 * `REGISTRY_LIST_ITEMS_MAX` (500). Throws a `ConfigError` with every problem; it repeats no URL, which may hold a password.
 */
export function readDatabaseConfig(environment = process.env): DatabaseConfig {
  const config = {
    urls: {
      'citizen-identity': environment.CITIZEN_IDENTITY_DATABASE_URL || undefined,
      'civil-status': environment.CIVIL_STATUS_DATABASE_URL || undefined,
      land: environment.LAND_DATABASE_URL || undefined,
    },
    dataDir: dataDirOf(environment),
    listItemsMax: wholeNumber(environment.REGISTRY_LIST_ITEMS_MAX || String(LIST_ITEMS_MAX)),
  };
  const urls = REGISTRY_NAMES.map((name) => ({ url: config.urls[name], variable: urlVariableOf(name) }));
  const problems = urls.flatMap(({ url, variable }) => (url && databaseUrlProblem(url, variable)) || []);
  if (urls.some(({ url }) => !url) && !isWritable(config.dataDir)) problems.push(notWritable(config.dataDir));
  if (!(config.listItemsMax >= 1 && config.listItemsMax <= LIST_ITEMS_MOST)) {
    problems.push(`REGISTRY_LIST_ITEMS_MAX must be a whole number from 1 to ${LIST_ITEMS_MOST}.`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** `DATA_DIR` alone, for what is kept there beside the embedded store. Throws a `ConfigError` when it cannot be written. */
export function readDataDir(environment = process.env): string {
  const dataDir = dataDirOf(environment);
  if (!isWritable(dataDir)) throw new ConfigError([notWritable(dataDir)]);
  return dataDir;
}

const dataDirOf = (environment: NodeJS.ProcessEnv) => environment.DATA_DIR || '.data';

const notWritable = (dataDir: string) =>
  `DATA_DIR ${dataDir} cannot be written: make it a writable folder, or name another.`;
/** Whom a registry that stands alone answers. */
export interface TrustConfig {
  /** The gateways that it trusts; none: nobody is answered. */
  keys: GatewayKeys;
  /** Whoever reaches it is answered. */
  isOpen: boolean;
  /** Where it keeps proofs of what was asked; unset: none are kept. */
  proofsDir: string | undefined;
}

/**
 * Reads `GATEWAY_PUBLIC_KEYS`, `SUBGRAPH_OPEN` (`open`, a command's option, goes before it) and `PROOFS_DIR`. Throws a
 * `ConfigError` with every problem.
 */
export function readTrustConfig({ open = false }: { open?: boolean }, environment = process.env): TrustConfig {
  const switched = environment.SUBGRAPH_OPEN || 'off';
  const isOpen = open || switched === 'on';
  const proofsDir = environment.PROOFS_DIR || undefined;
  const problems: string[] = [];
  let keys: GatewayKeys = new Map();
  try {
    keys = readGatewayKeys(environment.GATEWAY_PUBLIC_KEYS ?? '');
  } catch (error) {
    problems.push((error as Error).message);
  }
  if (switched !== 'on' && switched !== 'off') problems.push('SUBGRAPH_OPEN must be "on" or "off"; unset it for off.');
  if (isOpen && environment.NODE_ENV === 'production') {
    problems.push(
      'With NODE_ENV=production no registry is open: set GATEWAY_PUBLIC_KEYS, not SUBGRAPH_OPEN or --open.',
    );
  }
  if (isOpen && environment.GATEWAY_PUBLIC_KEYS) {
    problems.push(
      'A registry that is open trusts whoever comes: unset GATEWAY_PUBLIC_KEYS, or SUBGRAPH_OPEN and --open.',
    );
  }
  if (isOpen && proofsDir) {
    problems.push('What is not signed proves nothing: unset PROOFS_DIR, or SUBGRAPH_OPEN and --open.');
  }
  if (proofsDir && !isWritable(proofsDir)) {
    problems.push(`PROOFS_DIR ${proofsDir} cannot be written: make it a writable folder, or name another.`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { keys, isOpen, proofsDir };
}

function wholeNumber(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
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

/** Throws a `ConfigError` that names each variable whose folder cannot be written; one that is not set is in order. */
export function refuseUnwritable(folders: Readonly<Record<string, string | undefined>>): void {
  const bad = Object.entries(folders).filter(([, folder]) => folder !== undefined && !isWritable(folder));
  if (bad.length === 0) return;
  throw new ConfigError(
    bad.map(([name, folder]) => `${name} ${folder} cannot be written: make it a writable folder, or name another.`),
  );
}

/**
 * Whether a folder can be made in this one, or where it is not there yet in the nearest above it. It is tried: the mode says
 * nothing to root, and nothing of a read-only disk or of `/proc`.
 */
function isWritable(folder: string): boolean {
  let at = resolve(folder);
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  try {
    rmdirSync(mkdtempSync(join(at, '.lien-thong-')));
    return true;
  } catch {
    return false;
  }
}
