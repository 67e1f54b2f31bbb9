import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { contractOf } from '../gateway/access/index.js';
import { schemaFolder } from './config.js';
import { main, UsageError } from './main.js';
import { dayOf, readPermissions } from './permissions.js';

const HELP = `npm run contract -- --department NAME [--procedure CODE]... [--scope SCOPE]... [--day YYYY-MM-DD]

Prints the schema as the systems of a department may see it: without what no rule of schema/policies lets them read. For the
department's own code generation.

  --department NAME   as tokens name it, e.g. tax
  --procedure CODE    for these purposes only; repeatable; default: all that there is a form for
  --scope SCOPE       a scope that its tokens have; repeatable
  --day YYYY-MM-DD    the day whose rules count; default: today in Viet Nam

Exit codes: 0 done, 1 the department may read nothing of the registries, 2 wrong command line.
`;

function run(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: {
      department: { type: 'string' },
      procedure: { type: 'string', multiple: true },
      scope: { type: 'string', multiple: true, default: [] },
      day: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { department, scope: scopes } = values;
  if (!department) throw new UsageError(`--department NAME is missing\n\n${HELP}`);
  const day = dayOf(values.day);
  const procedures = values.procedure ?? proceduresWithForms();
  const permissions = readPermissions();
  const known = new Set(permissions.grants.flatMap(({ departments = [] }) => departments));
  const contract = contractOf(permissions.schema, { department, scopes, day, procedures }, permissions);
  if (!/^type (Citizen|Parcel) /m.test(contract)) {
    const cure = `A rule in schema/policies must name it; those that are named are ${[...known].sort().join(', ')}.`;
    throw new UsageError(
      `No rule lets this department read anything of the registries for these procedures. ${cure}`,
      1,
    );
  }
  process.stdout.write(contract);
  return 0;
}

function proceduresWithForms(): string[] {
  const files = readdirSync(join(schemaFolder, 'forms')).filter((file) => file.endsWith('.json'));
  return files.map((file) => file.replace(/\.json$/, ''));
}

if (require.main === module) main(run, HELP);
