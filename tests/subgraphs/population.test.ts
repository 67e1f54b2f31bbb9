import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFECT_KINDS } from '../../subgraphs/kit/population/model';
import { otherSpelling } from '../../subgraphs/kit/population/names';
import { citizensMin, population } from '../../subgraphs/kit/population/population';
import { Random } from '../../subgraphs/kit/population/random';
import type { Row } from '../../subgraphs/kit/population/rows';
import { digestOf, folded, type SeededRows, seededRows } from '../helpers/seeded-rows';

describe('a seed', () => {
  /** Changing it changes every demo, test and benchmark that someone has written down: on purpose only. */
  const PINNED = '56d72739283ec3ea1adc50a9c4a581ea830327d63701db2b65f43261ec26d1bf';

  it('gives the same rows for ever', () => {
    const options = { citizens: 1_000, seed: 1, defectsPercent: 2 };
    expect(digestOf(options)).toBe(PINNED);
    expect(digestOf(options)).toBe(PINNED);
  });

  it('gives others for another number', () => {
    expect(digestOf({ citizens: 1_000, seed: 2, defectsPercent: 2 })).not.toBe(PINNED);
  });

  it('gives the first families of a larger population', () => {
    const names = (citizens: number) =>
      [...population({ citizens, seed: 5 })].map((family) =>
        family.persons.map((person) => person.personalId ?? person.fullName).join(),
      );
    const small = names(1_000);
    const large = names(2_000);
    // The last of the small one are single people that make the number exact.
    const shared = small.findIndex((family, index) => family !== large[index]);
    expect(shared).toBeGreaterThan(80);
    expect(small.slice(shared).every((family) => !family.includes(','))).toBe(true);
  });

  it('gives exactly as many citizens as asked for, and refuses fewer than the demo people', () => {
    for (const citizens of [citizensMin(), citizensMin() + 1, 500]) {
      expect(seededRows({ citizens, seed: 3, defectsPercent: 0 }).current('citizen_identity.person')).toHaveLength(
        citizens,
      );
    }
    expect(() => [...population({ citizens: citizensMin() - 1, seed: 3 })]).toThrow(`at least ${citizensMin()}`);
  });

  it('MUST NOT depend on the clock or on another source of chance', () => {
    const folder = join(__dirname, '../../subgraphs/kit/population');
    const files = [...readdirSync(folder).map((file) => join(folder, file)), ...seeds()];
    for (const file of files)
      expect([file, readFileSync(file, 'utf8').match(/Math\.random|Date\.now|new Date|performance/g)]).toEqual([
        file,
        null,
      ]);
  });

  function seeds(): string[] {
    return ['citizen-identity', 'civil-status', 'land'].map((name) =>
      join(__dirname, '../../subgraphs', name, 'seed.ts'),
    );
  }
});

