import type { Answer } from '../../../helpers/federation.js';
import { COMMUNE, FACETS, type Facet, OLD_SHEET, type Person, recordOf } from './land-records.js';

/** An operation about two persons, and whom each of its root fields is about. */
interface Question {
  readonly name: string;
  readonly query: string;
  readonly about: Readonly<Record<string, 'one' | 'other'>>;
}

/**
 * Different selections of the same entities, so that what one operation has brought is used by another: by identifiers and by look-ups,
 * fields of entities and entities within entities, one person and two.
 */
export const QUESTIONS: readonly Question[] = [
  { name: 'sheet', query: 'query ($p: ID!) { parcel(id: $p) { mapSheet } }', about: { parcel: 'one' } },
  {
    name: 'contract',
    query: 'query ($p: ID!) { parcel(id: $p) { id mortgages { contractNo } } }',
    about: { parcel: 'one' },
  },
  {
    name: 'parcel',
    query: `query ($p: ID!) { parcel(id: $p) {
      id mapSheet parcelNumber status mortgages { contractNo mortgagee } changes { content } landRights { role holder { name } }
    } }`,
    about: { parcel: 'one' },
  },
  {
    name: 'rights',
    query: 'query ($c: ID!) { citizen(personalId: $c) { landRights { role holder { name } } } }',
    about: { citizen: 'one' },
  },
  {
    name: 'parcels of a person',
    query: `query ($c: ID!) { citizen(personalId: $c) { landRights {
      holder { name } parcel { id mapSheet mortgages { contractNo } }
    } } }`,
    about: { citizen: 'one' },
  },
  {
    name: 'holders of a parcel',
    query: `query ($p: ID!) { parcel(id: $p) { id landRights {
      holder { name citizen { personalId landRights { holder { name } } } }
    } } }`,
    about: { parcel: 'one' },
  },
  {
    name: 'two parcels',
    query: `query ($p: ID!, $q: ID!) {
      one: parcel(id: $p) { id mapSheet mortgages { contractNo } } other: parcel(id: $q) { id mapSheet changes { content } }
    }`,
    about: { one: 'one', other: 'other' },
  },
  {
    name: 'two persons',
    query: `query ($c: ID!, $d: ID!) {
      one: citizen(personalId: $c) { personalId landRights { holder { name } } }
      other: citizen(personalId: $d) { landRights { holder { name } parcel { id changes { content } } } }
    }`,
    about: { one: 'one', other: 'other' },
  },
  {
    name: 'old number',
    query: `query ($n: String!) {
      parcelsByFormerNumber(communeCode: "${COMMUNE}", mapSheet: "${OLD_SHEET}", parcelNumber: $n) { id mapSheet changes { content } }
    }`,
    about: { parcelsByFormerNumber: 'one' },
  },
];

/** The variables of all questions; GraphQL lets more be given than are asked for. */
export function variablesFor(one: Person, other: Person): Record<string, string> {
  return {
    ...{ p: one.parcelId, c: one.personalId, n: String(one.number) },
    ...{ q: other.parcelId, d: other.personalId },
  };
}

/** One value of an answer. */
export interface Told {
  readonly of: string;
  readonly value: string | null;
  readonly tier: string;
}

const LEAVES: Readonly<Record<string, Facet>> = { mapSheet: 'sheet', contractNo: 'contract', content: 'content' };
const LISTS: Readonly<Record<string, Facet>> = { mortgages: 'contract', changes: 'content', landRights: 'holder' };

type Path = readonly (string | number)[];

/** All that an answer says of the persons' records. Of one with errors what is missing says nothing. */
export function toldIn(answer: Answer, question: Question, persons: Record<'one' | 'other', Person>): Told[] {
  const told: Told[] = [];
  const tierOf = readTiers(answer);
  for (const [alias, who] of Object.entries(question.about)) {
    const add = (facet: Facet, value: string | null, path: Path) => {
      if (value === null && answer.errors) return;
      told.push({ of: recordOf(persons[who], facet), value, tier: tierOf(path) });
    };
    const root: unknown = answer.data?.[alias];
    if (isNothing(root)) for (const facet of askedIn(question.query)) add(facet, null, [alias]);
    else walk(root, [alias], add);
  }
  return told;
}

function walk(node: unknown, path: Path, add: (facet: Facet, value: string | null, path: Path) => void): void {
  if (Array.isArray(node)) {
    for (const [index, item] of node.entries()) walk(item, [...path, index], add);
  } else if (typeof node === 'object' && node !== null) {
    for (const [name, value] of Object.entries(node)) {
      const at = [...path, name];
      const [leaf, list] = [LEAVES[name], LISTS[name]];
      if (leaf) add(leaf, value as string | null, at);
      else if (name === 'holder') add('holder', (value as { name: string }).name, [...at, 'name']);
      else if (list && isNothing(value)) add(list, null, at);
      if (typeof value === 'object') walk(value, at, add);
    }
  }
}

const isNothing = (value: unknown) =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);

/** What a question asks for; all that it asks of a person who is not there is not there. */
function askedIn(query: string): Facet[] {
  const words: Record<Facet, string> = {
    sheet: 'mapSheet',
    holder: 'name',
    contract: 'contractNo',
    content: 'content',
  };
  return FACETS.filter((facet) => query.includes(words[facet]));
}

/** Where the values at a path come from, as `extensions.provenance` has it: the last word is that of the longest path above it. */
function readTiers({ extensions }: Answer): (path: Path) => string {
  const { records = [], values = [] } = (extensions?.provenance ?? {}) as Partial<{
    records: { cache: string }[];
    values: { path: Path; records: number[] }[];
  }>;
  const tiers = new Map<string, string>();
  for (const { path, records: indexes } of values) {
    const all = indexes.map((index) => records[index]!.cache);
    tiers.set(path.join(), all.find((tier) => tier === 'STALE') ?? all[0] ?? 'NONE');
  }
  return (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const tier = tiers.get(path.slice(0, length).join());
      if (tier) return tier;
    }
    return 'NONE';
  };
}
