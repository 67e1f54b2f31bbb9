import { parseDay } from './calendar.js';
import { heirs } from './demo-heirs.js';
import { demoDeath, demoHousehold, demoMarriage, demoPerson, spot } from './demo-person.js';
import type { Family } from './model.js';

/**
 * The demo people and their families: the same in every seed, for the tours, the tests and the README. All of them are made
 * up. Their numbers end in 000001 to 000019, which no random person can have.
 */
export function demoFamilies(): Family[] {
  return [groom(), bride(), heirs(), contradicted(), undigitised()];
}

const HOA_MINH = '20200';
const THANH_BINH = ['20227', '20242'] as const;
const HOA_KHANH_BAC = '20197';
const VINH_DIEN = '20551';
const DA_NANG_HOSPITAL = 'Bệnh viện Đa khoa Đà Nẵng';

/** 048090000001: single, lives with his parents. With 048192000002 he may marry. */
function groom(): Family {
  const home = spot('K45/12 Nguyễn Lương Bằng, Tổ 24', HOA_MINH);
  const homeTown = 'Phường Hòa Minh, Quận Liên Chiểu, Thành phố Đà Nẵng';
  const older = { birthPlace: 'Trạm Y tế Hòa Minh', homeTown, spot: home, registered: '1978-04-12' };
  const father = demoPerson({
    ...older,
    id: '048062000011',
    name: 'Trần Văn Lộc',
    born: '1962-08-02',
    father: 'Trần Văn Kiệt',
    mother: 'Lê Thị Cúc',
    oldId: '191000011',
    cards: [['2021-04-20']],
    phone: '0110000011',
  });
  const mother = demoPerson({
    ...older,
    id: '048165000012',
    name: 'Nguyễn Thị Hường',
    born: '1965-01-30',
    father: 'Nguyễn Văn Tín',
    mother: 'Phan Thị Yến',
    oldId: '191000012',
    cards: [['2021-04-20', '2025-01-30'], ['2025-01-10']],
    religion: '01',
  });
  const marriage = demoMarriage(father, mother, { on: '1988-02-24', spot: home });
  const son = demoPerson({
    id: '048090000001',
    name: 'Trần Minh Khôi',
    born: '1990-03-14',
    birthPlace: DA_NANG_HOSPITAL,
    homeTown,
    spot: home,
    father,
    mother,
    registered: '1990-04-02',
    bloodGroup: 'O',
    oldId: '191000001',
    cards: [['2021-05-18', '2030-03-14']],
    phone: '0110000001',
    email: 'tran.minh.khoi@example.com',
  });
  const household = demoHousehold(home, '1988-03-01', {
    recodedOn: '2025-09-16',
    members: [
      [father, 'CHU_HO', '1988-03-01'],
      [mother, 'VO_CHONG', '1988-03-01'],
      [son, 'CON', '1990-04-02'],
    ],
  });
  return { index: 0, persons: [father, mother, son], marriages: [marriage], households: [household], parcels: [] };
}

/** 048192000002: single, lives with her widowed father, has a certificate of marital status that is still valid. */
function bride(): Family {
  const home = spot('112 Ông Ích Khiêm, Tổ 8', ...THANH_BINH);
  const south = spot('Khối 3', VINH_DIEN);
  const homeTown = 'Phường Thanh Bình, Quận Hải Châu, Thành phố Đà Nẵng';
  const father = demoPerson({
    id: '048060000013',
    name: 'Lê Quang Vinh',
    born: '1960-05-19',
    birthPlace: 'Đà Nẵng',
    homeTown,
    spot: home,
    registered: '1977-09-05',
    father: 'Lê Quang Tự',
    mother: 'Đỗ Thị Sương',
    oldId: '191000013',
    cards: [['2021-06-02']],
    phone: '0110000013',
  });
  const mother = demoPerson({
    id: '049163000014',
    name: 'Phạm Thị Hoa',
    born: '1963-12-08',
    birthPlace: 'Trạm Y tế Vĩnh Điện',
    homeTown: 'Phường Vĩnh Điện, Thị xã Điện Bàn, Tỉnh Quảng Nam',
    spot: south,
    registered: '1979-02-17',
    father: 'Phạm Hữu Nghĩa',
    mother: 'Trần Thị Huệ',
    oldId: '191000014',
    collected: '2017-03-08',
  });
  const marriage = demoMarriage(father, mother, { on: '1990-10-06', spot: home });
  const daughter = demoPerson({
    id: '048192000002',
    name: 'Lê Thị Thu Hà',
    born: '1992-11-25',
    birthPlace: DA_NANG_HOSPITAL,
    homeTown,
    spot: home,
    father,
    mother,
    registered: '1992-12-10',
    bloodGroup: 'A',
    otherName: 'Bé',
    oldId: '191000002',
    cards: [['2021-05-27', '2032-11-25']],
    phone: '0110000002',
    email: 'le.thi.thu.ha@example.com',
    maritalCertificate: { on: '2026-09-15', purpose: 'Để đăng ký kết hôn' },
  });
  const household = demoHousehold(home, '1990-11-01', {
    recodedOn: '2025-08-22',
    members: [
      [father, 'CHU_HO', '1990-11-01'],
      [mother, 'VO_CHONG', '1990-11-01'],
      [daughter, 'CON', '1992-12-10'],
    ],
  });
  household.members[1]!.leftOn = parseDay('2018-06-10');
  demoDeath(mother, {
    on: '2018-06-10',
    registeredOn: '2018-06-14',
    time: '03:40',
    place: DA_NANG_HOSPITAL,
    cause: 'Ung thư',
    noticeIssuer: DA_NANG_HOSPITAL,
    spot: home,
  });
  return { index: 0, persons: [father, mother, daughter], marriages: [marriage], households: [household], parcels: [] };
}

