import { codedValue, nationalityOf } from '../../../subgraphs/kit/codes';
import { addressOf, placeOf, unitOf, unitToday } from '../../../subgraphs/kit/units';

const today = '2025-07-01';

describe('a unit', () => {
  it('is told apart by the day from which its code is its own', () => {
    expect(unitOf('20200', null)).toMatchObject({
      name: 'Phường Hòa Minh',
      fullName: 'Phường Hòa Minh, Quận Liên Chiểu, Thành phố Đà Nẵng',
      validTo: '2025-06-30',
    });
    expect(unitOf('20200', today)).toMatchObject({
      name: 'Phường Hòa Khánh',
      fullName: 'Phường Hòa Khánh, Thành phố Đà Nẵng',
      validTo: null,
    });
  });

  it('that the list does not know is named by its code', () => {
    expect(unitOf('99999', null)).toEqual({
      code: '99999',
      name: '99999',
      fullName: '99999',
      validFrom: null,
      validTo: null,
    });
    expect(unitOf(null, null)).toBeNull();
  });

  it('lies today in its only successor, and nowhere certain when it was divided', () => {
    expect(unitToday(unitOf('20200', null)!)?.name).toBe('Phường Hòa Khánh');
    expect(unitToday(unitOf('20200', today)!)?.name).toBe('Phường Hòa Khánh');
    expect(unitToday(unitOf('20296', null)!)).toBeUndefined();
    expect(unitToday(unitOf('99999', null)!)).toBeUndefined();
  });
});

describe('an address', () => {
  it('is written as recorded and as today', () => {
    expect(addressOf({ line: '2 Âu Cơ', code: '20200', validFrom: null })).toMatchObject({
      text: '2 Âu Cơ, Phường Hòa Minh, Quận Liên Chiểu, Thành phố Đà Nẵng',
      textToday: '2 Âu Cơ, Phường Hòa Khánh, Thành phố Đà Nẵng',
    });
  });

  it('stays as recorded where the unit was divided, unknown or absent', () => {
    for (const [code, text] of [
      ['20296', 'Thôn 1, Xã Hòa Liên, Huyện Hòa Vang, Thành phố Đà Nẵng'],
      ['99999', 'Thôn 1, 99999'],
      [null, 'Thôn 1'],
    ] as const) {
      expect(addressOf({ line: 'Thôn 1', code, validFrom: null })).toMatchObject({ text, textToday: text });
    }
    expect(addressOf({ line: null, code: null, validFrom: null })).toBeNull();
    expect(addressOf({ line: '', code: null, validFrom: null })).toBeNull();
  });
});

describe('a place', () => {
  it.each([
    ['Trạm y tế phường Hòa Minh', 'Trạm y tế phường Hòa Minh, Phường Hòa Khánh, Thành phố Đà Nẵng'],
    [
      'Trạm y tế, Phường Hòa Minh, Quận Liên Chiểu, Thành phố Đà Nẵng',
      'Trạm y tế, Phường Hòa Khánh, Thành phố Đà Nẵng',
    ],
    ['Hòa Minh, Liên Chiểu, Đà Nẵng', 'Phường Hòa Khánh, Thành phố Đà Nẵng'],
    ['P. Hòa Minh, Q. Liên Chiểu, TP. Đà Nẵng', 'Phường Hòa Khánh, Thành phố Đà Nẵng'],
    [null, 'Phường Hòa Khánh, Thành phố Đà Nẵng'],
  ])('recorded as "%s" is today "%s"', (text, textToday) => {
    expect(placeOf({ text, code: '20200', validFrom: null })?.textToday).toBe(textToday);
  });

  it('stays as recorded without a unit, or in one that exists', () => {
    expect(placeOf({ text: 'Hà Nội', code: null, validFrom: null })).toEqual({
      text: 'Hà Nội',
      unit: null,
      textToday: 'Hà Nội',
    });
    expect(placeOf({ text: 'Trạm y tế', code: '20200', validFrom: today })?.textToday).toBe('Trạm y tế');
    expect(placeOf({ text: null, code: null, validFrom: null })).toBeNull();
  });
});

it('a coded value that its list does not know is named by its code', () => {
  expect(codedValue('religions', '01')).toEqual({ code: '01', name: 'Phật giáo' });
  expect(codedValue('religions', '77')).toEqual({ code: '77', name: '77' });
  expect(codedValue('religions', null)).toBeNull();
  expect(nationalityOf('KOR')).toEqual({ code: 'KOR', name: 'Hàn Quốc' });
  expect(nationalityOf('XYZ')).toEqual({ code: 'XYZ', name: 'XYZ' });
});
