import type { Database } from './database.js';
import { openEmbedded } from './pglite.js';
import { openPostgres } from './postgres.js';

export interface DatabaseOptions {
  /** `postgres://…` or `postgresql://…`; unset or empty: the embedded store in `dataDir`. */
  url?: string;
  /** The variable that `url` came from, for the message that refuses it. */
  urlVariable: string;
  dataDir: string;
  applicationName: string;
  poolMax?: number;
  statementTimeoutMs?: number;
  connectTimeoutMs?: number;
  onStatement?: (text: string) => void;
}

/** Why a URL is none of PostgreSQL, with the cure and without the URL; undefined when it is one. */
export function databaseUrlProblem(url: string, urlVariable: string): string | undefined {
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return undefined;
  return (
    `${urlVariable} is not a PostgreSQL URL: write postgres://user:password@host:5432/database ` +
    '(percent-encode special characters of the password), or unset it to use the embedded store in DATA_DIR'
  );
}

/** Opens what the configuration names. Throws with the cure, and without the URL, when it is no PostgreSQL URL. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, urlVariable, dataDir, ...rest } = options;
  if (!url) return openEmbedded({ dataDir, onStatement: options.onStatement });
  const problem = databaseUrlProblem(url, urlVariable);
  if (problem) throw new Error(problem);
  return openPostgres({ url, ...rest });
}
