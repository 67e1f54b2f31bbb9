const digits = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'] as const;

/**
 * A date in the words of a civil-status form: `1990-03-17` is `Ngày mười bảy tháng ba năm một nghìn chín trăm chín mươi`. A
 * date known only to the month or year is worded so far. Null for what is no date. The fourth month is `tháng tư`.
 */
export function dateInWords(date: string | null): string | null {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(date ?? '');
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  if (year === 0 || (match[2] && (month < 1 || month > 12))) return null;
  if (match[3] && (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate())) return null;
  const parts = [
    day > 0 ? `ngày ${numberInWords(day)}` : '',
    month > 0 ? `tháng ${month === 4 ? 'tư' : numberInWords(month)}` : '',
    `năm ${numberInWords(year)}`,
  ];
  const words = parts.filter(Boolean).join(' ');
  return words[0]!.toUpperCase() + words.slice(1);
}

/** A whole number from 0 to 9999 in Vietnamese. */
export function numberInWords(value: number): string {
  const words: string[] = [];
  const thousands = Math.floor(value / 1000);
  const hundreds = Math.floor((value % 1000) / 100);
  const tens = value % 100;
  if (thousands > 0) words.push(digits[thousands]!, 'nghìn');
  if (hundreds > 0 || (thousands > 0 && tens > 0)) words.push(digits[hundreds]!, 'trăm');
  if (tens > 0 || words.length === 0) words.push(tensInWords(tens, words.length > 0));
  return words.join(' ');
}

function tensInWords(value: number, afterHundreds: boolean): string {
  const ten = Math.floor(value / 10);
  const unit = value % 10;
  if (ten === 0) return afterHundreds ? `linh ${digits[unit]}` : digits[unit]!;
  const head = ten === 1 ? 'mười' : `${digits[ten]} mươi`;
  if (unit === 0) return head;
  if (unit === 5) return `${head} lăm`;
  if (unit === 1 && ten > 1) return `${head} mốt`;
  return `${head} ${digits[unit]}`;
}
