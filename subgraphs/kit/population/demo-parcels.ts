import { certificateIssuer } from './authorities.js';
import { type Day, day, parseDay } from './calendar.js';
import type { Certificate, Parcel, Person, Right, Spot } from './model.js';
import { parcelId } from './numbers.js';

interface Owners {
  son: Person;
  wife: Person;
  grandfather: Person;
  home: Spot;
  old: Spot;
}

/**
 * The couple's two parcels, one of them mortgaged, and the parcel of the dead father. Their longitudes end in 497 to 499
 * millionths, a remainder that no unit's ground has, so that no random parcel shares a point with them.
 */
export function demoParcels({ son, wife, grandfather, home, old }: Owners): Parcel[] {
  return [house(son, wife, home), garden(son, wife), estate(grandfather, old)];
}

/** Bought in 2013, measured anew and exchanged in 2019, mortgaged since 2022, re-coded after the merger. */
function house(son: Person, wife: Person, home: Spot): Parcel {
  const first = certificate(home, {
    serial: 'BZ 000101',
    bookNo: 'CH90001',
    on: '2004-08-10',
    status: 'WITHDRAWN',
    endedOn: '2013-05-02',
  });
  const second = certificate(home, {
    serial: 'CZ 000102',
    bookNo: 'CH90002',
    on: '2013-05-02',
    status: 'REPLACED',
    endedOn: '2019-10-15',
  });
  const third = certificate(home, { serial: 'DZ 000103', bookNo: 'CS90003', on: '2019-10-15' });
  const seller = { kind: 'CNV', name: 'Trương Quang Hiệp' };
  return {
    ...blank(home, { longitude: 108_150_499, latitude: 16_063_000 }, 105.5),
    mapSheet: '901',
    parcelNumber: '112',
    newMapSheet: '4901',
    registeredOn: parseDay('2004-08-10'),
    recodedOn: parseDay('2025-09-24'),
    remeasured: { on: parseDay('2019-10-15'), areaBefore: 104 },
    originCode: 'DG-CTT',
    uses: [{ code: 'ODT', area: 105.5, term: 'Lâu dài', expiresOn: null }],
    certificates: [first, second, third],
    rights: [
      { ...right(seller, '2004-08-10', { basis: 'GD', certificate: first }), until: parseDay('2013-05-02') },
      { ...right(son, '2013-05-02', { basis: 'CN', certificate: third }), role: 'VO_CHONG' },
      { ...right(wife, '2013-05-02', { basis: 'CN', certificate: third }), role: 'VO_CHONG' },
    ],
    mortgages: [
      {
        mortgagee: 'Ngân hàng TMCP Công Thương Việt Nam - Chi nhánh Sông Hàn',
        contractNo: '115/2013/HĐTC',
        on: parseDay('2013-05-20'),
        releasedOn: parseDay('2018-06-29'),
      },
      {
        mortgagee: 'Ngân hàng TMCP Ngoại thương Việt Nam - Chi nhánh Đà Nẵng',
        contractNo: '208/2022/HĐTC',
        on: parseDay('2022-03-17'),
        releasedOn: null,
      },
    ],
    assets: [{ kind: 'Nhà ở riêng lẻ', builtArea: 78, floorArea: 156, floors: 2, completedIn: 2014 }],
    changes: [
      change('GD 2004-08-10', 'Giao đất, cấp giấy chứng nhận lần đầu'),
      change('CN 2013-05-02', 'Nhận chuyển nhượng quyền sử dụng đất', 'Hợp đồng chuyển nhượng có công chứng'),
      change('TC 2013-05-20', 'Đăng ký thế chấp quyền sử dụng đất', 'Hợp đồng số 115/2013/HĐTC'),
      change('XC 2018-06-29', 'Xóa đăng ký thế chấp', 'Văn bản của bên nhận thế chấp'),
      change('TD 2019-10-15', 'Đo đạc lại thửa đất, cấp đổi giấy chứng nhận', 'Đơn đề nghị cấp đổi'),
      change('TC 2022-03-17', 'Đăng ký thế chấp quyền sử dụng đất', 'Hợp đồng số 208/2022/HĐTC'),
    ],
  };
}

