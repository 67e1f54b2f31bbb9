import { codeItems } from '../../subgraphs/kit/codes';
import { geohash } from '../../subgraphs/kit/population/geohash';
import type { Row } from '../../subgraphs/kit/population/rows';
import { folded, seededRows } from '../helpers/seeded-rows';

const TODAY = '2026-11-01';
const seeded = seededRows({ citizens: 3_000, seed: 7, defectsPercent: 0 });
const people = seeded.current('citizen_identity.person');
const byId = new Map(people.map((person) => [person.personal_id, person]));
const DEMO_IN_CONFLICT = '048178000007';
const text = (value: unknown): string => String(value ?? '');
const year = (date: unknown): number => Number(text(date).slice(0, 4));
/** The part of two dates that both know. */
const common = (one: unknown, other: unknown): [string, string] => {
  const length = Math.min(text(one).length, text(other).length);
  return [text(one).slice(0, length), text(other).slice(0, length)];
};
const isBefore = (one: unknown, other: unknown): boolean => {
  const [a, b] = common(one, other);
  return a < b;
};
const yearsLater = (date: unknown, years: number): string => `${year(date) + years}${text(date).slice(4)}`;
/** Every one of a list is right: the first that isn't is shown. */
function each(rows: readonly Row[], wrong: (row: Row) => boolean, atLeast = 1): void {
  expect(rows.length).toBeGreaterThanOrEqual(atLeast);
  expect(rows.filter(wrong).slice(0, 2)).toEqual([]);
}

describe('people', () => {
  it('are exactly as many as asked for, each with a number of their own', () => {
    expect(people).toHaveLength(3_000);
    expect(byId.size).toBe(3_000);
  });

  it('have the sex and the year of birth that their number says, in the number’s place of registration', () => {
    each(people, (person) => {
      const id = text(person.personal_id);
      const born = year(person.date_of_birth);
      const digit = (born < 2000 ? 0 : 2) + (person.sex === 'NAM' ? 0 : 1);
      return !/^0\d{11}$/.test(id) || id[3] !== String(digit) || Number(id.slice(4, 6)) !== born % 100;
    });
    const provinces = new Map(
      codeItems<Unit>('units').map((unit) => [`${unit.code} ${unit.validFrom}`, unit.province]),
    );
    each(people, (person) => {
      const province = provinces.get(`${person.birth_registration_code} ${person.birth_registration_from}`);
      const prefix = text(person.personal_id).slice(0, 3);
      if (!person.birth_registration_code) return prefix === '048' || prefix === '049';
      return prefix !== (province === 'Tỉnh Quảng Nam' ? '049' : '048');
    });
    const prefixes = new Set(people.map((person) => text(person.personal_id).slice(0, 3)));
    expect(prefixes.size).toBeGreaterThan(4);
  });

  it('are at least sixteen years younger than their parents, and mothers are under fifty', () => {
    for (const [column, most] of [
      ['father_id', 90],
      ['mother_id', 50],
    ] as const) {
      const children = people.filter((person) => person[column]);
      each(
        children,
        (child) => {
          const parent = byId.get(child[column]!);
          const age = year(child.date_of_birth) - year(parent?.date_of_birth);
          return !parent || age < 16 || age > most || parent.sex !== (column === 'father_id' ? 'NAM' : 'NU');
        },
        200,
      );
    }
  });

  it('have the old nine-digit number only if they were of age for it', () => {
    each(
      people.filter((person) => person.old_id_number),
      (person) => !/^\d{9}$/.test(text(person.old_id_number)) || year(person.date_of_birth) >= 2000,
      500,
    );
  });

  it('have telephone numbers and addresses that nobody can have', () => {
    each(
      people.filter((person) => person.phone),
      (person) => !/^01[01]\d{7}$/.test(text(person.phone)),
      500,
    );
    each(
      people.filter((person) => person.email),
      (person) => !text(person.email).endsWith('@example.com'),
      100,
    );
  });

  it('are of the ethnic groups of the mountains, with their surnames', () => {
    const groups = new Set(people.map((person) => person.ethnicity_code));
    expect([...groups]).toEqual(expect.arrayContaining(['01', '26']));
    expect(people.filter((person) => person.ethnicity_code === '01').length).toBeGreaterThan(2_000);
    const surnames = people
      .filter((person) => person.ethnicity_code === '26')
      .map((person) => text(person.full_name).split(' ')[0]);
    expect(surnames).not.toContain('Nguyễn');
  });

  it('of whom some birth dates are known only to the year or the month', () => {
    const lengths = new Set(people.map((person) => text(person.date_of_birth).length));
    expect([...lengths].sort()).toEqual([10, 4, 7]);
  });
});

