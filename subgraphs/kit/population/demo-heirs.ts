import { parseDay } from './calendar.js';
import { demoParcels } from './demo-parcels.js';
import { demoDeath, demoHousehold, demoMarriage, demoPerson, spot } from './demo-person.js';
import type { Family, Household, Marriage, Person } from './model.js';

const HOA_MINH = '20200';
const DA_NANG_HOSPITAL = 'Bệnh viện Đa khoa Đà Nẵng';
const HOME_TOWN = 'Phường Hòa Minh, Quận Liên Chiểu, Thành phố Đà Nẵng';
const OLD_HOME = spot('Tổ 31', HOA_MINH);
const HOME = spot('256 Tôn Đức Thắng, Tổ 31', HOA_MINH);
const VINH_DIEN = spot('Khối 5', '20551');

/** Two people and how they came to be a pair. */
interface Couple {
  husband: Person;
  wife: Person;
  marriage: Marriage;
}

/**
 * 048085000003 and 048187000004, married, with 048215000005 and a daughter; his father 048045000006 died in 2025 and a parcel is
 * still in that name; heirs are the widow, the son and a divorced daughter.
 */
export function heirs(): Family {
  const elders = grandparents();
  const divorced = daughter(elders);
  const couple = sonAndWife(elders);
  const children = grandchildren(couple);
  const households = homes({ elders, divorced, couple, children });
  households[0]!.members[1]!.leftOn = parseDay('2025-03-18');
  demoDeath(elders.husband, {
    on: '2025-03-18',
    registeredOn: '2025-03-21',
    time: '21:15',
    place: 'Tại nhà',
    cause: 'Tuổi già',
    noticeIssuer: null,
    spot: OLD_HOME,
  });
  const pairs = [elders, divorced, couple];
  return {
    index: 0,
    persons: [...pairs.flatMap(({ husband, wife }) => [husband, wife]), ...children],
    marriages: pairs.map(({ marriage }) => marriage),
    households,
    parcels: demoParcels({
      son: couple.husband,
      wife: couple.wife,
      grandfather: elders.husband,
      home: HOME,
      old: OLD_HOME,
    }),
  };
}

function grandparents(): Couple {
  const born = {
    birthPlace: 'Hòa Minh',
    homeTown: HOME_TOWN,
    spot: OLD_HOME,
    registered: '1977-03-15',
    collected: '2017-04-11',
  };
  const husband = demoPerson({
    ...born,
    id: '048045000006',
    name: 'Nguyễn Văn Phước',
    born: '1945-02-10',
    father: 'Nguyễn Văn Đôn',
    mother: 'Huỳnh Thị Lài',
    oldId: '191000006',
    cards: [['2021-04-06']],
    // As of many of his age: so his heirs are those whom the books know, not parents who would be over a hundred.
    undigitised: true,
  });
  const wife = demoPerson({
    ...born,
    id: '048150000016',
    name: 'Trần Thị Sáu',
    born: '1950-07-21',
    father: 'Trần Văn Bảy',
    mother: 'Võ Thị Mười',
    oldId: '191000016',
    cards: [['2021-04-06']],
    religion: '01',
  });
  return { husband, wife, marriage: demoMarriage(husband, wife, { on: '1976-11-20', spot: OLD_HOME }) };
}

function childOf({ husband, wife }: Couple) {
  return { birthPlace: DA_NANG_HOSPITAL, homeTown: HOME_TOWN, father: husband, mother: wife };
}

