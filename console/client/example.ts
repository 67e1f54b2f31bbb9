/** How a frontend asks with types. Copy `generated/`: it imports one package, of types alone, and needs nothing at run time. */
import { DossierDocument, type DossierQuery, type TypedDocumentString } from './generated/operations.js';
import type { GapReason, PartyInput } from './generated/schema.js';

export interface Gateway {
  /** E.g. `http://127.0.0.1:4000/graphql`. */
  url: string;
  /** Who asks and what for: `authorization` and `purpose`. */
  headers: Record<string, string>;
}

interface Answer<Result> {
  data?: Result | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[];
}

/**
 * Runs a registered operation. A wrong variable, or a field that the operation doesn't select, fails to compile. Data beside
 * errors are returned, because a registry that is down leaves only its own fields empty; errors alone are thrown.
 */
export async function ask<Result, Variables>(
  gateway: Gateway,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { ...gateway.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query: document.toString(), variables }),
  });
  const { data, errors = [] } = (await response.json()) as Answer<Result>;
  if (data) return data;
  throw new Error(errors.map(({ message }) => message).join('; ') || `The gateway answered ${response.status}.`);
}

type Field = DossierQuery['dossier']['fields'][number];

const REASONS: Record<GapReason, string> = {
  NO_RECORD: 'the registry has no such record',
  SOURCE_DOWN: 'the registry does not answer',
  NOT_PERMITTED: 'you may not see it',
  ASK_CITIZEN: 'ask the citizen',
  CONFLICT: 'the registries disagree',
};

function explain({ label, status, reason }: Field): string {
  return `${label}: ${reason ? REASONS[reason] : status}`;
}

/** What an officer must still ask or settle before the form of a procedure is complete, one sentence a field. */
export async function openQuestions(gateway: Gateway, procedure: string, parties: PartyInput[]): Promise<string[]> {
  const { dossier } = await ask(gateway, DossierDocument, { procedure, parties });
  return dossier.fields.filter(({ status }) => status !== 'PREFILLED').map(explain);
}
