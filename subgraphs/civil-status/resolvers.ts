import type { GraphQLResolveInfo } from 'graphql';
import type { Call } from '../kit/field-resolvers.js';
import { requirePersonalId } from '../kit/personal-id.js';
import { distinctBy, newestFirst } from '../kit/records.js';
import type { Resolvers } from '../kit/subgraph.js';
import {
  type Citizen,
  type CivilStatusContext,
  citizenNamed,
  readBirth,
  readChildren,
  readDeath,
  readKnown,
} from './citizen.js';
import { findHeirs, type Heir, readDeathOfHeir } from './heirs.js';
import { readDeathsAhead } from './kin.js';
import { findMaritalStatus } from './marital-status.js';
import { recordResolvers } from './record-resolvers.js';
import type { BirthRow, ChangeNoteRow } from './rows.js';

/** A list that is empty for a person whom the registry knows, and null for one whom it doesn't. */
function listOf<Item, Arguments>(
  load: (citizen: Citizen, context: CivilStatusContext, args: Arguments) => Promise<readonly Item[]>,
) {
  return async (citizen: Citizen, args: Arguments, { context }: Call<CivilStatusContext>) => {
    const [items, known] = await Promise.all([
      load(citizen, context, args),
      readKnown(context.source, citizen.personalId),
    ]);
    return items.length > 0 || known ? items : null;
  };
}

function parent(idOf: (birth: BirthRow) => string | null) {
  return async ({ personalId }: Citizen, _: unknown, { context }: Call<CivilStatusContext>) => {
    const birth = await readBirth(context.source, personalId);
    return birth && citizenNamed(idOf(birth), birth);
  };
}

async function readChanges({ personalId }: Citizen, { source }: CivilStatusContext): Promise<ChangeNoteRow[]> {
  const [first, second] = await Promise.all([
    source.changeNote.loadMany('bySubject', personalId),
    source.changeNote.loadMany('bySecondSubject', personalId),
  ]);
  const notes = distinctBy([...first, ...second], (note) => note.record_id);
  return newestFirst(notes, (note) => note.decided_on ?? note.recorded_at);
}

export const resolvers: Resolvers<CivilStatusContext> = {
  Citizen: {
    // A person unknown here is an entity whose fields are null.
    __resolveReference: async (
      reference: { personalId: unknown },
      context: CivilStatusContext,
      info: GraphQLResolveInfo,
    ): Promise<Citizen> => {
      const personalId = requirePersonalId(reference.personalId);
      await readDeathsAhead(personalId, context, info);
      return { personalId };
    },
    birth: ({ personalId }: Citizen, _: unknown, { context }: Call<CivilStatusContext>) =>
      readBirth(context.source, personalId),
    death: ({ personalId }: Citizen, _: unknown, { context }: Call<CivilStatusContext>) =>
      readDeath(context.source, personalId),
    marriages: async (
      { personalId }: Citizen,
      { includeEnded }: { includeEnded: boolean },
      { context }: Call<CivilStatusContext>,
    ) => {
      const known = await readKnown(context.source, personalId);
      return known?.marriages.filter(({ status }) => includeEnded || status === 'IN_FORCE');
    },
    maritalStatus: async ({ personalId }: Citizen, _: unknown, { context, info }: Call<CivilStatusContext>) => {
      const found = await findMaritalStatus(context.source, personalId);
      if (!found) return null;
      context.provenance.rests(info.path, found.rows);
      return found.status;
    },
    children: listOf(async ({ personalId }, { source }) =>
      (await readChildren(source, personalId))
        .map((birth) => citizenNamed(birth.personal_id, birth))
        .filter((child) => child !== null),
    ),
    mother: parent((birth) => birth.mother_id),
    father: parent((birth) => birth.father_id),
    heirs: ({ personalId }: Citizen, _: unknown, { context }: Call<CivilStatusContext>) =>
      findHeirs(context.source, personalId),
    changes: listOf(readChanges),
    maritalStatusCertificates: listOf(async ({ personalId }, { source }) =>
      newestFirst(await source.certificate.loadMany('byPerson', personalId), (row) => row.registered_on),
    ),
  },

  Heir: {
    alive: async (heir: Heir, _: unknown, { context, info }: Call<CivilStatusContext>) => {
      const death = await readDeathOfHeir(context.source, heir);
      if (death === 'not known') return null;
      if (death) context.provenance.rests(info.path, [death]);
      return !death;
    },
  },

  ...recordResolvers,
};
