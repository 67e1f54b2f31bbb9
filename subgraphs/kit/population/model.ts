import type { ActingAuthority } from './authorities.js';
import type { Day, Precision } from './calendar.js';
import type { Unit } from './units.js';

/** What happened to a family, in terms of life and land; each registry's `seed.ts` turns it into that registry's rows. */
export interface Family {
  /** 0: the demo people; then 1, 2, … in the order of generation. */
  index: number;
  persons: Person[];
  marriages: Marriage[];
  households: Household[];
  parcels: Parcel[];
  /** Defects written by hand, for the demo: what one registry says instead. */
  planted?: PlantedDefect[];
}

export interface PlantedDefect {
  kind: DefectKind;
  personalId: string;
  registry: string;
  table: string;
  field: string;
  value: string | null;
}

/** The eight groups of errors of the national data-quality index (Official Letter 4856/BCA-TTDLQG, read in a secondary source). */
export const DEFECT_KINDS = [
  'missing mandatory value',
  'outlier',
  'duplicate',
  'format',
  'broken reference',
  'cross-field conflict',
  'stale',
  'mismatch with national reference',
] as const;
export type DefectKind = (typeof DEFECT_KINDS)[number];

export type Sex = 'NAM' | 'NU';

/** An address, with the unit it lay in before the merger and the one it lies in since. */
export interface Spot {
  line: string;
  old: Unit;
  now: Unit;
}

/** A place by its wording and, where the code list knows it, its unit. */
export interface NamedPlace {
  text: string;
  unit: Unit | null;
}

/** A parent as a birth record names them: a person of the family, or only a name. */
export interface ParentNamed {
  person: Person | null;
  name: string;
  birthYear: number;
  ethnicity: string;
  spot: Spot;
}

export interface Person {
  /** Null: died before numbers were given out; such a person is known by name only and is no citizen of the seed. */
  personalId: string | null;
  fullName: string;
  otherName: string | null;
  sex: Sex;
  born: Day;
  /** How much of the date of birth the civil-status registry knows, and the identity registry: that may know less. */
  precision: Precision;
  identityPrecision: Precision;
  birthPlace: NamedPlace;
  /** Where the birth was registered: gives the first three digits of the number. */
  birthRegistered: { on: Day; unit: Unit | null; authority: string };
  birthDigitised: boolean;
  homeTown: NamedPlace;
  ethnicity: string;
  religion: string;
  bloodGroup: string | null;
  father: ParentNamed | null;
  mother: ParentNamed | null;
  /** Where the parents lived at the birth. */
  parentsSpot: Spot;
  /** Another spelling in the birth record that means the same name: Hoà for Hòa, Đ as U+00D0, not yet composed. */
  birthSpelling: string;
  /** The name before its correction. */
  corrected: { from: string; on: Day; decisionNo: string } | null;
  marriages: Marriage[];
  /** The last day of life, for most still to come. */
  lifeEnds: Day;
  death: Death | null;
  residences: Residence[];
  cards: Card[];
  oldIdNumber: string | null;
  phone: string | null;
  email: string | null;
  /** When the population database first held this person. */
  collectedOn: Day;
  /** When the address was re-coded to the unit of after the merger; null: it still carries the old one. */
  recodedOn: Day | null;
  maritalCertificate: { on: Day; purpose: string } | null;
}

export interface Death {
  on: Day;
  precision: Precision;
  time: string | null;
  place: string;
  cause: string | null;
  registeredOn: Day;
  noticeIssuer: string | null;
  spot: Spot;
  digitised: boolean;
}

export type MarriageStatus = 'IN_FORCE' | 'DIVORCED' | 'ENDED_BY_DEATH';

export interface Marriage {
  husband: Person;
  wife: Person;
  on: Day;
  spot: Spot;
  status: MarriageStatus;
  endedOn: Day | null;
  /** The judgment, for a divorce. */
  divorce: { decisionNo: string; court: string } | null;
  /** The one who died, where death ended the marriage. */
  deceased: Person | null;
}

export interface Residence {
  kind: 'THUONG_TRU' | 'TAM_TRU' | 'HIEN_TAI';
  spot: Spot;
  since: Day;
  sincePrecision: Precision;
  until: Day | null;
  endedOn: Day | null;
}

export interface Card {
  number: string;
  issuedOn: Day;
  expiresOn: Day | null;
  revokedOn: Day | null;
}

export type Relation = 'CHU_HO' | 'VO_CHONG' | 'CON' | 'CHA_ME' | 'ONG_BA' | 'CHAU' | 'ANH_CHI_EM' | 'KHAC';

export interface Household {
  spot: Spot;
  head: Person;
  formedOn: Day;
  recodedOn: Day | null;
  members: { person: Person; relation: Relation; joinedOn: Day; leftOn: Day | null }[];
}

export interface Parcel {
  id: string;
  spot: Spot;
  /** The point that the identifier names, millionths of a degree, WGS84. */
  middle: { longitude: number; latitude: number };
  /** The rectangle's sides, millionths of a degree, WGS84. */
  box: { west: number; south: number; east: number; north: number };
  mapSheet: string;
  parcelNumber: string;
  /** The sheet after the merger, when several old communes' sheets became one series. */
  newMapSheet: string;
  area: number;
  legalArea: number;
  originCode: string;
  shared: boolean;
  status: 'ACTIVE' | 'SPLIT' | 'MERGED';
  registeredOn: Day;
  /** When a split or merge ended it. */
  endedOn: Day | null;
  recodedOn: Day | null;
  remeasured: { on: Day; areaBefore: number } | null;
  from: Parcel[];
  uses: { code: string; area: number; term: string; expiresOn: Day | null }[];
  certificates: Certificate[];
  rights: Right[];
  mortgages: { mortgagee: string; contractNo: string; on: Day; releasedOn: Day | null }[];
  restrictions: RestrictionFact[];
  assets: { kind: string; builtArea: number; floorArea: number; floors: number; completedIn: number }[];
  changes: { kind: string; on: Day; content: string; basis: string | null }[];
}

export interface Certificate {
  serial: string;
  bookNo: string;
  issuedOn: Day;
  endedOn: Day | null;
  status: 'VALID' | 'REPLACED' | 'WITHDRAWN';
  issuer: ActingAuthority;
}

export interface Right {
  holder: Person | { kind: string; name: string };
  role: 'CHU_SU_DUNG' | 'VO_CHONG' | 'DONG_SU_DUNG';
  share: [number, number] | null;
  since: Day;
  until: Day | null;
  basis: string;
  certificate: Certificate | null;
}

export interface RestrictionFact {
  kind: string;
  content: string;
  area: number | null;
  partial: boolean;
  documentNo: string;
  issuedOn: Day;
  issuer: string;
  liftedOn: Day | null;
}
