import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { type Form, type FormCheck, type FormField, type FormVersion, inForce, type PartyRole } from './form.js';
import { FORMATS, type Format } from './format.js';
import type { OwnerOf } from './owners.js';
import { type Path, parsePath } from './path.js';
import { hasField, type PathContext, type ResolvedPath, resolvePath } from './resolve-path.js';
import { RULES, type Rule } from './rules/index.js';
import { type ReadStep, Selection } from './selection.js';

/** A path, ready to be read from an answer. */
export interface Reader {
  readonly text: string;
  readonly role: string;
  readonly steps: readonly ReadStep[];
  readonly typeName: string;
  readonly registry: string | null;
  readonly owners: ReadonlySet<unknown>;
  readonly many: boolean;
}

export interface CompiledField {
  readonly field: FormField;
  readonly format: Format;
  readonly paths: readonly Reader[];
  readonly agree: readonly Reader[];
  readonly recordOf: Reader | null;
}

export interface CompiledCheck {
  readonly check: FormCheck;
  readonly rule: Rule;
  readonly reads: ReadonlyMap<string, Reader>;
}

/** A form for the parties that were given. `document` is null for a form that needs nothing from any registry. */
export interface CompiledForm {
  readonly form: Form;
  readonly version: FormVersion;
  readonly roles: readonly PartyRole[];
  readonly document: DocumentNode | null;
  /** The roles whose identifiers the operation takes as variables. */
  readonly asked: readonly string[];
  readonly fields: readonly CompiledField[];
  readonly checks: readonly CompiledCheck[];
}

export interface CompileInput {
  readonly api: GraphQLSchema;
  readonly ownerOf: OwnerOf;
  readonly form: Form;
  readonly version: FormVersion;
  /** The roles that the request fills; what concerns another role is left out. */
  readonly roles: ReadonlySet<string>;
  /** The day whose fields and checks apply; absent: all, to validate the whole form. */
  readonly day?: string;
}

/** Compiles a validated form; throws an `Error` where a path or a rule does not fit the schema. */
export function compileForm(input: CompileInput): CompiledForm {
  const { form, version } = input;
  const roles = version.parties.filter(({ role }) => input.roles.has(role));
  const applies = (each: FormField | FormCheck) => input.day === undefined || inForce(each, input.day);
  const selections = new Map(roles.map(({ role }) => [role, new Selection()]));
  const scope: Scope = {
    ...input,
    subjects: new Map(version.parties.map((party) => [party.role, party.subject])),
    selections,
  };
  const fields = version.fields
    .filter((field) => applies(field) && (field.party === null || input.roles.has(field.party)))
    .map((field) => compileField(field, scope));
  const checks = version.checks
    .filter((check) => applies(check) && rolesOf(check).every((role) => input.roles.has(role)))
    .map((check) => compileCheck(check, scope));
  const asked = roles.filter(({ role }) => selections.get(role)!.print() !== '');
  const document = printOperation(form, asked, selections);
  return { form, version, roles, document, asked: asked.map(({ role }) => role), fields, checks };
}

interface Scope extends CompileInput {
  readonly subjects: PathContext['subjects'];
  readonly selections: ReadonlyMap<string, Selection>;
}

function compileField(field: FormField, scope: Scope): CompiledField {
  const format: Format = FORMATS[field.format];
  const paths = resolveGiven(field.paths, field.party, scope);
  const rivals = resolveGiven(field.agree, field.party, scope);
  const compared = paths.some((path) => rivals.some((rival) => rival.text !== path.text));
  const leavesOf = (path: ResolvedPath) =>
    [...format.shown, ...(compared ? (format.compared ?? []) : [])].filter((leaf) =>
      hasField(path.type, leaf.split(' ')[0]!),
    );
  const read = (path: ResolvedPath) => readerOf(path, leavesOf(path), scope);
  const [recordOf] = field.recordOf ? resolveGiven([field.recordOf], field.party, scope) : [];
  return {
    field,
    format,
    paths: paths.map(read),
    agree: compared ? rivals.map(read) : [],
    recordOf: recordOf ? readerOf(recordOf, [], scope) : null,
  };
}

function compileCheck(check: FormCheck, scope: Scope): CompiledCheck {
  const rule = RULES[check.rule]!;
  const reads = new Map<string, Reader>();
  for (const [name, text] of Object.entries(rule.reads(check.with))) {
    const [path] = resolveGiven([parsePath(text)], check.party, scope);
    if (path) reads.set(name, readerOf(path, [], scope));
  }
  return { check, rule, reads };
}

/** The paths that start from a given party and whose conditions name given parties only. */
function resolveGiven(paths: readonly Path[], party: string | null, scope: Scope): ResolvedPath[] {
  const given = (role: string | null) => role === null || role === 'self' || scope.roles.has(role);
  return paths
    .filter((path) => given(path.role ?? party))
    .filter((path) => path.steps.every(({ access }) => access?.kind !== 'first-of-party' || given(access.role)))
    .map((path) => resolvePath(path, { ...scope, party }));
}

function readerOf(path: ResolvedPath, leaves: readonly string[], scope: Scope): Reader {
  const steps = scope.selections.get(path.role)!.addPath(path, leaves);
  const { text, role, registry, owners, many } = path;
  return { text, role, steps, typeName: path.type.name, registry, owners, many };
}

/** The roles without which a check has nothing to say: its own, those of its options, and those its paths start from. */
function rolesOf(check: FormCheck): string[] {
  const rule = RULES[check.rule]!;
  const named = Object.entries(rule.options)
    .filter(([, kind]) => kind === 'CITIZEN' || kind === 'PARCEL')
    .map(([name]) => String(check.with[name]));
  const read = Object.values(rule.reads(check.with)).map((text) => parsePath(text).role ?? check.party);
  return [check.party, ...named, ...read];
}

function printOperation(
  form: Form,
  asked: readonly PartyRole[],
  selections: ReadonlyMap<string, Selection>,
): DocumentNode | null {
  if (asked.length === 0) return null;
  const variables = asked.map(({ role }) => `$${role}: ID!`).join(', ');
  const parties = asked.map(({ role, subject }) => {
    const entry = subject === 'CITIZEN' ? `citizen(personalId: $${role})` : `parcel(id: $${role})`;
    return `  ${role}: ${entry}${selections.get(role)!.print()}`;
  });
  const name = `Dossier_${form.code.replace('.', '_')}`;
  return parse(`query ${name}(${variables}) {\n${parties.join('\n')}\n}`, { noLocation: true });
}
