import { type Day, MERGER_DAY, yearOf } from './calendar.js';
import type { Sex, Spot } from './model.js';
import { pickGiven, pickSurname } from './names.js';
import { Random } from './random.js';
import { type Unit, unitOn, unitTitle } from './units.js';

/** An authority with its unit's code, where it has one, named as it was when it acted. */
export interface ActingAuthority {
  code: string | null;
  name: string;
}

const committee = (unit: Unit): ActingAuthority => ({ code: unit.code, name: `Ủy ban nhân dân ${unitTitle(unit)}` });

/** Registers births, marriages, deaths: the commune's people's committee. */
export function civilRegistrar(spot: Spot, on: Day): ActingAuthority {
  return committee(unitOn(spot, on));
}

/** Registers residence: the commune's police. */
export function residencePolice(spot: Spot, on: Day): ActingAuthority {
  const unit = unitOn(spot, on);
  return { code: unit.code, name: `Công an ${unitTitle(unit)}` };
}

/** Issues identity cards; the Law on Identification (1 July 2024) put the ministry's name on them. */
export function cardIssuer(on: Day): ActingAuthority {
  const ministry = yearOf(on) >= 2025;
  return { code: null, name: ministry ? 'Bộ Công an' : 'Cục Cảnh sát quản lý hành chính về trật tự xã hội' };
}

/** Keeps the land register: a branch of the land registration office for each old district, for each area since the merger. */
export function landRegistrar(spot: Spot, on: Day): ActingAuthority {
  if (on >= MERGER_DAY) {
    return { code: null, name: `Văn phòng Đăng ký đất đai thành phố Đà Nẵng, chi nhánh phụ trách ${spot.now.name}` };
  }
  const province = spot.old.province === 'Tỉnh Quảng Nam' ? 'tỉnh Quảng Nam' : 'thành phố Đà Nẵng';
  const district = spot.old.district ?? '';
  return {
    code: null,
    name: `Văn phòng Đăng ký đất đai ${province}, Chi nhánh ${district.charAt(0).toLowerCase()}${district.slice(1)}`,
  };
}

/** Issues certificates: the district before 2015, the province's office after, the commune since the merger. */
export function certificateIssuer(spot: Spot, on: Day): ActingAuthority {
  if (on >= MERGER_DAY) return committee(spot.now);
  if (yearOf(on) < 2015) return { code: null, name: `Ủy ban nhân dân ${spot.old.district ?? spot.old.name}` };
  return { code: null, name: `Sở Tài nguyên và Môi trường ${spot.old.province}` };
}

/** Decides divorces. */
export function familyCourt(spot: Spot, on: Day): string {
  const district = spot.old.district ?? spot.old.name;
  return on >= MERGER_DAY ? 'Tòa án nhân dân khu vực, Thành phố Đà Nẵng' : `Tòa án nhân dân ${district}`;
}

const SIGNERS = new Map<string, string>();

/** Who signed for an authority: the same (made-up) person for five years. */
export function signerOf(authority: ActingAuthority, on: Day): { name: string; title: string } {
  const term = Math.floor(yearOf(on) / 5);
  const key = `${authority.name}|${term}`;
  let name = SIGNERS.get(key);
  if (!name) {
    const random = new Random(`signer|${key}`);
    const sex: Sex = random.chance(0.7) ? 'NAM' : 'NU';
    name = `${pickSurname(random, '01')} ${pickGiven(random, sex, term * 5 - 45)}`;
    SIGNERS.set(key, name);
  }
  return { name, title: term % 2 === 0 ? 'Chủ tịch' : 'Phó Chủ tịch' };
}
