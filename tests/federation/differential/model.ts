import { Kind, parseType, print, type TypeNode } from 'graphql';

/** A federation as plain data, so that it can be made at random and shrunk. Types are SDL texts such as `[T0!]`. */
export interface FederationModel {
  readonly subgraphs: readonly SubgraphModel[];
}

export interface SubgraphModel {
  readonly name: string;
  readonly types: readonly TypeModel[];
  readonly unions: readonly { readonly name: string; readonly members: readonly string[] }[];
  /** The values of the enum `Mood`, which only answers hold, so that subgraphs may know different ones. */
  readonly moods: readonly string[];
}

export interface TypeModel {
  readonly kind: 'type' | 'interface';
  readonly name: string;
  readonly keys: readonly { readonly fields: string; readonly resolvable: boolean }[];
  readonly implements: readonly string[];
  readonly interfaceObject?: boolean;
  /** The subgraph has no record of every third entity of the type. */
  readonly partial?: boolean;
  readonly fields: readonly FieldModel[];
}

export interface FieldModel {
  readonly name: string;
  readonly type: string;
  readonly args?: readonly ArgModel[];
  readonly shareable?: boolean;
  readonly external?: boolean;
  readonly inaccessible?: boolean;
  readonly requires?: string;
  readonly provides?: string;
  readonly override?: string;
}

export interface ArgModel {
  readonly name: string;
  readonly type: string;
  readonly default?: string;
}

export const COLOURS = ['RED', 'GREEN', 'BLUE'];

/** What every subgraph has: an enum and an input for arguments, and a scalar whose values are any JSON. */
const COMMON = `
enum Colour { ${COLOURS.join(' ')} }
input Filter { a: Int = 3  b: [Colour!]  c: String  nested: Filter }
scalar Blob
`;

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@interfaceObject", "@inaccessible"
])
`;

export function subgraphSdl(subgraph: SubgraphModel): string {
  return `${LINK}${COMMON}${ownSdl(subgraph)}\n`;
}

/** The SDL without what every subgraph has. */
export function ownSdl({ types, unions, moods }: SubgraphModel): string {
  const parts = types.map(typeSdl);
  for (const { name, members } of unions) parts.push(`union ${name} = ${members.join(' | ')}`);
  if (types.some(({ fields }) => fields.some(({ type }) => nameOf(type) === 'Mood'))) {
    parts.push(`enum Mood { ${moods.join(' ')} }`);
  }
  return parts.join('\n');
}

function typeSdl({ kind, name, keys, implements: interfaces, interfaceObject, fields }: TypeModel): string {
  const head = [`${kind} ${name}`];
  if (interfaces.length > 0) head.push(`implements ${interfaces.join(' & ')}`);
  for (const key of keys) head.push(`@key(fields: "${key.fields}"${key.resolvable ? '' : ', resolvable: false'})`);
  if (interfaceObject) head.push('@interfaceObject');
  return `${head.join(' ')} {\n${fields.map((field) => `  ${fieldSdl(field)}\n`).join('')}}`;
}

function fieldSdl(field: FieldModel): string {
  const args = (field.args ?? []).map((arg) => {
    return `${arg.name}: ${arg.type}${arg.default === undefined ? '' : ` = ${arg.default}`}`;
  });
  const parts = [`${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}: ${field.type}`];
  if (field.shareable) parts.push('@shareable');
  if (field.external) parts.push('@external');
  if (field.inaccessible) parts.push('@inaccessible');
  if (field.requires) parts.push(`@requires(fields: "${field.requires}")`);
  if (field.provides) parts.push(`@provides(fields: "${field.provides}")`);
  if (field.override) parts.push(`@override(from: "${field.override}")`);
  return parts.join(' ');
}

/** The name within a type: `T0` of `[T0!]`. */
export function nameOf(type: string): string {
  return type.replace(/[[\]!]/g, '');
}

/** The type with each `!` taken away of which `drops` says so. */
export function weaken(type: string, drops: () => boolean): string {
  return type.replaceAll('!', () => (drops() ? '' : '!'));
}

/** The types of one field in several subgraphs as the one that all of them keep to: `!` wherever one of them has it. */
export function strictest(types: readonly string[]): TypeNode {
  return types.map((type) => parseType(type)).reduce(stricter);
}

function stricter(one: TypeNode, other: TypeNode): TypeNode {
  const inner = (type: TypeNode) => (type.kind === Kind.NON_NULL_TYPE ? type.type : type);
  const [left, right] = [inner(one), inner(other)];
  const isNonNull = one.kind === Kind.NON_NULL_TYPE || other.kind === Kind.NON_NULL_TYPE;
  const both =
    left.kind === Kind.LIST_TYPE && right.kind === Kind.LIST_TYPE
      ? { ...left, type: stricter(left.type, right.type) }
      : left;
  if (left.kind !== right.kind) throw new Error(`${print(one)} and ${print(other)} are not one field's`);
  return isNonNull ? { kind: Kind.NON_NULL_TYPE, type: both } : both;
}
