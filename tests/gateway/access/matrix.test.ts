import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { type Identity, NOBODY } from '../../../gateway/identity.js';
import { identityOf, NO_BUDGETS } from '../../helpers/callers.js';
import { type Answer, configOf } from '../../helpers/federation.js';
import { type Product, startProduct } from '../../helpers/product.js';
import { CALLERS, RulesOracle, SELF } from '../../helpers/rules-oracle.js';

const SCHEMA = join(__dirname, '../../../schema');
const read = (file: string) => readFileSync(join(SCHEMA, file), 'utf8');
const REGISTRIES = ['citizen-identity', 'civil-status', 'land'] as const;
const PROCEDURES = ['1.000894', '1.013831', '1.000656'];

/** A place in the graph: the shortest way from the root to each type, by field names. */
interface Place {
  readonly type: GraphQLObjectType;
  readonly path: readonly string[];
}

const api = buildSchema(read('api.graphql'));
const ROOTS: Record<string, string> = {
  citizen: `citizen(personalId: "${SELF}")`,
  parcel: 'parcel(id: "PARCEL")',
  parcelsByFormerNumber: 'parcelsByFormerNumber(communeCode: "20200", mapSheet: "1", parcelNumber: "1")',
};

function placesFrom(root: string): Place[] {
  const field = api.getQueryType()!.getFields()[root]!;
  const first = getNamedType(field.type) as GraphQLObjectType;
  const places: Place[] = [{ type: first, path: [root] }];
  const seen = new Set([first.name]);
  for (const { type, path } of places) {
    for (const below of Object.values(type.getFields())) {
      const named = getNamedType(below.type);
      const objects = isAbstractType(named) ? api.getPossibleTypes(named) : isObjectType(named) ? [named] : [];
      for (const object of objects) {
        if (
          seen.has(object.name) ||
          below.args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined)
        )
          continue;
        seen.add(object.name);
        places.push({ type: object, path: [...path, below.name] });
      }
    }
  }
  return places;
}

/** Asks for every field of the type at a place, and of what is no leaf only whether it is there. */
function queryAt({ type, path }: Place, parcel: string): string {
  const fields = Object.values(type.getFields()).map(({ name, type: of }) =>
    isObjectType(getNamedType(of)) || isAbstractType(getNamedType(of)) ? `${name} { __typename }` : name,
  );
  const [root, ...rest] = path;
  const inside = `{ ${fields.join(' ')} }`;
  const nested = rest.reduceRight((below, name) => `{ ${name} ${below} }`, inside);
  return `{ ${ROOTS[root!]!.replace('PARCEL', parcel)} ${nested} }`;
}

const registrySchemas = new Map<string, GraphQLSchema>();
let product: Product;
let identity: Identity;
let asked = new Set<string>();
let parcel: string;
const oracle = new RulesOracle();

beforeAll(async () => {
  product = await startProduct({
    access: { identify: () => identity },
    // What is remembered would not be asked for.
    config: { budgets: NO_BUDGETS, cache: { ...configOf().cache, memoryBytesMax: 0 }, limits: { aliasesMax: 1_000 } },
    onAsked: (registry, query) => noteAsked(registry, query),
  });
  const { buildSubgraphSchema } = await import('@apollo/subgraph');
  for (const registry of REGISTRIES) {
    registrySchemas.set(registry, buildSubgraphSchema({ typeDefs: parse(read(`${registry}.graphql`)) }));
  }
  const rows = await product.database.query<{ parcel_id: string }>(
    "select parcel_id from land.land_right where holder_id ~ '^[0-9]{12}$' and until is null and replaced_at is null limit 1",
  );
  parcel = rows[0]!.parcel_id;
});
afterAll(() => product?.stop());

function noteAsked(registry: string, query: string): void {
  const info = new TypeInfo(registrySchemas.get(registry)!);
  const note = (name: string) => void asked.add(`${info.getParentType()?.name}.${name}`);
  visit(parse(query), visitWithTypeInfo(info, { Field: ({ name }) => note(name.value) }));
}

/** What registries are asked for whatever a client may see: what entities are known by. */
const KEYS = new Set(['Citizen.personalId', 'Parcel.id']);

const places = Object.keys(ROOTS).flatMap(placesFrom);
const everybody = Object.entries(CALLERS).flatMap(([name, caller]) =>
  PROCEDURES.map((procedure): [string, string, Identity] => [name, procedure, identityOf(caller, procedure)]),
);

