import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Grant, PoliciesError, readPolicies } from '../gateway/access/index.js';
import type { LoadedSchema } from '../gateway/context.js';
import { createDossierFeature } from '../gateway/dossier/index.js';
import { loadSchema } from '../gateway/supergraph/load.js';
import { dayInVietnam } from '../gateway/vietnam-day.js';
import { schemaFolder } from './config.js';
import { UsageError } from './main.js';

/** The committed supergraph, forms and rules. */
export interface Permissions {
  readonly schema: LoadedSchema;
  readonly grants: readonly Grant[];
  readonly formReads: ReturnType<ReturnType<typeof createDossierFeature>['reads']>;
}

/** Reads what says who may read what. Throws a `UsageError` with every mistake in the rules. */
export function readPermissions(folder = join(schemaFolder, 'policies')): Permissions {
  const schema = loadSchema(readFileSync(join(schemaFolder, 'supergraph.graphql'), 'utf8'));
  const dossier = createDossierFeature({ formsFolder: join(schemaFolder, 'forms') });
  try {
    return { schema, grants: readPolicies(folder, schema.api), formReads: dossier.reads(schema) };
  } catch (error) {
    if (error instanceof PoliciesError) throw new UsageError(error.message, 1);
    throw error;
  }
}

/** Today in Viet Nam, `YYYY-MM-DD`. */
export function today(): string {
  return dayInVietnam(Date.now());
}

/** A day that was given, or today. */
export function dayOf(given: string | undefined): string {
  if (given === undefined) return today();
  if (/^\d{4}-\d{2}-\d{2}$/.test(given) && !Number.isNaN(Date.parse(given))) return given;
  throw new UsageError('--day takes YYYY-MM-DD');
}
