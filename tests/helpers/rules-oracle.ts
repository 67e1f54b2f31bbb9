import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DirectiveNode, type FieldNode, Kind, parse, type SelectionSetNode, visit } from 'graphql';
import { readPermissions } from '../../cli/permissions.js';
import type { Identity, Role } from '../../gateway/identity.js';
import { DEMO } from './demo-people.js';

const SCHEMA = join(__dirname, '../../schema');
const read = (file: string) => readFileSync(join(SCHEMA, file), 'utf8');
const REGISTRIES = ['citizen-identity', 'civil-status', 'land'] as const;

/** Whom a matrix asks about. */
export const SELF = DEMO.husband;

/** Everybody who may come, with the scopes that such tokens have. */
export const CALLERS: Record<string, { role: Role; department?: string; citizen?: string; scopes: string[] }> = {
  'an officer': { role: 'officer', scopes: ['sensitive:ethnicity'] },
  'an officer without scopes': { role: 'officer', scopes: [] },
  'the tax department': { role: 'department-system', department: 'tax', scopes: [] },
  'the justice department': { role: 'department-system', department: 'justice', scopes: ['sensitive:cause-of-death'] },
  'another department': { role: 'department-system', department: 'culture', scopes: ['sensitive:religion'] },
  'an auditor': { role: 'auditor', scopes: [] },
  'an operator': { role: 'operator', scopes: [] },
  'the citizen': { role: 'citizen', citizen: SELF, scopes: ['sensitive:religion', 'sensitive:blood-group'] },
  'another citizen': { role: 'citizen', citizen: DEMO.bride, scopes: ['sensitive:religion'] },
};

/** What the policy files say, read by other means than the gateway's: a path of field names is in a rule, or it is not. */
export class RulesOracle {
  private readonly grants: { arguments: Record<string, unknown>; selection: SelectionSetNode }[] = [];
  private readonly scopes = new Map<string, string[][]>();
  private readonly readForm = readPermissions().formReads;
  private readonly forms = new Map<string, SelectionSetNode | undefined>();

  constructor() {
    for (const file of readdirSync(join(SCHEMA, 'policies'))) {
      for (const rule of parse(read(`policies/${file}`)).definitions) {
        if (rule.kind !== Kind.OPERATION_DEFINITION) throw new Error(`${file} has something that is no rule`);
        this.grants.push({ arguments: argumentsOf(rule.directives![0]!), selection: rule.selectionSet });
      }
    }
    for (const registry of REGISTRIES) {
      visit(parse(read(`${registry}.graphql`)), {
        ObjectTypeDefinition: ({ name, fields }) => {
          for (const field of fields ?? []) {
            const scoped = field.directives?.find((each) => each.name.value === 'requiresScopes');
            if (scoped) this.scopes.set(`${name.value}.${field.name.value}`, argumentsOf(scoped).scopes as string[][]);
          }
        },
      });
    }
  }

  /**
   * Whether a field of a type may be read by a path of field names. `landRights!` is one whose `include…` argument is true, `landRights?`
   * one whose is false; else it is what the schema says. `of`: the person whom `citizen` at the root asks for.
   */
  allows(at: { path: readonly string[]; type: string; of: string }, { caller, purpose }: Identity): boolean {
    const path = at.path.map((step) => (/\W$/.test(step) ? step : `${step}${ALL_BY_DEFAULT.has(step) ? '!' : '?'}`));
    if (!caller || !purpose) return false;
    const needed = this.scopes.get(`${at.type}.${path.at(-1)!.slice(0, -1)}`);
    if (needed && !needed.some((all) => all.every((scope) => caller.scopes.includes(scope)))) return false;
    return this.grants.some(({ arguments: rule, selection }) => {
      const {
        roles,
        departments,
        procedures,
        subjects = 'PARTIES',
        reads = 'SELECTION',
      } = rule as Record<string, string[] & string>;
      if (!(roles as string[]).includes(caller.role.toUpperCase().replaceAll('-', '_'))) return false;
      if (departments && !departments.includes(caller.department ?? '')) return false;
      if (procedures && !procedures.includes(purpose.procedure)) return false;
      if (subjects === 'SELF' && !(path[0] === 'citizen?' && caller.citizen === at.of)) return false;
      const set = reads === 'FORM' ? this.formOf(purpose.procedure) : selection;
      return set !== undefined && holds(set, path);
    });
  }

  private formOf(procedure: string): SelectionSetNode | undefined {
    if (!this.forms.has(procedure)) {
      const read = this.readForm(procedure, '2026-11-02')?.definitions[0];
      this.forms.set(procedure, read?.kind === Kind.OPERATION_DEFINITION ? read.selectionSet : undefined);
    }
    return this.forms.get(procedure);
  }
}

function holds(set: SelectionSetNode | undefined, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  return (set?.selections ?? []).some((each) => {
    if (each.kind === Kind.INLINE_FRAGMENT) return holds(each.selectionSet, [first, ...rest]);
    if (each.kind !== Kind.FIELD || each.name.value !== first.slice(0, -1)) return false;
    return (first.endsWith('?') || givesAll(each)) && holds(each.selectionSet, rest);
  });
}

/** The fields with an `include…` argument that is true if it is left out. */
const ALL_BY_DEFAULT = new Set(['marriages']);

function givesAll({ name, arguments: given = [] }: FieldNode): boolean {
  const includes = given.find((argument) => argument.name.value.startsWith('include'))?.value;
  return includes?.kind === Kind.BOOLEAN ? includes.value : ALL_BY_DEFAULT.has(name.value);
}

function argumentsOf({ arguments: given = [] }: DirectiveNode): Record<string, unknown> {
  const plain = (value: (typeof given)[number]['value']): unknown =>
    value.kind === Kind.LIST ? value.values.map(plain) : 'value' in value ? value.value : undefined;
  return Object.fromEntries(given.map(({ name, value }) => [name.value, plain(value)]));
}
