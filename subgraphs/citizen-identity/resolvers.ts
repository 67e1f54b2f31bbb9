import type { GraphQLResolveInfo } from 'graphql';
import { codedValue, nationalityOf } from '../kit/codes.js';
import type { Call } from '../kit/field-resolvers.js';
import { requirePersonalId } from '../kit/personal-id.js';
import { newestFirst } from '../kit/records.js';
import type { Resolvers } from '../kit/subgraph.js';
import { addressOf, authorityOf, placeOf, unitOf } from '../kit/units.js';
import { type Citizen, type IdentityContext, linkCitizen, readCitizen } from './citizen.js';
import { householdResolvers, readHousehold } from './household.js';
import { relativesOf } from './relatives.js';
import type { CardRow, PersonRow, ResidenceRow } from './source.js';

export type { IdentityContext } from './citizen.js';

/** A field that the person's own record holds. */
function held(read: (row: PersonRow) => unknown) {
  return ({ row }: Citizen) => (row ? read(row) : null);
}

/** A field that other records of a known person hold; null for a person whom the registry doesn't know. */
function read<Value>(load: (citizen: Required<Citizen>, context: IdentityContext) => Promise<Value>) {
  return (citizen: Citizen, _: unknown, { context }: Call<IdentityContext>): Promise<Value> | null =>
    citizen.row ? load(citizen as Required<Citizen>, context) : null;
}

function residencesOf({ personalId }: Citizen, { source }: IdentityContext): Promise<readonly ResidenceRow[]> {
  return source.residence.loadMany('byPerson', personalId);
}

/** The latest residence of a kind that has neither ended nor run out. */
function residenceInForce(kind: string) {
  return read(async (citizen, context) => {
    const open = (await residencesOf(citizen, context)).filter(
      (row) => row.kind === kind && row.ended_on === null && (row.until === null || row.until >= context.today),
    );
    return newestFirst(open, (row) => row.since)[0] ?? null;
  });
}

async function cardsOf({ personalId }: Citizen, { source }: IdentityContext): Promise<CardRow[]> {
  return newestFirst(await source.card.loadMany('byPerson', personalId), (row) => row.issued_on);
}

export const resolvers: Resolvers<IdentityContext> = {
  Citizen: {
    __resolveReference: (reference: { personalId: unknown }, context: IdentityContext, info: GraphQLResolveInfo) =>
      readCitizen(requirePersonalId(reference.personalId), context, info),
    fullName: held((row) => row.full_name),
    otherName: held((row) => row.other_name),
    dateOfBirth: held((row) => row.date_of_birth),
    sex: held((row) => row.sex),
    placeOfBirth: held((row) =>
      placeOf({ text: row.birth_place_text, code: row.birth_unit_code, validFrom: row.birth_unit_from }),
    ),
    birthRegistrationPlace: held((row) => unitOf(row.birth_registration_code, row.birth_registration_from)),
    homeTown: held((row) =>
      placeOf({ text: row.home_town_text, code: row.home_unit_code, validFrom: row.home_unit_from }),
    ),
    ethnicity: held((row) => codedValue('ethnic-groups', row.ethnicity_code)),
    religion: held((row) => codedValue('religions', row.religion_code)),
    nationality: held((row) => nationalityOf(row.nationality)),
    bloodGroup: held((row) => row.blood_group),
    identityMaritalStatus: held((row) => row.marital_status),
    oldIdNumber: held((row) => row.old_id_number),
    lifeStatus: held((row) => row.life_status),
    contact: held((row) => (row.phone || row.email ? { phone: row.phone, email: row.email } : null)),
    permanentResidence: residenceInForce('THUONG_TRU'),
    temporaryResidence: residenceInForce('TAM_TRU'),
    currentResidence: residenceInForce('HIEN_TAI'),
    residenceHistory: read(async (citizen, context) =>
      newestFirst(await residencesOf(citizen, context), (row) => row.since),
    ),
    household: read(readHousehold),
    relatives: read(relativesOf),
    card: read(async (citizen, context) => {
      const inForce = ({ revoked_on, expires_on }: CardRow) =>
        revoked_on === null && (expires_on === null || expires_on >= context.today);
      return (await cardsOf(citizen, context)).find(inForce) ?? null;
    }),
    cardHistory: read(cardsOf),
    identityHistory: read(({ personalId }, { source }) => source.person.loadMany('replacedByPerson', personalId)),
  },

  Residence: {
    address: (row: ResidenceRow) => addressOf({ line: row.line, code: row.unit_code, validFrom: row.unit_from }),
    until: (row: ResidenceRow) => row.ended_on ?? row.until,
    authority: authorityOf,
  },

  ...householdResolvers,

  Relative: {
    citizen: ({ personalId }: { personalId: string | null }, _: unknown, { context, info }: Call<IdentityContext>) =>
      linkCitizen(personalId, context, info),
  },

  IdentityCard: {
    number: (row: CardRow) => row.card_number,
    issuedOn: (row: CardRow) => row.issued_on,
    expiresOn: (row: CardRow) => row.expires_on,
    issuer: authorityOf,
  },

  IdentityVersion: {
    recordedAt: (row: PersonRow) => row.recorded_at,
    replacedAt: (row: PersonRow) => row.replaced_at,
    authority: authorityOf,
    fullName: (row: PersonRow) => row.full_name,
    dateOfBirth: (row: PersonRow) => row.date_of_birth,
    maritalStatus: (row: PersonRow) => row.marital_status,
    lifeStatus: (row: PersonRow) => row.life_status,
  },
};
