import { type OperationDefinitionNode, print, stripIgnoredCharacters } from 'graphql';
import type { SubgraphRequest } from '../context.js';

/** A query as it is sent to a subgraph. */
export function requestOf(operation: OperationDefinitionNode): SubgraphRequest {
  const query = stripIgnoredCharacters(print(operation));
  const name = operation.name?.value;
  const operationName = name === undefined ? '' : `,"operationName":${JSON.stringify(name)}`;
  return {
    query,
    ...(name === undefined ? {} : { operationName: name }),
    kind: 'query',
    json: `"query":${JSON.stringify(query)}${operationName}`,
  };
}
