import { randomUUID } from 'node:crypto';
import { openPostgres, type PostgresOptions } from '../../subgraphs/kit/postgres';

export const TEST_POSTGRES_URL = process.env.TEST_POSTGRES_URL;

/**
 * `describe` for tests that need a PostgreSQL server. Without `TEST_POSTGRES_URL` they are skipped, aloud; in CI
 * (`CI=true`) that is a failure, so that a job that lost its server is never green.
 */
export function describeOnPostgres(name: string, tests: () => void): void {
  if (TEST_POSTGRES_URL) {
    describe(name, tests);
  } else if (process.env.CI === 'true') {
    describe(name, () => {
      it('has a server to run on', () => {
        throw new Error('TEST_POSTGRES_URL is not set in CI: run ". .ci/services.sh start" before the tests');
      });
    });
  } else {
    process.stderr.write(`\nSKIPPED: "${name}": run ". .ci/services.sh start" to test on PostgreSQL too.\n\n`);
    describe.skip(name, tests);
  }
}

export interface ScratchPostgres {
  url: string;
  options(overrides?: Partial<PostgresOptions>): PostgresOptions;
  drop(): Promise<void>;
}

/** A database of its own on the test server. */
export async function createScratchPostgres(): Promise<ScratchPostgres> {
  const name = `scratch_${randomUUID().replaceAll('-', '')}`;
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(TEST_POSTGRES_URL ?? '');
  url.pathname = `/${name}`;
  return {
    url: url.href,
    options: (overrides) => ({ url: url.href, applicationName: 'test', ...overrides }),
    drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function onServer(statement: string): Promise<void> {
  const server = openPostgres({ url: TEST_POSTGRES_URL ?? '', applicationName: 'test-scratch', poolMax: 1 });
  await server.script(statement);
  await server.close();
}
