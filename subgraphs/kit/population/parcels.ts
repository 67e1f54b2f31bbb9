import { type Day, day, yearOf } from './calendar.js';
import type { Certificate, Household, Parcel, Person } from './model.js';
import { pickGiven, pickSurname } from './names.js';
import { issue, newParcel, rightsOf, round } from './parcel.js';
import { divideAtDivorce, encumber, giveAway, inherit, mergeInto, renewCertificate } from './parcel-history.js';
import type { Making } from './people.js';
import { isUrban } from './units.js';

/** Before this the land law gave no certificates of this form. */
const CERTIFICATES_SINCE: Day = day(1995, 1, 1);
/** When the fifty years of most farm land run out (Land Law 45/2013 Art. 126, counted from 15 October 2013). */
const FARM_TERM_ENDS: Day = day(2063, 10, 15);

/** The land of each household's founding couple: a home, in the country a field as well, and what became of both. */
export function addParcels(making: Making): void {
  for (const household of making.family.households) {
    const founders = household.members.slice(0, 2).map((member) => member.person);
    const holders = founders.filter((person, position) => position === 0 || isSpouseOf(person, founders[0]!));
    if (!holders.some((person) => person.personalId)) continue;
    addHome(making, household, holders);
    addField(making, household, holders);
  }
}

function isSpouseOf(one: Person, other: Person): boolean {
  return one.marriages.some((marriage) => marriage.husband === other || marriage.wife === other);
}

function addHome(making: Making, household: Household, couple: Person[]): void {
  const { random } = making;
  if (!random.chance(couple.length === 2 ? 0.6 : 0.3)) return;
  const on = acquisitionDay(making, household.formedOn, couple);
  if (on === null) return;
  const urban = isUrban(household.spot.old);
  const area = round(urban ? random.int(450, 2400) / 10 : random.int(1500, 8000) / 10);
  const parcel = newParcel(making, { spot: household.spot, on, area });
  parcel.uses = [{ code: urban ? 'ODT' : 'ONT', area, term: 'Lâu dài', expiresOn: null }];
  if (!urban && area > 350) {
    const dwelling = round(area * 0.4);
    parcel.uses[0]!.area = dwelling;
    parcel.uses.push({
      code: 'CLN',
      area: round(area - dwelling),
      term: 'Đến ngày 15/10/2063',
      expiresOn: FARM_TERM_ENDS,
    });
  }
  if (random.chance(0.85)) parcel.assets.push(house(making, parcel, on));
  making.family.parcels.push(parcel);
  takeOver(making, parcel, { on, couple, bought: random.chance(urban ? 0.55 : 0.2) });
  liveOn(making, parcel);
}

function addField(making: Making, household: Household, couple: Person[]): void {
  const { random } = making;
  if (isUrban(household.spot.old) || !random.chance(0.35)) return;
  const on = acquisitionDay(making, household.formedOn, couple);
  if (on === null) return;
  const area = round(random.int(3000, 24_000) / 10);
  const parcel = newParcel(making, { spot: { ...household.spot, line: `Xứ đồng ${random.int(1, 20)}` }, on, area });
  parcel.originCode = 'CNQ-KTT';
  const code = random.pick(['LUC', 'LUC', 'LUK', 'HNK', 'CLN', 'RSX', 'NTS']);
  parcel.uses = [{ code, area, term: 'Đến ngày 15/10/2063', expiresOn: FARM_TERM_ENDS }];
  making.family.parcels.push(parcel);
  takeOver(making, parcel, { on, couple, bought: random.chance(0.1) });
  liveOn(making, parcel);
}

/** A day on which the household exists, certificates are given, and at least one of the couple lives and has a number. */
function acquisitionDay(making: Making, formedOn: Day, couple: Person[]): Day | null {
  const { random, today } = making;
  const from = Math.max(formedOn + 60, CERTIFICATES_SINCE);
  const until = Math.min(today - 60, ...couple.map((person) => person.lifeEnds - 60), endOfMarriage(couple) - 60);
  return from < until ? random.int(from, until) : null;
}

