import type { GeneratorValue } from 'fast-check';
import * as fc from 'fast-check';
import { type GraphQLObjectType, type GraphQLSchema, getNamedType, isAbstractType, isObjectType } from 'graphql';

/** A field that an operation asks for, wherever it stands in the answer. */
export interface AskedField {
  /** Response names from the root. */
  readonly keys: readonly string[];
  /** Field names from the root; `!` behind one whose `include…` argument is true, `?` behind one whose is false. */
  readonly path: readonly string[];
  /** The type of each. */
  readonly types: readonly string[];
  readonly isLeaf: boolean;
}

export interface RandomOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly asked: readonly AskedField[];
}

/** Names under which every object has something, or the gateway might. */
const ODD_NAMES = [
  'toString',
  'constructor',
  '__proto__',
  'hasOwnProperty',
  'typeOfObject',
  'typeOfObject_',
  'representations',
];
const DEPTH_MAX = 4;

/** Whether a field is asked for more often than others. */
type IsLikely = (at: Pick<AskedField, 'path' | 'types'>) => boolean;

/** A valid operation on a schema that asks for anything that there is, from `root` on, as `citizen(personalId: "…")`. */
export function randomOperation(
  g: GeneratorValue,
  { schema, root, isLikely }: { schema: GraphQLSchema; root: string; isLikely: IsLikely },
): RandomOperation {
  return new Writing(g, schema, isLikely).operation(root);
}

type Way = Pick<AskedField, 'keys' | 'path' | 'types'>;

class Writing {
  private names = 0;
  private readonly asked: AskedField[] = [];
  private readonly fragments: string[] = [];
  private readonly variables: Record<string, unknown> = {};
  private readonly declared: string[] = [];

  constructor(
    private readonly g: GeneratorValue,
    private readonly schema: GraphQLSchema,
    private readonly isLikely: IsLikely,
  ) {}

  operation(root: string): RandomOperation {
    const query = this.schema.getQueryType()!;
    const field = query.getFields()[/^\w+/.exec(root)![0]]!;
    const type = getNamedType(field.type) as GraphQLObjectType;
    const way: Way = { keys: ['root'], path: [field.name], types: ['Query'] };
    this.asked.push({ ...way, isLeaf: false });
    const set = this.set(type, way, 0);
    const inside = `root: ${root} ${set}`;
    const wrapped = this.chance(4) ? `... on Query ${this.conditions()} { ${inside} }` : inside;
    const declared = this.declared.length > 0 ? `(${this.declared.join(', ')})` : '';
    const text = `query Q${declared} { ${wrapped} } ${this.fragments.join(' ')}`;
    return { query: text, variables: this.variables, asked: this.asked };
  }

  private set(type: GraphQLObjectType, way: Way, depth: number): string {
    const parts: string[] = [];
    const taken = new Set<string>();
    const count = this.g(fc.integer, { min: 1, max: depth === 0 ? 5 : 3 });
    for (let at = 0; at < count; at += 1) parts.push(this.part(type, { way, depth, taken }));
    return `{ ${parts.join(' ')} }`;
  }

  private part(type: GraphQLObjectType, at: { way: Way; depth: number; taken: Set<string> }): string {
    const field = this.field(type, at);
    switch (this.g(fc.integer, { min: 0, max: 9 })) {
      case 0:
        return `... on ${type.name} ${this.conditions()} { ${field} }`;
      case 1:
        return `... ${this.conditions()} { ${field} ${this.field(type, at)} }`;
      case 2:
        return `... @defer { ${field} }`;
      case 3: {
        const name = `F${(this.names += 1)}`;
        this.fragments.push(`fragment ${name} on ${type.name} { ${field} }`);
        return `...${name} ${this.chance(2) ? '' : this.conditions()} ...${name}`;
      }
      case 4:
        return `__typename ${field}`;
      case 5: {
        const [of] = type.getInterfaces();
        const isIts = of && Object.hasOwn(of.getFields(), /(\w+) *(@.*)?$/.exec(field)?.[1] ?? '');
        return isIts ? `... on ${of.name} { ${field} }` : field;
      }
      default:
        return field;
    }
  }

  private field(
    type: GraphQLObjectType,
    { way, depth, taken }: { way: Way; depth: number; taken: Set<string> },
  ): string {
    const all = Object.values(type.getFields());
    const leaves = all.filter(
      (field) => !isObjectType(getNamedType(field.type)) && !isAbstractType(getNamedType(field.type)),
    );
    const from = depth >= DEPTH_MAX && leaves.length > 0 ? leaves : all;
    const likely = from.filter(({ name }) => {
      const types = [...way.types, type.name];
      return ['!', '?'].some((mark) => this.isLikely({ path: [...way.path, `${name}${mark}`], types }));
    });
    const field = this.pick(likely.length > 0 && !this.chance(3) ? likely : from);
    const named = getNamedType(field.type);
    const isLeaf = leaves.includes(field);
    const flag = field.args.find(({ name }) => name.startsWith('include'));
    const { text, mark } = flag ? this.flag(flag.name, flag.defaultValue === true) : { text: '', mark: '' };
    const key = this.key(field.name, { isPlain: isLeaf && !flag, taken });
    const here: Way = {
      keys: [...way.keys, key],
      path: [...way.path, `${field.name}${mark}`],
      types: [...way.types, type.name],
    };
    this.asked.push({ ...here, isLeaf });
    const alias = key === field.name ? '' : `${key}: `;
    const head = `${alias}${field.name}${text} ${this.chance(5) ? this.conditions() : ''}`;
    if (isLeaf) return head;
    if (!isObjectType(named) || depth >= DEPTH_MAX) return `${head} { __typename }`;
    return `${head} ${this.set(named, here, depth + 1)}`;
  }

  private key(name: string, { isPlain, taken }: { isPlain: boolean; taken: Set<string> }): string {
    const odd = this.pick(ODD_NAMES);
    if (this.chance(12) && !taken.has(odd)) {
      taken.add(odd);
      return odd;
    }
    return isPlain && this.chance(2) ? name : `a${(this.names += 1)}`;
  }

  private flag(argument: string, byDefault: boolean): { text: string; mark: string } {
    const value = this.chance(2);
    const mark = (is: boolean) => (is ? '!' : '?');
    switch (this.g(fc.integer, { min: 0, max: 3 })) {
      case 0:
        return { text: '', mark: mark(byDefault) };
      case 1:
        return { text: `(${argument}: $${this.variable(value)})`, mark: mark(value) };
      default:
        return { text: `(${argument}: ${value})`, mark: mark(value) };
    }
  }

  private conditions(): string {
    const value = (is: boolean) => (this.chance(2) ? String(is) : `$${this.variable(is)}`);
    const kind = this.g(fc.integer, { min: 0, max: 3 });
    const include = kind % 2 === 1 ? `@include(if: ${value(true)})` : '';
    return kind >= 2 ? `${include} @skip(if: ${value(false)})` : include;
  }

  /** By a value, or by a default that nothing, or something, goes against. */
  private variable(value: boolean): string {
    const name = `v${(this.names += 1)}`;
    const isDefault = this.chance(2);
    this.declared.push(`$${name}: Boolean! = ${isDefault ? value : !value}`);
    if (!isDefault || this.chance(2)) this.variables[name] = value;
    return name;
  }

  /** By its place: fast-check compares what it is given, and types go round in circles. */
  private pick<Item>(items: readonly Item[]): Item {
    return items[this.g(fc.nat, { max: items.length - 1 })]!;
  }

  private chance(oneIn: number): boolean {
    return this.g(fc.integer, { min: 1, max: oneIn }) === 1;
  }
}
