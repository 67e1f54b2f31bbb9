import { type FieldNode, Kind, parse, type SelectionSetNode, type TypeNode, valueFromASTUntyped } from 'graphql';
import {
  COLOURS,
  type FederationModel,
  type FieldModel,
  nameOf,
  type SubgraphModel,
  strictest,
  type TypeModel,
} from './model.js';
import { hash } from './random.js';

/** An object of the world. An entity is told by its type and number, a value by the place that it stands at. */
export interface Thing {
  readonly type: string;
  readonly key: string;
  /** Only entities have one. */
  readonly number?: number;
  /** What a subgraph was sent to find the entity by. */
  readonly representation?: Record<string, unknown>;
  /** What the fields that led to it in a subgraph provide of it. */
  readonly provided?: readonly SelectionSetNode[];
}

export interface AskedFor {
  readonly args: Record<string, unknown>;
  /** The values that the field is made of, as JSON, when they come from elsewhere than the world. */
  readonly required?: string;
}

/** The truth that all subgraphs and the oracle tell: what any field of any object is. It is computed, nothing is stored. */
export interface World {
  readonly query: Thing;
  value(thing: Thing, field: string, asked: AskedFor): unknown;
  /** The values of a field set for an object, as JSON. */
  required(thing: Thing, fieldSet: string): string;
}

export interface FieldTruth {
  readonly type: TypeNode;
  /** The object types that the field may answer, for a field whose type has fields. */
  readonly possible: readonly string[];
  readonly moods: readonly string[];
  readonly requires?: string;
  readonly args: FieldModel['args'];
  /** Whether the one subgraph that has the field lacks some of the entities. */
  readonly partial: boolean;
}

const ENTITIES = 6;
export const isEntity = (type: string) => /^[TM]\d$/.test(type);
export const isUnknown = (thing: Thing) => thing.number !== undefined && thing.number % 3 === 0;

export function entity(type: string, number: number): Thing {
  return { type, number, key: `${type}:${number}` };
}

export function createWorld(model: FederationModel): World {
  const truths = new Map<string, FieldTruth>();
  const truthOf = (type: string, field: string) => {
    const coordinate = `${type}.${field}`;
    let truth = truths.get(coordinate);
    if (!truth) truths.set(coordinate, (truth = findTruth(model, type, field)));
    return truth;
  };

  const world: World = {
    query: { type: 'Query', key: 'Query' },
    value(thing, field, { args, required }) {
      const known = keyValue(thing, field);
      if (known !== undefined) return known;
      const truth = truthOf(thing.type, field);
      if (truth.partial && isUnknown(thing)) return null;
      const made = truth.requires === undefined ? '' : `<${required ?? world.required(thing, truth.requires)}>`;
      return make(truth.type, `${thing.key}.${field}(${canonical(args)})${made}`, truth);
    },
    required(thing, fieldSet) {
      const select = (from: Thing, set: SelectionSetNode): unknown =>
        Object.fromEntries(
          fieldsOf(set).map((node) => {
            const name = node.name.value;
            const value = world.value(from, name, { args: argsOf(node, truthOf(from.type, name)) });
            const below = node.selectionSet;
            return [name, below ? through(value, (item) => select(item as Thing, below)) : value];
          }),
        );
      return canonical(select(thing, parseFieldSet(fieldSet)));
    },
  };
  return world;
}

/** What all subgraphs that have the field say of it, as one. Fields of an interface object are those of its types. */
export function findTruth(model: FederationModel, typeName: string, fieldName: string): FieldTruth {
  const found: { subgraph: SubgraphModel; type: TypeModel; field: FieldModel }[] = [];
  for (const subgraph of model.subgraphs) {
    for (const type of subgraph.types) {
      if (
        type.name !== typeName &&
        !(type.interfaceObject && possibleIn(model, subgraph, type.name).includes(typeName))
      )
        continue;
      for (const field of type.fields) if (field.name === fieldName) found.push({ subgraph, type, field });
    }
  }
  const overridden = found.map(({ field }) => field.override);
  const valid = found.filter(({ subgraph }) => !overridden.includes(subgraph.name));
  if (valid.length === 0) throw new Error(`no subgraph has ${typeName}.${fieldName}`);
  const possible = valid.map(({ subgraph, field }) => possibleIn(model, subgraph, nameOf(field.type)));
  return {
    type: strictest(valid.map(({ field }) => field.type)),
    possible: possible.reduce((left, right) => left.filter((name) => right.includes(name))),
    moods: valid
      .map(({ subgraph }) => subgraph.moods)
      .reduce((left, right) => left.filter((mood) => right.includes(mood))),
    requires: valid.find(({ field }) => field.requires)?.field.requires,
    args: valid[0]!.field.args,
    partial: valid.some(({ type, field }) => type.partial === true && !field.external),
  };
}

function possibleIn(model: FederationModel, subgraph: SubgraphModel, name: string): readonly string[] {
  const union = subgraph.unions.find((candidate) => candidate.name === name);
  if (union) return union.members;
  const type = subgraph.types.find((candidate) => candidate.name === name);
  if (!type) return [];
  const implementing = (types: readonly TypeModel[]) =>
    types.filter((candidate) => candidate.implements.includes(name)).map((candidate) => candidate.name);
  if (type.interfaceObject) return [...new Set(model.subgraphs.flatMap(({ types }) => implementing(types)))];
  return type.kind === 'interface' ? implementing(subgraph.types) : [name];
}