function endOfMarriage(couple: Person[]): Day {
  const shared = couple[0]!.marriages.find(
    (marriage) => couple.includes(marriage.husband) && couple.includes(marriage.wife),
  );
  return shared?.endedOn ?? Number.POSITIVE_INFINITY;
}

function house(making: Making, parcel: Parcel, on: Day): Parcel['assets'][number] {
  const { random, today } = making;
  const builtArea = round(Math.min(parcel.area, random.int(450, 1400) / 10));
  const floors = isUrban(parcel.spot.old) ? random.int(1, 4) : random.int(1, 2);
  const completedIn = Math.min(yearOf(on) + random.int(0, 8), yearOf(today) - 1);
  return { kind: 'Nhà ở riêng lẻ', builtArea, floorArea: round(builtArea * floors), floors, completedIn };
}

/** The couple's right, with the seller's before it where it was bought. */
function takeOver(making: Making, parcel: Parcel, how: { on: Day; couple: Person[]; bought: boolean }): void {
  const { random } = making;
  const { on, couple, bought } = how;
  const certificate = issue(making, parcel, on);
  const soldAfter = random.int(400, 6000);
  if (bought && on - soldAfter > CERTIFICATES_SINCE) {
    const since = on - soldAfter;
    parcel.registeredOn = since;
    const first = issueBefore(making, parcel, { since, endedOn: on });
    parcel.rights.push({
      holder: seller(making),
      role: 'CHU_SU_DUNG',
      share: null,
      since,
      until: on,
      basis: 'GD',
      certificate: first,
    });
    parcel.changes.push({ kind: 'GD', on: since, content: 'Giao đất, cấp giấy chứng nhận lần đầu', basis: null });
    parcel.changes.push({
      kind: 'CN',
      on,
      content: 'Nhận chuyển nhượng quyền sử dụng đất',
      basis: 'Hợp đồng chuyển nhượng có công chứng',
    });
  } else {
    parcel.changes.push({ kind: 'GD', on, content: 'Giao đất, cấp giấy chứng nhận lần đầu', basis: null });
  }
  const basis = parcel.rights.length > 0 ? 'CN' : 'GD';
  parcel.rights.push(...rightsOf(couple, { on, basis, certificate }));
}

function seller(making: Making): { kind: string; name: string } {
  const { random } = making;
  if (random.chance(0.25))
    return {
      kind: 'TKT',
      name: `Công ty Cổ phần Phát triển Nhà ${random.pick(['Sông Hàn', 'An Thịnh', 'Đất Quảng', 'Biển Xanh'])}`,
    };
  const sex = random.pick(['NAM', 'NU'] as const);
  return { kind: 'CNV', name: `${pickSurname(random, '01')} ${pickGiven(random, sex, 1960)}` };
}

/** The seller's, which is the older of the two. */
function issueBefore(making: Making, parcel: Parcel, of: { since: Day; endedOn: Day }): Certificate {
  const certificate = issue(making, parcel, of.since);
  certificate.status = 'WITHDRAWN';
  certificate.endedOn = of.endedOn;
  parcel.certificates.reverse();
  return certificate;
}

/** What happens to a parcel after it was acquired, in the order of time as far as one thing excludes another. */
function liveOn(making: Making, parcel: Parcel): void {
  const { random } = making;
  divideAtDivorce(parcel);
  const settled = inherit(making, parcel);
  const given = !settled && random.chance(0.1) && giveAway(making, parcel);
  if (given || parcel.status !== 'ACTIVE') return;
  if (!settled && random.chance(0.02)) mergeInto(making, parcel);
  if (parcel.status === 'ACTIVE' && random.chance(0.2)) renewCertificate(making, parcel);
  encumber(making, parcel);
}
