import { datesAgree, parsePartialDate } from '../../../gateway/dossier/compare/dates.js';
import { foldName, namesAgree } from '../../../gateway/dossier/compare/names.js';
import { placesAgree } from '../../../gateway/dossier/compare/places.js';
import { FORMATS, type Format } from '../../../gateway/dossier/format.js';
import { numberInWords } from '../../../gateway/dossier/words.js';

const TONES = ['\u0300', '\u0301', '\u0303', '\u0309', '\u0323'];

describe('names', () => {
  /** Every open syllable with a glide, with the tone on either vowel. */
  const pairs = ['o,a', 'o,e', 'u,y'].flatMap((rhyme) =>
    TONES.map((tone) => {
      const [glide, vowel] = rhyme.split(',') as [string, string];
      return [`H${glide}${tone}${vowel}`.normalize('NFC'), `H${glide}${vowel}${tone}`.normalize('NFC')] as const;
    }),
  );

  test.each(pairs)('%s and %s are one name, in both cases and both Unicode forms', (left, right) => {
    for (const change of [
      (text: string) => text,
      (text: string) => text.toUpperCase(),
      (text: string) => text.normalize('NFD'),
    ]) {
      expect(namesAgree(`Nguyễn ${change(left)}`, `Nguyễn ${right}`)).toBe(true);
      expect(namesAgree(`Nguyễn ${left}`, `Nguyễn ${change(right)}`)).toBe(true);
    }
  });

  test.each(pairs)('%s with another tone, or with none, is another name', (left) => {
    const others = [...TONES, ''].map((tone) =>
      left.normalize('NFD').replace(/[\u0300\u0301\u0303\u0309\u0323]/, tone),
    );
    expect(others.filter((other) => namesAgree(left, other))).toHaveLength(1);
  });

  test.each([
    ['Đặng Đức', 'Ðặng Ðức', 'U+00D0 for U+0110'],
    ['Đặng Đức', 'ðặng ðức', 'U+00F0 for U+0111'],
    ['Trần  Thị\u00a0 Mai ', 'trần thị mai', 'case and white space'],
    ['Trần\u200b Mai', 'Trần Mai', 'an invisible character'],
    ['Nguyễn Thị Thuý Quyên', 'NGUYỄN THỊ THÚY QUYÊN', 'two things at once'],
    ['Khuyến', 'Khuyến'.normalize('NFD'), 'the decomposed form'],
  ])('%s and %s agree: %s', (left, right) => {
    expect(namesAgree(left, right)).toBe(true);
  });

  test.each([
    ['Đặng', 'Dặng', 'd is not đ'],
    ['Nguyễn Văn An', 'Nguyễn An', 'a middle name is missing'],
    ['Lý', 'Lí', 'i is not y'],
    ['Phan', 'Phạn', 'a tone more'],
    ['Lê Thị Hoa', 'Lê Thị Hoà', 'a tone less'],
    ['Trân', 'Trăn', 'another vowel'],
    ['Tuân', 'Tuấn', 'another tone'],
    ['Hữu', 'Hửu', 'hook for tilde'],
    ['Sơn', 'Son', 'a horn less'],
    ['Minh Anh', 'Minhanh', 'a space less'],
    ['Hòa Minh', 'Hoa Mình', 'the tone moved to another syllable'],
  ])('%s and %s differ: %s', (left, right) => {
    expect(namesAgree(left, right)).toBe(false);
  });

  test('folding is stable: a folded name folds to itself', () => {
    for (const name of ['Nguyễn Văn Hoà', 'Ðặng Thuý', 'TRẦN  QUÝ'])
      expect(foldName(foldName(name))).toBe(foldName(name));
  });
});

describe('dates', () => {
  test.each([
    ['1958', '1958-03-01'],
    ['1958-03', '1958-03-01'],
    ['1958', '1958-03'],
    ['1958-03-01', '1958-03-01'],
    ['1958-13-01', '1958-13-01'],
  ])('%s agrees with %s', (left, right) => {
    expect([datesAgree(left, right), datesAgree(right, left)]).toEqual([true, true]);
  });

  test.each([
    ['1958-04', '1958-03-01'],
    ['1957', '1958-03-01'],
    ['1958-03-01', '1958-03-02'],
    ['1958-03-01', '1958-01-03'],
    ['01/03/1958', '1958-03-01'],
    ['1958-02-30', '1958-02'],
    ['', '1958'],
  ])('%s does not agree with %s', (left, right) => {
    expect([datesAgree(left, right), datesAgree(right, left)]).toEqual([false, false]);
  });

  test.each([
    ['2024-02-29', true],
    ['2023-02-29', false],
    ['1900-02-29', false],
    ['2000-02-29', true],
    ['1990-00', false],
    ['1990-12-32', false],
    ['90', false],
  ])('%s is a date: %s', (text, valid) => expect(parsePartialDate(text) !== null).toBe(valid));
});