describe('defects', () => {
  const clean = seededRows({ citizens: 8_000, seed: 4, defectsPercent: 0 });
  const dirty = seededRows({ citizens: 8_000, seed: 4, defectsPercent: 2 });
  const injected = dirty.defects.filter((defect) => !defect.demo);

  it('of the sex is where the ledger says and nowhere else: the birth record still agrees with the number', () => {
    const wrong = injected.filter(({ detail }) => /^the sex in the identity registry/.test(detail));
    expect(wrong.length).toBeGreaterThan(0);
    for (const { personalId } of wrong) {
      const ofNumber = Number(personalId[3]) % 2 === 0 ? 'NAM' : 'NU';
      expect(dirty.of('citizen_identity.person', personalId).map(({ sex }) => sex)).not.toContain(ofNumber);
      expect(dirty.of('civil_status.birth', personalId).every(({ sex }) => sex === ofNumber)).toBe(true);
    }
    expect(injected.filter(({ detail }) => /every registry/.test(detail))).toEqual([]);
  });

  it('befall one citizen in fifty, each only once, in all eight kinds', () => {
    expect(injected.length / 8_000).toBeGreaterThan(0.015);
    expect(injected.length / 8_000).toBeLessThan(0.025);
    expect(new Set(injected.map((defect) => defect.personalId)).size).toBe(injected.length);
    for (const kind of DEFECT_KINDS)
      expect([kind, injected.filter((defect) => defect.kind === kind).length > 5]).toEqual([kind, true]);
  });

  it('are the only difference to the clean seed, and each is in the ledger', () => {
    const told = new Set(
      injected.map((defect) => `${defect.registry.replace('-', '_')}.${defect.table} ${defect.personalId}`),
    );
    let differences = 0;
    for (const table of TABLES) {
      const before = new Map(clean.all(table).map((row) => [`${row.record_id} ${row.version}`, row]));
      for (const row of dirty.all(table)) {
        const was = before.get(`${row.record_id} ${row.version}`);
        if (was && JSON.stringify(was) === JSON.stringify(row)) continue;
        differences += 1;
        expect(told).toContain(`${table} ${row.personal_id ?? row.holder_id}`);
        if (was) expect(Object.keys(row).filter((column) => row[column] !== was[column])).toHaveLength(1);
      }
    }
    expect(differences).toBe(injected.length);
  });

  it('are told without any value of a person', () => {
    const telling = JSON.stringify(injected.map(({ personalId: _, ...rest }) => rest));
    const values = dirty.current('citizen_identity.person').flatMap((person) => [person.full_name, person.personal_id]);
    expect(values.filter((value) => telling.includes(String(value)))).toEqual([]);
  });

  it('of zero percent leave only what is written for the demo', () => {
    expect(clean.defects.every((defect) => defect.demo)).toBe(true);
    expect(clean.defects.map((defect) => defect.field).sort()).toEqual(['full_name', 'marital_status']);
  });

  it('of a hundred percent befall everyone but the demo people', () => {
    const all = seededRows({ citizens: 400, seed: 4, defectsPercent: 100 });
    expect(all.defects.filter((defect) => !defect.demo)).toHaveLength(400 - citizensMin());
  });
});

const TABLES = [
  ...['person', 'residence', 'household', 'household_member', 'card'].map((table) => `citizen_identity.${table}`),
  ...['birth', 'marriage', 'death', 'marital_certificate', 'change_note'].map((table) => `civil_status.${table}`),
  ...['parcel', 'certificate', 'land_right', 'land_use', 'mortgage', 'restriction', 'asset', 'change'].map(
    (table) => `land.${table}`,
  ),
];

