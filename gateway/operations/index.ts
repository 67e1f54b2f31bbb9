import { type DocumentNode, GraphQLError, Kind, validate } from 'graphql';
import type { LoadedSchema, Log } from '../context.js';
import type { RegisteredText } from '../known-operations.js';
import { hasOwnSubgraph } from '../own-subgraph.js';
import { servedSchema } from '../served-schema.js';
import { readOperations } from './read-operations.js';

export { OperationsError } from './read-operations.js';

/**
 * Registered operations: the texts of a folder that are known from the start. They are read anew with each supergraph and
 * validated on it before it serves, so that one that no longer holds is found out at once and not by a client.
 *
 * `prepare` logs a file that does not fit our own supergraph as an error. Somebody else's graph has other fields, so there
 * such a file is left out in silence. Throws an `OperationsError` for a folder that cannot be read.
 */
export function createRegisteredOperations(parts: {
  folder: string;
  log: Log;
  tokensMax: number;
  register(schema: LoadedSchema, registered: RegisteredText): void;
}): { prepare(schema: LoadedSchema): void } {
  const { folder, log, tokensMax, register } = parts;
  return {
    prepare(schema) {
      const isOurs = hasOwnSubgraph(schema);
      const taken = new Set<string>();
      for (const { file, text, read } of readOperations(folder, tokensMax)) {
        const problem = problemOf(read, { schema, taken });
        if (problem === undefined) register(schema, { text, document: read as DocumentNode });
        else if (isOurs) log.error({ file, problem, supergraph: schema.id }, NOT_REGISTERED);
      }
    },
  };
}

/** Why a file cannot be registered. `taken` holds the names of the operations before it, and gets its own. */
function problemOf(
  read: DocumentNode | GraphQLError,
  { schema, taken }: { schema: LoadedSchema; taken: Set<string> },
): string | undefined {
  if (read instanceof GraphQLError) return read.message;
  const [mistake] = validate(servedSchema(schema), read);
  if (mistake) return mistake.message;
  for (const definition of read.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const name = definition.name?.value;
    if (name === undefined) return 'the operation has no name, which is what clients ask for it by';
    if (taken.has(name)) return `another file has an operation ${name} already`;
    taken.add(name);
  }
  return undefined;
}

const NOT_REGISTERED = 'an operation does not fit the supergraph and is not registered; mend it or take it away';
