import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse } from 'graphql';
import type { Embargo } from '../../../../gateway/audit/desk/index.js';
import { createAuditResolvers, readWords } from '../../../../gateway/audit/desk/index.js';
import type { AuditReader } from '../../../../gateway/audit/reader.js';
import type { RequestContext } from '../../../../gateway/context.js';
import type { Identity } from '../../../../gateway/identity.js';
import { SUBJECT_KEYS } from '../../../helpers/audit-reader-of-test.js';
import { identityOf } from '../../../helpers/callers.js';

const SCHEMA_FOLDER = dirname(require.resolve('#schema/gateway.graphql'));

export const WORDS = readWords({ formsFolder: join(SCHEMA_FOLDER, 'forms') });
export const AUDITOR = identityOf({ role: 'auditor', subject: 'auditor-1', scopes: [] }, 'audit');
export const NOW_MS = Date.parse('2026-11-02T05:00:00Z');
export const CLOCK = { now: () => NOW_MS };
export const NOTHING_WITHHELD: Pick<Embargo, 'against'> = { against: async () => ({ withholds: () => false }) };

export interface Told {
  // biome-ignore lint/suspicious/noExplicitAny: whatever a test asked for
  data: any;
  errors: { message: string; code: unknown }[];
  faults: unknown[];
}

/** Asks the desk's resolvers on the committed SDL, as the gateway calls them. */
export async function askDesk(
  reader: AuditReader | undefined,
  query: string,
  {
    variables = {},
    identity = AUDITOR,
    embargo = NOTHING_WITHHELD,
  }: { variables?: Record<string, unknown>; identity?: Identity; embargo?: Pick<Embargo, 'against'> } = {},
): Promise<Told> {
  const faults: unknown[] = [];
  const resolvers = createAuditResolvers({
    reader,
    subjectKeys: SUBJECT_KEYS,
    embargo: embargo as Embargo,
    words: WORDS,
    onFault: (fault) => void faults.push(fault),
  });
  const typeDefs = parse(readFileSync(join(SCHEMA_FOLDER, 'gateway.graphql'), 'utf8'));
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  const contextValue = { identity, clock: CLOCK, signal: new AbortController().signal } as RequestContext;
  const { data, errors = [] } = await execute({
    schema,
    document: parse(query),
    variableValues: variables,
    contextValue,
  });
  return { data, errors: errors.map(({ message, extensions }) => ({ message, code: extensions.code })), faults };
}
