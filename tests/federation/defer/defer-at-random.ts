import { type DocumentNode, Kind, print, type SelectionNode, visit } from 'graphql';
import type { Random } from '../differential/random.js';

const DEFER = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'defer' },
} as const;

/** With many more, some operations take the planner minutes. */
const DEFERRED_MAX = 5;

/** The operation with some of what it asks for deferred: fragments that it has, and such that are put around fields. */
export function deferAtRandom(document: DocumentNode, random: Random): string {
  let count = 0;
  const deferred = visit(document, {
    SelectionSet: {
      leave(set) {
        const selections = set.selections.flatMap((selection): SelectionNode[] => {
          if (count === DEFERRED_MAX || !random.chance(0.25)) return [selection];
          count += 1;
          if (selection.kind !== Kind.FIELD) {
            return [{ ...selection, directives: [...(selection.directives ?? []), DEFER] }];
          }
          const selectionSet = { kind: Kind.SELECTION_SET, selections: [selection] } as const;
          return [{ kind: Kind.INLINE_FRAGMENT, directives: [DEFER], selectionSet }];
        });
        return { ...set, selections };
      },
    },
  });
  return print(deferred);
}
