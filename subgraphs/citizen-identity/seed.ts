import { cardIssuer, residencePolice } from '../kit/population/authorities.js';
import { type Day, ELECTRONIC_SINCE, iso, MERGER_DAY, yearOf } from '../kit/population/calendar.js';
import type { Card, Household, Person, Residence, Spot } from '../kit/population/model.js';
import {
  codeOf,
  type FamilyRows,
  fromOf,
  maritalStatusOn,
  RecordIds,
  type RecordState,
  type RegistrySeed,
  type Row,
  VERSION_COLUMNS,
  versionsOf,
} from '../kit/population/rows.js';
import type { Unit } from '../kit/population/units.js';

const columns = (own: string): readonly string[] => [...VERSION_COLUMNS, ...own.trim().split(/[\s,]+/)];

const TABLES = {
  person:
    columns(`personal_id, full_name, other_name, date_of_birth, sex, birth_place_text, birth_unit_code, birth_unit_from,
    birth_registration_code, birth_registration_from, home_town_text, home_unit_code, home_unit_from, ethnicity_code,
    religion_code, nationality, blood_group, marital_status, father_id, father_name, mother_id, mother_name, spouse_id,
    spouse_name, old_id_number, life_status, phone, email`),
  residence: columns('personal_id, kind, line, unit_code, unit_from, since, until, ended_on'),
  household: columns('head_id, line, unit_code, unit_from'),
  household_member: columns('household_id, personal_id, relation, joined_on, left_on'),
  card: columns('personal_id, card_number, issued_on, expires_on, revoked_on'),
};

/** A family as the identity registry holds it. People without a number are in it only as names of parents and spouses. */
export function citizenIdentitySeed(): RegistrySeed {
  const ids = new RecordIds();
  return {
    registry: 'citizen-identity',
    schema: 'citizen_identity',
    tables: TABLES,
    rows(family) {
      const rows: FamilyRows = { person: [], residence: [], household: [], household_member: [], card: [] };
      for (const person of family.persons) {
        if (!person.personalId) continue;
        rows.person!.push(...personVersions(ids, person));
        for (const residence of person.residences) rows.residence!.push(...residenceVersions(ids, person, residence));
        for (const card of person.cards) rows.card!.push(...cardVersions(ids, person, card));
      }
      for (const household of family.households) addHousehold(ids, household, rows);
      return rows;
    },
  };
}

function personVersions(ids: RecordIds, person: Person): Row[] {
  const recordId = ids.next('DC', yearOf(person.collectedOn));
  const state = (on: Day, note: string): RecordState => ({
    on,
    note,
    authority: residencePolice(spotOf(person, on), on),
    values: personValues(person, on),
  });
  const states = [state(person.collectedOn, 'Thu thập thông tin dân cư')];
  const add = (on: Day, note: string) => {
    if (on > person.collectedOn) states.push(state(on, note));
  };
  for (const marriage of person.marriages) {
    add(marriage.on, 'Cập nhật tình trạng hôn nhân: kết hôn');
    if (marriage.status === 'DIVORCED') add(marriage.endedOn!, 'Cập nhật tình trạng hôn nhân: ly hôn');
    const { deceased } = marriage;
    if (deceased && deceased !== person)
      add(deceased.death!.registeredOn, 'Cập nhật tình trạng hôn nhân: vợ hoặc chồng chết');
  }
  if (person.corrected) add(person.corrected.on, `Cải chính họ tên theo quyết định số ${person.corrected.decisionNo}`);
  if (person.death) add(person.death.registeredOn, 'Cập nhật tình trạng: đã chết');
  return versionsOf(
    recordId,
    states.sort((one, other) => one.on - other.on),
  );
}

/** Where the person was registered on that day. */
function spotOf(person: Person, on: Day): Spot {
  return (
    person.residences.findLast((residence) => residence.kind === 'THUONG_TRU' && residence.since <= on)?.spot ??
    person.parentsSpot
  );
}

function personValues(person: Person, on: Day): Row {
  const marriage = person.marriages.findLast((one) => one.on <= on);
  const lasting = marriage && (marriage.endedOn === null || marriage.endedOn > on || marriage.deceased === person);
  const spouse = lasting ? (marriage.husband === person ? marriage.wife : marriage.husband) : null;
  const { corrected, death } = person;
  const dead = death !== null && on >= death.registeredOn;
  return {
    personal_id: person.personalId,
    full_name: corrected && on < corrected.on ? corrected.from : person.fullName,
    other_name: person.otherName,
    date_of_birth: iso(person.born, person.identityPrecision),
    sex: person.sex,
    birth_place_text: person.birthPlace.text,
    birth_unit_code: codeOf(person.birthPlace.unit),
    birth_unit_from: fromOf(person.birthPlace.unit),
    birth_registration_code: codeOf(person.birthRegistered.unit),
    birth_registration_from: fromOf(person.birthRegistered.unit),
    home_town_text: person.homeTown.text,
    home_unit_code: codeOf(person.homeTown.unit),
    home_unit_from: fromOf(person.homeTown.unit),
    ethnicity_code: person.ethnicity,
    religion_code: person.religion,
    nationality: 'VNM',
    blood_group: person.bloodGroup,
    marital_status: maritalStatusOn(person, on),
    father_id: person.father?.person?.personalId ?? null,
    father_name: person.father?.name ?? null,
    mother_id: person.mother?.person?.personalId ?? null,
    mother_name: person.mother?.name ?? null,
    spouse_id: spouse?.personalId ?? null,
    spouse_name: spouse?.fullName ?? null,
    old_id_number: person.oldIdNumber,
    life_status: dead ? 'DA_CHET' : 'SONG',
    phone: person.phone,
    email: person.email,
  };
}

