const PERSON = ['fullName', 'personalId', 'idNumber', 'idIssuedOn', 'idIssuer', 'residence'];
const of = (role: string, ...keys: string[]) => keys.map((key) => `${role}.${key}`);
const person = (role: string, ...more: string[]) => of(role, ...PERSON, ...more);

const BIRTH_RECORD = ['birthRecordNo', 'birthBookNo', 'birthRegisteredOn', 'birthRegistrar'];
const MARRIAGE_RECORD = ['marriageRecordNo', 'marriageBookNo', 'marriageRegisteredOn', 'marriageRegistrar'];
const DEATH_RECORD = ['deathRecordNo', 'deathBookNo', 'deathRegisteredOn', 'deathRegistrar'];
const CERTIFICATE = ['certificateSerial', 'certificateBookNo', 'certificateIssuedOn', 'certificateIssuer'];
const PARCEL = ['parcelId', 'parcelNumber', 'mapSheet', 'parcelAddress', 'area', 'purposes'];

const CT01 = of(
  'applicant',
  ...['fullName', 'dateOfBirth', 'sex', 'personalId', 'phone', 'email'],
  ...['permanentResidence', 'temporaryResidence', 'currentResidence'],
  ...['headName', 'relationToHead', 'headPersonalId'],
);
const DWELLING = [...of('dwelling', 'parcelAddress', 'certificateSerial', 'holders'), 'owner.consent'];

/**
 * What the official form of each procedure asks for: by procedure the groups that the project's list of procedures names under
 * `prefill` and `ask_citizen`, each with the keys of the fields that answer it.
 */
