import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Identity } from '../identity.js';
import type { Grant } from './grant.js';
import { everything, type GrantNode, treeOf, treeOfDocument } from './grant-tree.js';

/** What a caller may do for a purpose on a day: the rules that apply. */
export interface Standing {
  readonly identity: Identity;
  readonly scopes: ReadonlySet<string>;
  /** The names of the rules that apply. */
  readonly rules: ReadonlySet<string>;
  /** What they let be read, from the root: of whoever is named, and of the caller only. */
  readonly ofParties: readonly GrantNode[];
  readonly ofSelf: readonly GrantNode[];
  /** The dossier of the purpose's procedure, if a rule lets its form be filled. */
  readonly ofDossier: readonly GrantNode[];
}

/** The operation that fills a procedure's form on a day, for all parties that it may have; `undefined`: there is no such form. */
export type FormReads = (procedure: string, day: string) => DocumentNode | undefined;

/** The rules that apply to a caller, for a purpose, on a day (`YYYY-MM-DD`). Without either none does. */
export function standingOf(
  { identity, day }: { identity: Identity; day: string },
  { grants, formReads, schema }: { grants: readonly Grant[]; formReads: FormReads; schema: GraphQLSchema },
): Standing {
  const { caller, purpose } = identity;
  const applying = grants.filter((grant) => applies(grant, { identity, day }));
  const form =
    purpose && applying.some(({ reads }) => reads === 'FORM') ? formReads(purpose.procedure, day) : undefined;
  const treesOf = (subjects: Grant['subjects']) =>
    applying
      .filter((grant) => grant.subjects === subjects)
      .flatMap(({ name: rule, reads, selection }): GrantNode[] => {
        if (reads === 'EVERYTHING') return [everything(rule)];
        if (reads === 'SELECTION') return [treeOf(selection, { rule, schema })];
        return form ? [treeOfDocument(form, { rule, schema })] : [];
      });
  return {
    identity,
    scopes: new Set(caller?.scopes),
    rules: new Set(applying.map(({ name }) => name)),
    ofParties: treesOf('PARTIES'),
    ofSelf: treesOf('SELF'),
    // It is what the form is filled into; what stands in it passes the steps as an operation of its own.
    ofDossier: form ? applying.filter(({ reads }) => reads === 'FORM').map(({ name }) => everything(name)) : [],
  };
}

function applies(grant: Grant, { identity, day }: { identity: Identity; day: string }): boolean {
  const { caller, purpose } = identity;
  if (!caller || !purpose) return false;
  return (
    grant.roles.includes(caller.role) &&
    (!grant.departments || grant.departments.includes(caller.department ?? '')) &&
    (!grant.procedures || grant.procedures.includes(purpose.procedure)) &&
    grant.from <= day &&
    day <= (grant.until ?? day)
  );
}
