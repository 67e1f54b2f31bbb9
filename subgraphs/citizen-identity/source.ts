import type { Queryable } from '../kit/database.js';
import { createTableLoader, type TableLoader } from '../kit/loaders.js';
import type { RecordRow } from '../kit/records.js';
import { defineTable, present, replaced, type Statement, sharing, statementsOf } from '../kit/table.js';

export interface PersonRow extends RecordRow {
  personal_id: string;
  full_name: string | null;
  other_name: string | null;
  date_of_birth: string | null;
  sex: string | null;
  birth_place_text: string | null;
  birth_unit_code: string | null;
  birth_unit_from: string | null;
  birth_registration_code: string | null;
  birth_registration_from: string | null;
  home_town_text: string | null;
  home_unit_code: string | null;
  home_unit_from: string | null;
  ethnicity_code: string | null;
  religion_code: string | null;
  nationality: string | null;
  blood_group: string | null;
  marital_status: string | null;
  father_id: string | null;
  father_name: string | null;
  mother_id: string | null;
  mother_name: string | null;
  spouse_id: string | null;
  spouse_name: string | null;
  old_id_number: string | null;
  life_status: string | null;
  phone: string | null;
  email: string | null;
}

export interface ResidenceRow extends RecordRow {
  personal_id: string;
  kind: string;
  line: string | null;
  unit_code: string | null;
  unit_from: string | null;
  since: string | null;
  /** The term of a temporary residence, `YYYY-MM-DD`. */
  until: string | null;
  /** When it really ended, `YYYY-MM-DD`; null: open. */
  ended_on: string | null;
}

export interface HouseholdRow extends RecordRow {
  head_id: string | null;
  line: string | null;
  unit_code: string | null;
  unit_from: string | null;
}

export interface HouseholdMemberRow extends RecordRow {
  household_id: string;
  personal_id: string;
  relation: string;
  joined_on: string | null;
  left_on: string | null;
}

export interface CardRow extends RecordRow {
  personal_id: string;
  card_number: string;
  issued_on: string;
  expires_on: string | null;
  revoked_on: string | null;
}

const person = defineTable<PersonRow, 'byPerson' | 'byFather' | 'byMother' | 'replacedByPerson'>({
  name: 'citizen_identity.person',
  columns: `personal_id full_name other_name date_of_birth sex birth_place_text birth_unit_code birth_unit_from
    birth_registration_code birth_registration_from home_town_text home_unit_code home_unit_from ethnicity_code
    religion_code nationality blood_group marital_status father_id father_name mother_id mother_name spouse_id
    spouse_name old_id_number life_status phone email`,
  ways: {
    byPerson: present('personal_id'),
    byFather: present('father_id'),
    byMother: present('mother_id'),
    replacedByPerson: replaced('personal_id'),
  },
});

const residence = defineTable<ResidenceRow, 'byPerson'>({
  name: 'citizen_identity.residence',
  columns: 'personal_id kind line unit_code unit_from since until ended_on',
  ways: { byPerson: present('personal_id') },
});

const household = defineTable<HouseholdRow, 'byRecord'>({
  name: 'citizen_identity.household',
  columns: 'head_id line unit_code unit_from',
  ways: { byRecord: present('record_id') },
});

const householdMember = defineTable<HouseholdMemberRow, 'ofHouseholdsOf'>({
  name: 'citizen_identity.household_member',
  columns: 'household_id personal_id relation joined_on left_on',
  // A person's own memberships, and with them all others of the same households: one statement, not one after the other.
  ways: { ofHouseholdsOf: sharing('household_id', 'personal_id') },
});

const card = defineTable<CardRow, 'byPerson'>({
  name: 'citizen_identity.card',
  columns: 'personal_id card_number issued_on expires_on revoked_on',
  ways: { byPerson: present('personal_id') },
});

/** Every statement that this source runs: look-ups in several ways run as one of these, or as a union of some. */
export const STATEMENTS: readonly Statement[] = [
  ...statementsOf(person),
  ...statementsOf(residence),
  ...statementsOf(household),
  ...statementsOf(householdMember),
  ...statementsOf(card),
];

/** The registry's tables for one request: each key is read at most once, all keys of a moment in one statement a table. */
export interface IdentitySource {
  readonly person: TableLoader<PersonRow, 'byPerson' | 'byFather' | 'byMother' | 'replacedByPerson'>;
  readonly residence: TableLoader<ResidenceRow, 'byPerson'>;
  readonly household: TableLoader<HouseholdRow, 'byRecord'>;
  readonly householdMember: TableLoader<HouseholdMemberRow, 'ofHouseholdsOf'>;
  readonly card: TableLoader<CardRow, 'byPerson'>;
}

export function openIdentitySource(database: Queryable): IdentitySource {
  return {
    person: createTableLoader(database, person),
    residence: createTableLoader(database, residence),
    household: createTableLoader(database, household),
    householdMember: createTableLoader(database, householdMember),
    card: createTableLoader(database, card),
  };
}
