import { addYears, ageAt, type Day, day, MERGER_DAY } from './calendar.js';
import type { Household, Marriage, Person, Relation, Spot } from './model.js';
import type { Making } from './people.js';
import { isMountain, pickUnit, spotIn } from './units.js';

type Happening =
  | { on: Day; what: 'birth' | 'death' | 'leaves home'; person: Person }
  | { on: Day; what: 'marriage' | 'divorce'; marriage: Marriage };

/** Goes through the family's life in the order of time and says who lived where with whom, then what is registered of it. */
export function settle(making: Making, home: Spot): void {
  const { family } = making;
  const homes = new Homes(making);
  const founders = family.persons.slice(0, 2);
  homes.found(
    home,
    family.marriages[0]?.on ?? foundingDay(making, founders),
    family.marriages.length > 0 ? founders : [],
  );
  if (family.marriages.length === 0) {
    for (const person of founders) homes.move(person, family.households[0]!, family.households[0]!.formedOn);
  }
  for (const happening of happenings(making)) homes.happen(happening);
  for (const household of family.households) close(making, household);
  for (const person of family.persons) registerResidences(making, person);
}

function foundingDay(making: Making, persons: readonly Person[]): Day {
  const grown = Math.max(...persons.map((person) => addYears(person.born, 18)));
  return Math.min(grown + 100, making.today - 10, ...persons.map((person) => person.lifeEnds - 1));
}

function happenings(making: Making): Happening[] {
  const { random, today, family } = making;
  const list: Happening[] = [];
  for (const person of family.persons) {
    const child = person.father?.person || person.mother?.person;
    if (child) list.push({ on: person.born, what: 'birth', person });
    const leaves = addYears(person.born, random.int(23, 36));
    if (child && person.marriages.length === 0 && random.chance(0.25) && leaves < Math.min(today, person.lifeEnds)) {
      list.push({ on: leaves, what: 'leaves home', person });
    }
    if (person.death) list.push({ on: person.death.on, what: 'death', person });
  }
  for (const marriage of family.marriages.slice(1)) list.push({ on: marriage.on, what: 'marriage', marriage });
  for (const marriage of family.marriages) {
    if (marriage.status === 'DIVORCED') list.push({ on: marriage.endedOn!, what: 'divorce', marriage });
  }
  return list
    .map((happening, order) => ({ happening, order }))
    .sort((one, other) => one.happening.on - other.happening.on || one.order - other.order)
    .map(({ happening }) => happening);
}

class Homes {
  private readonly now = new Map<Person, Household>();

  constructor(private readonly making: Making) {}

  found(spot: Spot, on: Day, members: readonly Person[]): Household {
    const { random, today } = this.making;
    const recodes = on < MERGER_DAY && random.chance(0.65);
    const recodedOn = recodes ? random.int(MERGER_DAY + 3, Math.min(today, MERGER_DAY + 400)) : null;
    const household: Household = { spot, head: this.making.family.persons[0]!, formedOn: on, recodedOn, members: [] };
    this.making.family.households.push(household);
    for (const person of members) this.move(person, household, on);
    return household;
  }

  move(person: Person, to: Household, on: Day): void {
    this.leave(person, on);
    to.members.push({ person, relation: 'KHAC', joinedOn: on, leftOn: null });
    this.now.set(person, to);
  }

  leave(person: Person, on: Day): void {
    const membership = this.now.get(person)?.members.findLast((member) => member.person === person);
    if (membership) membership.leftOn = on;
    this.now.delete(person);
  }

  happen(happening: Happening): void {
    const { on } = happening;
    switch (happening.what) {
      case 'birth':
        this.birth(happening.person, on);
        break;
      case 'death':
        this.leave(happening.person, on);
        break;
      case 'leaves home':
        this.found(this.elsewhere(happening.person), on, [happening.person]);
        break;
      case 'marriage':
        this.marriage(happening.marriage);
        break;
      case 'divorce':
        this.divorce(happening.marriage, on);
        break;
    }
  }

  private birth(child: Person, on: Day): void {
    const home = this.homeOf(child.mother?.person) ?? this.homeOf(child.father?.person);
    if (home) this.move(child, home, on);
  }

  private homeOf(person: Person | null | undefined): Household | undefined {
    return person ? this.now.get(person) : undefined;
  }

  /** The one who marries in comes to the other's own home, or both to a new one, or both stay with the parents. */
  private marriage(marriage: Marriage): void {
    const { husband, wife, on } = marriage;
    const home = this.now.get(husband) ?? this.now.get(wife);
    const own = home?.members[0] && [husband, wife].includes(home.members[0].person);
    const stays = home && !own && this.coupleCount(home) < 2 && this.making.random.chance(0.4);
    if (home && (own || stays)) {
      for (const person of [husband, wife]) if (this.now.get(person) !== home) this.move(person, home, on);
    } else {
      this.found(this.elsewhere(this.now.has(husband) ? husband : wife), on, [husband, wife]);
    }
  }

