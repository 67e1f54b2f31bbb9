import { type Day, MERGER_DAY } from './calendar.js';
import type { Parcel, Person, Right } from './model.js';
import { parcelId } from './numbers.js';
import { dayAfter, issue, newParcel, nextDoor, rightsOf, round } from './parcel.js';
import type { Making } from './people.js';
import { isUrban } from './units.js';

const BANKS = [
  'Ngân hàng TMCP Ngoại thương Việt Nam - Chi nhánh Đà Nẵng',
  'Ngân hàng TMCP Công Thương Việt Nam - Chi nhánh Sông Hàn',
  'Ngân hàng TMCP Đầu tư và Phát triển Việt Nam - Chi nhánh Hải Vân',
  'Ngân hàng Nông nghiệp và Phát triển Nông thôn Việt Nam - Chi nhánh Nam Đà Nẵng',
  'Ngân hàng Chính sách xã hội - Chi nhánh thành phố Đà Nẵng',
];

const inForce = (parcel: Parcel): Right[] => parcel.rights.filter((right) => right.until === null);
const isPerson = (holder: Right['holder']): holder is Person => 'personalId' in holder;
const holders = (parcel: Parcel): Person[] =>
  inForce(parcel)
    .map((right) => right.holder)
    .filter(isPerson);

function end(parcel: Parcel, on: Day): void {
  for (const right of inForce(parcel)) right.until = on;
}

function withdraw(parcel: Parcel, on: Day, status: 'REPLACED' | 'WITHDRAWN'): void {
  for (const certificate of parcel.certificates) {
    if (certificate.status !== 'VALID') continue;
    certificate.status = status;
    certificate.endedOn = on;
  }
}

/** The court gives the parcel to one of them, to whoever is named first in the right: joint holding ends with the marriage. */
export function divideAtDivorce(parcel: Parcel): void {
  const [first, second] = holders(parcel);
  if (!first || !second) return;
  const divorce = first.marriages.find(
    (marriage) => marriage.divorce && [marriage.husband, marriage.wife].includes(second),
  );
  if (!divorce?.endedOn) return;
  const on = divorce.endedOn + 20;
  end(parcel, on);
  parcel.rights.push(...rightsOf([first], { on, basis: 'VC', certificate: parcel.certificates.at(-1) ?? null }));
  parcel.changes.push({
    kind: 'VC',
    on,
    content: 'Phân chia quyền sử dụng đất của vợ chồng sau ly hôn',
    basis: `Quyết định số ${divorce.divorce?.decisionNo}`,
  });
}

/**
 * When all holders are dead, half of the estates are registered: the children hold by shares. The others stay in the name of
 * the dead, which is no error of the register but the most common reason why people come to the counter. True when settled
 * or open.
 */
export function inherit(making: Making, parcel: Parcel): boolean {
  const { random, today, family } = making;
  const dead = holders(parcel);
  if (dead.length === 0 || dead.some((person) => !person.death)) return false;
  const lastDeath = Math.max(...dead.map((person) => person.death?.on ?? 0));
  const heirs = family.persons.filter(
    (person) =>
      person.personalId &&
      !person.death &&
      dead.some((parent) => [person.father?.person, person.mother?.person].includes(parent)),
  );
  const on = lastDeath + random.int(120, 1500);
  if (heirs.length === 0 || on > today - 10 || random.chance(0.5)) return true;
  const sharing = heirs.slice(0, random.chance(0.4) ? 1 : 6);
  const old = parcel.certificates.at(-1);
  withdraw(parcel, on, 'WITHDRAWN');
  end(parcel, on);
  const certificate = old ? issue(making, parcel, on) : null;
  parcel.shared = sharing.length > 1;
  for (const right of rightsOf(sharing, { on, basis: 'TK', certificate })) {
    const alone = sharing.length === 1;
    parcel.rights.push({
      ...right,
      role: alone ? 'CHU_SU_DUNG' : 'DONG_SU_DUNG',
      share: alone ? null : [1, sharing.length],
    });
  }
  const basis = sharing.length > 1 ? 'Văn bản thỏa thuận phân chia di sản thừa kế' : 'Văn bản khai nhận di sản thừa kế';
  parcel.changes.push({ kind: 'TK', on, content: 'Nhận thừa kế quyền sử dụng đất', basis });
  return true;
}