export const ASKED_FOR: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  '1.000656': {
    'requester.*': person('requester', 'relation'),
    'deceased.identity': of('deceased', 'fullName', 'sex', 'ethnicity', 'nationality', 'personalId', 'idNumber'),
    'deceased.lastResidence': ['deceased.lastResidence'],
    'deceased.birth': ['deceased.dateOfBirth'],
    'time, place, cause of death': of('deceased', 'diedOn', 'timeOfDeath', 'placeOfDeath', 'cause'),
    'death notice no/date/issuer': of('notice', 'number', 'issuedOn', 'issuer'),
  },
  '1.000894': {
    'both.identity': ['groom', 'bride'].flatMap((role) =>
      person(role, 'dateOfBirth', 'sex', 'ethnicity', 'nationality'),
    ),
    'both.residence': ['groom.residence', 'bride.residence'],
    'both.maritalStatus': ['groom.maritalStatus', 'bride.maritalStatus'],
    'times married': ['groom.marriageNumber', 'bride.marriageNumber'],
    'wish to receive copies': ['dossier.copies'],
  },
  '1.001022': {
    'parties.*': ['requester', 'parent', 'child', 'otherParent'].flatMap((role) => person(role, 'dateOfBirth')),
    'child.birth': of('child', ...BIRTH_RECORD, 'placeOfBirth', 'motherName', 'fatherName'),
    'evidence of kinship': ['dossier.evidence'],
  },
  '1.001193': {
    'requester.*': person('requester', 'relation'),
    'father.*': person('father', 'dateOfBirth', 'ethnicity', 'nationality'),
    'mother.*': person('mother', 'dateOfBirth', 'ethnicity', 'nationality'),
    'parents.marriage(no,book,date,place)': of('parents', ...MARRIAGE_RECORD),
    'birth notice': of('birthNotice', 'number', 'issuedBy'),
    'child.homeTown': ['child.homeTown'],
    'child.ethnicity': ['child.ethnicity'],
    'child name': ['child.fullName'],
    'ethnicity choice': ['child.ethnicity'],
    'copies wanted': ['dossier.copies'],
  },
  '1.004194': {
    'CT01 items 1-9': CT01,
    'lawful dwelling': DWELLING,
    address: ['dossier.newAddress'],
    term: ['dossier.term'],
  },
  '1.004222': {
    'CT01 items 1-9': CT01,
    'marriage/birth proof of relation': of(
      'applicant',
      ...['birthRecordNo', 'birthRegistrar', 'fatherPersonalId', 'motherPersonalId'],
      ...['marriageRecordNo', 'marriageRegistrar', 'spousePersonalId'],
    ),
    'lawful dwelling': DWELLING,
    'new address': ['dossier.newAddress'],
    'household head consent': ['head.consent'],
  },
  '1.004859': {
    'requester.*': person('requester', 'relation'),
    'record.*': of('subject', ...BIRTH_RECORD, 'fullName', 'dateOfBirth', 'sex', 'ethnicity', 'placeOfBirth'),
    'what to change': of('dossier', 'changeKind', 'changeFrom', 'changeTo'),
    reason: ['dossier.changeReason'],
    evidence: ['dossier.evidence'],
  },
  '1.004873': {
    'subject.identity': person('subject', 'dateOfBirth', 'sex', 'ethnicity', 'nationality'),
    'subject.residenceHistory': of('subject', 'residence', 'residedSince', 'residenceHistory'),
    'subject.maritalEvents': of(
      'subject',
      ...['maritalStatus', 'spouseName', 'marriageRecordNo', 'marriageRegisteredOn', 'marriagesEndedBy'],
    ),
    'purpose of certificate': ['subject.purpose'],
    'other party (if for marriage)': ['subject.intendedSpouse'],
  },
  '1.004884': {
    'requester.*': person('requester', 'relation'),
    'parents.*': ['father', 'mother'].flatMap((parent) =>
      ['Name', 'YearOfBirth', 'Ethnicity', 'Nationality', 'Residence', 'PersonalId'].map(
        (key) => `subject.${parent}${key}`,
      ),
    ),
    'lost record description': ['subject.formerRegistrar', 'subject.formerRecordNo', 'dossier.lossReason'],
    evidence: ['dossier.evidence'],
  },
  '1.012783': {
    'owner.*': person('holder', 'yearOfBirth', 'phone', 'email'),
    'certificate+parcel': of('parcel', ...CERTIFICATE, ...PARCEL),
    reason: ['dossier.reason'],
    'form 18': ['dossier.documents'],
  },
  '1.012784': {
    'owner.*': person('holder', 'yearOfBirth', 'phone', 'email'),
    'parcel, sheet, area, land type, certificate book no': ['parcel', 'parcel2', 'parcel3'].flatMap((role) =>
      of(role, ...PARCEL, ...CERTIFICATE),
    ),
    'drawing form 22': ['dossier.drawing'],
    'new areas': ['dossier.newParcels'],
    'form 21': ['dossier.kind', 'dossier.reason'],
  },
  '1.012796': {
    'owner.* (correct values)': person('holder', 'yearOfBirth', 'phone', 'email'),
    'birth date proof': of('holder', 'dateOfBirth', 'birthRecordNo', 'birthRegistrar'),
    'certificate no, date, issuer': of('parcel', ...CERTIFICATE),
    'what is wrong': ['dossier.error'],
    'form 18': ['dossier.correction', 'dossier.evidence'],
  },
  '1.013831': {
    'transferee.*': person('transferee', 'yearOfBirth', 'phone', 'email'),
    'transferor.maritalStatus': ['transferor.maritalStatus', 'transferor.spouseName'],
    'heirs (birth, marriage, death)': of('deceased', 'heirs', 'diedOn', 'deathRecordNo', 'deathRegisteredOn'),
    'certificate+parcel+encumbrance': of('parcel', ...CERTIFICATE, ...PARCEL, 'restrictions', 'mortgages'),
    contract: ['dossier.contract', 'dossier.price'],
    'form 18': ['dossier.changeKind', 'dossier.request'],
  },
  '1.013978': {
    'applicant.*': person('applicant', 'yearOfBirth', 'phone', 'email'),
    spouse: person('spouse', 'yearOfBirth'),
    'parcel from cadastral map': of('parcel', ...PARCEL),
    'origin of use': ['parcel.origin', 'dossier.usedSince'],
    'form 15': of('dossier', 'termAskedFor', 'easements', 'request', 'documents'),
    'co-users 15a': ['dossier.coUsers'],
  },
  '2.000635': {
    'requester.*': person('requester'),
    'record.*': of('subject', ...BIRTH_RECORD, ...MARRIAGE_RECORD, ...DEATH_RECORD),
    'record type': ['dossier.recordKind'],
    'number of copies': ['dossier.copies'],
    'relation to subject': ['requester.relation'],
  },
};
