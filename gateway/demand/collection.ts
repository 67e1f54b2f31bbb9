import { type DirectiveNode, type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import type { Variables } from './amount.js';
import type { Weights } from './weights.js';

/** A variable that a `@skip` or `@include` hangs on, and the value with which the selection is there. */
export interface Condition {
  readonly variable: string;
  readonly wanted: boolean;
}

export function holds(conditions: readonly Condition[], variables: Variables): boolean {
  // A variable that is missing, or no boolean, is refused when the operation is executed.
  return conditions.every(({ variable, wanted }) => variables[variable] !== !wanted);
}

/** Where selections of an object are there: for which types, and under which conditions. */
interface Part {
  readonly types: readonly string[];
  readonly conditions: readonly Condition[];
}

/** The fields of one object that are there for the same types and under the same conditions, by their names in the answer. */
interface CollectedGroup extends Part {
  readonly fields: Map<string, FieldNode[]>;
}

/** Gathers the fields of one object out of its selections, as execution does, but for all types and variables at once. */
export class Collection {
  private readonly byTypes = new Map<readonly string[], Map<string, CollectedGroup>>();
  private readonly narrowed = new Map<readonly string[], Map<string, readonly string[]>>();
  private readonly spread = new Map<readonly string[], Set<string>>();

  constructor(
    private readonly weights: Pick<Weights, 'possible'>,
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  ) {}

  groups(): CollectedGroup[] {
    return [...this.byTypes.values()].flatMap((byConditions) => [...byConditions.values()]);
  }

  add({ selections }: SelectionSetNode, part: Part): void {
    for (const selection of selections) {
      const conditions = conditionsOf(selection.directives, part.conditions);
      if (!conditions) continue;
      if (selection.kind === Kind.FIELD) {
        this.addField(selection, { ...part, conditions });
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.fragmentOf(selection.name.value);
      if (!fragment) continue;
      const types = this.narrow(part.types, fragment.typeCondition?.name.value);
      if (types.length === 0) continue;
      if (selection.kind === Kind.FRAGMENT_SPREAD && this.wasSpread(selection.name.value, { types, conditions }))
        continue;
      this.add(fragment.selectionSet, { types, conditions });
    }
  }

  private addField(field: FieldNode, { types, conditions }: Part): void {
    // GraphQL's own fields are answered here and cost nothing.
    if (field.name.value.startsWith('__')) return;
    const key = keyOf(conditions);
    const groups = entryOf(this.byTypes, types, () => new Map<string, CollectedGroup>());
    const { fields } = entryOf(groups, key, () => ({ types, conditions, fields: new Map() }));
    entryOf(fields, (field.alias ?? field.name).value, () => []).push(field);
  }

  private fragmentOf(name: string): FragmentDefinitionNode | undefined {
    return this.fragments.get(name);
  }

  private wasSpread(name: string, { types, conditions }: Part): boolean {
    const spread = entryOf(this.spread, types, () => new Set<string>());
    const key = `${name} ${keyOf(conditions)}`;
    return spread.has(key) || !spread.add(key);
  }

  private narrow(types: readonly string[], condition: string | undefined): readonly string[] {
    if (condition === undefined) return types;
    return entryOf(
      entryOf(this.narrowed, types, () => new Map<string, readonly string[]>()),
      condition,
      () => {
        const possible = new Set(this.weights.possible(condition));
        const both = types.filter((type) => possible.has(type));
        return both.length === types.length ? types : both;
      },
    );
  }
}

/** Those of a selection and of what it stands in; `undefined`: it is never there. */
function conditionsOf(
  directives: readonly DirectiveNode[] | undefined,
  around: readonly Condition[],
): readonly Condition[] | undefined {
  let conditions = around;
  for (const { name, arguments: given } of directives ?? []) {
    const value = given?.[0]?.value;
    if (!value || (name.value !== 'skip' && name.value !== 'include')) continue;
    const wanted = name.value === 'include';
    if (value.kind === Kind.BOOLEAN && value.value !== wanted) return undefined;
    if (value.kind === Kind.VARIABLE) conditions = [...conditions, { variable: value.name.value, wanted }];
  }
  return conditions;
}

function keyOf(conditions: readonly Condition[]): string {
  return conditions.map(({ variable, wanted }) => `${variable}=${wanted}`).join();
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