describe('marriages', () => {
  const marriages = seeded.current('civil_status.marriage');

  it('are between a man of twenty and a woman of eighteen at least', () => {
    each(
      marriages,
      (marriage) =>
        isBefore(marriage.registered_on, yearsLater(marriage.husband_birth_date, 20)) ||
        isBefore(marriage.registered_on, yearsLater(marriage.wife_birth_date, 18)),
      500,
    );
  });

  it('stand in the identity registry in both directions while they last', () => {
    const lasting = marriages.filter((marriage) => marriage.status === 'IN_FORCE');
    each(
      lasting.filter((marriage) => marriage.wife_id !== DEMO_IN_CONFLICT),
      (marriage) => {
        const husband = byId.get(marriage.husband_id!);
        const wife = byId.get(marriage.wife_id!);
        return (
          husband?.spouse_id !== marriage.wife_id ||
          wife?.spouse_id !== marriage.husband_id ||
          husband?.spouse_name !== wife?.full_name
        );
      },
      300,
    );
  });

  it('never overlap, and none begins after a death', () => {
    for (const person of people) {
      const own = [
        ...seeded.of('civil_status.marriage', person.personal_id, 'husband_id'),
        ...seeded.of('civil_status.marriage', person.personal_id, 'wife_id'),
      ];
      own.sort((one, other) => (text(one.registered_on) < text(other.registered_on) ? -1 : 1));
      own.forEach((marriage, position) => {
        const next = own[position + 1];
        if (next) expect(text(marriage.ended_on) > '' && text(marriage.ended_on) < text(next.registered_on)).toBe(true);
      });
      const [death] = seeded.of('civil_status.death', person.personal_id);
      if (death) expect(own.filter((marriage) => isBefore(death.died_on, marriage.registered_on))).toEqual([]);
    }
  });

  it('that ended say how, when and by what; divorces carry a note of change', () => {
    const ended = marriages.filter((marriage) => marriage.status !== 'IN_FORCE');
    each(
      ended,
      (marriage) => !marriage.ended_on || !marriage.ended_by || isBefore(marriage.ended_on, marriage.registered_on),
      50,
    );
    const divorces = marriages.filter((marriage) => marriage.status === 'DIVORCED');
    each(
      divorces,
      (marriage) => {
        const [note] = seeded.of('civil_status.change_note', marriage.record_id, 'target_record_id');
        return (
          note?.kind !== 'LY_HON' ||
          note.subject_id !== marriage.husband_id ||
          note.second_subject_id !== marriage.wife_id
        );
      },
      20,
    );
    expect(marriages.filter((marriage) => marriage.status === 'ENDED_BY_DEATH').length).toBeGreaterThan(20);
  });

  it('are entered again by some of the divorced and the widowed', () => {
    const husbands = marriages.map((marriage) => marriage.husband_id).filter(Boolean);
    expect(husbands.length - new Set(husbands).size).toBeGreaterThan(2);
  });
});

