import { type DocumentNode, Kind, print, type SelectionNode, visit } from 'graphql';
import type { Random } from '../differential/random.js';

const DEFER = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'defer' },
} as const;

/** The operation with some of what it asks for deferred: fragments that it has, and such that are put around fields. */
export function deferAtRandom(document: DocumentNode, random: Random): string {
  const deferred = visit(document, {
    SelectionSet: {
      leave(set) {
        const selections = set.selections.flatMap((selection): SelectionNode[] => {
          if (!random.chance(0.25)) return [selection];
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
