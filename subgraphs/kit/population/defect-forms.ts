import { iso, yearOf } from './calendar.js';
import type { DefectKind, Person } from './model.js';
import type { Random } from './random.js';
import type { Row } from './rows.js';

export interface Injection {
  /** The row in force that takes the defect, and its whole table of the family. */
  row: Row;
  table: Row[];
  person: Person;
  personalId: string;
  random: Random;
}

/** One way in which a record of the registry can be wrong. */
export interface DefectForm {
  kind: DefectKind;
  registry: 'citizen-identity' | 'civil-status' | 'land';
  table: string;
  field: string;
  detail: string;
  /** The column that names the person; `personal_id` unless told. */
  of?: string;
  /** Which rows can take it. */
  where?: (row: Row) => boolean;
  /** Changes the row, or adds one; false when it can't be done to this person, and then nothing has changed. */
  apply: (injection: Injection) => boolean;
}

const IDENTITY = { registry: 'citizen-identity', table: 'person' } as const;
const BIRTH = { registry: 'civil-status', table: 'birth' } as const;
const RIGHT = { registry: 'land', table: 'land_right', of: 'holder_id' } as const;
/** A number in the right form that nobody has: serials of the demo people's range that none of them uses. */
const NOBODY = '048000000099';

const set =
  (field: string, value: string | null) =>
  (injection: Injection): boolean => {
    if (injection.row[field] === value) return false;
    injection.row[field] = value;
    return true;
  };
const has = (field: string) => (row: Row) => row[field] !== null && row[field] !== undefined;

/** The record once more under another record id, as when two offices enter the same paper. */
function again({ row, table }: Injection): boolean {
  table.push({ ...row, record_id: `${row.record_id}-B`, version: 1 });
  return true;
}

const MISSING: DefectForm[] = [
  { ...IDENTITY, field: 'date_of_birth', detail: 'no date of birth' },
  { ...IDENTITY, field: 'sex', detail: 'no sex' },
  { ...IDENTITY, field: 'ethnicity_code', detail: 'no ethnic group' },
  { ...IDENTITY, field: 'home_town_text', detail: 'no native place' },
  { ...BIRTH, field: 'date_of_birth', detail: 'no date of birth in the birth record' },
  { ...BIRTH, field: 'sex', detail: 'no sex in the birth record' },
].map(
  (form) =>
    ({ kind: 'missing mandatory value', where: has(form.field), apply: set(form.field, null), ...form }) as const,
);

const OUTLIER: DefectForm[] = [
  {
    ...IDENTITY,
    kind: 'outlier',
    field: 'date_of_birth',
    detail: 'born a hundred years too early',
    apply: ({ row, person }) =>
      set('date_of_birth', `${yearOf(person.born) - 100}${iso(person.born).slice(4)}`)({ row } as Injection),
  },
  {
    ...BIRTH,
    kind: 'outlier',
    field: 'mother_birth_year',
    detail: 'the mother was born a century too early',
    where: has('mother_birth_year'),
    apply: ({ row }) => set('mother_birth_year', String(Number(row.mother_birth_year) - 100))({ row } as Injection),
  },
  {
    registry: 'citizen-identity',
    table: 'card',
    kind: 'outlier',
    field: 'expires_on',
    detail: 'the card expires in the year 2999',
    where: (row) => row.revoked_on === undefined && row.expires_on !== null,
    apply: set('expires_on', '2999-12-31'),
  },
];

const DUPLICATE: DefectForm[] = [
  { ...IDENTITY, field: 'personal_id', detail: 'two identity records in force for one number' },
  { ...BIRTH, field: 'personal_id', detail: 'two birth records in force for one number' },
  {
    registry: 'citizen-identity' as const,
    table: 'residence',
    field: 'kind',
    detail: 'two permanent residences in force',
    where: (row: Row) => row.kind === 'THUONG_TRU' && row.ended_on === null,
  },
].map((form) => ({ kind: 'duplicate', apply: again, ...form }) as const);

const FORMAT: DefectForm[] = [
  {
    ...IDENTITY,
    kind: 'format',
    field: 'date_of_birth',
    detail: 'the date is written DD/MM/YYYY',
    where: (row) => String(row.date_of_birth).length === 10,
    apply: ({ row, person }) =>
      set('date_of_birth', iso(person.born).split('-').reverse().join('/'))({ row } as Injection),
  },
  {
    ...IDENTITY,
    kind: 'format',
    field: 'old_id_number',
    detail: 'the old number has eight digits',
    where: has('old_id_number'),
    apply: ({ row }) => set('old_id_number', String(row.old_id_number).slice(0, 8))({ row } as Injection),
  },
  {
    ...IDENTITY,
    kind: 'format',
    field: 'full_name',
    detail: 'two blanks in the name',
    apply: ({ row, person }) => set('full_name', person.fullName.replace(' ', '  '))({ row } as Injection),
  },
  {
    ...IDENTITY,
    kind: 'format',
    field: 'nationality',
    detail: 'the nationality is no ISO 3166 code',
    apply: set('nationality', 'Việt Nam'),
  },
  {
    ...BIRTH,
    kind: 'format',
    field: 'sex',
    detail: 'the sex is a word, not a code',
    apply: ({ row, person }) => set('sex', person.sex === 'NAM' ? 'Nam' : 'Nữ')({ row } as Injection),
  },
];