/** To a grown child: the whole parcel, or half of it after a split. False when there is no such child or no day for it. */
export function giveAway(making: Making, parcel: Parcel): boolean {
  const { family } = making;
  const givers = holders(parcel);
  if (givers.some((person) => person.death)) return false;
  const on = dayAfter(making, parcel.rights.at(-1)?.since ?? parcel.registeredOn, 15);
  const child = family.persons.find(
    (person) =>
      person.personalId &&
      !person.death &&
      on !== null &&
      person.born < on - 7000 &&
      givers.some((giver) => person.father?.person === giver || person.mother?.person === giver),
  );
  if (!child || on === null) return false;
  if (making.random.chance(0.5)) {
    split(making, { parcel, on, givers, child });
    return true;
  }
  withdraw(parcel, on, 'WITHDRAWN');
  end(parcel, on);
  parcel.rights.push(...rightsOf([child], { on, basis: 'TA', certificate: issue(making, parcel, on) }));
  parcel.changes.push(gift(on));
  return true;
}

const gift = (on: Day): Parcel['changes'][number] => ({
  kind: 'TA',
  on,
  content: 'Nhận tặng cho quyền sử dụng đất',
  basis: 'Hợp đồng tặng cho có công chứng',
});

/** North and south half become parcels of their own, each named by a point on the same meridian as the old one. */
function split(making: Making, of: { parcel: Parcel; on: Day; givers: Person[]; child: Person }): void {
  const { parcel, on, givers, child } = of;
  const { longitude, latitude } = parcel.middle;
  const quarter = Math.max(4, (parcel.box.north - parcel.box.south) >> 2);
  close(parcel, on, 'SPLIT');
  parcel.changes.push({ kind: 'TN', on, content: 'Tách thửa đất thành 02 thửa', basis: 'Đơn đề nghị tách thửa' });
  for (const north of [false, true]) {
    const middle = { longitude, latitude: latitude + (north ? quarter : -quarter) };
    const { recodedOn } = parcel;
    const half: Parcel = {
      ...parcel,
      ...making.numbers.sheet(parcel.spot),
      id: parcelId(middle.longitude, middle.latitude),
      middle,
      box: { ...parcel.box, [north ? 'south' : 'north']: latitude },
      area: round(parcel.area / 2),
      legalArea: round(parcel.area / 2),
      status: 'ACTIVE',
      registeredOn: on,
      endedOn: null,
      recodedOn: recodedOn !== null && recodedOn > on ? recodedOn : null,
      remeasured: null,
      from: [parcel],
      uses: parcel.uses.map((use) => ({ ...use, area: round(use.area / 2) })),
      assets: north ? [] : parcel.assets,
      certificates: [],
      rights: [],
      mortgages: [],
      restrictions: [],
      changes: [{ kind: 'TN', on, content: 'Hình thành do tách thửa', basis: null }],
    };
    const certificate = issue(making, half, on);
    half.rights = rightsOf(north ? [child] : givers, { on, basis: north ? 'TA' : 'TN', certificate });
    if (north) half.changes.push(gift(on));
    making.family.parcels.push(half);
  }
  parcel.assets = [];
}

function close(parcel: Parcel, on: Day, status: 'SPLIT' | 'MERGED'): void {
  parcel.status = status;
  parcel.endedOn = on;
  if (parcel.recodedOn !== null && parcel.recodedOn >= on) parcel.recodedOn = null;
  withdraw(parcel, on, 'WITHDRAWN');
  end(parcel, on);
}

/** The neighbouring parcel was bought, then both became one. */
export function mergeInto(making: Making, parcel: Parcel): void {
  const couple = holders(parcel);
  const boughtOn = dayAfter(making, parcel.rights.at(-1)?.since ?? parcel.registeredOn, 5);
  const on = boughtOn === null ? null : dayAfter(making, boughtOn, 6);
  if (on === null || boughtOn === null || couple.some((person) => person.death)) return;
  const neighbour = newParcel(making, { spot: nextDoor(making, parcel.spot), on: boughtOn, area: parcel.area });
  neighbour.uses = parcel.uses.map((use) => ({ ...use }));
  neighbour.rights = rightsOf(couple, { on: boughtOn, basis: 'CN', certificate: issue(making, neighbour, boughtOn) });
  neighbour.changes = [
    {
      kind: 'CN',
      on: boughtOn,
      content: 'Nhận chuyển nhượng quyền sử dụng đất',
      basis: 'Hợp đồng chuyển nhượng có công chứng',
    },
  ];
  const area = round(parcel.area + neighbour.area);
  const merged = newParcel(making, { spot: parcel.spot, on, area });
  merged.uses = parcel.uses.map((use) => ({ ...use, area: round(use.area * 2) }));
  merged.assets = parcel.assets;
  merged.from = [parcel, neighbour];
  merged.rights = rightsOf(couple, { on, basis: 'TN', certificate: issue(making, merged, on) });
  merged.changes = [{ kind: 'TN', on, content: 'Hình thành do hợp thửa', basis: null }];
  for (const former of [parcel, neighbour]) {
    former.changes.push({ kind: 'TN', on, content: 'Hợp 02 thửa đất thành 01 thửa', basis: 'Đơn đề nghị hợp thửa' });
    former.assets = [];
    close(former, on, 'MERGED');
  }
  making.family.parcels.push(neighbour, merged);
  encumber(making, merged);
}

