import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import type { OperationStep } from '../context.js';
import { GatewayError } from '../errors.js';

interface Extent {
  fields: number;
  depth: number;
}

const extents = new WeakMap<SelectionSetNode, Extent>();

/**
 * Refuses an operation that is large only once its fragments are spread out: fragments that spread one another twice double
 * at each step, and the planner spreads them all. Then it may have no more fields than `tokensMax`, no deeper than `depthMax`.
 */
export const limitFields: OperationStep = ({ document, operation, context }, next) => {
  const { tokensMax, depthMax } = context.config.limits;
  let extent = extents.get(operation.selectionSet);
  if (!extent) extents.set(operation.selectionSet, (extent = spreadOut(document, operation.selectionSet)));
  if (extent.fields <= tokensMax && extent.depth <= depthMax) return next();
  const message = `With its fragments spread out the operation has more than ${tokensMax} fields, or is deeper than ${depthMax}; ask for less.`;
  return Promise.reject(new GatewayError('OPERATION_TOO_LARGE', message));
};

/** Each fragment is measured once. Validation has already refused fragments in circles. */
function spreadOut(document: DocumentNode, root: SelectionSetNode): Extent {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, Extent>();
  const ofFragment = (name: string): Extent => {
    let extent = known.get(name);
    const fragment = fragments.get(name);
    if (!extent) known.set(name, (extent = fragment ? ofSet(fragment.selectionSet) : { fields: 0, depth: 0 }));
    return extent;
  };
  const ofSet = ({ selections }: SelectionSetNode): Extent => {
    let fields = 0;
    let depth = 0;
    for (const selection of selections) {
      const isField = selection.kind === Kind.FIELD;
      const below =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value)
          : selection.selectionSet
            ? ofSet(selection.selectionSet)
            : { fields: 0, depth: 0 };
      fields += below.fields + (isField ? 1 : 0);
      depth = Math.max(depth, below.depth + (isField ? 1 : 0));
    }
    return { fields, depth };
  };
  return ofSet(root);
}
