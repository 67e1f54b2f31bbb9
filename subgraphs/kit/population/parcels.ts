import { certificateIssuer } from './authorities.js';
import { addYears, type Day, day, MERGER_DAY, yearOf } from './calendar.js';
import type { Certificate, Family, Household, Parcel, Person, Right, Spot } from './model.js';
import { pickGiven, pickSurname } from './names.js';
import { CELL, parcelId } from './numbers.js';
import { divideAtDivorce, encumber, giveAway, inherit, mergeInto, renewCertificate } from './parcel-history.js';
import type { Making } from './people.js';
import { isUrban, spotIn } from './units.js';

/** Before this the land law gave no certificates of this form. */
const CERTIFICATES_SINCE: Day = day(1995, 1, 1);
/** When the fifty years of most farm land run out (Land Law 45/2013 Art. 126, counted from 15 October 2013). */
const FARM_TERM_ENDS: Day = day(2063, 10, 15);
const SQUARE_METRES_A_DEGREE = 106_700 * 110_700;

/** The land of each household's founding couple: a home, in the country a field as well, and what became of both. */
export function addParcels(making: Making, family: Family): void {
  for (const household of family.households) {
    const founders = household.members.slice(0, 2).map((member) => member.person);
    const holders = founders.filter((person, position) => position === 0 || isSpouseOf(person, founders[0]!));
    if (!holders.some((person) => person.personalId)) continue;
    addHome(making, family, household, holders);
    addField(making, family, household, holders);
  }
}

function isSpouseOf(one: Person, other: Person): boolean {
  return one.marriages.some((marriage) => marriage.husband === other || marriage.wife === other);
}

function addHome(making: Making, family: Family, household: Household, couple: Person[]): void {
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
  family.parcels.push(parcel);
  takeOver(making, parcel, { on, couple, bought: random.chance(urban ? 0.55 : 0.2) });
  liveOn(making, family, parcel);
}

function addField(making: Making, family: Family, household: Household, couple: Person[]): void {
  const { random } = making;
  if (isUrban(household.spot.old) || !random.chance(0.35)) return;
  const on = acquisitionDay(making, household.formedOn, couple);
  if (on === null) return;
  const area = round(random.int(3000, 24_000) / 10);
  const parcel = newParcel(making, { spot: { ...household.spot, line: `Xứ đồng ${random.int(1, 20)}` }, on, area });
  parcel.originCode = 'CNQ-KTT';
  const code = random.pick(['LUC', 'LUC', 'LUK', 'HNK', 'CLN', 'RSX', 'NTS']);
  parcel.uses = [{ code, area, term: 'Đến ngày 15/10/2063', expiresOn: FARM_TERM_ENDS }];
  family.parcels.push(parcel);
  takeOver(making, parcel, { on, couple, bought: random.chance(0.1) });
  liveOn(making, family, parcel);
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

export const round = (area: number): number => Math.round(area * 10) / 10;

/** A parcel on ground of its own: a rectangle of the right area around the point that its identifier names. */
export function newParcel(making: Making, of: { spot: Spot; on: Day; area: number }): Parcel {
  const { random, numbers, today } = making;
  const { longitude, latitude } = numbers.ground(of.spot.now);
  const square = (of.area / SQUARE_METRES_A_DEGREE) * 1e12;
  const width = Math.min(CELL - 10, Math.round(Math.sqrt(square) * (random.int(80, 120) / 100)));
  const height = Math.min(CELL - 10, Math.round(square / width));
  const [halfWidth, halfHeight] = [Math.max(8, width >> 1), Math.max(8, height >> 1)];
  const recodes = of.on < MERGER_DAY && random.chance(0.7);
  return {
    id: parcelId(longitude, latitude),
    spot: of.spot,
    middle: { longitude, latitude },
    box: {
      west: longitude - halfWidth,
      south: latitude - halfHeight,
      east: longitude + halfWidth,
      north: latitude + halfHeight,
    },
    ...numbers.sheet(of.spot),
    area: of.area,
    legalArea: of.area,
    originCode: random.pick(['CNQ-CTT', 'CNQ-KTT', 'DG-CTT']),
    shared: false,
    status: 'ACTIVE',
    registeredOn: of.on,
    endedOn: null,
    recodedOn: recodes ? random.int(MERGER_DAY + 3, Math.min(today, MERGER_DAY + 450)) : null,
    remeasured: null,
    from: [],
    uses: [],
    certificates: [],
    rights: [],
    mortgages: [],
    restrictions: [],
    assets: [],
    changes: [],
  };
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
    const first = issueBefore(making, parcel, since, on);
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

/** Two spouses hold jointly without shares; anyone else alone. */
export function rightsOf(holders: Person[], of: { on: Day; basis: string; certificate: Certificate | null }): Right[] {
  const role = holders.length > 1 ? 'VO_CHONG' : 'CHU_SU_DUNG';
  return holders.map((holder) => ({
    holder,
    role,
    share: null,
    since: of.on,
    until: null,
    basis: of.basis,
    certificate: of.certificate,
  }));
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

/** A new certificate in force. Its book number begins with who gave it: the district CH, the province's office CS, the commune CX. */
export function issue(making: Making, parcel: Parcel, on: Day): Certificate {
  const book = on >= MERGER_DAY ? 'CX' : yearOf(on) < 2015 ? 'CH' : 'CS';
  const certificate: Certificate = {
    serial: making.numbers.certificateSerial(on),
    bookNo: making.numbers.bookNo(book),
    issuedOn: on,
    endedOn: null,
    status: 'VALID',
    issuer: certificateIssuer(parcel.spot, on),
  };
  parcel.certificates.push(certificate);
  return certificate;
}

function issueBefore(making: Making, parcel: Parcel, on: Day, endedOn: Day): Certificate {
  const certificate = issue(making, parcel, on);
  certificate.status = 'WITHDRAWN';
  certificate.endedOn = endedOn;
  parcel.certificates.reverse();
  return certificate;
}

/** What happens to a parcel after it was acquired, in the order of time as far as one thing excludes another. */
function liveOn(making: Making, family: Family, parcel: Parcel): void {
  const { random } = making;
  divideAtDivorce(parcel);
  const settled = inherit(making, family, parcel);
  const given = !settled && random.chance(0.1) && giveAway(making, family, parcel);
  if (given || parcel.status !== 'ACTIVE') return;
  if (!settled && random.chance(0.02)) mergeInto(making, family, parcel);
  if (parcel.status === 'ACTIVE' && random.chance(0.2)) renewCertificate(making, parcel);
  encumber(making, parcel);
}

/** An address in the same unit, for a parcel next door. */
export function nextDoor(making: Making, spot: Spot): Spot {
  return { ...spotIn(making.random, spot.old), now: spot.now };
}

/** The first day after both, not later than the reference date; null when there is none. */
export function dayAfter(making: Making, from: Day, years: number): Day | null {
  const until = Math.min(making.today - 20, addYears(from, years));
  return from + 60 < until ? making.random.int(from + 60, until) : null;
}
