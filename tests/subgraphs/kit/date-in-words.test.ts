import { dateInWords, numberInWords } from '../../../subgraphs/kit/date-in-words';

it.each([
  [0, 'không'],
  [1, 'một'],
  [5, 'năm'],
  [10, 'mười'],
  [11, 'mười một'],
  [15, 'mười lăm'],
  [20, 'hai mươi'],
  [21, 'hai mươi mốt'],
  [24, 'hai mươi bốn'],
  [25, 'hai mươi lăm'],
  [31, 'ba mươi mốt'],
  [100, 'một trăm'],
  [105, 'một trăm linh năm'],
  [111, 'một trăm mười một'],
  [1905, 'một nghìn chín trăm linh năm'],
  [1981, 'một nghìn chín trăm tám mươi mốt'],
  [1990, 'một nghìn chín trăm chín mươi'],
  [2000, 'hai nghìn'],
  [2001, 'hai nghìn không trăm linh một'],
  [2015, 'hai nghìn không trăm mười lăm'],
  [2025, 'hai nghìn không trăm hai mươi lăm'],
])('%i is "%s"', (value, words) => {
  expect(numberInWords(value)).toBe(words);
});

it.each([
  ['1990-03-17', 'Ngày mười bảy tháng ba năm một nghìn chín trăm chín mươi'],
  ['2004-04-05', 'Ngày năm tháng tư năm hai nghìn không trăm linh bốn'],
  ['2024-02-29', 'Ngày hai mươi chín tháng hai năm hai nghìn không trăm hai mươi bốn'],
  ['1945-12', 'Tháng mười hai năm một nghìn chín trăm bốn mươi lăm'],
  ['1938', 'Năm một nghìn chín trăm ba mươi tám'],
])('%s is worded as far as it is known', (date, words) => {
  expect(dateInWords(date)).toBe(words);
});

it.each([null, '', '1990-02-30', '2023-02-29', '1990-13', '17/03/1990', '1990-3-7', '0000'])(
  '%s is no date',
  (date) => {
    expect(dateInWords(date)).toBeNull();
  },
);