describe('births and deaths', () => {
  const births = seeded.current('civil_status.birth');

  it('births are after the parents’ marriage and before it ended', () => {
    const known = births.filter((birth) => birth.mother_id && birth.father_id);
    each(
      known,
      (birth) => {
        const marriage = seeded
          .of('civil_status.marriage', birth.mother_id, 'wife_id')
          .find((one) => one.husband_id === birth.father_id);
        if (!marriage) return true;
        return (
          isBefore(birth.date_of_birth, marriage.registered_on) ||
          (marriage.ended_on !== undefined && isBefore(marriage.ended_on, birth.date_of_birth))
        );
      },
      500,
    );
  });

  it('a birth without a father, or with parents known by name only, is no defect', () => {
    expect(births.some((birth) => birth.mother_id && !birth.father_name)).toBe(true);
    expect(births.some((birth) => !birth.mother_id && birth.mother_name)).toBe(true);
  });

  it('deaths come after births, are registered after them, and end the identity, the residence and the card', () => {
    const deaths = seeded.current('civil_status.death');
    each(
      deaths,
      (death) => isBefore(death.died_on, death.date_of_birth) || isBefore(death.registered_on, death.died_on),
      50,
    );
    each(
      deaths.filter((death) => death.personal_id),
      (death) =>
        byId.get(death.personal_id!)?.life_status !== 'DA_CHET' ||
        seeded.of('citizen_identity.residence', death.personal_id).some((residence) => !residence.ended_on) ||
        seeded.of('citizen_identity.card', death.personal_id).some((card) => !card.revoked_on) ||
        seeded.of('citizen_identity.household_member', death.personal_id).some((member) => !member.left_on),
      30,
    );
    const dead = people.filter((person) => person.life_status === 'DA_CHET');
    each(dead, (person) => seeded.of('civil_status.death', person.personal_id).length !== 1);
  });
});

describe('the registries agree', () => {
  const pairs = people
    .filter((person) => person.personal_id !== DEMO_IN_CONFLICT)
    .flatMap((person) => seeded.of('civil_status.birth', person.personal_id).map((birth) => ({ person, birth })));

  it('on the name, after folding', () => {
    expect(pairs.length).toBeGreaterThan(2_000);
    expect(pairs.filter(({ person, birth }) => folded(person.full_name) !== folded(birth.full_name))).toEqual([]);
    const spelled = pairs.filter(({ person, birth }) => person.full_name !== birth.full_name);
    expect(spelled.length).toBeGreaterThan(10);
  });

  it('on the date of birth as far as both know it, on sex and ethnic group', () => {
    const wrong = pairs.filter(({ person, birth }) => {
      const [one, other] = common(person.date_of_birth, birth.date_of_birth);
      return one !== other || person.sex !== birth.sex || person.ethnicity_code !== birth.ethnicity_code;
    });
    expect(wrong).toEqual([]);
    expect(
      pairs.some(({ person, birth }) => text(person.date_of_birth).length < text(birth.date_of_birth).length),
    ).toBe(true);
  });

  it('on the parents', () => {
    const wrong = pairs.filter(
      ({ person, birth }) =>
        person.father_id !== (birth.father_id ?? null) ||
        person.mother_id !== (birth.mother_id ?? null) ||
        person.mother_name !== (birth.mother_name ?? null),
    );
    expect(wrong).toEqual([]);
  });

  it('on the marital status of the living', () => {
    const counted: Record<string, number> = {};
    for (const person of people) {
      const id = person.personal_id;
      if (person.life_status !== 'SONG' || id === DEMO_IN_CONFLICT) continue;
      const own = [
        ...seeded.of('civil_status.marriage', id, 'husband_id'),
        ...seeded.of('civil_status.marriage', id, 'wife_id'),
      ];
      const last = own.sort((one, other) => (text(one.registered_on) < text(other.registered_on) ? 1 : -1))[0];
      const byStatus: Record<string, string> = {
        IN_FORCE: 'DANG_CO_VO_CHONG',
        DIVORCED: 'DA_LY_HON',
        ENDED_BY_DEATH: 'VO_CHONG_DA_CHET',
      };
      const status = last ? byStatus[text(last.status)] : 'CHUA_KET_HON';
      if (person.marital_status !== status)
        throw new Error(`${id}: ${person.marital_status} but the books say ${status}`);
      counted[text(status)] = (counted[text(status)] ?? 0) + 1;
    }
    expect(Object.keys(counted).sort()).toEqual(['CHUA_KET_HON', 'DANG_CO_VO_CHONG', 'DA_LY_HON', 'VO_CHONG_DA_CHET']);
  });

  it('on the names of those who hold land', () => {
    const held = seeded
      .current('land.land_right')
      .filter((right) => right.holder_id && right.holder_id !== DEMO_IN_CONFLICT);
    each(held, (right) => byId.get(right.holder_id!)?.full_name !== right.holder_name, 300);
  });
});