/** Keys are told by the entity itself, so that any subgraph finds it by any of them. */
function keyValue(thing: Thing, field: string): unknown {
  const { type, key, number } = thing;
  if (type === 'Org' && field === 'code' && key.startsWith('org:')) return key.slice('org:'.length);
  if (number === undefined) return undefined;
  if (field === 'id') return key;
  if (field === 'sku') return `sku-${key}`;
  if (field === 'org') return { type: 'Org', key: `org:${type}-${number % 3}` };
  if (field === 'num') return Math.floor(number / 3);
  return undefined;
}

/** The number of the entity that a representation means; throws when it is not one, or when its keys disagree. */
export function numberOf(type: string, representation: Record<string, unknown>): number {
  const numbers: number[] = [];
  const { id, sku, org, num } = representation as {
    id?: unknown;
    sku?: unknown;
    org?: { code?: unknown };
    num?: unknown;
  };
  const told = (value: unknown, pattern: RegExp) =>
    Number((typeof value === 'string' && pattern.exec(value)?.[1]) || Number.NaN);
  if (id !== undefined) numbers.push(told(id, new RegExp(`^${type}:(\\d+)$`)));
  if (sku !== undefined) numbers.push(told(sku, new RegExp(`^sku-${type}:(\\d+)$`)));
  if (org !== undefined && num !== undefined) {
    const rest = told(org?.code, new RegExp(`^${type}-(\\d)$`));
    numbers.push(typeof num === 'number' ? num * 3 + rest : Number.NaN);
  }
  const [first] = numbers;
  if (first === undefined || !numbers.every((number) => number === first && Number.isInteger(number))) {
    throw new Error(`this means no ${type}: ${JSON.stringify(representation)}`);
  }
  return first;
}

function make(type: TypeNode, key: string, truth: FieldTruth): unknown {
  if (type.kind === Kind.NON_NULL_TYPE) return makePresent(type.type, key, truth);
  const isEmpty = type.kind === Kind.NAMED_TYPE && hasFields(type.name.value) && truth.possible.length === 0;
  return isEmpty || hash(`${key}?`) % 6 === 0 ? null : makePresent(type, key, truth);
}

function makePresent(type: TypeNode, key: string, truth: FieldTruth): unknown {
  const bits = hash(key);
  if (type.kind === Kind.NON_NULL_TYPE) return makePresent(type.type, key, truth);
  if (type.kind === Kind.LIST_TYPE) {
    return Array.from({ length: bits % 4 }, (_, index) => make(type.type, `${key}[${index}]`, truth));
  }
  const name = type.name.value;
  if (!hasFields(name)) return leaf(name, bits, truth);
  const actual = truth.possible[bits % truth.possible.length];
  if (actual === undefined) throw new Error(`nothing can stand at ${key}`);
  return isEntity(actual) ? entity(actual, (bits >>> 8) % ENTITIES) : { type: actual, key: `${actual}@${key}` };
}

const STRINGS = ['', 'x', 'Hòa Khánh', '"quoted"\n', '__proto__', '42', 'null', '\u{1f600}'];
const BLOBS = [
  0,
  false,
  '',
  'text',
  [],
  {},
  [[1, null], { a: [] }],
  { a: { b: 1 }, __typename: 'T0' },
  { id: null },
  -1.5,
];

function leaf(name: string, bits: number, { moods }: FieldTruth): unknown {
  switch (name) {
    case 'Int':
      return (bits % 4001) - 2000;
    case 'Float':
      return (bits % 4001) / 8;
    case 'Boolean':
      return bits % 2 === 0;
    case 'ID':
      return bits % 2 === 0 ? String(bits % 100) : `i${bits % 1000}`;
    case 'Colour':
      return COLOURS[bits % COLOURS.length];
    case 'Mood':
      return moods[bits % moods.length];
    case 'Blob':
      return BLOBS[bits % BLOBS.length];
    default:
      return `${STRINGS[bits % STRINGS.length]}${bits % 3 === 0 ? '' : bits}`;
  }
}

const LEAVES = new Set(['Int', 'Float', 'String', 'Boolean', 'ID', 'Colour', 'Mood', 'Blob']);
export const hasFields = (name: string) => !LEAVES.has(name);

function argsOf(node: FieldNode, { args = [] }: FieldTruth): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const { name, default: preset } of args) {
    const literal = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (literal) given[name] = valueFromASTUntyped(literal);
    else if (preset !== undefined) given[name] = JSON.parse(/^[A-Z]+$/.test(preset) ? `"${preset}"` : preset);
  }
  return given;
}

const parsed = new Map<string, SelectionSetNode>();

export function parseFieldSet(fieldSet: string): SelectionSetNode {
  let set = parsed.get(fieldSet);
  if (!set) {
    const [definition] = parse(`{ ${fieldSet} }`, { noLocation: true }).definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`no field set: ${fieldSet}`);
    parsed.set(fieldSet, (set = definition.selectionSet));
  }
  return set;
}

export function fieldsOf(set: SelectionSetNode): FieldNode[] {
  return set.selections.filter((selection) => selection.kind === Kind.FIELD);
}

/** Applies `to` to a value, or to each item of a list, however deep; null stays null. */
export function through(value: unknown, to: (item: unknown) => unknown): unknown {
  if (value === null || value === undefined) return value;
  return Array.isArray(value) ? value.map((item) => through(item, to)) : to(value);
}

/** JSON with the keys in order, so that equal values have equal texts. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'absent';
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(',')}}`;
}