  private coupleCount(home: Household): number {
    const here = (person: Person) => this.now.get(person) === home;
    return this.making.family.marriages.filter((marriage) => here(marriage.husband) && here(marriage.wife)).length;
  }

  /** Who married into the family goes; the children stay. Of the founders it is the wife. */
  private divorce(marriage: Marriage, on: Day): void {
    const born = (person: Person) => person.father?.person || person.mother?.person;
    const goes = born(marriage.wife) ? marriage.husband : marriage.wife;
    this.found(this.elsewhere(goes), on, [goes]);
  }

  private elsewhere(person: Person): Spot {
    const { random } = this.making;
    const old = (this.now.get(person)?.spot ?? person.parentsSpot).old;
    const stays = random.chance(isMountain(old) ? 0.9 : 0.5);
    return spotIn(random, stays ? old : pickUnit(random, old.province));
  }
}

/** Who is the head now, and how the others are related to them. */
function close(making: Making, household: Household): void {
  const { random, today } = making;
  const here = household.members.filter((member) => member.leftOn === null).map((member) => member.person);
  const founder = household.members[0]!.person;
  const adult = (person: Person) => ageAt(person.born, today) >= 18;
  const eldest = [...here].sort((one, other) => one.born - other.born)[0];
  let head = here.includes(founder)
    ? founder
    : (here.find((person) => areSpouses(person, founder)) ?? eldest ?? founder);
  const heirs = here.filter((person) => adult(person) && isChild(person, head));
  // Old people often hand the booklet's first page to a child who lives with them.
  if (heirs.length > 0 && ageAt(head.born, today) > 70 && random.chance(0.5)) head = heirs[0]!;
  household.head = head;
  // Whoever registers in a household after the merger finds its address re-coded, or causes that.
  const joined = household.members
    .filter(({ person }) => person.personalId)
    .map(({ person, joinedOn }) => Math.max(joinedOn, person.collectedOn))
    .filter((on) => on >= MERGER_DAY);
  if (household.formedOn < MERGER_DAY && joined.length > 0) {
    household.recodedOn = Math.min(household.recodedOn ?? Number.POSITIVE_INFINITY, ...joined);
  }
  for (const member of household.members) member.relation = relationTo(head, member.person);
}

export function relationTo(head: Person, person: Person): Relation {
  if (person === head) return 'CHU_HO';
  if (areSpouses(person, head)) return 'VO_CHONG';
  if (isChild(person, head)) return 'CON';
  if (isChild(head, person)) return 'CHA_ME';
  if (isGrandchild(person, head)) return 'CHAU';
  if (isGrandchild(head, person)) return 'ONG_BA';
  const parents = [person.father?.person, person.mother?.person].filter(Boolean);
  return parents.some((parent) => parent && isChild(head, parent)) ? 'ANH_CHI_EM' : 'KHAC';
}

function areSpouses(one: Person, other: Person): boolean {
  return one.marriages.some((marriage) => marriage.husband === other || marriage.wife === other);
}

function isChild(child: Person, parent: Person): boolean {
  return child.father?.person === parent || child.mother?.person === parent;
}

function isGrandchild(person: Person, elder: Person): boolean {
  return [person.father?.person, person.mother?.person].some((parent) => parent && isChild(parent, elder));
}

/** Permanent residence follows the household; some of the young are temporarily elsewhere, and live there. */
function registerResidences(making: Making, person: Person): void {
  if (!person.personalId) return;
  const { random, today, family } = making;
  for (const household of family.households) {
    for (const member of household.members) {
      if (member.person !== person) continue;
      person.residences.push({
        kind: 'THUONG_TRU',
        spot: household.spot,
        since: member.joinedOn,
        sincePrecision: member.joinedOn < day(1985, 1, 1) ? 'year' : 'day',
        until: null,
        endedOn: member.leftOn,
      });
      if (member.leftOn === null) person.recodedOn = household.recodedOn;
    }
  }
  person.residences.sort((one, other) => one.since - other.since);
  const home = person.residences.find((residence) => residence.endedOn === null);
  if (person.death) {
    person.death.spot = person.residences.at(-1)?.spot ?? person.death.spot;
    return;
  }
  if (!home) return;
  const age = ageAt(person.born, today);
  const away = age >= 18 && age <= 40 && random.chance(0.1);
  const since = away ? random.int(Math.max(today - 600, home.since), today) : home.since;
  const spot = away ? spotIn(random, pickUnit(random)) : home.spot;
  const where = { spot, since, sincePrecision: away ? ('day' as const) : home.sincePrecision, endedOn: null };
  // A temporary registration lasts two years at most (Law on Residence 68/2020 Art. 27).
  if (away) person.residences.push({ kind: 'TAM_TRU', until: addYears(since, 2), ...where });
  person.residences.push({ kind: 'HIEN_TAI', until: null, ...where });
}
