import type { Database, Queryable } from '../../../../subgraphs/kit/database.js';
import type { History } from './history.js';

/** Somebody who holds one parcel, on which there is a mortgage and a change. */
export interface Person {
  readonly number: number;
  readonly personalId: string;
  readonly parcelId: string;
}

export const COMMUNE = '20200';
export const OLD_SHEET = '7';

export function personOf(number: number): Person {
  const digits = String(number).padStart(4, '0');
  return { number, personalId: `04809000${digits}`, parcelId: `w7ce0000${digits}` };
}

/** What of a person is written by itself, each with versions of its own. */
export const FACETS = ['sheet', 'holder', 'contract', 'content'] as const;
export type Facet = (typeof FACETS)[number];

/** The name in the history. */
export const recordOf = ({ number }: Person, facet: Facet) => `${number}.${facet}`;

const COMMON = 'record_id, version, recorded_at, authority_name, parcel_id';
/** `$1` the record, `$2` the version, `$3` the parcel, `person` and the old `number` of the parcel, `$6` the value. */
const INSERTS: Record<Facet, { table: string; columns: string; values: string }> = {
  sheet: {
    table: 'land.parcel',
    columns: 'former_commune_code, former_map_sheet, former_parcel_number, status, map_sheet',
    values: `'${COMMUNE}', '${OLD_SHEET}', number, 'ACTIVE', $6::text`,
  },
  holder: {
    table: 'land.land_right',
    columns: 'holder_kind, role, holder_id, holder_name',
    values: "'CNV', 'CHU_SU_DUNG', person, $6::text",
  },
  contract: {
    table: 'land.mortgage',
    columns: 'mortgagee, registered_on, contract_no',
    values: "'Ngân hàng', '2022-03-01', $6::text",
  },
  content: {
    table: 'land.change',
    columns: 'kind_code, registered_on, content',
    values: "'CN', '2020-01-10', $6::text",
  },
};
/** Puts the next version in the place of the one before, or of nothing; `null`: puts nothing in its place. */
async function replace(tx: Queryable, { person, facet, version, value }: NextVersion): Promise<void> {
  const { table, columns, values } = INSERTS[facet];
  const record = `${facet}-${person.number}`;
  const old = `update ${table} set replaced_at = now() where record_id = $1 and replaced_at is null`;
  if (value === null) return void (await tx.query(old, [record]));
  await tx.query(
    `with old as (${old}), told as (select $4::text as person, $5::text as number)
     insert into ${table} (${COMMON}, ${columns}) select $1::text, $2::int, now(), '', $3::text, ${values} from told`,
    [record, version, person.parcelId, person.personalId, String(person.number), value],
  );
}

interface NextVersion {
  readonly person: Person;
  readonly facet: Facet;
  readonly version: number;
  readonly value: string | null;
}

/** Writes the land registry as its officials do: a new version and the end of the old one, in one transaction. */
export class LandRecords {
  private readonly versions = new Map<string, number>();
  private readonly gone = new Set<number>();

  constructor(
    private readonly database: Database,
    private readonly history: History,
  ) {}

  /** A person before anybody reads; `isThere`: has records already. */
  async start(person: Person, isThere: boolean): Promise<void> {
    for (const facet of FACETS) this.history.start(recordOf(person, facet), null);
    this.gone.add(person.number);
    if (isThere) await this.change(person, FACETS);
  }

  /** Whether a person has no records at the moment. */
  isGone({ number }: Person): boolean {
    return this.gone.has(number);
  }

  /** Changes some of a person's records, all of someone's who has none; the transaction stays open for a while. */
  async change(person: Person, facets: readonly Facet[], openMs = 0): Promise<void> {
    const all = this.gone.delete(person.number) ? FACETS : facets;
    await this.write(person, { facets: all, openMs, valueFor: (version) => `v${version}` });
  }

  /** Ends all of a person's records. */
  async remove(person: Person, openMs = 0): Promise<void> {
    this.gone.add(person.number);
    await this.write(person, { facets: FACETS, openMs, valueFor: () => null });
  }

  private async write(
    person: Person,
    {
      facets,
      openMs,
      valueFor,
    }: { facets: readonly Facet[]; openMs: number; valueFor(version: number): string | null },
  ): Promise<void> {
    const acknowledged = await this.database.transaction(async (tx) => {
      const next = facets.map((facet) => {
        const of = recordOf(person, facet);
        const version = (this.versions.get(of) ?? 0) + 1;
        this.versions.set(of, version);
        return { person, facet, version, value: valueFor(version) };
      });
      for (const each of next) await replace(tx, each);
      if (openMs > 0) await tx.query('select pg_sleep($1)', [openMs / 1_000]);
      return next.map(({ facet, value }) => this.history.commit(recordOf(person, facet), value));
    });
    for (const acknowledge of acknowledged) acknowledge();
  }
}