test('every type of the registries has a place', () => {
  const reached = new Set(places.map(({ type }) => type.name));
  const types = Object.values(api.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'));
  // What the gateway itself adds has tests of its own: the dossier, and what may be asked of the audit log.
  const others = parse(read('gateway.graphql')).definitions.flatMap((each) =>
    each.kind === Kind.OBJECT_TYPE_DEFINITION && each.name.value !== 'Citizen' ? [each.name.value] : [],
  );
  expect(types.map(({ name }) => name).filter((name) => !reached.has(name) && !others.includes(name))).toEqual([]);
});

test.each([...everybody, ['nobody', 'no purpose', NOBODY] as [string, string, Identity]])(
  '%s, for %s, reads what the rules say and nothing else; nothing else is asked of a registry',
  async (_name, _procedure, who) => {
    const { wrong, allowed } = await compare(who, (path, type) => oracle.allows({ path, type, of: SELF }, who));
    expect(wrong).toEqual([]);
    if (who.caller?.role === 'officer') expect(allowed).toBeGreaterThan(10);
    if (who.caller === undefined || who.caller.role === 'auditor') expect(allowed).toBe(0);
  },
  60_000,
);

test('a gateway that read more, or less, than the rules say would be noticed', async () => {
  const who = identityOf(CALLERS['an officer']!, PROCEDURES[0]);
  const tooMuch = await compare(who, (path) => path.at(-1) !== 'dateOfBirth' && path.at(-1) !== 'card');
  expect(tooMuch.wrong).toEqual(expect.arrayContaining(['citizen.dateOfBirth was asked of a registry']));
  expect(tooMuch.wrong).toEqual(expect.arrayContaining(['citizen.dateOfBirth was answered']));
  const tooLittle = await compare(who, () => true);
  expect(tooLittle.wrong).toEqual(expect.arrayContaining(['citizen.religion was refused']));
});

/** Asks for everything as somebody, and gives what came of it otherwise than it should. */
async function compare(who: Identity, allows: (path: readonly string[], type: string) => boolean) {
  identity = who;
  const wrong: string[] = [];
  let allowed = 0;
  for (const place of places) {
    asked = new Set();
    const answer = await product.ask(queryAt(place, parcel));
    // Anything else would be taken for an answer without refusals.
    expect([200, 401, 403]).toContain(answer.status);
    const way = place.path.map((_step, at) => place.path.slice(0, at + 1));
    const coordinatesOfWay = new Set(way.map((path, at) => `${typeAt(place, at)}.${path.at(-1)}`));
    const isReached = way.every((path, at) => allows(path, typeAt(place, at)));
    for (const field of Object.keys(place.type.getFields())) {
      const path = [...place.path, field];
      const coordinate = `${place.type.name}.${field}`;
      if (isReached && allows(path, place.type.name)) {
        allowed += 1;
        if (isRefused(answer, path)) wrong.push(`${path.join('.')} was refused`);
        continue;
      }
      // Where nothing stood nothing could be refused; but it must not have been asked for.
      const wasAsked = asked.has(coordinate) && !KEYS.has(coordinate) && !coordinatesOfWay.has(coordinate);
      if (wasAsked) wrong.push(`${path.join('.')} was asked of a registry`);
      if (hasValue(answer.data, path)) wrong.push(`${path.join('.')} was answered`);
    }
  }
  return { wrong, allowed };
}

/** Whether the answer refuses what stands at a path, or above it. */
function isRefused({ status, errors = [] }: Answer, path: readonly string[]): boolean {
  if (status === 401 || status === 403) return true;
  const refused = errors.filter(({ extensions }) => extensions?.code === 'NOT_PERMITTED');
  return refused.some(({ path: at = [] }) => {
    const names = at.filter((step) => typeof step === 'string');
    return names.every((name, index) => path[index] === name);
  });
}

/** The type that the field at this step of a place's way is of. */
function typeAt({ path }: Place, at: number): string {
  let type: string = 'Query';
  for (const name of path.slice(0, at)) {
    type = getNamedType((api.getType(type) as GraphQLObjectType).getFields()[name]!.type).name;
  }
  return type;
}

function hasValue(value: unknown, [first, ...rest]: readonly string[]): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.some((item) => hasValue(item, first === undefined ? [] : [first, ...rest]));
  if (first === undefined) return true;
  return hasValue((value as Record<string, unknown>)[first], rest);
}