describe('homes', () => {
  it('everyone alive has one permanent residence and one where they live now', () => {
    each(
      people.filter((person) => person.life_status === 'SONG'),
      (person) => {
        const open = seeded
          .of('citizen_identity.residence', person.personal_id)
          .filter((residence) => !residence.ended_on);
        const count = (kind: string) => open.filter((residence) => residence.kind === kind).length;
        return count('THUONG_TRU') !== 1 || count('HIEN_TAI') !== 1 || count('TAM_TRU') > 1;
      },
    );
  });

  it('a temporary residence has a term that is not over, and is where the person lives', () => {
    const temporary = seeded.current('citizen_identity.residence').filter((residence) => residence.kind === 'TAM_TRU');
    each(
      temporary,
      (residence) => {
        const now = seeded
          .of('citizen_identity.residence', residence.personal_id)
          .find((one) => one.kind === 'HIEN_TAI');
        return text(residence.until) <= TODAY || now?.line !== residence.line;
      },
      20,
    );
  });

  it('a household has one head who belongs to it, and its members are registered at its address', () => {
    const members = seeded.current('citizen_identity.household_member').filter((member) => !member.left_on);
    each(
      seeded.current('citizen_identity.household'),
      (household) => {
        const own = members.filter((member) => member.household_id === household.record_id);
        const heads = own.filter((member) => member.relation === 'CHU_HO');
        const elsewhere = own.some((member) => {
          const home = seeded
            .of('citizen_identity.residence', member.personal_id)
            .find((one) => one.kind === 'THUONG_TRU' && !one.ended_on);
          return (
            home?.line !== household.line ||
            home?.unit_code !== household.unit_code ||
            home?.unit_from !== household.unit_from
          );
        });
        return own.length > 0 && (heads.length !== 1 || heads[0]!.personal_id !== household.head_id || elsewhere);
      },
      300,
    );
    expect(new Set(members.map((member) => member.relation))).toEqual(
      new Set(['CHU_HO', 'VO_CHONG', 'CON', 'CHAU', 'CHA_ME', 'ANH_CHI_EM', 'KHAC']),
    );
  });

  it('nobody belongs to two households at a time', () => {
    const present = seeded.current('citizen_identity.household_member').filter((member) => !member.left_on);
    expect(new Set(present.map((member) => member.personal_id)).size).toBe(present.length);
  });

  it('cards of the living are valid, and the one before was given up for the next', () => {
    for (const person of people) {
      const cards = seeded.of('citizen_identity.card', person.personal_id);
      const open = cards.filter((card) => !card.revoked_on);
      if (person.life_status === 'SONG') expect(open.length).toBe(cards.length > 0 ? 1 : 0);
      for (const card of open) expect(card.expires_on === null || text(card.expires_on) > TODAY).toBe(true);
    }
  });
});

interface Unit {
  code: string;
  name: string;
  province: string;
  validFrom: string | null;
  successors: string[];
}

