import {
  type DirectiveNode,
  type GraphQLFormattedError,
  type GraphQLOutputType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { Account } from '../account.js';
import type { ResponsePath } from '../context.js';
import { setOwn } from '../json-object.js';
import { REFUSALS, type Refusal } from './judge.js';
import { masked } from './masks.js';
import type { Entry, Outline } from './outline.js';

interface By {
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Where the type of an object stands, if it was asked for only here. */
  readonly typeKey: string;
}

type Data = Record<string, unknown>;

/**
 * Puts into the answer to a narrowed operation what was left out of it: where something was refused a null and, at its path, an
 * error with the reason; and masks what is not to be shown whole. The answer that is handed in is not changed: others may hold it.
 */
export function fillIn(data: Data, outline: Outline, by: By): Filled {
  const filling = new Filling(by);
  return { data: filling.object(data, outline, []), errors: filling.errors, masked: filling.masked };
}

/** The answer as the caller gets it, and where something in it is masked. */
interface Filled {
  readonly data: Data | null;
  readonly errors: GraphQLFormattedError[];
  readonly masked: Account['masked'];
}

class Filling {
  readonly errors: GraphQLFormattedError[] = [];
  readonly masked: Account['masked'] = [];

  constructor(private readonly by: By) {}

  /** `null`: a field that may not be null is. */
  object(data: Data, outline: Outline, path: ResponsePath): Data | null {
    const type = outline.only ?? String(data[this.by.typeKey]);
    const filled: Data = {};
    for (const entry of outline.byType.get(type) ?? []) {
      if (!(entry.refused ? this.wasAsked(entry) : Object.hasOwn(data, entry.key))) continue;
      const value = this.field(entry, data[entry.key], [...path, entry.key]);
      if (value === null && isNonNullType(entry.type)) return null;
      setOwn(filled, entry.key, value);
    }
    return filled;
  }

  private field({ refused, mask, below, type }: Entry, value: unknown, path: ResponsePath): unknown {
    if (refused) {
      this.errors.push(refusalAt(path, refused));
      return null;
    }
    if (mask) {
      if (value === null) return null;
      this.masked.push({ path, as: mask });
      return masked(value, mask);
    }
    return below ? this.value(value, { type, below, path }) : value;
  }

  private value(
    value: unknown,
    { type, below, path }: { type: GraphQLOutputType; below: Outline; path: ResponsePath },
  ): unknown {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) return this.object(value as Data, below, path);
    const nullable = isNonNullType(type) ? type.ofType : type;
    const itemType = isListType(nullable) ? (nullable.ofType as GraphQLOutputType) : type;
    const items = value.map((item, index) => this.value(item, { type: itemType, below, path: [...path, index] }));
    return isNonNullType(itemType) && items.includes(null) ? null : items;
  }

  private wasAsked({ ways }: Entry): boolean {
    return ways.some((way) => way.every((directive) => this.lets(directive)));
  }

  private lets({ name, arguments: given }: DirectiveNode): boolean {
    const condition = given?.[0]?.value;
    const holds =
      condition?.kind === Kind.VARIABLE
        ? this.variable(condition.name.value)
        : condition?.kind === Kind.BOOLEAN && condition.value;
    return name.value === 'skip' ? !holds : holds;
  }

  private variable(name: string): boolean {
    const { variables, operation } = this.by;
    if (Object.hasOwn(variables, name)) return variables[name] === true;
    const definition = operation.variableDefinitions?.find((each) => each.variable.name.value === name);
    return definition?.defaultValue?.kind === Kind.BOOLEAN && definition.defaultValue.value;
  }
}

function refusalAt(path: ResponsePath, why: Refusal): GraphQLFormattedError {
  return { message: REFUSALS[why], path, extensions: { code: 'NOT_PERMITTED', rule: why } };
}