function daughter(elders: Couple): Couple {
  const wife = demoPerson({
    ...childOf(elders),
    spot: OLD_HOME,
    id: '048179000017',
    name: 'Nguyễn Thị Thanh Tâm',
    born: '1979-10-03',
    registered: '1979-11-12',
    oldId: '191000017',
    cards: [['2021-07-12', '2039-10-03']],
    phone: '0110000017',
  });
  const husband = demoPerson({
    id: '049077000018',
    name: 'Võ Đình Thắng',
    born: '1977-01-17',
    birthPlace: 'Trạm Y tế Vĩnh Điện',
    homeTown: 'Phường Vĩnh Điện, Thị xã Điện Bàn, Tỉnh Quảng Nam',
    spot: VINH_DIEN,
    registered: '1977-02-20',
    father: 'Võ Đình Lân',
    mother: 'Phan Thị Nga',
    oldId: '191000018',
    cards: [['2021-08-03', '2037-01-17']],
  });
  const divorced = { on: '2012-09-28', decisionNo: '87/2012/QĐST-HNGĐ', court: 'Tòa án nhân dân Quận Liên Chiểu' };
  return { husband, wife, marriage: demoMarriage(husband, wife, { on: '2004-05-15', spot: OLD_HOME, divorced }) };
}

function sonAndWife(elders: Couple): Couple {
  const husband = demoPerson({
    ...childOf(elders),
    spot: OLD_HOME,
    id: '048085000003',
    name: 'Nguyễn Hoàng Long',
    born: '1985-06-20',
    registered: '1985-07-08',
    bloodGroup: 'B',
    oldId: '191000003',
    cards: [
      ['2021-05-11', '2025-06-20'],
      ['2025-06-02', '2045-06-20'],
    ],
    phone: '0110000003',
    email: 'nguyen.hoang.long@example.com',
  });
  const wife = demoPerson({
    id: '048187000004',
    name: 'Đặng Thị Mỹ Linh',
    born: '1987-02-11',
    birthPlace: DA_NANG_HOSPITAL,
    homeTown: 'Phường Thanh Bình, Quận Hải Châu, Thành phố Đà Nẵng',
    spot: spot('18 Trần Cao Vân, Tổ 15', '20227', '20242'),
    father: 'Đặng Ngọc Anh',
    mother: 'Lê Thị Kim Chi',
    registered: '1987-02-26',
    bloodGroup: 'O',
    oldId: '191000004',
    cards: [['2021-05-11', '2027-02-11']],
    phone: '0110000004',
    corrected: { from: 'Đặng Thị Mĩ Linh', on: '2020-03-05', decisionNo: '41/2020/QĐ-UBND' },
  });
  return { husband, wife, marriage: demoMarriage(husband, wife, { on: '2012-12-12', spot: HOME }) };
}

function grandchildren(couple: Couple): Person[] {
  const born = { ...childOf(couple), spot: HOME, birthPlace: 'Bệnh viện Phụ sản - Nhi Đà Nẵng' };
  return [
    demoPerson({ ...born, id: '048215000005', name: 'Nguyễn Minh Đức', born: '2015-09-05', registered: '2015-09-21' }),
    demoPerson({ ...born, id: '048319000015', name: 'Nguyễn Khánh An', born: '2019-04-18', registered: '2019-05-06' }),
  ];
}

function homes(of: { elders: Couple; divorced: Couple; couple: Couple; children: Person[] }): Household[] {
  const { elders, divorced, couple, children } = of;
  return [
    demoHousehold(OLD_HOME, '1977-01-10', {
      recodedOn: '2025-09-03',
      members: [
        [elders.wife, 'CHU_HO', '1977-01-10'],
        [elders.husband, 'VO_CHONG', '1977-01-10'],
        [divorced.wife, 'CON', '2012-11-20'],
        [couple.husband, 'CON', '1985-07-08', '2013-06-01'],
      ],
    }),
    demoHousehold(HOME, '2013-06-01', {
      recodedOn: '2025-09-03',
      members: [
        [couple.husband, 'CHU_HO', '2013-06-01'],
        [couple.wife, 'VO_CHONG', '2013-06-01'],
        [children[0]!, 'CON', '2015-09-21'],
        [children[1]!, 'CON', '2019-05-06'],
      ],
    }),
    demoHousehold(VINH_DIEN, '2012-11-01', { members: [[divorced.husband, 'CHU_HO', '2012-11-01']] }),
  ];
}