/** A second parcel of the couple, free of any encumbrance; still under the old unit's code. */
function garden(son: Person, wife: Person): Parcel {
  const place: Spot = { ...son.residences[0]!.spot, line: 'Đường số 6, Khu dân cư Hòa Minh 5' };
  const paper = certificate(place, { serial: 'DZ 000104', bookNo: 'CS90004', on: '2020-07-08' });
  return {
    ...blank(place, { longitude: 108_152_498, latitude: 16_060_500 }, 90),
    mapSheet: '901',
    parcelNumber: '245',
    newMapSheet: '4901',
    registeredOn: parseDay('2020-07-08'),
    originCode: 'DG-CTT',
    uses: [{ code: 'ODT', area: 90, term: 'Lâu dài', expiresOn: null }],
    certificates: [paper],
    rights: [
      { ...right(son, '2020-07-08', { basis: 'GD', certificate: paper }), role: 'VO_CHONG' },
      { ...right(wife, '2020-07-08', { basis: 'GD', certificate: paper }), role: 'VO_CHONG' },
    ],
    changes: [change('GD 2020-07-08', 'Giao đất, cấp giấy chứng nhận lần đầu')],
  };
}

/** In the name of the father, who died on 18 March 2025: the inheritance is not registered. */
function estate(grandfather: Person, old: Spot): Parcel {
  const paper = certificate(old, { serial: 'BZ 000105', bookNo: 'CH90005', on: '2009-11-26' });
  return {
    ...blank(old, { longitude: 108_149_497, latitude: 16_058_000 }, 212.4),
    mapSheet: '902',
    parcelNumber: '37',
    newMapSheet: '4902',
    registeredOn: parseDay('2009-11-26'),
    recodedOn: parseDay('2025-09-24'),
    originCode: 'CNQ-KTT',
    uses: [
      { code: 'ODT', area: 150, term: 'Lâu dài', expiresOn: null },
      { code: 'CLN', area: 62.4, term: 'Đến ngày 15/10/2063', expiresOn: day(2063, 10, 15) },
    ],
    certificates: [paper],
    rights: [right(grandfather, '2009-11-26', { basis: 'GD', certificate: paper })],
    assets: [{ kind: 'Nhà ở riêng lẻ', builtArea: 92, floorArea: 92, floors: 1, completedIn: 1992 }],
    changes: [change('GD 2009-11-26', 'Công nhận quyền sử dụng đất, cấp giấy chứng nhận lần đầu')],
  };
}

/** A rectangle of the area around a point, 12 metres to the street. */
function blank(place: Spot, middle: Parcel['middle'], area: number): Parcel {
  const halfWidth = 56;
  const halfHeight = Math.round((area / 12 / 110_700 / 2) * 1e6);
  return {
    id: parcelId(middle.longitude, middle.latitude),
    spot: place,
    middle,
    box: {
      west: middle.longitude - halfWidth,
      south: middle.latitude - halfHeight,
      east: middle.longitude + halfWidth,
      north: middle.latitude + halfHeight,
    },
    mapSheet: '',
    parcelNumber: '',
    newMapSheet: '',
    area,
    legalArea: area,
    originCode: '',
    shared: false,
    status: 'ACTIVE',
    registeredOn: 0,
    endedOn: null,
    recodedOn: null,
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

function certificate(
  place: Spot,
  of: { serial: string; bookNo: string; on: string; status?: Certificate['status']; endedOn?: string },
): Certificate {
  const issuedOn: Day = parseDay(of.on);
  return {
    serial: of.serial,
    bookNo: of.bookNo,
    issuedOn,
    endedOn: of.endedOn ? parseDay(of.endedOn) : null,
    status: of.status ?? 'VALID',
    issuer: certificateIssuer(place, issuedOn),
  };
}

function right(holder: Right['holder'], since: string, of: Pick<Right, 'basis' | 'certificate'>): Right {
  return { holder, role: 'CHU_SU_DUNG', share: null, since: parseDay(since), until: null, ...of };
}

/** `GD 2004-08-10`: what kind of change, and when. */
function change(kindAndDay: string, content: string, basis: string | null = null): Parcel['changes'][number] {
  const [kind, on] = kindAndDay.split(' ') as [string, string];
  return { kind, on: parseDay(on), content, basis };
}
