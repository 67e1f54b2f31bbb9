import { type GraphQLSchema, isLeafType, validate } from 'graphql';
import { compileForm } from './compile.js';
import type { Form, FormCheck, FormField, FormVersion, Problem } from './form.js';
import { FORMATS, type Format } from './format.js';
import { nearest } from './nearest.js';
import type { OwnerOf } from './owners.js';
import { type Path, parsePath } from './path.js';
import { isWordEnum, type PathContext, type ResolvedPath, resolvePath } from './resolve-path.js';
import { RULES, type Rule } from './rules/index.js';
import type { OptionKind } from './rules/rule.js';
import { WORDS } from './words.js';

interface Place {
  readonly context: Omit<PathContext, 'party'>;
  report(at: string, problem: string): void;
}

/** Everything in a form that does not fit the schema: all problems at once, each with the name that comes nearest. */
export function validateForm(form: Form, schema: { api: GraphQLSchema; ownerOf: OwnerOf }): Problem[] {
  const problems: Problem[] = [];
  for (const version of form.versions) {
    const before = problems.length;
    const prefix = form.versions.length > 1 ? `version ${version.effectiveFrom}, ` : '';
    const report = (at: string, problem: string) => problems.push({ file: form.file, at: prefix + at, problem });
    const subjects = new Map(version.parties.map((party) => [party.role, party.subject]));
    const place: Place = { context: { ...schema, subjects }, report };
    for (const field of version.fields) checkField(field, place);
    for (const check of version.checks) checkCheck(check, place);
    // A form whose parts are right compiles; what is left to find is how the parts go together.
    if (problems.length === before) checkOperation({ form, version }, schema, report);
  }
  return problems;
}

function checkField(field: FormField, place: Place): void {
  const at = `field ${field.key}`;
  const report = (problem: string) => place.report(at, problem);
  if (field.party !== null && !place.context.subjects.has(field.party)) report(unknownRole(field.party, place));
  const resolve = (path: Path) => attempt(() => resolvePath(path, { ...place.context, party: field.party }), report);
  const paths = field.paths.map(resolve);
  const rivals = field.agree.map(resolve);
  const recordOf = field.recordOf && resolve(field.recordOf);
  for (const path of [...paths, ...rivals]) if (path) checkFormat(path, field, report);
  for (const path of paths) {
    if (path?.registry === null && !field.recordOf) {
      report(
        `path ${path.text}: every registry knows it, so name in recordOf a path of the registry whose record it rests on`,
      );
    }
  }
  if (recordOf?.registry === null)
    report(`recordOf ${recordOf.text}: only a path that one registry supplies has a record`);
  for (const rival of rivals) {
    if (rival?.registry === null) report(`agree ${rival.text}: only what a registry supplies can be compared`);
    if (rival?.many || paths.some((path) => path?.many))
      report(`agree: lists are not compared; leave out agree or [*]`);
  }
}

function checkFormat(path: ResolvedPath, field: FormField, report: (problem: string) => void): void {
  const format: Format = FORMATS[field.format];
  const fits =
    format.types === 'leaf'
      ? isLeafType(path.type)
      : format.types === 'enum'
        ? isWordEnum(path.type, WORDS)
        : format.types.includes(path.type.name);
  if (!fits) report(`path ${path.text}: format ${field.format} cannot show a ${path.type.name}; ${formatsFor(path)}`);
  if (format.showAll && !path.many) report(`path ${path.text}: format ${field.format} needs a list, [*]`);
  if ((field.join !== null || field.whenEmpty !== null) && !path.many) {
    report(`path ${path.text}: join and whenEmpty are for lists, [*]`);
  }
}

function formatsFor(path: ResolvedPath): string {
  const fitting = Object.entries<Format>(FORMATS).filter(([, { types }]) => {
    if (types === 'leaf') return isLeafType(path.type);
    return types === 'enum' ? isWordEnum(path.type, WORDS) : types.includes(path.type.name);
  });
  return fitting.length === 0
    ? 'name one of its fields'
    : `those that can: ${fitting.map(([name]) => name).join(', ')}`;
}

function checkCheck(check: FormCheck, place: Place): void {
  const report = (problem: string) => place.report(`check ${check.key}`, problem);
  const rule = RULES[check.rule];
  if (!rule) {
    report(`there is no rule ${check.rule}; the nearest is ${nearest(check.rule, Object.keys(RULES))[0]}`);
    return;
  }
  const subject = place.context.subjects.get(check.party);
  if (!subject) report(unknownRole(check.party, place));
  else if (subject !== rule.subject) {
    report(`rule ${check.rule} judges a ${rule.subject}, and ${check.party} is a ${subject}`);
  } else checkOptions(check, rule, place);
}

function checkOptions(check: FormCheck, rule: Rule, place: Place): void {
  const report = (problem: string) => place.report(`check ${check.key}`, problem);
  const known = Object.keys(rule.options);
  for (const name of Object.keys(check.with).filter((each) => !known.includes(each))) {
    report(`rule ${check.rule} has no option ${name}; it has ${known.join(', ') || 'none'}`);
  }
  const wrong = Object.entries(rule.options)
    .map(([name, kind]) => optionProblem({ name, kind, value: check.with[name] }, place))
    .filter((problem) => problem !== null);
  for (const problem of wrong) report(problem);
  if (wrong.length > 0) return;
  for (const text of Object.values(rule.reads(check.with))) {
    attempt(() => resolvePath(parsePath(text), { ...place.context, party: check.party }), report);
  }
}

function optionProblem(
  { name, kind, value }: { name: string; kind: OptionKind; value: unknown },
  place: Place,
): string | null {
  if (value === undefined) return `with.${name} is missing; it must be a ${wordFor(kind)}`;
  if (kind === 'number') return typeof value === 'number' ? null : `with.${name} must be a number`;
  if (kind === 'date')
    return /^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? null : `with.${name} must be a date such as 2016-01-01`;
  if (kind === 'sex') return SEXES.includes(String(value)) ? null : `with.${name} must be one of ${SEXES.join(', ')}`;
  if (kind === 'path') return null;
  const subject = place.context.subjects.get(String(value));
  if (!subject) return `with.${name}: ${unknownRole(String(value), place)}`;
  return subject === kind ? null : `with.${name} must be a role of a ${kind}, and ${value} is a ${subject}`;
}

const SEXES = Object.keys(WORDS.Sex!);

function wordFor(kind: OptionKind): string {
  return kind === 'CITIZEN' || kind === 'PARCEL' ? `role of a ${kind}` : kind;
}

function unknownRole(role: string, place: Place): string {
  const roles = [...place.context.subjects.keys()];
  return `there is no role ${role}; the nearest is ${nearest(role, roles)[0]}`;
}

function checkOperation(
  of: { form: Form; version: FormVersion },
  schema: { api: GraphQLSchema; ownerOf: OwnerOf },
  report: (at: string, problem: string) => void,
): void {
  const roles = new Set(of.version.parties.map(({ role }) => role));
  const { document } = compileForm({ ...of, ...schema, roles });
  for (const error of document ? validate(schema.api, document) : []) report('operation', error.message);
}

function attempt<T>(resolve: () => T, report: (problem: string) => void): T | null {
  try {
    return resolve();
  } catch (error) {
    report((error as Error).message);
    return null;
  }
}
