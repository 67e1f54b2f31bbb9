import { certificateIssuer } from './authorities.js';
import { addYears, type Day, MERGER_DAY, yearOf } from './calendar.js';
import type { Certificate, Parcel, Person, Right, Spot } from './model.js';
import { CELL, parcelId } from './numbers.js';
import type { Making } from './people.js';
import { spotIn } from './units.js';

/** At 16 degrees north. */
const SQUARE_METRES_A_DEGREE = 106_700 * 110_700;

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

/** An address in the same unit, for a parcel next door. */
export function nextDoor(making: Making, spot: Spot): Spot {
  return { ...spotIn(making.random, spot.old), now: spot.now };
}

/** The first day after both, not later than the reference date; null when there is none. */
export function dayAfter(making: Making, from: Day, years: number): Day | null {
  const until = Math.min(making.today - 20, addYears(from, years));
  return from + 60 < until ? making.random.int(from + 60, until) : null;
}
