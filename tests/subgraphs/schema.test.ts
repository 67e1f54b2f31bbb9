import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isScalarType,
  parse,
} from 'graphql';

const registries = ['citizen-identity', 'civil-status', 'land'];

function build(name: string): GraphQLSchema {
  return buildSubgraphSchema(parse(readFileSync(require.resolve(`#schema/${name}.graphql`), 'utf8')));
}

/** Everything that a reader of the schema sees, with its description. */
function describedParts(schema: GraphQLSchema): [string, string | null | undefined][] {
  const parts: [string, string | null | undefined][] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    const builtIn =
      /^(_|federation__|link__|core__)/.test(type.name) ||
      (isScalarType(type) && /^(Int|Float|String|Boolean|ID)$/.test(type.name));
    if (builtIn) continue;
    if (type !== schema.getQueryType()) parts.push([type.name, type.description]);
    if (isEnumType(type))
      for (const value of type.getValues()) parts.push([`${type.name}.${value.name}`, value.description]);
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        if (field.name.startsWith('_')) continue;
        parts.push([`${type.name}.${field.name}`, field.description]);
        if ('args' in field)
          for (const arg of field.args) parts.push([`${type.name}.${field.name}(${arg.name}:)`, arg.description]);
      }
    }
  }
  return parts;
}

/** A blood group's letters are the same word in every language. */
const sameInVietnamese = /^BloodGroup\.(A|B|AB|O)$/;
/** A letter that only Vietnamese has, or one of its words that happen to have none. */
const vietnamese = /^(nam|cha|con|khai sinh)$|[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]/i;

describe.each(registries)('the schema of %s', (name) => {
  it('builds as a subgraph', () => {
    expect(build(name).getType('Citizen')).toBeDefined();
  });

  it('describes every part, with the Vietnamese term in brackets', () => {
    const silent = describedParts(build(name))
      .filter(([part]) => !sameInVietnamese.test(part))
      .filter(
        ([, description]) =>
          ![...(description ?? '').matchAll(/\(([^)]+)\)/g)].some(([, term]) => vietnamese.test(term!)),
      )
      .map(([part]) => part);
    expect(silent).toEqual([]);
  });

  it('lets every field that a registry adds to a citizen be null, so that a gap is a gap and not a lost citizen', () => {
    const citizen = build(name).getType('Citizen');
    if (!isObjectType(citizen)) throw new Error('Citizen is no object type');
    const required = Object.values(citizen.getFields()).filter((field) => isNonNullType(field.type));
    expect(required.map((field) => field.name)).toEqual(['personalId']);
  });
});

it('types that several registries define are defined alike', () => {
  const definitions = new Map<string, string>();
  const differing: string[] = [];
  for (const name of registries) {
    const schema = build(name);
    for (const type of Object.values(schema.getTypeMap())) {
      if (
        !isEnumType(type) &&
        !(isObjectType(type) && /^(CodedValue|AdministrativeUnit|Place|Address|Authority)$/.test(type.name))
      )
        continue;
      const members = isEnumType(type)
        ? type.getValues().map((value) => value.name)
        : Object.values(type.getFields()).map((field) => `${field.name}: ${field.type}`);
      const text = `${type.description}\n${members.join('\n')}`;
      if ((definitions.get(type.name) ?? text) !== text) differing.push(type.name);
      definitions.set(type.name, text);
    }
  }
  expect(differing).toEqual([]);
});
