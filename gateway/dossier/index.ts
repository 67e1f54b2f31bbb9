import { type DocumentNode, GraphQLError } from 'graphql';
import type { LoadedSchema, OperationResult, RequestContext } from '../context.js';
import { GatewayError } from '../errors.js';
import { dayInVietnam } from '../vietnam-day.js';
import { outcomeOfCheck, outcomeOfField } from './account-for.js';
import { type DossierCheck, judgeCheck } from './checks.js';
import { type CompiledForm, compileForm } from './compile.js';
import { type Coverage, countCoverage, type DossierField, fillField } from './fill.js';
import { type Form, type FormVersion, inForce, type PartyRole, type Problem } from './form.js';
import { loadForms } from './load-forms.js';
import { nearest } from './nearest.js';
import { type OwnerOf, readOwners } from './owners.js';
import { matchParties, type PartyInput, requirePersonalId } from './parties.js';
import { createCite } from './provenance.js';
import type { Answer } from './read.js';
import { validateForm } from './validate-forms.js';

export { describeProblem, type Problem } from './form.js';
export { FormsError } from './load-forms.js';

export interface Procedure {
  code: string;
  name: string;
  nameEn: string;
  parties: readonly PartyRole[];
}

export interface Dossier {
  procedure: Procedure;
  fields: DossierField[];
  checks: DossierCheck[];
  coverage: Coverage;
}

/** Resolvers of the subgraph `gateway`; their context value is the request's. */
export interface DossierResolvers {
  Query: {
    citizen(source: unknown, args: { personalId: string }): { __typename: 'Citizen'; personalId: string };
    procedures(source: unknown, args: unknown, context: RequestContext): Procedure[];
    dossier(
      source: unknown,
      args: { procedure: string; parties: readonly PartyInput[] },
      context: RequestContext,
    ): Promise<Dossier>;
  };
  Citizen: { __resolveReference<T>(reference: T): T };
}

export interface DossierFeature {
  /** Everything in the forms that does not fit this schema. A schema with problems MUST NOT be served. */
  validateForms(schema: LoadedSchema): Problem[];
  /** For a schema that `validateForms` found no problem with. Call once a schema: the compiled operations live with it. */
  resolvers(schema: LoadedSchema): DossierResolvers;
  /**
   * What the form of a procedure reads on a day (`YYYY-MM-DD`), of all the parties that it may have; `undefined`: there is no form in
   * force. For such a schema, too.
   */
  reads(schema: LoadedSchema): (procedure: string, day: string) => DocumentNode | undefined;
}

/** Reads the forms. Throws a `FormsError` with every problem of every file. */
export function createDossierFeature(options: { formsFolder: string }): DossierFeature {
  const forms = loadForms(options.formsFolder).sort((a, b) => (a.code < b.code ? -1 : 1));
  return {
    validateForms(schema) {
      const ownerOf = readOwners(schema.supergraphSdl);
      return forms.flatMap((form) => validateForm(form, { api: schema.api, ownerOf }));
    },
    resolvers: (schema) => createResolvers(forms, schema),
    reads: (schema) => {
      const ownerOf = readOwners(schema.supergraphSdl);
      return (procedure, day) => {
        const form = forms.find(({ code }) => code === procedure);
        const version = form?.versions.find((each) => inForce(each, day));
        if (!form || !version) return undefined;
        const roles = new Set(version.parties.map(({ role }) => role));
        return compileForm({ api: schema.api, ownerOf, form, version, roles, day }).document ?? undefined;
      };
    },
  };
}

function createResolvers(forms: readonly Form[], schema: LoadedSchema): DossierResolvers {
  const compiled = new CompiledForms(schema);
  return {
    Query: {
      citizen(_source, { personalId }) {
        requirePersonalId(personalId);
        return { __typename: 'Citizen', personalId };
      },
      procedures(_source, _args, context) {
        const day = dayInVietnam(context.clock.now());
        return forms.flatMap((form) =>
          form.versions.filter((version) => inForce(version, day)).map((version) => procedureOf(form, version)),
        );
      },
      async dossier(_source, args, context) {
        const day = dayInVietnam(context.clock.now());
        const { form, version } = chooseForm(forms, args.procedure, day);
        const ids = matchParties(version, args.parties, context.config.limits.listItemsMax);
        return fillDossier(compiled.get({ form, version, roles: new Set(ids.keys()), day }), ids, context);
      },
    },
    Citizen: { __resolveReference: (reference) => reference },
  };
}

