import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  parseConstValue,
  valueFromAST,
} from 'graphql';
import type { PartySubject } from './form.js';
import { nearest } from './nearest.js';
import type { OwnerOf } from './owners.js';
import type { Access, Path, PathStep } from './path.js';

/** A path whose every step exists in the schema. */
export interface ResolvedPath {
  readonly text: string;
  /** The party it starts from. */
  readonly role: string;
  readonly steps: readonly PathStep[];
  readonly type: GraphQLNamedType;
  /** The subgraph that supplies the value: that of the nearest step which only one supplies; null: every registry knows it. */
  readonly registry: string | null;
  /** Every subgraph that alone supplies the party or a step: what one of them fails to answer, the path cannot reach. */
  readonly owners: ReadonlySet<string | null>;
  /** Whether a `[*]` makes it a list of values. */
  readonly many: boolean;
}

export interface PathContext {
  readonly api: GraphQLSchema;
  readonly ownerOf: OwnerOf;
  /** The subjects by role, for the path's own role and for those that its conditions name. */
  readonly subjects: ReadonlyMap<string, PartySubject>;
  /** The role where the path names none. */
  readonly party: string | null;
}

/** Throws an `Error` that says which step does not exist and which one comes nearest. */
export function resolvePath(path: Path, context: PathContext): ResolvedPath {
  const role = path.role ?? context.party;
  if (role === null) throw new Error(`path ${path.text}: put a role before it, because the field has no party`);
  const subject = context.subjects.get(role);
  if (!subject) throw new Error(`path ${path.text}: there is no role ${role}; ${offer(role, context.subjects.keys())}`);
  let type: GraphQLNamedType | undefined = context.api.getType(subject === 'CITIZEN' ? 'Citizen' : 'Parcel');
  if (!type) throw new Error(`path ${path.text}: the schema has no type for a ${subject}`);
  let registry: string | null = null;
  const owners = new Set([context.ownerOf('Query', subject === 'CITIZEN' ? 'citizen' : 'parcel')]);
  for (const step of path.steps) {
    const field = fieldOf(type, step.name, path);
    checkArguments(field, step, path);
    const owner = context.ownerOf(type.name, step.name);
    owners.add(owner);
    registry = owner ?? registry;
    type = getNamedType(field.type);
    if (isListType(getNullableType(field.type)) !== (step.access !== undefined)) {
      throw new Error(
        `path ${path.text}: ${step.name} is ${step.access ? 'no' : 'a'} list; ${step.access ? 'leave out' : 'add'} [...]`,
      );
    }
    if (step.access) checkAccess(step.access, type, { path, role, context });
  }
  const many = path.steps.some((step) => step.access?.kind === 'all');
  const steps = path.steps.map((step) => bindSelf(step, role));
  return { text: path.text, role, steps, type, registry, owners, many };
}

export function hasField(type: GraphQLNamedType, name: string): boolean {
  return (isObjectType(type) || isInterfaceType(type)) && name in type.getFields();
}

export function isWordEnum(type: GraphQLNamedType, words: Readonly<Record<string, unknown>>): boolean {
  return isEnumType(type) && type.name in words;
}

function fieldOf(type: GraphQLNamedType, name: string, path: Path): GraphQLField<unknown, unknown> {
  if (!isObjectType(type) && !isInterfaceType(type))
    throw new Error(`path ${path.text}: ${type.name} has no fields, so no ${name}`);
  const field = type.getFields()[name];
  if (field) return field;
  throw new Error(
    `path ${path.text}: ${type.name} has no field ${name}; ${offer(name, Object.keys(type.getFields()))}`,
  );
}

function checkArguments(field: GraphQLField<unknown, unknown>, step: PathStep, path: Path): void {
  const given = argumentsOf(step, path);
  for (const [name, value] of given) {
    const known = field.args.find((arg) => arg.name === name);
    if (!known)
      throw new Error(
        `path ${path.text}: ${field.name} has no argument ${name}; ${offer(
          name,
          field.args.map((arg) => arg.name),
        )}`,
      );
    if (valueFromAST(value, known.type) === undefined)
      throw new Error(`path ${path.text}: ${name} must be a ${known.type}`);
  }
  const missing = field.args.find((arg) => isRequiredArgument(arg) && !given.has(arg.name));
  if (missing) throw new Error(`path ${path.text}: ${field.name} needs the argument ${missing.name}`);
}

function argumentsOf(step: PathStep, path: Path): Map<string, ReturnType<typeof parseConstValue>> {
  if (step.args === '') return new Map();
  try {
    const object = parseConstValue(`{${step.args}}`);
    return new Map(object.kind === 'ObjectValue' ? object.fields.map((field) => [field.name.value, field.value]) : []);
  } catch {
    throw new Error(`path ${path.text}: (${step.args}) must be arguments such as (includeEnded: false)`);
  }
}

function checkAccess(
  access: Access,
  item: GraphQLNamedType,
  at: { path: Path; role: string; context: PathContext },
): void {
  if (access.kind === 'index' || access.kind === 'all') return;
  let type = item;
  for (const name of access.path) type = getNamedType(fieldOf(type, name, at.path).type);
  if (!isLeafType(type))
    throw new Error(`path ${at.path.text}: the condition on ${access.path.join('.')} must be on a single value`);
  if (access.kind === 'first-of-party') {
    const known = access.role === 'self' || at.context.subjects.has(access.role);
    if (!known)
      throw new Error(
        `path ${at.path.text}: there is no role ${access.role}; ${offer(access.role, at.context.subjects.keys())}`,
      );
  } else if (isEnumType(type) && !type.getValue(access.equals)) {
    const values = type.getValues().map((value) => value.name);
    throw new Error(
      `path ${at.path.text}: ${type.name} has no value ${access.equals}; ${offer(access.equals, values)}`,
    );
  }
}

function bindSelf(step: PathStep, role: string): PathStep {
  if (step.access?.kind !== 'first-of-party' || step.access.role !== 'self') return step;
  return { ...step, access: { ...step.access, role } };
}

function offer(name: string, candidates: Iterable<string>): string {
  const [found] = nearest(name, candidates);
  return found === undefined ? 'there is none' : `the nearest is ${found}`;
}
