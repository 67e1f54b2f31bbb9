import {
  getNamedType,
  isAbstractType,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { LoadedSchema, OperationExchange } from '../context.js';
import type { Requirements } from './requirements.js';

/** The operations of a document, by which of it is run; a document is of one supergraph. */
const known = new WeakMap<OperationDefinitionNode, boolean>();

/** Whether an operation asks for a field or an object of which its supergraph asks who reads it. */
export function isGuarded(
  { document, operation, schema }: Pick<OperationExchange, 'document' | 'operation' | 'schema'>,
  requirements: Requirements,
): boolean {
  let is = known.get(operation);
  if (is === undefined) {
    // Fragments that another operation of the document spreads count as well: too much is written down rather than too little.
    const others = document.definitions.filter((each) => each.kind !== 'OperationDefinition');
    is = [operation, ...others].some((node) => asksForGuarded(node, { schema, requirements }));
    known.set(operation, is);
  }
  return is;
}

function asksForGuarded(
  node: Parameters<typeof visit>[0],
  { schema, requirements }: { schema: LoadedSchema; requirements: Requirements },
): boolean {
  let asks = false;
  const types = new TypeInfo(schema.api);
  const isOf = (name: string) => requirements.ofType(name).length > 0;
  visit(
    node,
    visitWithTypeInfo(types, {
      Field({ name }) {
        const [parent, returned] = [types.getParentType(), getNamedType(types.getType())];
        const possible = isAbstractType(returned) ? schema.api.getPossibleTypes(returned) : [];
        asks ||=
          (parent ? isOf(parent.name) || requirements.ofField(parent.name, name.value).length > 0 : false) ||
          [...(returned ? [returned] : []), ...possible].some((type) => isOf(type.name));
      },
    }),
  );
  return asks;
}