describe('land', () => {
  const parcels = seeded.current('land.parcel');
  const rights = (parcel: Row) =>
    seeded.of('land.land_right', parcel.parcel_id, 'parcel_id').filter((right) => !right.until);

  it('each parcel is named by the GeoHash of a point inside it, and no two have the same', () => {
    expect(new Set(parcels.map((parcel) => parcel.parcel_id)).size).toBe(parcels.length);
    each(
      parcels,
      (parcel) => {
        const [ring] = JSON.parse(text(parcel.boundary)).coordinates as [number, number][][];
        const [[west, south], , [east, north]] = ring as [[number, number], unknown, [number, number]];
        const id = text(parcel.parcel_id);
        const inside = decode(id);
        return (
          !/^[0-9b-hjkmnp-z]{12}$/.test(id) ||
          ring!.length !== 5 ||
          inside[0] < west ||
          inside[0] > east ||
          inside[1] < south ||
          inside[1] > north ||
          geohash(inside[0], inside[1]) !== id ||
          west < 107 ||
          east > 109 ||
          south < 14.9 ||
          north > 16.3
        );
      },
      500,
    );
  });

  it('a parcel that exists has holders, one certificate in force, and uses that add up to its area', () => {
    each(
      parcels.filter((parcel) => parcel.status === 'ACTIVE'),
      (parcel) => {
        const valid = seeded
          .of('land.certificate', parcel.parcel_id, 'parcel_id')
          .filter((one) => one.status === 'VALID');
        const used = seeded
          .of('land.land_use', parcel.parcel_id, 'parcel_id')
          .reduce((sum, use) => sum + Number(use.area), 0);
        const onIt = rights(parcel).every((right) => right.certificate_id === valid[0]?.record_id);
        return (
          rights(parcel).length === 0 || valid.length !== 1 || !onIt || Math.abs(used - Number(parcel.area)) > 0.11
        );
      },
      400,
    );
  });

  it('is held alone, by two spouses without shares, or by shares that add up to one', () => {
    const seen = new Set<string>();
    for (const parcel of parcels.filter((one) => one.status === 'ACTIVE')) {
      const held = rights(parcel);
      const role = text(held[0]?.role);
      seen.add(role);
      if (role === 'CHU_SU_DUNG') expect(held).toHaveLength(1);
      if (role === 'VO_CHONG') expect(held.map((right) => right.share_numerator)).toEqual([null, null]);
      if (role === 'DONG_SU_DUNG') {
        expect(
          held.reduce((sum, right) => sum + Number(right.share_numerator) / Number(right.share_denominator), 0),
        ).toBeCloseTo(1);
      }
    }
    expect(seen).toEqual(new Set(['CHU_SU_DUNG', 'VO_CHONG', 'DONG_SU_DUNG']));
  });

  it('is inherited, given, bought, divided, split and merged, each with its entry', () => {
    const kinds = new Set(seeded.current('land.change').map((change) => change.kind_code));
    expect([...kinds]).toEqual(expect.arrayContaining(['GD', 'CN', 'TK', 'TA', 'VC', 'TN', 'TC', 'XC', 'TD', 'HC']));
    const lineage = seeded.current('land.parcel_lineage');
    const ids = new Set(parcels.map((parcel) => parcel.parcel_id));
    each(lineage, (pair) => !ids.has(pair.from_parcel_id!) || !ids.has(pair.to_parcel_id!), 4);
    each(
      parcels.filter((parcel) => parcel.status !== 'ACTIVE'),
      (parcel) =>
        rights(parcel).length > 0 || seeded.of('land.parcel_lineage', parcel.parcel_id, 'from_parcel_id').length === 0,
      2,
    );
  });

  it('is still in the name of the dead where the inheritance was not registered', () => {
    const open = seeded
      .current('land.land_right')
      .filter((right) => !right.until && byId.get(right.holder_id ?? '')?.life_status === 'DA_CHET');
    expect(open.length).toBeGreaterThan(10);
  });

  it('is mortgaged and restricted, in force and no longer', () => {
    const mortgages = seeded.current('land.mortgage');
    expect(mortgages.filter((mortgage) => mortgage.released_on).length).toBeGreaterThan(10);
    expect(mortgages.filter((mortgage) => !mortgage.released_on).length).toBeGreaterThan(10);
    expect(seeded.current('land.restriction').length).toBeGreaterThan(3);
  });

  it('nobody acquires it after death or before birth', () => {
    each(
      seeded.current('land.land_right').filter((right) => right.holder_id),
      (right) => {
        const [death] = seeded.of('civil_status.death', right.holder_id);
        return (
          isBefore(right.since, byId.get(right.holder_id!)?.date_of_birth) ||
          (death !== undefined && isBefore(death.died_on, right.since))
        );
      },
    );
  });

  it('re-coded after the merger it keeps the former number, which is unique in its commune', () => {
    const recoded = parcels.filter((parcel) => parcel.former_commune_code);
    each(
      recoded,
      (parcel) => parcel.commune_from !== '2025-07-01' || !parcel.former_map_sheet || !parcel.former_parcel_number,
      100,
    );
    for (const columns of [
      ['commune_code', 'commune_from', 'map_sheet', 'parcel_number'],
      ['former_commune_code', 'former_map_sheet', 'former_parcel_number'],
    ]) {
      const keys = parcels
        .filter((parcel) => parcel[columns[0]!])
        .map((parcel) => columns.map((column) => parcel[column]).join(' '));
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});

describe('every record', () => {
  const tables = ['person', 'residence', 'household', 'household_member', 'card']
    .map((table) => `citizen_identity.${table}`)
    .concat(
      ['birth', 'marriage', 'death', 'marital_certificate', 'change_note'].map((table) => `civil_status.${table}`),
    )
    .concat(
      [
        'parcel',
        'parcel_lineage',
        'land_use',
        'certificate',
        'land_right',
        'mortgage',
        'restriction',
        'asset',
        'change',
      ].map((table) => `land.${table}`),
    );

  it.each(tables)('of %s has versions in order, the last in force, none after the reference day', (table) => {
    const versions = new Map<string, Row[]>();
    for (const row of seeded.all(table))
      versions.set(text(row.record_id), [...(versions.get(text(row.record_id)) ?? []), row]);
    expect(versions.size).toBeGreaterThan(0);
    for (const rows of versions.values()) {
      rows.forEach((row, position) => {
        expect(row.version).toBe(position + 1);
        expect(row.replaced_at).toBe(rows[position + 1]?.recorded_at ?? null);
        expect(text(row.recorded_at) > text(rows[position - 1]?.recorded_at)).toBe(true);
        expect(text(row.recorded_at) < `${TODAY}T24`).toBe(true);
      });
    }
  });

  it('names its authority and its units as they were then', () => {
    const units = new Map(codeItems<Unit>('units').map((unit) => [`${unit.code} ${unit.validFrom}`, unit]));
    for (const table of tables) {
      for (const row of seeded.all(table)) {
        for (const column of Object.keys(row).filter(
          (name) => /(unit|commune|registration)_code$/.test(name) && row[name],
        )) {
          if (column.startsWith('former')) continue;
          const unit = units.get(`${row[column]} ${row[column.replace(/code$/, 'from')]}`);
          if (!unit) throw new Error(`${table} ${column} ${row[column]}: no such unit`);
        }
        if (!row.authority_code) continue;
        const then = [units.get(`${row.authority_code} null`), units.get(`${row.authority_code} 2025-07-01`)];
        expect(then.some((unit) => unit && text(row.authority_name).includes(unit.name))).toBe(true);
      }
    }
  });

  it('some changed: names corrected, addresses re-coded, marriages ended', () => {
    const later = (table: string) => seeded.current(table).filter((row) => Number(row.version) > 1).length;
    for (const table of [
      'citizen_identity.person',
      'citizen_identity.residence',
      'civil_status.birth',
      'civil_status.marriage',
      'land.parcel',
      'land.certificate',
      'land.land_right',
    ]) {
      expect([table, later(table) > 5]).toEqual([table, true]);
    }
    const corrections = seeded.current('civil_status.change_note').filter((note) => note.kind === 'CAI_CHINH');
    each(corrections, (note) => seeded.of('civil_status.birth', note.target_record_id, 'record_id').length !== 1, 10);
  });

  it('has a date of today or before wherever it tells of the past', () => {
    const past =
      /^(registered_on|died_on|ended_on|decided_on|issued_on|since|date_of_birth|joined_on|left_on|revoked_on|released_on|lifted_on|resided_until)$/;
    for (const table of tables) {
      for (const row of seeded.all(table)) {
        for (const [column, value] of Object.entries(row)) {
          if (past.test(column) && value && text(value) > TODAY)
            throw new Error(`${table} ${row.record_id} ${column} ${value}`);
        }
      }
    }
  });
});

/** The middle of a GeoHash's cell: an own, plain decoder, so that encoder and decoder cannot share a mistake. */
function decode(hash: string): [number, number] {
  const bits = [...hash]
    .map((letter) => '0123456789bcdefghjkmnpqrstuvwxyz'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const axis = (offset: number, span: number) => {
    let at = -span;
    let step = span;
    for (let index = offset; index < bits.length; index += 2) {
      if (bits[index] === '1') at += step;
      step /= 2;
    }
    return at + step;
  };
  return [axis(0, 180), axis(1, 90)];
}
