import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type DocumentNode, GraphQLError, Kind, parse, validate } from 'graphql';
import { type Explained, explain } from '../gateway/access/index.js';
import { ROLES, type Role } from '../gateway/identity.js';
import { main, UsageError } from './main.js';
import { dayOf, readPermissions } from './permissions.js';

const HELP = `npm run explain -- --role ROLE --procedure CODE --operation FILE
                   [--name OPERATION] [--variables JSON] [--department NAME] [--citizen ID] [--scope SCOPE]... [--day YYYY-MM-DD] [--json]

Prints, field by field, what a caller may read of an operation for a procedure: allowed, masked or refused, and by which rule
of schema/policies or for which reason.

  --role ROLE         ${ROLES.join(', ')}
  --procedure CODE    the purpose, e.g. 1.000894
  --operation FILE    a GraphQL file; --name says which of several operations
  --variables JSON    what the operation's variables are: a citizen reads of themselves only
  --scope SCOPE       a scope of the token; repeatable
  --day YYYY-MM-DD    the day on which it is asked; default: today in Viet Nam
  --json              one JSON object a line

Exit codes: 0 done, 1 the operation does not fit the schema, 2 wrong command line.
`;

function run(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: {
      role: { type: 'string' },
      procedure: { type: 'string' },
      operation: { type: 'string' },
      name: { type: 'string' },
      variables: { type: 'string', default: '{}' },
      department: { type: 'string' },
      citizen: { type: 'string' },
      scope: { type: 'string', multiple: true, default: [] },
      day: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const role = ROLES.find((each) => each === values.role);
  if (!role) throw new UsageError(`--role takes one of ${ROLES.join(', ')}\n\n${HELP}`);
  if (!values.procedure) throw new UsageError(`--procedure CODE is missing\n\n${HELP}`);
  if (!values.operation || !existsSync(values.operation)) {
    throw new UsageError('--operation FILE is missing, or there is no such file');
  }
  const day = dayOf(values.day);
  const variables = parsedVariables(values.variables);
  const permissions = readPermissions();
  const document = readOperation(values.operation, permissions.schema.api);
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const operation = values.name
    ? operations.find(({ name }) => name?.value === values.name)
    : operations.length === 1
      ? operations[0]
      : undefined;
  if (!operation) throw new UsageError('--name OPERATION must say which of the operations in the file');
  const identity = identityOf(role, { ...values, procedure: values.procedure });
  const fields = explain({ document, operation, variables }, { identity, day }, permissions);
  process.stdout.write(values.json ? fields.map((each) => `${JSON.stringify(each)}\n`).join('') : table(fields));
  return 0;
}

function identityOf(
  role: Role,
  {
    department,
    citizen,
    scope,
    procedure,
  }: { department?: string; citizen?: string; scope: string[]; procedure: string },
) {
  const caller = {
    subject: 'explain',
    role,
    scopes: scope,
    ...(department ? { department } : {}),
    ...(citizen ? { citizen } : {}),
  };
  return { caller, purpose: { procedure }, callerClass: '', untilMs: Number.POSITIVE_INFINITY };
}

function parsedVariables(text: string): Record<string, unknown> {
  try {
    const variables: unknown = JSON.parse(text);
    if (typeof variables === 'object' && variables !== null) return variables as Record<string, unknown>;
  } catch {}
  throw new UsageError('--variables takes a JSON object, e.g. {"personalId":"048090000001"}');
}

function readOperation(file: string, api: Parameters<typeof validate>[0]): DocumentNode {
  try {
    const document = parse(readFileSync(file, 'utf8'));
    const mistakes = validate(api, document);
    if (mistakes.length === 0) return document;
    throw new UsageError(mistakes.map(({ message }) => `${file}: ${message}`).join('\n'), 1);
  } catch (error) {
    if (error instanceof GraphQLError) throw new UsageError(`${file}: ${error.message}`, 1);
    throw error;
  }
}

function table(fields: readonly Explained[]): string {
  const width = Math.max(...fields.map(({ path }) => path.length), 0);
  return fields.map(({ path, result, why }) => `${result.padEnd(7)}  ${path.padEnd(width)}  ${why}\n`).join('');
}

if (require.main === module) main(run, HELP);
