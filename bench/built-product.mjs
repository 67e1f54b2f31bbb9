import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { root } from './processes.mjs';

/**
 * Things that the built product knows and no endpoint tells. They are asked of a process of its own, so that the bench
 * imports nothing of what it measures.
 */

/** The operation that the gateway compiles the marriage form to, for stock to run: it has no `dossier` field. */
export function marriageOperation() {
  return ask(`
    const { readFileSync } = require('node:fs');
    const { print } = require('graphql');
    const { loadSchema } = require('./dist/gateway/supergraph/load.js');
    const { createDossierFeature } = require('./dist/gateway/dossier/index.js');
    const { DEFAULTS } = require('./dist/gateway/config.js');
    const schema = loadSchema(readFileSync('schema/supergraph.graphql', 'utf8'));
    const { Query } = createDossierFeature({ formsFolder: 'schema/forms' }).resolvers(schema);
    const parties = [
      { role: 'groom', personalId: '048090000001' },
      { role: 'bride', personalId: '048192000002' },
    ];
    const run = (document) => {
      process.stdout.write(print(document) + '\\n');
      process.exit(0);
    };
    Query.dossier(null, { procedure: '1.000894', parties }, { clock: { now: Date.now }, config: DEFAULTS, run });
  `);
}

/**
 * The numbers of the first men and women of a seed who were born before 2000: the families of a small population are the
 * first ones of a larger one, so these people are in every seed that is large enough.
 */
export function people({ citizens, seed, count }) {
  const text = ask(`
    const { population } = require('./dist/subgraphs/kit/population/population.js');
    const men = [];
    const women = [];
    for (const { persons } of population({ citizens: ${citizens}, seed: ${seed} })) {
      for (const { personalId } of persons) {
        if (personalId && '01'.includes(personalId[3])) (personalId[3] === '0' ? men : women).push(personalId);
      }
    }
    process.stdout.write(JSON.stringify({ men: men.slice(0, ${count}), women: women.slice(0, ${count}) }));
  `);
  return JSON.parse(text);
}

/**
 * The supergraph of `subgraphs` ({ name, url, file }), as `npm run compose` would write it; but open to all unless `access`, since
 * no peer serves one that says who may read what.
 */
export function composeSupergraph(subgraphs, { access = false } = {}) {
  return ask(`
    const { readFileSync } = require('node:fs');
    const { parse, print, visit } = require('graphql');
    const { compose } = require('./dist/gateway/supergraph/compose.js');
    const subgraphs = ${JSON.stringify(subgraphs)};
    const closing = new Set(['authenticated', 'policy', 'requiresScopes']);
    const withoutAccess = (text) => print(visit(parse(text), {
      Directive: ({ name }) => (closing.has(name.value) ? null : undefined),
      // Where a link says which directives it imports.
      StringValue: ({ value }) => (closing.has(value.slice(1)) && value[0] === '@' ? null : undefined),
    }));
    const textOf = (file) => (${access} ? (text) => text : withoutAccess)(readFileSync(file, 'utf8'));
    const composition = compose(subgraphs.map((each) => ({ ...each, text: textOf(each.file) })));
    if (!composition.ok) throw new Error(composition.problems.join('\\n'));
    process.stdout.write(composition.supergraphSdl);
  `);
}

/** Which of these settings the product does not know: it refuses a senseless value of every one that it knows. */
export function unknownSettings(names) {
  const text = ask(`
    const { readConfig } = require('./dist/gateway/config.js');
    const isKnown = (name) => {
      try {
        readConfig({}, { [name]: '?' });
        return false;
      } catch {
        return true;
      }
    };
    process.stdout.write(JSON.stringify(${JSON.stringify(names)}.filter((name) => !isKnown(name))));
  `);
  return JSON.parse(text);
}

/** What a query of the embedded audit log in a folder answers. No other process may have it open. */
export function rowsOfEmbeddedLog(dataDir, text) {
  return JSON.parse(
    ask(`
    const { openEmbedded } = require('./dist/subgraphs/kit/pglite.js');
    const { embeddedIn } = require('./dist/cli/open-audit.js');
    (async () => {
      const database = await openEmbedded({ dataDir: embeddedIn(${JSON.stringify(dataDir)}) });
      process.stdout.write(JSON.stringify(await database.query(${JSON.stringify(text)})));
      await database.close();
    })();
  `),
  );
}

/** How the cache chooses what it gives up, to be compared with other ways: no gateway is measured in the process that calls this. */
export function evictionPolicy() {
  return createRequire(import.meta.url)('../dist/gateway/cache/s3-fifo.js').S3Fifo;
}

/** The audit log's tables and how they are read, where only the store is measured and no gateway runs. */
export function auditStore() {
  const require = createRequire(import.meta.url);
  const { openPostgres } = require('../dist/subgraphs/kit/postgres.js');
  const { migrate } = require('../dist/subgraphs/kit/migrate.js');
  const { createReader } = require('../dist/gateway/audit/store/read.js');
  const { AUDIT_SETTINGS } = require('../dist/gateway/audit/database.js');
  const { markOf } = require('../dist/gateway/audit/marks.js');
  const folder = fileURLToPath(new URL('../gateway/audit/store/migrations', import.meta.url));
  return {
    open: (url) => openPostgres({ url, applicationName: 'bench', settings: AUDIT_SETTINGS }),
    createReader,
    markOf,
    migrateAudit: (database) => migrate(database, { schema: 'audit', folder }),
  };
}

function ask(script) {
  return execFileSync(process.execPath, ['-e', script], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
