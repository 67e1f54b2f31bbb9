import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedType,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isNullableType,
  isObjectType,
  isUnionType,
  parseConstValue,
  valueFromASTUntyped,
} from 'graphql';
import type { Random } from './random.js';

export interface Asking {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly preset?: string;
}

/** A valid operation at random, with all that GraphQL lets one write. */
export function generateQuery(schema: GraphQLSchema, random: Random): Asking {
  return new Writer(schema, random).write();
}

const FIELDS_MAX = 10;
const DEPTH_MAX = 4;

class Writer {
  /** What each response name stands for: one name for two things would not be valid. */
  private readonly meanings = new Map<string, string>();
  private readonly fragments: { name: string; on: GraphQLNamedType; text: string }[] = [];
  private readonly declared: Variable[] = [];
  private readonly variables: Record<string, unknown> = {};
  private fields = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: Random,
  ) {}

  write(): Asking {
    const { random, schema } = this;
    const selection = this.selectionSet(schema.getQueryType()!, 0);
    const declared = this.declared.map(({ name, type, preset }) => `$${name}: ${type}${preset ? ` = ${preset}` : ''}`);
    const head =
      declared.length > 0 ? `query Asked(${declared.join(', ')})` : random.pick(['query', 'query Asked', '']);
    const fragments = this.fragments.map(({ name, on, text }) => `fragment ${name} on ${on.name} ${text}`);
    if (random.chance(0.2)) this.variables.unasked = 1;
    return { query: [`${head} ${selection}`, ...fragments].join('\n'), variables: this.variables };
  }

  private selectionSet(type: GraphQLNamedType, depth: number): string {
    const { random } = this;
    const parts: string[] = [];
    const count = this.fields >= FIELDS_MAX ? 1 : 1 + random.int(depth === 0 ? 3 : 4);
    for (let index = 0; index < count; index += 1) parts.push(this.selection(type, depth));
    return `{ ${parts.join(' ')} }`;
  }

  private selection(type: GraphQLNamedType, depth: number): string {
    const { random } = this;
    const roll = this.fields >= FIELDS_MAX && !isUnionType(type) ? 100 : random.int(100);
    if (roll < 7) return `${random.pick(['', '', 'kind: ', 'is: '])}__typename${this.directives(0.1)}`;
    if (depth === 0 && roll < 9) return 'meta: __type(name: "Query") { name kind }';
    const abstractness = isAbstractType(type) ? 25 : 0;
    if (roll < 18 + abstractness && depth < DEPTH_MAX + 1) {
      const on = random.chance(0.15) ? undefined : random.pick(this.overlapping(type));
      return `...${on ? ` on ${on.name}` : ''}${this.directives(0.15)} ${this.selectionSet(on ?? type, depth + 0.5)}`;
    }
    if (roll < 26 + abstractness && depth < DEPTH_MAX + 1) return this.spread(type, depth);
    return this.field(type, depth);
  }

  private spread(type: GraphQLNamedType, depth: number): string {
    const { random } = this;
    const overlapping = this.overlapping(type);
    const known = this.fragments.filter(({ on }) => overlapping.includes(on));
    if (known.length > 0 && (random.chance(0.6) || this.fragments.length >= 4)) {
      return `...${random.pick(known).name}${this.directives(0.15)}`;
    }
    const on = random.pick(overlapping);
    const text = this.selectionSet(on, depth + 0.5);
    const name = `Part${this.fragments.length}`;
    this.fragments.push({ name, on, text });
    return `...${name}${this.directives(0.15)}`;
  }

  private field(type: GraphQLNamedType, depth: number): string {
    const { random } = this;
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const isOver = depth >= DEPTH_MAX || this.fields >= FIELDS_MAX;
    const isLeaf = (name: string) => !isCompositeType(getNamedType(fields.find((field) => field.name === name)!.type));
    const composite = fields.filter(({ name }) => !isLeaf(name));
    const leaves = fields.filter(({ name }) => isLeaf(name));
    const wanted = isOver ? leaves : composite.length > 0 && random.chance(depth < 2 ? 0.65 : 0.4) ? composite : fields;
    if (wanted.length === 0) return '__typename';
    this.fields += 1;
    const field = random.pick(wanted);
    const args = this.args(field.args);
    const name = this.responseName(field.name, `${field.name}${args}:${field.type}`);
    const below = isLeaf(field.name) ? '' : ` ${this.selectionSet(getNamedType(field.type), depth + 1)}`;
    return `${name === field.name ? '' : `${name}: `}${field.name}${args}${this.directives(0.08)}${below}`;
  }

  /** The field's own name or an alias, of a few that are used again and again, as long as it means the same. */
  private responseName(field: string, meaning: string): string {
    const { random, meanings } = this;
    const preferred = random.chance(0.25)
      ? random.pick(['a', 'b', 'id', 'f0', 'f1', '__proto__', 'constructor'])
      : field;
    for (const name of [preferred, field, `z${meanings.size}`]) {
      if ((meanings.get(name) ?? meaning) !== meaning) continue;
      meanings.set(name, meaning);
      return name;
    }
    throw new Error('a new name always means the same');
  }

  /** The types that a fragment on may say within `type`, the type itself among them. */
  private overlapping(type: GraphQLNamedType): GraphQLNamedType[] {
    const possible = this.possible(type);
    return Object.values(this.schema.getTypeMap()).filter(
      (other) => !other.name.startsWith('__') && this.possible(other).some((object) => possible.includes(object)),
    );
  }

  private possible(type: GraphQLNamedType): readonly GraphQLObjectType[] {
    if (isObjectType(type)) return [type];
    return isInterfaceType(type) || isUnionType(type) ? this.schema.getPossibleTypes(type) : [];
  }

  private directives(probability: number): string {
    const { random } = this;
    let text = '';
    for (const name of ['include', 'skip']) {
      if (!random.chance(probability)) continue;
      const isVariable = random.chance(0.7);
      text += ` @${name}(if: ${isVariable ? this.variable('Boolean!', true) : random.chance(0.6) === (name === 'include')})`;
    }
    return text;
  }

  private args(args: readonly GraphQLArgument[]): string {
    const given = args.flatMap((arg) => {
      const isRequired = isNonNullType(arg.type) && arg.defaultValue === undefined;
      if (!isRequired && this.random.chance(0.4)) return [];
      return [`${arg.name}: ${this.input(arg.type, arg.defaultValue !== undefined, 0)}`];
    });
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }

  private input(type: GraphQLInputType, hasDefault: boolean, depth: number): string {
    return this.random.chance(0.3) ? this.variable(String(type), !hasDefault) : this.literal(type, depth, true);
  }

  private literal(type: GraphQLInputType, depth: number, mayHoldVariables = false): string {
    const { random } = this;
    const below = (inner: GraphQLInputType) =>
      mayHoldVariables ? this.input(inner, false, depth + 1) : this.literal(inner, depth + 1);
    if (isNonNullType(type)) return this.literal(type.ofType, depth + 100, mayHoldVariables).replace(/^null$/, '1');
    if (depth % 100 < 3 && depth < 100 && random.chance(0.12)) return 'null';
    if (isListType(type)) return `[${Array.from({ length: random.int(3) }, () => below(type.ofType)).join(', ')}]`;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(({ name }) => {
        return random.chance(0.5) && (name !== 'nested' || depth % 100 < 2);
      });
      return `{ ${fields.map((field) => `${field.name}: ${below(field.type)}`).join(', ')} }`;
    }
    if (isEnumType(type)) return random.pick(type.getValues()).name;
    if (type.name === 'Int') return String(random.int(5));
    if (type.name === 'Float') return random.pick(['1', '0.5', '100.25']);
    if (type.name === 'Boolean') return random.pick(['true', 'false']);
    return JSON.stringify(random.pick(['', 'x', 'Hòa', '"\n', '$v']));
  }

  /** A variable of the type, or one that it may stand for: with a default, given, null or absent, as the type allows. */
  private variable(type: string, mayHaveDefault: boolean): string {
    const { random } = this;
    const again = this.declared.filter((variable) => variable.type === type);
    if (again.length > 0 && random.chance(0.4)) return `$${random.pick(again).name}`;
    const name = random.chance(0.1) && this.declared.length === 0 ? 'representations' : `v${this.declared.length}`;
    const isNonNull = type.endsWith('!');
    const preset = mayHaveDefault && random.chance(0.3) ? this.literalOf(type) : undefined;
    this.declared.push({
      name,
      type: !isNonNull && preset === undefined && random.chance(0.2) ? `${type}!` : type,
      preset,
    });
    const isRequired = this.declared.at(-1)!.type.endsWith('!');
    if (random.chance(0.25) && (preset !== undefined || !isRequired)) return `$${name}`;
    this.variables[name] =
      random.chance(0.2) && !isRequired
        ? null
        : jsonOf(this.literalOf(isRequired ? `${type.replace(/!$/, '')}!` : type));
    return `$${name}`;
  }

  private literalOf(type: string): string {
    return this.literal(this.inputType(type), type.endsWith('!') ? 100 : 0);
  }

  private inputType(type: string): GraphQLInputType {
    for (const candidate of this.inputTypes()) {
      if (String(candidate) === type) return candidate;
      if (`${candidate}!` === type && isNullableType(candidate)) return new GraphQLNonNull(candidate);
    }
    throw new Error(`no argument is of the type ${type}`);
  }

  /** The types of all arguments and their parts. */
  private *inputTypes(): Iterable<GraphQLInputType> {
    const inner = function* (type: GraphQLInputType): Iterable<GraphQLInputType> {
      yield type;
      if (isNonNullType(type) || isListType(type)) yield* inner(type.ofType);
    };
    for (const directive of this.schema.getDirectives()) for (const arg of directive.args) yield* inner(arg.type);
    for (const type of Object.values(this.schema.getTypeMap())) {
      const fields = isObjectType(type) || isInputObjectType(type) ? Object.values(type.getFields()) : [];
      for (const field of fields) {
        if ('args' in field) for (const arg of field.args) yield* inner(arg.type);
        else yield* inner(field.type as GraphQLInputType);
      }
    }
  }
}

/** The JSON of a literal without variables. */
function jsonOf(literal: string): unknown {
  return valueFromASTUntyped(parseConstValue(literal));
}
