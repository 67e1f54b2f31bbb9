import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  execute,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  OverlappingFieldsCanBeMergedRule,
  parse,
  responsePathAsArray,
  type SelectionSetNode,
  specifiedRules,
  validate,
} from 'graphql';
import { type FieldModel, nameOf, type SubgraphModel, subgraphSdl, type TypeModel } from './model.js';
import {
  canonical,
  entity,
  fieldsOf,
  hasFields,
  isUnknown,
  numberOf,
  parseFieldSet,
  type Thing,
  through,
  type World,
} from './world.js';

/** What a fetch asks of a subgraph. */
export interface Asked {
  readonly subgraph: string;
  readonly query: string;
  readonly operationName?: string;
  readonly variables: Record<string, unknown>;
}

export interface Answered {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
}

/** A field as it was answered. */
export interface AnsweredField {
  readonly path: readonly (string | number)[];
  /** The type that it is a field of, and its name there. */
  readonly parent: string;
  readonly name: string;
  /** By the subgraph's schema, e.g. `[T0!]`. */
  readonly type: string;
}

export interface Watch {
  /** Whether a field of an object is to fail. */
  fails?(thing: Thing, field: string): boolean;
  answered?(field: AnsweredField): void;
}

export interface RunningSubgraph {
  /** What it answers, as it would come over the wire. */
  answer(asked: Asked, watch?: Watch): Promise<Answered>;
}

/** A subgraph of a model in this process, which knows the world's values of what it declares and nothing more. */
export function startSubgraph(model: SubgraphModel, world: World): RunningSubgraph {
  const schema = buildSubgraphSchema(parse(subgraphSdl(model)));
  const types = new Map(model.types.map((type) => [type.name, type]));
  const fieldOf = (type: string, field: string) => types.get(type)?.fields.find(({ name }) => name === field);
  giveResolvers(schema, model, { world, types, fieldOf });
  const documents = new Map<string, DocumentNode>();

  const documentOf = (query: string) => {
    let document = documents.get(query);
    if (!document) {
      document = parse(query, { noLocation: true });
      const [mistake] = validate(schema, document, RULES);
      if (mistake) throw new Error(`the engine asked ${model.name} for what it has not: ${mistake.message}\n${query}`);
      documents.set(query, document);
    }
    return document;
  };

  return {
    async answer({ query, operationName, variables }, watch = {}) {
      const document = documentOf(query);
      const result = await execute({ schema, document, operationName, variableValues: variables, contextValue: watch });
      return JSON.parse(JSON.stringify(result)) as Answered;
    },
  };
}

/**
 * The planner merges selections whose fields differ in nothing but nullability, with other names only for some of them; by
 * the letter of the specification such a query is not valid. What it then answers is compared like everything.
 */
const RULES = specifiedRules.filter((rule) => rule !== OverlappingFieldsCanBeMergedRule);

interface Knowledge {
  readonly world: World;
  readonly types: ReadonlyMap<string, TypeModel>;
  fieldOf(type: string, field: string): FieldModel | undefined;
}

function giveResolvers(schema: GraphQLSchema, model: SubgraphModel, { world, types, fieldOf }: Knowledge): void {
  const resolve: GraphQLFieldResolver<Thing | undefined, Watch> = (...[source, args, watch, info]) => {
    const thing = source ?? world.query;
    const field = fieldOf(info.parentType.name, info.fieldName);
    if (!field) throw new Error(`${model.name} has no ${info.parentType.name}.${info.fieldName}`);
    if (watch.fails?.(thing, field.name)) throw new Error('this field fails');
    watch.answered?.({
      path: responsePathAsArray(info.path),
      parent: info.parentType.name,
      name: field.name,
      type: String(info.returnType),
    });
    const { representation, provided = [] } = thing;
    const at = { type: info.parentType.name, fieldOf };
    const required = field.requires === undefined ? undefined : parseFieldSet(field.requires);
    // Where it is not told what it requires, and does not know it itself, it makes something else of it.
    const isUntold = required && !representation && !knows(required, provided, at);
    const value = world.value(thing, field.name, {
      args,
      ...(required && representation ? { required: canonical(read(representation, required, at)) } : {}),
      ...(isUntold ? { required: 'untold' } : {}),
    });
    const below = [
      ...provided.flatMap((set) => setsAt(field.name, set)),
      ...(field.provides ? [parseFieldSet(field.provides)] : []),
    ];
    if (below.length === 0 || !hasFields(nameOf(field.type))) return value;
    return through(value, (item) => ({ ...(item as Thing), provided: below }));
  };
  const isKnown = (thing: Thing) => isObjectType(schema.getType(thing.type));
  const objectOf = (abstract: string, thing: Thing) => {
    if (isKnown(thing)) return thing.type;
    const object = [...types.values()].find(({ interfaceObject }) => interfaceObject);
    if (!object) throw new Error(`${model.name} knows no ${thing.type}, which stands under ${abstract}`);
    return object.name;
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || type.name === '_Service') continue;
    if (isAbstractType(type)) type.resolveType = (thing: Thing) => objectOf(type.name, thing);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.name.startsWith('_')) field.resolve = resolve as GraphQLFieldResolver<unknown, unknown>;
    }
  }
  const entities = schema.getQueryType()?.getFields()._entities;
  if (!entities) return;
  entities.resolve = (_source, { representations }: { representations: Record<string, unknown>[] }) =>
    representations.map((representation) => {
      try {
        return find(representation, { types, schema });
      } catch (error) {
        return error;
      }
    });
}

