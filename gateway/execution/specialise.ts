import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;

/** Whether an operation has conditions, the variables that they hang on, and whether it may be answered in parts. */
export function conditionsOf(document: DocumentNode): {
  isConditional: boolean;
  variables: string[];
  defers: boolean;
} {
  const names = new Set<string>();
  let isConditional = false;
  let defers = false;
  visit(document, {
    Directive(directive) {
      defers ||= directive.name.value === 'defer';
      const condition = conditionOf(directive);
      isConditional ||= condition !== undefined;
      if (condition?.value.kind === Kind.VARIABLE) names.add(condition.value.name.value);
    },
  });
  return { isConditional, variables: [...names].sort(), defers };
}

/**
 * The operation that an operation with conditions is for given values of their variables: `@skip`, `@include` and the `if` of
 * `@defer` are gone, with all that they leave out. It is planned in the place of the other, because a plan that carries conditions
 * asks for what another field of the same fetch requires only if its own condition holds.
 */
export function specialise(document: DocumentNode, variables: Variables): DocumentNode {
  return visit(document, {
    SelectionSet: {
      enter({ selections, ...set }): SelectionSetNode {
        const left = selections.filter((selection) => isIncluded(selection, variables)).map(withoutConditions);
        // An object of which nothing is asked is an empty object all the same.
        return { ...set, selections: left.length > 0 ? left : [NOTHING] };
      },
    },
    Directive: (directive) => (directive.name.value === 'defer' ? decidedDefer(directive, variables) : undefined),
  });
}

/** Stands where nothing is left to ask for; the answer MUST NOT have it. */
export const NOTHING: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function conditionOf({ name, arguments: given = [] }: DirectiveNode): ArgumentNode | undefined {
  if (name.value !== 'skip' && name.value !== 'include' && name.value !== 'defer') return undefined;
  return given.find((argument) => argument.name.value === 'if');
}

/** Whether `@skip` and `@include` leave a selection in. */
export function isIncluded({ directives = [] }: SelectionNode, variables: Variables): boolean {
  return directives.every((directive) => {
    const condition = directive.name.value === 'defer' ? undefined : conditionOf(directive);
    if (!condition) return true;
    return holds(condition, variables) === (directive.name.value === 'include');
  });
}

function holds({ value }: ArgumentNode, variables: Variables): boolean {
  return value.kind === Kind.VARIABLE
    ? variables[value.name.value] === true
    : value.kind === Kind.BOOLEAN && value.value;
}

function withoutConditions(selection: SelectionNode): SelectionNode {
  const { directives = [] } = selection;
  if (directives.length === 0) return selection;
  return {
    ...selection,
    directives: directives.filter(({ name }) => name.value !== 'skip' && name.value !== 'include'),
  };
}

/** `@defer(if: …)` that holds is `@defer`; one that does not is none. */
function decidedDefer(directive: DirectiveNode, variables: Variables): DirectiveNode | null {
  const condition = conditionOf(directive);
  if (!condition) return directive;
  if (!holds(condition, variables)) return null;
  return { ...directive, arguments: directive.arguments?.filter((argument) => argument !== condition) };
}
