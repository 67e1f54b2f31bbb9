import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compose, type SubgraphFile } from '../gateway/supergraph/compose.js';
import { schemaFolder } from './config.js';
import { main, UsageError } from './main.js';

const HELP = `npm run compose [-- --check]

Composes schema/*.graphql, as schema/subgraphs.json names them, into schema/supergraph.graphql (for the gateway) and
schema/api.graphql (what clients see).

  --check   write nothing; exit 1 when a committed file is stale
`;

/** The subgraphs that make up the supergraph, in the order of their names. */
export function subgraphFiles(folder = schemaFolder): SubgraphFile[] {
  const urls = JSON.parse(readFileSync(join(folder, 'subgraphs.json'), 'utf8')) as Record<string, string>;
  return Object.entries(urls).map(([name, url]) => ({
    name,
    url,
    file: `schema/${name}.graphql`,
    text: readFileSync(join(folder, `${name}.graphql`), 'utf8'),
  }));
}

function run(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const composition = compose(subgraphFiles());
  if (!composition.ok) throw new UsageError(composition.problems.join('\n'), 1);
  const outputs = { 'supergraph.graphql': composition.supergraphSdl, 'api.graphql': composition.apiSdl };
  for (const [name, text] of Object.entries(outputs)) {
    const file = join(schemaFolder, name);
    if (!values.check) writeFileSync(file, text);
    else if (readFileSync(file, 'utf8') !== text) throw new UsageError(`schema/${name} is stale: npm run compose`, 1);
  }
  for (const hint of composition.hints) process.stderr.write(`hint: ${hint}\n`);
  process.stdout.write(values.check ? 'up to date\n' : 'wrote schema/supergraph.graphql, schema/api.graphql\n');
  return 0;
}

if (require.main === module) main(run, HELP);
