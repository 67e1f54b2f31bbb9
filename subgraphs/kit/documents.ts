import { type DocumentNode, type GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';

/** A text that was parsed and validated, with what is wrong with it. */
export type CheckedDocument =
  | { readonly document: DocumentNode; readonly errors?: undefined }
  | { readonly document?: undefined; readonly errors: readonly GraphQLError[] };

export const documentsMax = 1_000;
/** Of text; a parsed document takes some ten times as much. */
export const documentCharsMax = 4 * 1024 * 1024;
export const documentTokensMax = 20_000;

/**
 * Parses and validates a text once and remembers the outcome, failures too: a gateway sends the same few texts again and
 * again, and the parse costs several times what the execution does. The least recently used go first.
 */
export function createDocumentCache(
  schema: GraphQLSchema,
  limits = { documentsMax, documentCharsMax },
): (text: string) => CheckedDocument {
  const checked = new Map<string, CheckedDocument>();
  let chars = 0;

  return (text) => {
    const known = checked.get(text);
    if (known) {
      checked.delete(text);
      checked.set(text, known);
      return known;
    }
    const outcome = check(schema, text);
    if (text.length > limits.documentCharsMax) return outcome;
    checked.set(text, outcome);
    chars += text.length;
    for (const oldest of checked.keys()) {
      if (checked.size <= limits.documentsMax && chars <= limits.documentCharsMax) break;
      checked.delete(oldest);
      chars -= oldest.length;
    }
    return outcome;
  };
}

function check(schema: GraphQLSchema, text: string): CheckedDocument {
  let document: DocumentNode;
  try {
    document = parse(text, { maxTokens: documentTokensMax });
  } catch (error) {
    return { errors: [withCode(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')] };
  }
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
  return { document };
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  error.extensions.code = code;
  return error;
}