describe('the demo people', () => {
  const seeded = seededRows({ citizens: 300, seed: 1, defectsPercent: 100 });
  const person = (id: string): Row => seeded.of('citizen_identity.person', id)[0] as Row;
  const marriagesOf = (id: string) => [
    ...seeded.of('civil_status.marriage', id, 'husband_id'),
    ...seeded.of('civil_status.marriage', id, 'wife_id'),
  ];
  const held = (id: string) => seeded.of('land.land_right', id, 'holder_id').filter((right) => !right.until);
  const demoRows = (from: SeededRows): string =>
    JSON.stringify(
      TABLES.map((table) =>
        from
          .all(table)
          .filter((row) =>
            /^\d{8}0000[01]\d$/.test(
              String(row.personal_id ?? row.holder_id ?? row.husband_id ?? row.subject_id ?? row.head_id),
            ),
          ),
      ),
    );

  it('are the same in every seed, of whatever size and number of defects', () => {
    expect(demoRows(seededRows({ citizens: 3_000, seed: 99, defectsPercent: 0 }))).toBe(demoRows(seeded));
  });

  it('MUST NOT share their numbers with random people', () => {
    const many = seededRows({ citizens: 20_000, seed: 3, defectsPercent: 0 });
    const low = many.current('citizen_identity.person').filter((one) => Number(String(one.personal_id).slice(6)) < 100);
    expect(low).toHaveLength(citizensMin());
  });

  it.each([
    ['048090000001', 'NAM', 1990],
    ['048192000002', 'NU', 1992],
  ])('%s may marry: single, of age, with records of birth and parents', (id, sex, born) => {
    expect(person(id)).toMatchObject({ sex, marital_status: 'CHUA_KET_HON', life_status: 'SONG', spouse_id: null });
    expect(String(person(id).date_of_birth)).toMatch(new RegExp(`^${born}`));
    const [birth] = seeded.of('civil_status.birth', id);
    expect(birth).toMatchObject({ full_name: person(id).full_name, date_of_birth: person(id).date_of_birth });
    expect([birth?.father_id, birth?.mother_id].map((parent) => person(String(parent))?.life_status)).toContain('SONG');
    expect(marriagesOf(id)).toEqual([]);
    expect(seeded.of('citizen_identity.household_member', id)).toHaveLength(1);
    expect(seeded.of('citizen_identity.card', id)).toHaveLength(1);
    const residences = seeded
      .all('citizen_identity.residence')
      .filter((row) => row.personal_id === id && row.kind === 'THUONG_TRU');
    expect(residences.map((row) => row.unit_from)).toEqual([null, '2025-07-01']);
  });

  it('048085000003 and 048187000004 are married, with a son, two parcels, one of them mortgaged', () => {
    expect(marriagesOf('048085000003')).toMatchObject([
      { husband_id: '048085000003', wife_id: '048187000004', status: 'IN_FORCE' },
    ]);
    expect(seeded.of('civil_status.birth', '048215000005')).toMatchObject([
      { father_id: '048085000003', mother_id: '048187000004' },
    ]);
    expect(person('048215000005')).toMatchObject({ sex: 'NAM', date_of_birth: '2015-09-05' });
    const parcels = held('048085000003').map((right) => right.parcel_id);
    expect(parcels).toHaveLength(2);
    expect(held('048187000004').map((right) => right.parcel_id)).toEqual(parcels);
    const mortgages = parcels.map(
      (parcel) => seeded.of('land.mortgage', parcel, 'parcel_id').filter((one) => !one.released_on).length,
    );
    expect(mortgages.sort()).toEqual([0, 1]);
  });

  it('048045000006 died in 2025 and still holds a parcel; the widow, a son and a daughter live', () => {
    expect(seeded.of('civil_status.death', '048045000006')).toMatchObject([{ died_on: '2025-03-18' }]);
    expect(held('048045000006')).toMatchObject([{ role: 'CHU_SU_DUNG' }]);
    const children = seeded.of('civil_status.birth', '048045000006', 'father_id').map((birth) => birth.personal_id);
    expect(children.sort()).toEqual(['048085000003', '048179000017']);
    const [widow] = marriagesOf('048045000006').map((marriage) => person(String(marriage.wife_id)));
    expect(widow).toMatchObject({ life_status: 'SONG', marital_status: 'VO_CHONG_DA_CHET' });
  });

  it('048178000007 has another name and another marital status in each registry', () => {
    const [birth] = seeded.of('civil_status.birth', '048178000007');
    expect(folded(birth?.full_name)).not.toBe(folded(person('048178000007').full_name));
    expect(person('048178000007').marital_status).toBe('CHUA_KET_HON');
    expect(marriagesOf('048178000007')).toMatchObject([{ status: 'IN_FORCE' }]);
  });

  it('048099000008 is in the identity registry only', () => {
    expect(person('048099000008')).toMatchObject({ sex: 'NAM', date_of_birth: '1999-07-27' });
    for (const table of ['birth', 'death', 'marital_certificate'])
      expect(seeded.of(`civil_status.${table}`, '048099000008')).toEqual([]);
    expect(marriagesOf('048099000008')).toEqual([]);
  });
});

describe('another spelling', () => {
  it('means the same name', () => {
    const random = new Random('spellings');
    for (const name of ['Trần Văn Hòa', 'Nguyễn Thị Thúy', 'Đặng Khánh Loan', 'Lê Thủy Tiên']) {
      const spellings = new Set(Array.from({ length: 30 }, () => otherSpelling(random, name)));
      for (const spelling of spellings) {
        expect(spelling).not.toBe(name);
        expect(folded(spelling)).toBe(folded(name));
      }
    }
    expect(folded('Trần Văn Hòa')).toBe(folded('Trần Văn Hoà'));
    expect(folded('Trần Văn Hòa')).not.toBe(folded('Trần Văn Hóa'));
  });

  it('does not exist for a name that can be written in one way only', () => {
    expect(otherSpelling(new Random('x'), 'Kim An')).toBeNull();
  });
});
