import { parse } from 'graphql';
import { fieldNames } from '../../../gateway/audit/disclosed/field-names.js';
import { type Leaf, leavesOf } from '../../../gateway/audit/disclosed/leaves.js';
import type { Note, SourceRecord } from '../../../gateway/context.js';

const record = (registry: string, id: string): SourceRecord => {
  return { registry, record: id, version: '1', retrievedAtMs: 1, cache: 'SOURCE' };
};
const [person, birth, spouse] = [record('ci', 'P'), record('cs', 'B'), record('cs', 'S')];

function leaves(query: string, answer: Partial<Parameters<typeof leavesOf>[0]>): Leaf[] {
  const document = parse(query);
  const [operation] = document.definitions;
  const names = fieldNames(document, operation as never);
  return leavesOf({ data: {}, notes: [], masked: [], names, ...answer });
}

const texts = (found: readonly Leaf[]) =>
  found.map(({ path, outcome, records }) => `${path}: ${outcome} ${records.map((each) => each.record).join('+')}`);

const QUERY = `query ($id: ID!) {
  nguyenVanA: citizen(personalId: $id) { name: fullName ...Birth marriages { spouse { fullName } } card { number } }
  other: citizen(personalId: $id) { fullName }
}
fragment Birth on Citizen { born: birth { date } }`;

const NOTES: Note[] = [
  { values: { path: ['nguyenVanA'], names: ['name', 'card'] }, record: person },
  { values: { path: ['nguyenVanA'], names: ['born', 'marriages'] }, record: birth },
  { values: { path: ['nguyenVanA', 'marriages', 0, 'spouse'] }, record: spouse },
];

const AWAY = { message: '', extensions: { code: 'REGISTRY_UNAVAILABLE' } };

test('of an answer that is lost as a whole it is said why', () => {
  const errors = [{ ...AWAY, path: ['nguyenVanA', 'name'] }];
  expect(texts(leaves(QUERY, { data: null, errors }))).toEqual([': missing REGISTRY_UNAVAILABLE ']);
});

test('what failed above says why something is missing, unless somebody has answered for it', () => {
  const data = { nguyenVanA: { name: null, born: null } };
  const notes = [{ values: { path: ['nguyenVanA'], names: ['born'] }, record: birth }];
  const errors = [{ ...AWAY, path: ['nguyenVanA'] }];
  expect(texts(leaves(QUERY, { data, notes, errors }))).toEqual([
    'citizen.fullName: missing REGISTRY_UNAVAILABLE ',
    'citizen.birth: missing NO_RECORD B',
  ]);
});

test('each value stands under its own name with the record that is noted nearest to it', () => {
  const data = {
    nguyenVanA: {
      __typename: 'Citizen',
      name: 'x',
      born: { date: '1990' },
      marriages: [{ spouse: { fullName: 'y' } }],
      card: null,
    },
    other: { fullName: 'z' },
  };
  expect(texts(leaves(QUERY, { data, notes: NOTES }))).toEqual([
    'citizen.fullName: shown P',
    'citizen.birth.date: shown B',
    'citizen.marriages.0.spouse.fullName: shown S',
    'citizen.card: missing NO_RECORD P',
    'citizen:2.fullName: shown ',
  ]);
});

test('what was not shown says why: refused, masked, a dead registry, or what a null took with it', () => {
  const data = { nguyenVanA: { name: 'x***', born: null, marriages: null, card: { number: null } }, other: null };
  const errors = [
    { message: '', path: ['nguyenVanA', 'born'], extensions: { code: 'NOT_PERMITTED', rule: 'grant' } },
    { message: '', path: ['nguyenVanA', 'marriages', 0, 'spouse', 'fullName'], extensions: { code: 'DEADLINE' } },
    { message: '', path: ['other'], extensions: { code: 'REGISTRY_UNAVAILABLE' } },
  ];
  const masked = [{ path: ['nguyenVanA', 'name'], as: 'MIDDLE' }];
  expect(texts(leaves(QUERY, { data, errors, masked }))).toEqual([
    'citizen.fullName: masked MIDDLE ',
    'citizen.birth: refused grant ',
    'citizen.marriages: missing DEADLINE ',
    'citizen.card.number: missing NO_RECORD ',
    'citizen:2: missing REGISTRY_UNAVAILABLE ',
  ]);
});

test('that a list is empty is something that was shown; of a list each item counts', () => {
  const query = '{ parcels { tags id } }';
  expect(texts(leaves(query, { data: { parcels: [] } }))).toEqual(['parcels: shown ']);
  expect(texts(leaves(query, { data: { parcels: [{ tags: ['a', 'b'], id: 1 }, null] } }))).toEqual([
    'parcels.0.tags.0: shown ',
    'parcels.0.tags.1: shown ',
    'parcels.0.id: shown ',
    'parcels.1: missing NO_RECORD ',
  ]);
});

test('what is answered for otherwise is left out, under whatever alias; parts that come later have no items before them', () => {
  const query = '{ mine: dossier { a } parcels { id } }';
  const parcels: unknown[] = [];
  parcels[2] = { id: 1 };
  expect(texts(leaves(query, { data: { mine: { a: 1 }, parcels }, without: 'dossier' }))).toEqual([
    'parcels.2.id: shown ',
  ]);
});
