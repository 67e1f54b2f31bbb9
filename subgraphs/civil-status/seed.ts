import { type ActingAuthority, civilRegistrar, signerOf } from '../kit/population/authorities.js';
import { type Day, iso, yearOf } from '../kit/population/calendar.js';
import type { Death, Family, Marriage, Person } from '../kit/population/model.js';
import { hash } from '../kit/population/random.js';
import {
  codeOf,
  enteredOn,
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
import { unitOn } from '../kit/population/units.js';

const BOOK = 'record_no, book_no, registered_on, signer_name, signer_title';
const columns = (own: string): readonly string[] => [...VERSION_COLUMNS, ...own.trim().split(/[\s,]+/)];
const parentColumns = (who: string): string =>
  ['id', 'name', 'birth_year', 'ethnicity_code', 'nationality', 'line', 'unit_code', 'unit_from']
    .map((of) => `${who}_${of}`)
    .join(' ');
const spouseColumns = (who: string): string =>
  ['id', 'name', 'birth_date', 'ethnicity_code', 'nationality', 'line', 'unit_code', 'unit_from', 'document']
    .map((of) => `${who}_${of}`)
    .join(' ');

const TABLES = {
  birth: columns(`${BOOK}, personal_id, full_name, date_of_birth, sex, ethnicity_code, nationality, birth_place_text,
    birth_unit_code, birth_unit_from, home_town_text, home_unit_code, home_unit_from, ${parentColumns('mother')},
    ${parentColumns('father')}, informant_name, informant_relation, informant_document`),
  marriage: columns(`${BOOK}, ${spouseColumns('husband')}, ${spouseColumns('wife')}, status, ended_on, ended_by`),
  death:
    columns(`${BOOK}, personal_id, full_name, date_of_birth, sex, died_on, died_at, place, cause, notice_no, notice_on,
    notice_issuer, last_line, last_unit_code, last_unit_from`),
  marital_certificate:
    columns(`${BOOK}, personal_id, line, unit_code, unit_from, resided_from, resided_until, marital_status,
    purpose, valid_until`),
  change_note: columns(
    'kind, target_kind, target_record_id, subject_id, second_subject_id, decision_no, decided_on, content',
  ),
};

/** A family as the civil-status books have it. */
export function civilStatusSeed(): RegistrySeed {
  const ids = new RecordIds();
  return {
    registry: 'civil-status',
    schema: 'civil_status',
    tables: TABLES,
    rows(family) {
      const rows: FamilyRows = { birth: [], marriage: [], death: [], marital_certificate: [], change_note: [] };
      // Deaths first: the end of a marriage cites the record of the death that ended it.
      const deaths = addDeaths(ids, family, rows);
      for (const person of family.persons) if (person.birthDigitised) addBirth(ids, person, rows);
      for (const marriage of family.marriages) addMarriage(ids, { marriage, deaths }, rows);
      for (const person of family.persons) addMaritalCertificate(ids, person, rows);
      return rows;
    },
  };
}

/** The columns of the book: the entry's number within the authority's year, the volume, the day, who signed. */
type BookEntry = ReturnType<typeof book>;

function book(recordId: string, on: Day, authority: ActingAuthority) {
  const number = 1 + (hash(`${recordId} ${authority.name}`) % 480);
  const signer = signerOf(authority, on);
  return {
    record_no: `${number}/${yearOf(on)}`,
    book_no: `${number > 200 ? '02' : '01'}/${yearOf(on)}`,
    registered_on: iso(on),
    signer_name: signer.name,
    signer_title: signer.title,
  };
}

/** The paper that a person showed: the old card until 2021, then the number. */
function documentOf(person: Person, on: Day): string | null {
  if (person.oldIdNumber && yearOf(on) < 2021) return `CMND số ${person.oldIdNumber}`;
  return person.personalId && yearOf(on) >= 2021 ? `CCCD số ${person.personalId}` : null;
}

function addBirth(ids: RecordIds, person: Person, rows: FamilyRows): void {
  const { on, authority: name } = person.birthRegistered;
  const recordId = ids.next('KS', yearOf(on));
  const authority = { code: codeOf(person.birthRegistered.unit), name };
  const values = birthValues(person, book(recordId, on, authority));
  const entered = enteredOn(on, recordId);
  const { corrected } = person;
  const before = corrected && corrected.on > entered ? { ...values, full_name: corrected.from } : values;
  const states: RecordState[] = [{ on: entered, authority, note: null, values: before }];
  if (corrected && corrected.on > entered) {
    const note = `Cải chính theo quyết định số ${corrected.decisionNo}`;
    states.push({ on: corrected.on, authority: civilRegistrar(person.parentsSpot, corrected.on), note, values });
  }
  rows.birth!.push(...versionsOf(recordId, states));
  if (corrected) {
    const content = `Cải chính họ, chữ đệm, tên từ "${corrected.from}" thành "${person.fullName}"`;
    const deciding = civilRegistrar(person.parentsSpot, corrected.on);
    const of = { kind: 'CAI_CHINH', target_kind: 'KS', target_record_id: recordId, subject_id: person.personalId };
    addNote(
      ids,
      { on: corrected.on, authority: deciding, decisionNo: corrected.decisionNo, values: { ...of, content } },
      rows,
    );
  }
}

function addNote(
  ids: RecordIds,
  note: { on: Day; authority: ActingAuthority; decisionNo: string; values: Row },
  rows: FamilyRows,
): void {
  const recordId = ids.next('GC', yearOf(note.on));
  const values = { ...note.values, decision_no: note.decisionNo, decided_on: iso(note.on) };
  const on = enteredOn(note.on, recordId);
  rows.change_note!.push(...versionsOf(recordId, [{ on, authority: note.authority, note: null, values }]));
}

/** Written out column by column, as `marriageValues` is: objects of one shape are filled several times as fast. */
function birthValues(person: Person, entry: BookEntry): Row {
  const { birthPlace, homeTown, mother, father } = person;
  const { on } = person.birthRegistered;
  const motherUnit = mother && unitOn(mother.spot, on);
  const fatherUnit = father && unitOn(father.spot, on);
  const byFather = father !== null && hash(person.fullName) % 2 === 0;
  const informant = byFather ? father : mother;
  return {
    record_no: entry.record_no,
    book_no: entry.book_no,
    registered_on: entry.registered_on,
    signer_name: entry.signer_name,
    signer_title: entry.signer_title,
    personal_id: person.personalId,
    full_name: person.birthSpelling,
    date_of_birth: iso(person.born, person.precision),
    sex: person.sex,
    ethnicity_code: person.ethnicity,
    nationality: 'VNM',
    birth_place_text: birthPlace.text,
    birth_unit_code: codeOf(birthPlace.unit),
    birth_unit_from: fromOf(birthPlace.unit),
    home_town_text: homeTown.text,
    home_unit_code: codeOf(homeTown.unit),
    home_unit_from: fromOf(homeTown.unit),
    mother_id: mother?.person?.personalId ?? null,
    mother_name: mother?.name ?? null,
    mother_birth_year: mother ? String(mother.birthYear) : null,
    mother_ethnicity_code: mother?.ethnicity ?? null,
    mother_nationality: mother ? 'VNM' : null,
    mother_line: mother?.spot.line ?? null,
    mother_unit_code: codeOf(motherUnit),
    mother_unit_from: fromOf(motherUnit),
    father_id: father?.person?.personalId ?? null,
    father_name: father?.name ?? null,
    father_birth_year: father ? String(father.birthYear) : null,
    father_ethnicity_code: father?.ethnicity ?? null,
    father_nationality: father ? 'VNM' : null,
    father_line: father?.spot.line ?? null,
    father_unit_code: codeOf(fatherUnit),
    father_unit_from: fromOf(fatherUnit),
    informant_name: informant?.name ?? null,
    informant_relation: informant && (byFather ? 'Cha đẻ' : 'Mẹ đẻ'),
    informant_document: (informant?.person && documentOf(informant.person, on)) ?? null,
  };
}

function addMarriage(
  ids: RecordIds,
  { marriage, deaths }: { marriage: Marriage; deaths: Map<Person, string> },
  rows: FamilyRows,
): void {
  const { husband, wife, on, spot, endedOn, divorce, deceased } = marriage;
  const recordId = ids.next('KH', yearOf(on));
  const authority = civilRegistrar(spot, on);
  const values = marriageValues(marriage, book(recordId, on, authority));
  const entered = enteredOn(on, recordId);
  const states: RecordState[] = [{ on: entered, authority, note: null, values }];
  if (endedOn !== null) {
    const endedBy = divorce
      ? `Quyết định số ${divorce.decisionNo} của ${divorce.court}`
      : (deceased && deaths.get(deceased)) || 'Giấy báo tử';
    const ended = {
      ...values,
      status: marriage.status,
      ended_on: iso(endedOn, deceased?.death?.precision),
      ended_by: endedBy,
    };
    const knownOn = Math.max(entered, deceased?.death?.registeredOn ?? endedOn);
    states.push({
      on: knownOn,
      authority: civilRegistrar(spot, knownOn),
      note: divorce ? 'Ly hôn' : 'Vợ hoặc chồng chết',
      values: ended,
    });
  }
  rows.marriage!.push(...versionsOf(recordId, states));
  if (divorce && endedOn !== null) {
    const people = { subject_id: husband.personalId, second_subject_id: wife.personalId };
    const of = { kind: 'LY_HON', target_kind: 'KH', target_record_id: recordId, ...people };
    const content = `Công nhận thuận tình ly hôn theo quyết định của ${divorce.court}`;
    const court = { code: null, name: divorce.court };
    addNote(ids, { on: endedOn, authority: court, decisionNo: divorce.decisionNo, values: { ...of, content } }, rows);
  }
}

function marriageValues({ husband, wife, on }: Marriage, entry: BookEntry): Row {
  const husbandUnit = unitOn(husband.parentsSpot, on);
  const wifeUnit = unitOn(wife.parentsSpot, on);
  return {
    record_no: entry.record_no,
    book_no: entry.book_no,
    registered_on: entry.registered_on,
    signer_name: entry.signer_name,
    signer_title: entry.signer_title,
    husband_id: husband.personalId,
    husband_name: husband.fullName,
    husband_birth_date: iso(husband.born, husband.precision),
    husband_ethnicity_code: husband.ethnicity,
    husband_nationality: 'VNM',
    husband_line: husband.parentsSpot.line,
    husband_unit_code: codeOf(husbandUnit),
    husband_unit_from: fromOf(husbandUnit),
    husband_document: documentOf(husband, on),
    wife_id: wife.personalId,
    wife_name: wife.fullName,
    wife_birth_date: iso(wife.born, wife.precision),
    wife_ethnicity_code: wife.ethnicity,
    wife_nationality: 'VNM',
    wife_line: wife.parentsSpot.line,
    wife_unit_code: codeOf(wifeUnit),
    wife_unit_from: fromOf(wifeUnit),
    wife_document: documentOf(wife, on),
    status: 'IN_FORCE',
  };
}

/** Adds the deaths and returns how each is cited. */
function addDeaths(ids: RecordIds, family: Family, rows: FamilyRows): Map<Person, string> {
  const cited = new Map<Person, string>();
  for (const person of family.persons) {
    const { death } = person;
    if (!death?.digitised) continue;
    const on = death.registeredOn;
    const recordId = ids.next('KT', yearOf(on));
    const authority = civilRegistrar(death.spot, on);
    const values = { ...book(recordId, on, authority), ...deathValues(person, death) };
    rows.death!.push(...versionsOf(recordId, [{ on: enteredOn(on, recordId), authority, note: null, values }]));
    cited.set(person, `Trích lục khai tử số ${values.record_no}`);
  }
  return cited;
}

function deathValues(person: Person, death: Death): Row {
  return {
    personal_id: person.personalId,
    full_name: person.fullName,
    date_of_birth: iso(person.born, person.precision),
    sex: person.sex,
    died_on: iso(death.on, death.precision),
    died_at: death.time,
    place: death.place,
    cause: death.cause,
    notice_no: death.noticeIssuer && `${1 + (hash(person.fullName) % 300)}/GBT`,
    notice_on: death.noticeIssuer && iso(death.registeredOn),
    notice_issuer: death.noticeIssuer,
    last_line: death.spot.line,
    last_unit_code: codeOf(unitOn(death.spot, death.on)),
    last_unit_from: fromOf(unitOn(death.spot, death.on)),
  };
}

function addMaritalCertificate(ids: RecordIds, person: Person, rows: FamilyRows): void {
  if (!person.maritalCertificate) return;
  const { on, purpose } = person.maritalCertificate;
  const home = person.residences.findLast((residence) => residence.kind === 'THUONG_TRU' && residence.since <= on);
  const spot = home?.spot ?? person.parentsSpot;
  const recordId = ids.next('XN', yearOf(on));
  const authority = civilRegistrar(spot, on);
  const values = {
    ...book(recordId, on, authority),
    personal_id: person.personalId,
    line: spot.line,
    unit_code: codeOf(unitOn(spot, on)),
    unit_from: fromOf(unitOn(spot, on)),
    resided_from: home ? iso(home.since) : null,
    resided_until: iso(on),
    marital_status: maritalStatusOn(person, on),
    purpose,
    // Six months (Decree 123/2015 Art. 23).
    valid_until: iso(on + 183),
  };
  rows.marital_certificate!.push(...versionsOf(recordId, [{ on, authority, note: null, values }]));
}
