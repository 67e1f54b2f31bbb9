import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { LoadedSchema } from '../context.js';
import type { Identity } from '../identity.js';
import type { Grant } from './grant.js';
import { REFUSALS } from './judge.js';
import { outline } from './outline.js';
import { Reading } from './reading.js';
import { readRequirements } from './requirements.js';
import { factsOf } from './root-facts.js';
import { type FormReads, standingOf } from './standing.js';

/** What would come of one field of an operation, and why. */
export interface Explained {
  /** Response names, with dots. */
  readonly path: string;
  /** `Type.field`. An abstract type's field is explained for each type that it may be of. */
  readonly field: string;
  readonly result: 'allowed' | 'masked' | 'refused';
  /** The rule that lets it be read, or the reason why none does. */
  readonly why: string;
}

/** Tells of each field of an operation whether a caller may read it for a purpose on a day, and by which rule. */
export function explain(
  asked: { document: DocumentNode; operation: OperationDefinitionNode; variables: Record<string, unknown> },
  { identity, day }: { identity: Identity; day: string },
  { schema, grants, formReads }: { schema: LoadedSchema; grants: readonly Grant[]; formReads: FormReads },
): Explained[] {
  const standing = standingOf({ identity, day }, { grants, formReads, schema: schema.api });
  const by = { requirements: readRequirements(schema), standing, facts: factsOf(asked, identity) };
  const byName = new Map(grants.map((grant) => [grant.name, grant]));
  const explained: Explained[] = [];
  outline(asked.operation, new Reading(schema.api, by, asked.document), ({ path, type, field, verdict }) => {
    const at = { path: path.join('.'), field: `${type}.${field}` };
    if (!verdict.may)
      return void explained.push({ ...at, result: 'refused', why: `${verdict.why}: ${REFUSALS[verdict.why]}` });
    const grant = verdict.rule === undefined ? undefined : byName.get(verdict.rule);
    const why = grant ? `${grant.name} (${grant.basis})` : 'asks for nothing';
    explained.push({
      ...at,
      result: verdict.mask ? 'masked' : 'allowed',
      why: verdict.mask ? `${why}, ${verdict.mask}` : why,
    });
  });
  return explained.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