const BROKEN: DefectForm[] = [
  {
    ...IDENTITY,
    kind: 'broken reference',
    field: 'father_id',
    detail: 'the father’s number is nobody’s',
    where: has('father_id'),
    apply: set('father_id', NOBODY),
  },
  {
    ...BIRTH,
    kind: 'broken reference',
    field: 'mother_id',
    detail: 'the mother’s number is nobody’s',
    where: has('mother_id'),
    apply: set('mother_id', NOBODY),
  },
  {
    registry: 'citizen-identity',
    table: 'residence',
    kind: 'broken reference',
    field: 'unit_code',
    detail: 'the unit of the permanent residence does not exist',
    where: (row) => row.kind === 'THUONG_TRU',
    apply: set('unit_code', '99999'),
  },
  {
    ...RIGHT,
    kind: 'broken reference',
    field: 'certificate_id',
    detail: 'the certificate does not exist',
    where: has('certificate_id'),
    apply: set('certificate_id', 'GCN-0000-000000'),
  },
];

const CONFLICT: DefectForm[] = [
  {
    ...IDENTITY,
    kind: 'cross-field conflict',
    field: 'sex',
    detail: 'the sex in the identity registry contradicts the fourth digit of the number',
    apply: ({ row, person }) => set('sex', person.sex === 'NAM' ? 'NU' : 'NAM')({ row } as Injection),
  },
  {
    registry: 'citizen-identity',
    table: 'card',
    kind: 'cross-field conflict',
    field: 'expires_on',
    detail: 'the card expires before it was issued',
    where: (row) => row.expires_on !== null,
    apply: ({ row }) =>
      set('expires_on', `${Number(String(row.issued_on).slice(0, 4)) - 1}-01-01`)({ row } as Injection),
  },
  {
    registry: 'citizen-identity',
    table: 'residence',
    kind: 'cross-field conflict',
    field: 'since',
    detail: 'the residence begins before the birth',
    where: (row) => row.kind === 'THUONG_TRU',
    apply: ({ row, person }) => set('since', String(yearOf(person.born) - 2))({ row } as Injection),
  },
];

const STALE: DefectForm[] = [
  {
    ...IDENTITY,
    kind: 'stale',
    field: 'life_status',
    detail: 'the death never reached the identity registry',
    where: (row) => row.life_status === 'DA_CHET',
    apply: set('life_status', 'SONG'),
  },
  {
    registry: 'citizen-identity',
    table: 'card',
    kind: 'stale',
    field: 'expires_on',
    detail: 'the card expired in 2023 and none came after it',
    where: (row) => row.revoked_on === undefined && row.expires_on !== null && String(row.issued_on) < '2023-01-01',
    apply: set('expires_on', '2023-06-30'),
  },
  {
    registry: 'citizen-identity',
    table: 'residence',
    kind: 'stale',
    field: 'until',
    detail: 'the temporary residence ran out and was neither renewed nor ended',
    where: (row) => row.kind === 'TAM_TRU' && String(row.since) < '2026-01-01',
    apply: ({ row }) => set('until', `${String(row.since).slice(0, 4)}-12-31`)({ row } as Injection),
  },
];

const MISMATCH: DefectForm[] = [
  {
    ...BIRTH,
    field: 'full_name',
    detail: 'the birth record has another name than the identity registry',
    apply: ({ row, person, random }: Injection) => {
      const parts = person.fullName.split(' ');
      parts[parts.length - 1] = random.pick(
        ['Khiêm', 'Thuyết', 'Nhượng', 'Diên'].filter((name) => name !== parts.at(-1)),
      );
      return set('full_name', parts.join(' '))({ row } as Injection);
    },
  },
  {
    ...BIRTH,
    field: 'date_of_birth',
    detail: 'the birth record has another date of birth',
    where: (row: Row) => String(row.date_of_birth).length === 10,
    apply: ({ row, person }: Injection) => set('date_of_birth', iso(person.born - 40))({ row } as Injection),
  },
  {
    ...BIRTH,
    field: 'sex',
    detail: 'the birth record has the other sex',
    apply: ({ row, person }: Injection) => set('sex', person.sex === 'NAM' ? 'NU' : 'NAM')({ row } as Injection),
  },
  {
    ...IDENTITY,
    field: 'marital_status',
    detail: 'the marital status contradicts the books',
    where: (row: Row) => row.life_status === 'SONG',
    apply: ({ row, person }: Injection) => {
      if (!person.birthDigitised && person.marriages.length === 0) return false;
      return set(
        'marital_status',
        row.marital_status === 'CHUA_KET_HON' ? 'DANG_CO_VO_CHONG' : 'CHUA_KET_HON',
      )({ row } as Injection);
    },
  },
].map((form) => ({ kind: 'mismatch with national reference', ...form }) as const);

export const DEFECT_FORMS: readonly DefectForm[] = [
  ...MISSING,
  ...OUTLIER,
  ...DUPLICATE,
  ...FORMAT,
  ...BROKEN,
  ...CONFLICT,
  ...STALE,
  ...MISMATCH,
];