/** 048178000007: the identity registry has another name and says that she never married; the books say otherwise. */
function contradicted(): Family {
  const home = spot('Tổ 12', HOA_KHANH_BAC);
  const homeTown = 'Phường Hòa Khánh Bắc, Quận Liên Chiểu, Thành phố Đà Nẵng';
  const her = demoPerson({
    id: '048178000007',
    name: 'Hồ Thị Thúy Vân',
    born: '1978-04-09',
    birthPlace: DA_NANG_HOSPITAL,
    homeTown,
    spot: home,
    registered: '1978-05-02',
    father: 'Hồ Văn Trợ',
    mother: 'Nguyễn Thị Lệ',
    oldId: '191000007',
    cards: [['2021-06-15', '2038-04-09']],
    phone: '0110000007',
  });
  const him = demoPerson({
    id: '048075000019',
    name: 'Bùi Đức Trí',
    born: '1975-12-01',
    birthPlace: DA_NANG_HOSPITAL,
    homeTown,
    spot: home,
    registered: '1976-06-20',
    father: 'Bùi Đức Hạnh',
    mother: 'Đinh Thị Mai',
    oldId: '191000019',
    cards: [['2021-06-15', '2035-12-01']],
  });
  const marriage = demoMarriage(him, her, { on: '2003-08-16', spot: home });
  const household = demoHousehold(home, '2003-10-01', {
    members: [
      [him, 'CHU_HO', '2003-10-01'],
      [her, 'VO_CHONG', '2003-10-01'],
    ],
  });
  const other = { personalId: '048178000007', registry: 'citizen-identity', table: 'person' };
  const kind = 'mismatch with national reference';
  return {
    index: 0,
    persons: [him, her],
    marriages: [marriage],
    households: [household],
    parcels: [],
    planted: [
      { ...other, kind, field: 'full_name', value: 'Hồ Thị Thúy Vi' },
      { ...other, kind, field: 'marital_status', value: 'CHUA_KET_HON' },
    ],
  };
}

/** 048099000008: of age, single as far as the identity registry knows; no civil-status record was ever digitised. */
function undigitised(): Family {
  const home = spot('Tổ 5', HOA_KHANH_BAC);
  const him = demoPerson({
    id: '048099000008',
    name: 'Ngô Tấn Đạt',
    born: '1999-07-27',
    birthPlace: DA_NANG_HOSPITAL,
    homeTown: 'Phường Hòa Khánh Bắc, Quận Liên Chiểu, Thành phố Đà Nẵng',
    spot: home,
    father: 'Ngô Tấn Phát',
    mother: 'Trương Thị Bích',
    registered: '1999-08-19',
    oldId: '191000008',
    cards: [
      ['2021-05-29', '2024-07-27'],
      ['2024-07-01', '2039-07-27'],
    ],
    phone: '0110000008',
    undigitised: true,
  });
  const household = demoHousehold(home, '2020-03-02', {
    recodedOn: '2025-10-07',
    members: [[him, 'CHU_HO', '2020-03-02']],
  });
  return { index: 0, persons: [him], marriages: [], households: [household], parcels: [] };
}