/** An address carries the unit of when it was entered until it is re-coded, which after the merger happened street by street. */
function unitIn(spot: Spot, entered: Day, recoded: boolean): Unit {
  return recoded || entered >= MERGER_DAY ? spot.now : spot.old;
}

const RECODED = 'Cập nhật địa danh hành chính theo Nghị quyết 1659/NQ-UBTVQH15';

function residenceVersions(ids: RecordIds, person: Person, residence: Residence): Row[] {
  const { spot, since, endedOn } = residence;
  const first = Math.max(since, person.collectedOn);
  const endEntered = endedOn !== null && endedOn === person.death?.on ? person.death.registeredOn : endedOn;
  const state = (on: Day, note: string | null, recoded: boolean): RecordState => ({
    on,
    note,
    authority: residencePolice(spot, on),
    values: {
      personal_id: person.personalId,
      kind: residence.kind,
      line: spot.line,
      unit_code: codeOf(unitIn(spot, first, recoded)),
      unit_from: fromOf(unitIn(spot, first, recoded)),
      since: iso(since, residence.sincePrecision),
      until: residence.until === null ? null : iso(residence.until),
      ended_on: endedOn !== null && endEntered !== null && on >= endEntered ? iso(endedOn) : null,
    },
  });
  const states = [state(first, null, false)];
  const { recodedOn } = person;
  const recodes = recodedOn !== null && endedOn === null && recodedOn > first;
  if (recodes) states.push(state(recodedOn, RECODED, true));
  if (endEntered !== null && endEntered > first) states.push(state(endEntered, 'Xóa đăng ký cư trú', false));
  return versionsOf(ids.next('CT', yearOf(since)), states);
}

function addHousehold(ids: RecordIds, household: Household, rows: FamilyRows): void {
  const members = household.members.filter((member) => member.person.personalId);
  if (members.length === 0) return;
  const { spot, formedOn, recodedOn } = household;
  const householdId = ids.next('HO', yearOf(formedOn));
  const first = Math.max(formedOn, ELECTRONIC_SINCE + 400);
  const state = (on: Day, note: string | null, recoded: boolean): RecordState => ({
    on,
    note,
    authority: residencePolice(spot, on),
    values: {
      head_id: household.head.personalId,
      line: spot.line,
      unit_code: codeOf(unitIn(spot, formedOn, recoded)),
      unit_from: fromOf(unitIn(spot, formedOn, recoded)),
    },
  });
  const states = [state(first, null, false)];
  if (recodedOn !== null && recodedOn > first) states.push(state(recodedOn, RECODED, true));
  rows.household!.push(...versionsOf(householdId, states));
  for (const { person, relation, joinedOn, leftOn } of members) {
    const values = { household_id: householdId, personal_id: person.personalId, relation, joined_on: iso(joinedOn) };
    const entered = Math.max(joinedOn, person.collectedOn);
    const memberStates: RecordState[] = [
      { on: entered, note: null, authority: residencePolice(spot, entered), values },
    ];
    if (leftOn !== null) {
      const on = Math.max(leftOn, entered);
      const left = { ...values, left_on: iso(leftOn) };
      memberStates.push({ on, note: 'Tách khỏi hộ', authority: residencePolice(spot, on), values: left });
    }
    rows.household_member!.push(...versionsOf(ids.next('TV', yearOf(joinedOn)), memberStates));
  }
}

function cardVersions(ids: RecordIds, person: Person, card: Card): Row[] {
  const values = {
    personal_id: person.personalId,
    card_number: card.number,
    issued_on: iso(card.issuedOn),
    expires_on: card.expiresOn === null ? null : iso(card.expiresOn),
  };
  const states: RecordState[] = [{ on: card.issuedOn, note: null, authority: cardIssuer(card.issuedOn), values }];
  if (card.revokedOn !== null) {
    const revoked = { ...values, revoked_on: iso(card.revokedOn) };
    const note =
      person.death?.registeredOn === card.revokedOn ? 'Thu hồi: công dân đã chết' : 'Thu hồi: đã cấp thẻ mới';
    states.push({ on: card.revokedOn, note, authority: cardIssuer(card.revokedOn), values: revoked });
  }
  return versionsOf(ids.next('TC', yearOf(card.issuedOn)), states);
}
