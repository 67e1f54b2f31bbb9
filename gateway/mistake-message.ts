import { type ASTNode, GraphQLError, type GraphQLFormattedError, isValueNode, Kind, print } from 'graphql';

/** What the parser and the validation rules of graphql-js say of a client's document. */
const CODES = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE']);

/**
 * An error of a client's document without the values that the client wrote into it: graphql-js quotes the literals that it
 * rejects, and they may be a person's. Long numbers go from names, too.
 */
export function withoutValues(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  if (!CODES.has(String(formatted.extensions?.code))) return formatted;
  let { message } = formatted;
  // "found String "…"", "Unexpected Int "…"": the parser knows no nodes yet, but names the kind of what it quotes.
  message = message.replace(/\b(String|BlockString|Int|Float) ".*"/s, '$1');
  for (const literal of literalsOf(error)) message = message.replaceAll(` ${literal}`, ' …');
  return { ...formatted, message: message.replace(/\d{6,}/g, '…') };
}

function literalsOf(error: unknown): string[] {
  const nodes: readonly ASTNode[] = (error instanceof GraphQLError && error.nodes) || [];
  return nodes.flatMap((node) => (isValueNode(node) && node.kind !== Kind.VARIABLE ? [print(node)] : []));
}