/** The entity of a representation, which must have a whole key that the subgraph declares; `null` when it has no record. */
function find(
  representation: Record<string, unknown>,
  { types, schema }: Pick<Knowledge, 'types'> & { schema: GraphQLSchema },
): Thing | null {
  const name = String(representation.__typename);
  const type = types.get(name);
  if (!type) throw new Error(`a representation of an unknown type: ${JSON.stringify(representation)}`);
  const hasKey = type.keys.some(({ fields, resolvable }) => {
    return (
      resolvable && fieldsOf(parseFieldSet(fields)).every((field) => Object.hasOwn(representation, field.name.value))
    );
  });
  if (!hasKey) throw new Error(`a representation without a key: ${JSON.stringify(representation)}`);
  const isAbstract = type.interfaceObject || isInterfaceType(schema.getType(name));
  const actual = isAbstract ? String(representation.id).split(':')[0]! : name;
  const thing: Thing = { ...entity(actual, numberOf(actual, representation)), representation };
  return type.partial && isUnknown(thing) ? null : thing;
}

interface TypeAt {
  readonly type: string;
  readonly fieldOf: Knowledge['fieldOf'];
}

/** Whether a subgraph knows by itself all that a field set selects: as its own, or where it provides that. */
function knows(set: SelectionSetNode, provided: readonly SelectionSetNode[], { type, fieldOf }: TypeAt): boolean {
  return fieldsOf(set).every(({ name: { value: name }, selectionSet }) => {
    const field = fieldOf(type, name);
    const isOwn = field !== undefined && !field.external && field.requires === undefined;
    const isProvided = provided.some((each) => fieldsOf(each).some((node) => node.name.value === name));
    if (!field || !(isOwn || isProvided)) return false;
    const below = provided.flatMap((each) => setsAt(name, each));
    return !selectionSet || knows(selectionSet, below, { type: nameOf(field.type), fieldOf });
  });
}

function setsAt(name: string, set: SelectionSetNode): SelectionSetNode[] {
  return fieldsOf(set).flatMap((node) => (node.name.value === name && node.selectionSet ? [node.selectionSet] : []));
}

/** A mark of values that fit no schema: where a test sends them, a subgraph that is given them does not work with them. */
export const WRONG = '<wrong>';

/** What a field set takes out of a representation; throws when it lacks some of it, or holds what the schema does not allow. */
function read(
  source: Record<string, unknown>,
  set: SelectionSetNode,
  { type, fieldOf }: TypeAt,
): Record<string, unknown> {
  return Object.fromEntries(
    fieldsOf(set).map(({ name: { value: name }, selectionSet }) => {
      const refuse = (reason: string) => new Error(`${type}.${name} is required and ${reason}`);
      const field = fieldOf(type, name);
      if (!field || !Object.hasOwn(source, name)) throw refuse('was not sent');
      const value = source[name];
      if (value === null && field.type.endsWith('!')) throw refuse('is null');
      if (JSON.stringify(value).includes(WRONG)) throw refuse('is wrong');
      if (!selectionSet) return [name, value];
      const below = through(value, (item) => {
        if (typeof item !== 'object') throw refuse('is no object');
        return read(item as Record<string, unknown>, selectionSet, { type: nameOf(field.type), fieldOf });
      });
      return [name, below];
    }),
  );
}
