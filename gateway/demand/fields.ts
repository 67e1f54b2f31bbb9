import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Limits } from '../config.js';
import { GatewayError } from '../errors.js';

/** What there is of a selection once its fragments are spread out. */
interface Extent {
  fields: number;
  /** Those that have another name than their own. */
  aliases: number;
  /** Those that are nobody's but the selection's own. */
  topFields: number;
  depth: number;
}

const NOTHING: Extent = { fields: 0, aliases: 0, topFields: 0, depth: 0 };

const extents = new WeakMap<SelectionSetNode, Extent>();

/**
 * Throws for an operation that is large, if only once its fragments are spread out: fragments that spread one another twice double
 * at each step, and the planner spreads them all. Then it may have no more fields than `tokensMax`, no deeper than `depthMax`, and
 * no more aliases and root fields than `aliasesMax` and `rootFieldsMax`.
 */
export function refuseLargeOperation(
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
  { tokensMax, depthMax, aliasesMax, rootFieldsMax }: Limits,
): void {
  let extent = extents.get(operation.selectionSet);
  if (!extent) extents.set(operation.selectionSet, (extent = spreadOut(document, operation.selectionSet)));
  const refuse = (what: string) => {
    throw new GatewayError('OPERATION_TOO_LARGE', `With its fragments spread out the operation ${what}; ask for less.`);
  };
  if (extent.fields > tokensMax || extent.depth > depthMax) {
    refuse(`has more than ${tokensMax} fields, or is deeper than ${depthMax}`);
  }
  if (extent.aliases > aliasesMax) refuse(`has more than ${aliasesMax} aliases`);
  if (extent.topFields > rootFieldsMax) refuse(`has more than ${rootFieldsMax} fields of the root`);
}

/** Each fragment is measured once; one in a circle, which validation will refuse, counts for nothing where it meets itself. */
function spreadOut(document: DocumentNode, root: SelectionSetNode): Extent {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, Extent>();
  const ofFragment = (name: string): Extent => {
    const extent = known.get(name);
    if (extent) return extent;
    known.set(name, NOTHING);
    const fragment = fragments.get(name);
    const spread = fragment ? ofSet(fragment.selectionSet) : NOTHING;
    known.set(name, spread);
    return spread;
  };
  const ofSet = ({ selections }: SelectionSetNode): Extent => {
    const all = { ...NOTHING };
    for (const selection of selections) {
      const below =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value)
          : selection.selectionSet
            ? ofSet(selection.selectionSet)
            : NOTHING;
      const own = selection.kind === Kind.FIELD ? 1 : 0;
      all.fields += below.fields + own;
      all.aliases += below.aliases + (isAliased(selection) ? 1 : 0);
      all.topFields += own || below.topFields;
      all.depth = Math.max(all.depth, below.depth + own);
    }
    return all;
  };
  return ofSet(root);
}

function isAliased(selection: SelectionSetNode['selections'][number]): boolean {
  return (
    selection.kind === Kind.FIELD && selection.alias !== undefined && selection.alias.value !== selection.name.value
  );
}