/** Measured anew, and the certificate exchanged for one that states the new area. */
export function renewCertificate(making: Making, parcel: Parcel): void {
  const current = inForce(parcel);
  if (current.some((right) => isPerson(right.holder) && right.holder.death)) return;
  const on = dayAfter(making, current.at(-1)?.since ?? parcel.registeredOn, 20);
  if (on === null) return;
  const areaBefore = parcel.area;
  const area = round(areaBefore * (making.random.int(97, 103) / 100));
  if (area !== areaBefore && (parcel.recodedOn === null || parcel.recodedOn > on)) {
    parcel.remeasured = { on, areaBefore };
    parcel.area = area;
    parcel.legalArea = area;
    const first = parcel.uses[0];
    if (first) first.area = round(first.area + area - areaBefore);
  }
  withdraw(parcel, on, 'REPLACED');
  const certificate = issue(making, parcel, on);
  for (const right of current) right.certificate = certificate;
  parcel.changes.push({
    kind: 'TD',
    on,
    content: 'Đo đạc lại thửa đất, cấp đổi giấy chứng nhận',
    basis: 'Đơn đề nghị cấp đổi',
  });
}

/** Mortgages, in force or released, and the state's restrictions. */
export function encumber(making: Making, parcel: Parcel): void {
  const { random, today } = making;
  const since = parcel.rights.at(-1)?.since ?? parcel.registeredOn;
  const dead = holders(parcel).some((person) => person.death);
  const on = random.chance(0.25) && !dead ? dayAfter(making, Math.max(since, today - 4000), 11) : null;
  if (on !== null) {
    const releasedOn = random.chance(0.5) ? dayAfter(making, on, 6) : null;
    const contractNo = making.numbers.decision('HĐTC', on);
    parcel.mortgages.push({ mortgagee: random.pick(BANKS), contractNo, on, releasedOn });
    parcel.changes.push({
      kind: 'TC',
      on,
      content: 'Đăng ký thế chấp quyền sử dụng đất',
      basis: `Hợp đồng số ${contractNo}`,
    });
    if (releasedOn)
      parcel.changes.push({
        kind: 'XC',
        on: releasedOn,
        content: 'Xóa đăng ký thế chấp',
        basis: 'Văn bản của bên nhận thế chấp',
      });
  }
  if (random.chance(0.04)) restrict(making, parcel, Math.max(since, today - 5000));
  parcel.changes.sort((one, other) => one.on - other.on);
}

function restrict(making: Making, parcel: Parcel, from: Day): void {
  const { random } = making;
  const on = dayAfter(making, from, 13);
  if (on === null) return;
  const planning = random.chance(0.6);
  const partial = random.chance(0.5);
  parcel.restrictions.push({
    kind: planning ? 'Quy hoạch sử dụng đất' : 'Hành lang bảo vệ an toàn công trình',
    content: planning
      ? 'Thửa đất thuộc quy hoạch mở rộng đường giao thông'
      : 'Một phần thửa đất thuộc hành lang an toàn lưới điện',
    area: partial ? round(parcel.area * 0.3) : null,
    partial,
    documentNo: making.numbers.decision('QĐ-UBND', on),
    issuedOn: on,
    issuer:
      on >= MERGER_DAY ? `Ủy ban nhân dân ${parcel.spot.now.province}` : `Ủy ban nhân dân ${parcel.spot.old.province}`,
    liftedOn: random.chance(0.3) ? dayAfter(making, on, 5) : null,
  });
  const content = isUrban(parcel.spot.old)
    ? 'Đăng ký hạn chế quyền do quy hoạch đô thị'
    : 'Đăng ký hạn chế quyền sử dụng đất';
  parcel.changes.push({ kind: 'HC', on, content, basis: null });
}