describe('places', () => {
  const unitThen = (code: string, more = {}) => ({ text: '', textToday: '', unit: { code, validFrom: null }, ...more });
  const unitNow = (code: string, more = {}) => ({
    text: '',
    textToday: '',
    unit: { code, validFrom: '2025-07-01' },
    ...more,
  });

  test('Hòa Minh of before July 2025 may be Hòa Khánh of today, though one code stands for both', () => {
    expect(placesAgree(unitThen('20200'), unitNow('20200'))).toBe(true);
    expect(placesAgree(unitNow('20200'), unitThen('20200'))).toBe(true);
  });

  test('an old unit agrees with its successor, whatever its own code means today', () => {
    // 20195, Hòa Hiệp Nam, became part of Hải Vân, which took over the code 20194.
    expect(placesAgree(unitThen('20195'), unitNow('20194'))).toBe(true);
    expect(placesAgree(unitThen('20195'), unitNow('20197'))).toBe(false);
    expect(placesAgree(unitThen('20195'), unitNow('20195'))).toBe(false);
  });

  test('a divided unit agrees with each of its successors, and with no other', () => {
    expect(placesAgree(unitThen('20296'), unitNow('20194'))).toBe(true);
    expect(placesAgree(unitThen('20296'), unitNow('20197'))).toBe(true);
    expect(placesAgree(unitThen('20296'), unitNow('20200'))).toBe(false);
  });

  test('two units of the same time are two places, even where both became part of one', () => {
    expect(placesAgree(unitThen('20194'), unitThen('20197'))).toBe(false);
    expect(placesAgree(unitNow('20194'), unitNow('20197'))).toBe(false);
  });

  test('house lines are compared when both have one', () => {
    expect(placesAgree(unitNow('20200', { line: '1 Hoà Bình' }), unitNow('20200', { line: '1  Hòa bình' }))).toBe(true);
    expect(placesAgree(unitNow('20200', { line: '1 Hòa Bình' }), unitNow('20200', { line: '2 Hòa Bình' }))).toBe(false);
    expect(placesAgree(unitNow('20200', { line: '1 Hòa Bình' }), unitNow('20200', { line: null }))).toBe(true);
  });

  test('without a unit the wording decides', () => {
    const place = (text: string) => ({ text, textToday: text, unit: null });
    expect(placesAgree(place('Bệnh viện Đà Nẵng'), place('bệnh viện Đà Nẵng'))).toBe(true);
    expect(placesAgree(place('Đà Nẵng'), place('Phường Hải Châu, Đà Nẵng'))).toBe(true);
    expect(placesAgree(place('Quảng Nam'), place('Phường Hải Châu, Đà Nẵng'))).toBe(false);
    expect(placesAgree(place('Châu'), place('Hải Châu'))).toBe(false);
  });
});

describe('what forms print', () => {
  test.each([
    ['date', '1990-03-15', '15/03/1990'],
    ['date', '1990-03', '03/1990'],
    ['date', '1990', '1990'],
    ['date', 'khoảng 1990', 'khoảng 1990 (sai định dạng)'],
    ['year', '15/03/1990', '15/03/1990 (sai định dạng)'],
    ['year', '1990-03-15', '1990'],
    ['dateInWords', '1990-03-15', 'Ngày mười lăm tháng ba năm một nghìn chín trăm chín mươi'],
    ['dateInWords', '2003-04', 'Tháng tư năm hai nghìn không trăm linh ba'],
    ['name', 'Đặng Thị Thuý', 'ĐẶNG THỊ THUÝ'],
    ['area', 120.5, '120,5 m²'],
    ['coded', { name: 'Kinh' }, 'Kinh'],
    ['coded', { code: '01' }, null],
    ['yesNo', true, 'Có'],
    ['yesNo', false, 'Không'],
    ['share', { numerator: 1, denominator: 2 }, '1/2'],
  ] as const)('%s of %j is %j', (format, value, shown) => {
    const { show }: Format = FORMATS[format];
    expect(show(value, '')).toBe(shown);
  });

  test('words for enum values', () => {
    expect(FORMATS.word.show('CHUA_KET_HON', 'MaritalStatus')).toBe('Chưa kết hôn');
    expect(FORMATS.word.show('VO_CHONG', 'HolderRole')).toBe('Vợ, chồng cùng sử dụng');
  });

  test.each([
    [0, 'không'],
    [10, 'mười'],
    [11, 'mười một'],
    [15, 'mười lăm'],
    [21, 'hai mươi mốt'],
    [24, 'hai mươi bốn'],
    [30, 'ba mươi'],
    [105, 'một trăm linh năm'],
    [1958, 'một nghìn chín trăm năm mươi tám'],
    [2000, 'hai nghìn'],
    [2015, 'hai nghìn không trăm mười lăm'],
    [2003, 'hai nghìn không trăm linh ba'],
  ])('%i is %s', (number, words) => expect(numberInWords(number)).toBe(words));

  test('shares and codes are compared by what they mean', () => {
    expect(FORMATS.share.agrees({ numerator: 1, denominator: 2 }, { numerator: 2, denominator: 4 })).toBe(true);
    expect(FORMATS.share.agrees({ numerator: 1, denominator: 2 }, { numerator: 1, denominator: 3 })).toBe(false);
    expect(FORMATS.coded.agrees({ code: '01', name: 'Kinh' }, { code: '01', name: 'Kinh (Việt)' })).toBe(true);
    expect(FORMATS.coded.agrees({ code: '01', name: 'Kinh' }, { code: '04', name: 'Hoa' })).toBe(false);
    expect(FORMATS.coded.agrees({ code: 'VNM', name: 'Việt Nam' }, { code: 'Việt Nam', name: 'Việt Nam' })).toBe(true);
    expect(FORMATS.coded.agrees({ code: 'VNM' }, { code: 'LAO' })).toBe(false);
  });
});
