/** The Vietnamese word that forms use for each value of each enum, by the enum's name. */
export const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Sex: { NAM: 'Nam', NU: 'Nữ' },
  MaritalStatus: {
    CHUA_KET_HON: 'Chưa kết hôn',
    DANG_CO_VO_CHONG: 'Đang có vợ hoặc có chồng',
    DA_LY_HON: 'Đã ly hôn',
    VO_CHONG_DA_CHET: 'Vợ hoặc chồng đã chết',
  },
  LifeStatus: { SONG: 'Sống', DA_CHET: 'Đã chết', MAT_TICH: 'Mất tích' },
  HouseholdRelation: {
    CHU_HO: 'Chủ hộ',
    VO_CHONG: 'Vợ, chồng',
    CON: 'Con',
    CHA_ME: 'Cha, mẹ',
    ONG_BA: 'Ông, bà',
    CHAU: 'Cháu',
    ANH_CHI_EM: 'Anh, chị, em',
    KHAC: 'Khác',
  },
  HeirRelation: { VO_CHONG: 'Vợ, chồng', CHA: 'Cha', ME: 'Mẹ', CON: 'Con' },
  UseForm: { RIENG: 'Sử dụng riêng', CHUNG: 'Sử dụng chung' },
  HolderRole: { CHU_SU_DUNG: 'Chủ sử dụng', VO_CHONG: 'Vợ, chồng cùng sử dụng', DONG_SU_DUNG: 'Đồng sử dụng' },
  ParcelStatus: { ACTIVE: 'Hiện hữu', SPLIT: 'Đã tách thửa', MERGED: 'Đã hợp thửa' },
  CertificateStatus: { VALID: 'Đang có hiệu lực', REPLACED: 'Đã cấp đổi, cấp lại', WITHDRAWN: 'Đã thu hồi' },
};

const DIGITS = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'];

/** A whole number from 0 to 9999 in Vietnamese words: 15 mười lăm, 21 hai mươi mốt, 2003 hai nghìn không trăm linh ba. */
export function numberInWords(number: number): string {
  if (!Number.isInteger(number) || number < 0 || number > 9999) throw new RangeError('a whole number from 0 to 9999');
  const thousands = Math.floor(number / 1000);
  const hundreds = Math.floor((number % 1000) / 100);
  const rest = number % 100;
  const words: string[] = [];
  if (thousands > 0) words.push(DIGITS[thousands]!, 'nghìn');
  if (hundreds > 0 || (thousands > 0 && rest > 0)) words.push(DIGITS[hundreds]!, 'trăm');
  if (rest > 0 || words.length === 0) words.push(...belowHundred(rest, words.length > 0));
  return words.join(' ');
}

function belowHundred(number: number, afterHundreds: boolean): string[] {
  const tens = Math.floor(number / 10);
  const ones = number % 10;
  if (tens === 0) return afterHundreds ? ['linh', DIGITS[ones]!] : [DIGITS[ones]!];
  const words = tens === 1 ? ['mười'] : [DIGITS[tens]!, 'mươi'];
  if (ones === 0) return words;
  if (ones === 5) return [...words, 'lăm'];
  if (ones === 1 && tens > 1) return [...words, 'mốt'];
  return [...words, DIGITS[ones]!];
}