/**
 * One compiled form for each form, set of roles and stretch of days on which the same fields apply. The same request is so
 * answered by the same document object, which is the key of every later cache. Bounded by the forms' optional roles.
 */
class CompiledForms {
  readonly #compiled = new Map<string, CompiledForm>();
  readonly #ownerOf: OwnerOf;

  constructor(readonly schema: LoadedSchema) {
    this.#ownerOf = readOwners(schema.supergraphSdl);
  }

  get(wanted: { form: Form; version: FormVersion; roles: ReadonlySet<string>; day: string }): CompiledForm {
    const { form, version, roles, day } = wanted;
    const given = version.parties.filter(({ role }) => roles.has(role)).map(({ role }) => role);
    const applying = [...version.fields, ...version.checks].map((each) => (inForce(each, day) ? '1' : '0')).join('');
    const key = [form.code, version.effectiveFrom, ...given, applying].join(' ');
    const known = this.#compiled.get(key);
    if (known) return known;
    const fresh = compileForm({ ...wanted, api: this.schema.api, ownerOf: this.#ownerOf });
    this.#compiled.set(key, fresh);
    return fresh;
  }
}

async function fillDossier(
  compiled: CompiledForm,
  ids: ReadonlyMap<string, string>,
  context: RequestContext,
): Promise<Dossier> {
  const answer = await ask(compiled, ids, context);
  const fields = compiled.fields.map((field) => fillField(field, answer));
  const checks = compiled.checks.map((check) => judgeCheck(check, answer));
  const { account } = context;
  if (account) {
    account.form.push(...fields.map(outcomeOfField), ...checks.map(outcomeOfCheck));
    account.hasForm = true;
  }
  return {
    procedure: procedureOf(compiled.form, compiled.version),
    fields,
    checks,
    coverage: countCoverage(fields),
  };
}

async function ask(
  { document, asked }: CompiledForm,
  ids: ReadonlyMap<string, string>,
  context: RequestContext,
): Promise<Answer> {
  const variables = Object.fromEntries(asked.map((role) => [role, ids.get(role)]));
  const result = document ? await context.run(document, variables) : NOTHING_ASKED;
  const nowMs = context.clock.now();
  return {
    data: dataOf(result),
    errors: result.errors ?? [],
    ledger: result.provenance,
    ids,
    nowMs,
    day: dayInVietnam(nowMs),
    cite: createCite(nowMs),
  };
}

const NOTHING_ASKED: OperationResult = {
  data: {},
  provenance: {
    note() {},
    noteLater() {},
    noteEntities() {},
    entities: () => [],
    recordsAt: () => [],
    given: () => [],
  },
};

/** No data at all is a refusal of the whole operation, and so of the dossier; a gap in the data is a field's own matter. */
function dataOf(result: OperationResult): Record<string, unknown> {
  if (result.data) return result.data;
  const [refusal] = result.errors ?? [];
  throw new GraphQLError(refusal?.message ?? 'The registries gave no answer; try again.', {
    extensions: { code: 'REGISTRY_UNAVAILABLE', ...refusal?.extensions },
  });
}

function procedureOf({ code, name, nameEn }: Form, { parties }: FormVersion): Procedure {
  return { code, name, nameEn, parties };
}

function chooseForm(forms: readonly Form[], code: string, day: string): { form: Form; version: FormVersion } {
  const form = forms.find((each) => each.code === code);
  if (!form) {
    const near = nearest(
      code.slice(0, CODE_CHARS_MAX),
      forms.map((each) => each.code),
      3,
    );
    throw new GatewayError(
      'UNKNOWN_PROCEDURE',
      `There is no form for this procedure; the nearest are ${near.join(', ')}.`,
    );
  }
  const version = form.versions.find((each) => inForce(each, day));
  if (version) return { form, version };
  const terms = form.versions.map(
    (each) => `from ${each.effectiveFrom}${each.effectiveTo === null ? '' : ` to ${each.effectiveTo}`}`,
  );
  throw new GatewayError(
    'PROCEDURE_NOT_IN_FORCE',
    `The form ${code} is not in force today; it is ${terms.join(', ')}.`,
  );
}

/** More of an unknown code is not compared: the work grows with its length. */
const CODE_CHARS_MAX = 32;
