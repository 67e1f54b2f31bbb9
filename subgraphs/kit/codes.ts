import { readFileSync } from 'node:fs';

/** The code lists under `schema/codes/`. */
type CodeList = 'ethnic-groups' | 'religions' | 'land-changes' | 'land-users' | 'land-uses';

/** A value of a national code list; the field names of the schemas' `CodedValue`. */
export interface CodedValue {
  readonly code: string;
  /** In Vietnamese; the code itself when the list doesn't know it. */
  readonly name: string;
}

/** The entries of a file under `schema/codes/`. */
export function codeItems<Item>(list: CodeList | 'units'): readonly Item[] {
  const text = readFileSync(require.resolve(`#schema/codes/${list}.json`), 'utf8');
  return (JSON.parse(text) as { items: readonly Item[] }).items;
}

const lists = new Map<CodeList, ReadonlyMap<string, CodedValue>>();

/** The value of a code; null when there is no code. */
export function codedValue(list: CodeList, code: string | null): CodedValue | null {
  if (!code) return null;
  let values = lists.get(list);
  if (!values) {
    values = new Map(codeItems<CodedValue>(list).map((item) => [item.code, { code: item.code, name: item.name }]));
    lists.set(list, values);
  }
  return values.get(code) ?? { code, name: code };
}

/** ISO 3166-1 alpha-3 to alpha-2, for the nationalities that Da Nang's records hold most often. */
const alpha2: Readonly<Record<string, string>> = {
  AUS: 'AU',
  CAN: 'CA',
  CHN: 'CN',
  DEU: 'DE',
  FRA: 'FR',
  GBR: 'GB',
  IDN: 'ID',
  IND: 'IN',
  JPN: 'JP',
  KHM: 'KH',
  KOR: 'KR',
  LAO: 'LA',
  MYS: 'MY',
  PHL: 'PH',
  RUS: 'RU',
  SGP: 'SG',
  THA: 'TH',
  TWN: 'TW',
  USA: 'US',
  VNM: 'VN',
};

const countryNames = new Intl.DisplayNames('vi', { type: 'region' });

/** A nationality by its ISO 3166-1 alpha-3 code; null when none is recorded. */
export function nationalityOf(code: string | null): CodedValue | null {
  if (!code) return null;
  const region = alpha2[code];
  return { code, name: (region && countryNames.of(region)) ?? code };
}

/** How the use of land came about. Common entries of certificates; the state's list of short codes was not verified. */
const landOrigins: Readonly<Record<string, string>> = {
  'DG-KTT': 'Nhà nước giao đất không thu tiền sử dụng đất',
  'DG-CTT': 'Nhà nước giao đất có thu tiền sử dụng đất',
  'DT-TML': 'Nhà nước cho thuê đất trả tiền một lần',
  'DT-THN': 'Nhà nước cho thuê đất trả tiền hằng năm',
  'CNQ-KTT': 'Công nhận quyền sử dụng đất như giao đất không thu tiền sử dụng đất',
  'CNQ-CTT': 'Công nhận quyền sử dụng đất như giao đất có thu tiền sử dụng đất',
};

/** The origin of the use of a parcel; null when none is recorded. */
export function landOriginOf(code: string | null): CodedValue | null {
  return code ? { code, name: landOrigins[code] ?? code } : null;
}
