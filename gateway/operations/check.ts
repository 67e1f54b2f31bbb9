import { setImmediate } from 'node:timers/promises';
import {
  type DocumentNode,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { Config } from '../config.js';
import type { LoadedSchema } from '../context.js';
import type { RegisteredText } from '../known-operations.js';
import { hasOwnSubgraph } from '../own-subgraph.js';
import { servedSchema } from '../served-schema.js';
import { registrationOf } from './declarations.js';
import type { Candidate } from './read-operations.js';

type Settings = Pick<Config, 'introspection' | 'limits'>;

export interface Checked {
  readonly registered: RegisteredText[];
  readonly problems: { readonly file: string; readonly problem: string }[];
}

/** How many texts are checked before others have their turn: it takes about a millisecond each. */
const CHECKED_AT_ONCE = 10;

/**
 * Checks what was read against a schema: what of it can be registered, and what is wrong with the rest. Somebody else's graph has
 * other fields than ours, so what of our folder does not fit there is left out in silence.
 */
export async function checkAll(
  candidates: readonly Candidate[],
  schema: LoadedSchema,
  settings: Settings,
): Promise<Checked> {
  const check = createCheck(schema, settings);
  const checked: Checked = { registered: [], problems: [] };
  for (const [index, candidate] of candidates.entries()) {
    if (index > 0 && index % CHECKED_AT_ONCE === 0) await setImmediate();
    const result = check(candidate);
    const { file, named } = candidate;
    if (typeof result !== 'string') checked.registered.push(result);
    else if (named || hasOwnSubgraph(schema)) checked.problems.push({ file, problem: result });
  }
  return checked;
}

/** Checks candidates one after another: gives what is to be registered, or a sentence on why this one cannot be. */
function createCheck(
  schema: LoadedSchema,
  { introspection, limits }: Settings,
): (candidate: Candidate) => RegisteredText | string {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const mustDeclare = hasOwnSubgraph(schema);
  const ids = new Set<string>();
  const texts = new Set<string>();
  return ({ text, declared, named }) => {
    const document = read(text, limits.tokensMax);
    if (document instanceof GraphQLError) return document.message;
    const [mistake] = validate(servedSchema(schema), document, rules);
    if (mistake) return mistake.message;
    const registration = registrationOf(declared, mustDeclare);
    if (typeof registration === 'string') return registration;
    const found = idsOf(document, named);
    if (typeof found === 'string') return found;
    const taken = found.find(({ id }) => ids.has(id));
    if (taken) return `another operation is called ${taken.id} already`;
    if (texts.has(text)) return 'another operation has the same text already';
    texts.add(text);
    for (const { id } of found) ids.add(id);
    return { text, document, ids: found, ...registration };
  };
}

function read(text: string, tokensMax: number): DocumentNode | GraphQLError {
  try {
    return parse(text, { maxTokens: tokensMax });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** What clients may call the operations of a document, or why they cannot call them anything. */
function idsOf({ definitions }: DocumentNode, named: Candidate['named']): RegisteredText['ids'] | string {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const ids: { id: string; operationName: string }[] = [];
  for (const { name, operation } of operations) {
    const operationName = name?.value;
    if (operationName === undefined) return 'the operation has no name, which is what clients ask for it by';
    if (named && (operationName !== named.name || operation !== named.type)) {
      return 'its name or its type is not that of the operation in its body';
    }
    ids.push({ id: named?.id ?? operationName, operationName });
  }
  return named && ids.length !== 1 ? 'its body does not hold one operation' : ids;
}
