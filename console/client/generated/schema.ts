// Written by `npm run codegen`.
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A calendar date, `YYYY-MM-DD` (ngày). */
  Date: { input: string; output: string; }
  /** A point in time, ISO 8601 in UTC with milliseconds (thời điểm). */
  DateTime: { input: string; output: string; }
  /** Any JSON value: text, number, list or object (giá trị JSON). */
  JSON: { input: unknown; output: unknown; }
  /** A date as precisely as the source holds it: `YYYY`, `YYYY-MM` or `YYYY-MM-DD` (ngày, tháng, năm; có thể chỉ biết năm). */
  PartialDate: { input: string; output: string; }
};

/** An address (địa chỉ). */
export type Address = {
  __typename?: 'Address';
  /** House number, street, hamlet (số nhà, đường, thôn, tổ). */
  line?: Maybe<Scalars['String']['output']>;
  /** The commune-level unit, as named in the record (phường, xã). */
  unit?: Maybe<AdministrativeUnit>;
  /** The whole address as the record words it (địa chỉ theo hồ sơ). */
  text: Scalars['String']['output'];
  /** The whole address as it is written today; as recorded where an old unit was divided (địa chỉ theo đơn vị hành chính hiện nay). */
  textToday: Scalars['String']['output'];
};

/**
 * An administrative unit as it was named at the time of the record (đơn vị hành chính). Most codes were used again on 1 July
 * 2025 for another unit: `code` with `validFrom` is the key.
 */
export type AdministrativeUnit = {
  __typename?: 'AdministrativeUnit';
  /** The unit's code in the General Statistics Office's list (mã đơn vị hành chính). */
  code: Scalars['ID']['output'];
  /** The full name at the time, e.g. `Phường Hòa Minh` (tên). */
  name: Scalars['String']['output'];
  /** The name with its district and province at the time (tên đầy đủ các cấp). */
  fullName: Scalars['String']['output'];
  /** From when the unit exists under this code and name; null: before 1 July 2025, since when is not known (có hiệu lực từ). */
  validFrom?: Maybe<Scalars['Date']['output']>;
  /** The last day on which it existed; null: it exists (có hiệu lực đến). */
  validTo?: Maybe<Scalars['Date']['output']>;
};

/** An entry that is not what it was (mục bị sửa). */
export type AlteredEntry = {
  __typename?: 'AlteredEntry';
  /** Its place in the tree (chỉ số). */
  index: Scalars['Float']['output'];
  /** What is wrong with it (sai ở đâu). */
  problem: Scalars['String']['output'];
};

/** What forms asked although the state holds it (thông tin phải hỏi lại). */
export type AskedAlthoughHeld = {
  __typename?: 'AskedAlthoughHeld';
  /** How many forms were filled (số tờ khai). */
  forms: Scalars['Int']['output'];
  /** Whether all of the time was counted (đã đếm hết). */
  isWhole: Scalars['Boolean']['output'];
  /** The fields, the most frequent first, 500 at most (các mục). */
  fields: Array<AskedField>;
};

/** A field that was asked although the state holds it (mục phải hỏi lại). */
export type AskedField = {
  __typename?: 'AskedField';
  /** The procedure (thủ tục). */
  procedure: Scalars['ID']['output'];
  /** The field's key in the form (khóa). */
  key: Scalars['String']['output'];
  /** What the form calls it (nhãn). */
  label?: Maybe<Scalars['String']['output']>;
  /** In English (nhãn tiếng Anh). */
  labelEn?: Maybe<Scalars['String']['output']>;
  /** Why it was empty: the code of an error or of a refusal, or `CONFLICT` (lý do). */
  why: Scalars['String']['output'];
  /** In how many forms (số lần). */
  count: Scalars['Int']['output'];
  /** In how many forms of the procedure the field stood (số tờ khai có mục này). */
  of: Scalars['Int']['output'];
};

/** Who asked (người truy cập). */
export type AuditActor = {
  __typename?: 'AuditActor';
  /** The subject of the token; what could be a personal number as `~` and a keyed hash (chủ thể). */
  subject: Scalars['String']['output'];
  /** The role (vai trò). */
  role: Scalars['String']['output'];
  /** The department (cơ quan). */
  department?: Maybe<Scalars['String']['output']>;
  /** The system that the token was given to (hệ thống). */
  system?: Maybe<Scalars['String']['output']>;
  /** On whose behalf (thay mặt). */
  onBehalfOf?: Maybe<Scalars['String']['output']>;
};

/** A rule that let something be read, as it stood then (căn cứ pháp lý). */
export type AuditBasis = {
  __typename?: 'AuditBasis';
  /** The rule's name (tên quy tắc). */
  rule: Scalars['String']['output'];
  /** The provision that it rests on (điều khoản). */
  text: Scalars['String']['output'];
  /** Whether a competent person had confirmed it (đã được xác nhận). */
  verified: Scalars['Boolean']['output'];
  /** The first day on which it was in force, `YYYY-MM-DD` (có hiệu lực từ ngày). */
  from: Scalars['String']['output'];
  /** The last; null: until further notice (đến hết ngày). */
  until?: Maybe<Scalars['String']['output']>;
  /** A hash of the rule's whole text (phiên bản). */
  version: Scalars['String']['output'];
  /** Whether it was in force on the day of the entry (khi đó đang có hiệu lực). */
  wasInForce: Scalars['Boolean']['output'];
};

/** One entry of the audit log: one request, or what the system did (một mục của nhật ký). */
export type AuditEntry = {
  __typename?: 'AuditEntry';
  /** The leaf's index in the tree, a whole number from 0: by it a proof is made (chỉ số). */
  index: Scalars['Float']['output'];
  /** The writer and the entry's number there, `writer/n` (mã mục). */
  id: Scalars['ID']['output'];
  /** When (thời điểm). */
  at: Scalars['DateTime']['output'];
  /** What it is about (loại). */
  kind: AuditKind;
  /** The id of the HTTP request (mã yêu cầu). */
  requestId?: Maybe<Scalars['String']['output']>;
  /** The trace of W3C Trace Context (mã vết). */
  trace?: Maybe<Scalars['String']['output']>;
  /** Who asked; null: nobody said who (người truy cập). */
  who?: Maybe<AuditActor>;
  /** The people and parcels it is about, each by a keyed hash (đối tượng). */
  subjects: Array<Scalars['String']['output']>;
  /** What for, as the request declared it (mục đích). */
  purpose?: Maybe<AuditPurpose>;
  /** The rules that let something be read; null: they are no longer kept (căn cứ pháp lý). */
  legalBases?: Maybe<Array<AuditBasis>>;
  /** What was asked (thao tác). */
  operation?: Maybe<AuditOperation>;
  /** Each field and what became of it; null: this is no longer kept (các trường). */
  fields?: Maybe<Array<AuditField>>;
  /** Of a refusal the code that the caller got (mã từ chối). */
  code?: Maybe<Scalars['String']['output']>;
  /** How many requests alike it stands for (số lần). */
  count: Scalars['Int']['output'];
  /** What an administrator or the system did (việc quản trị). */
  act?: Maybe<Scalars['JSON']['output']>;
  /** Whether it read this log (xem nhật ký). */
  readsLog: Scalars['Boolean']['output'];
};

/** A page of the audit log (một trang nhật ký). */
export type AuditEntryConnection = {
  __typename?: 'AuditEntryConnection';
  /** The entries with their cursors (các mục). */
  edges: Array<AuditEntryEdge>;
  /** Whether there are more, and where to go on (thông tin trang). */
  pageInfo: AuditPageInfo;
};

/** An entry and where it stands (một mục và vị trí). */
export type AuditEntryEdge = {
  __typename?: 'AuditEntryEdge';
  /** Where to go on after it (vị trí). */
  cursor: Scalars['String']['output'];
  /** The entry (mục). */
  node: AuditEntry;
};

/** One field and what became of it (một trường). */
export type AuditField = {
  __typename?: 'AuditField';
  /** Its path in the answer; of a dossier `form KEY` or `check KEY` (đường dẫn). */
  path: Scalars['String']['output'];
  /** In plain words, if there are any (nhãn). */
  label?: Maybe<Scalars['String']['output']>;
  /** In English (nhãn tiếng Anh). */
  labelEn?: Maybe<Scalars['String']['output']>;
  /** What became of it (kết quả). */
  outcome: AuditOutcome;
  /** Why it was refused or is missing, or `CONFLICT`: registries disagree (lý do). */
  why?: Maybe<Scalars['String']['output']>;
  /** How it was masked (cách che). */
  maskedAs?: Maybe<Scalars['String']['output']>;
  /** The records that it came from (bản ghi nguồn). */
  records: Array<AuditRecord>;
};

/** What is looked for in the audit log; all that is given must hold (điều kiện tìm trong nhật ký). */
export type AuditFilter = {
  /** About this person, by the 12-digit personal identification number (công dân). */
  person?: InputMaybe<Scalars['ID']['input']>;
  /** About this parcel (thửa đất). */
  parcel?: InputMaybe<Scalars['ID']['input']>;
  /** In which a value came from this record (bản ghi). */
  record?: InputMaybe<AuditRecordInput>;
  /** By callers of this department (cơ quan). */
  department?: InputMaybe<Scalars['String']['input']>;
  /** By this caller, as the token's subject names them (người truy cập). */
  actor?: InputMaybe<Scalars['String']['input']>;
  /** Through this system (hệ thống). */
  system?: InputMaybe<Scalars['String']['input']>;
  /** By callers of this role, e.g. `officer` (vai trò). */
  role?: InputMaybe<Scalars['String']['input']>;
  /** For this procedure (thủ tục). */
  procedure?: InputMaybe<Scalars['ID']['input']>;
  /** For this dossier (hồ sơ). */
  dossier?: InputMaybe<Scalars['String']['input']>;
  /** With at least one field that came out so (kết quả). */
  outcome?: InputMaybe<AuditOutcome>;
  /** Of this kind (loại). */
  kind?: InputMaybe<AuditKind>;
  /** Refused with this code, e.g. `PURPOSE_REQUIRED` (mã từ chối). */
  code?: InputMaybe<Scalars['String']['input']>;
  /** The registered name of the operation (tên thao tác). */
  operation?: InputMaybe<Scalars['String']['input']>;
  /** The id of the HTTP request (mã yêu cầu). */
  request?: InputMaybe<Scalars['String']['input']>;
  /** Only those that read this log itself (chỉ các lần xem nhật ký). */
  readsLog?: InputMaybe<Scalars['Boolean']['input']>;
  /** From when on (từ). */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Until before when (đến trước). */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** What an entry is about (loại mục). */
export type AuditKind =
  /** A gateway process began (Bắt đầu). */
  | 'BEGIN'
  /** Something was read (Khai thác). */
  | 'READ'
  /** A request was refused (Từ chối). */
  | 'REFUSED'
  /** Something was done by an administrator or by the system (Quản trị). */
  | 'ACT'
  /** A gateway process ended in order (Kết thúc). */
  | 'END';

/** Whether the log is whole (tính toàn vẹn của nhật ký). */
export type AuditLog = {
  __typename?: 'AuditLog';
  /** How many entries the newest checkpoint signs (số mục). */
  size: Scalars['Float']['output'];
  /** The newest checkpoint, a signed note; null: there is none yet (điểm kiểm tra). */
  checkpoint?: Maybe<Scalars['String']['output']>;
  /** When it was signed (ký lúc). */
  checkpointAt?: Maybe<Scalars['DateTime']['output']>;
  /** How much longer ago than the hour within which there must be one, in seconds; null: there is none (trễ, giây). */
  lateSeconds?: Maybe<Scalars['Float']['output']>;
  /** How many entries were looked through (số mục đã kiểm tra). */
  checked: Scalars['Int']['output'];
  /** Whether that is all of the time that was asked for (đã kiểm tra hết). */
  isAllChecked: Scalars['Boolean']['output'];
  /** Numbers that a writer gave out and whose entries are not there (các mục bị thiếu). */
  missing: Array<MissingEntries>;
  /** Places of the tree below the checkpoint at which there is no entry (các vị trí bị thiếu). */
  missingIndexes: Array<MissingIndexes>;
  /** Entries that cannot be read, or do not follow on the one before (các mục bị sửa). */
  altered: Array<AlteredEntry>;
  /** Gateway processes that have not ended in order: running, or died (tiến trình chưa kết thúc). */
  openWriters: Array<OpenWriter>;
};

/** What was asked (thao tác). */
export type AuditOperation = {
  __typename?: 'AuditOperation';
  /** SHA-256 of its text, base64url (hàm băm). */
  hash?: Maybe<Scalars['String']['output']>;
  /** Its name (tên). */
  name?: Maybe<Scalars['String']['output']>;
};

/** What became of a field (kết quả của một trường). */
export type AuditOutcome =
  /** Its value was shown (Đã hiển thị). */
  | 'SHOWN'
  /** A part of its value was shown (Đã che bớt). */
  | 'MASKED'
  /** It was not shown, because the caller might not read it (Từ chối). */
  | 'REFUSED'
  /** There was no value to show (Không có). */
  | 'MISSING';

/** Where a page ends (thông tin trang). */
export type AuditPageInfo = {
  __typename?: 'AuditPageInfo';
  /** Whether there are more (còn nữa). */
  hasNextPage: Scalars['Boolean']['output'];
  /** The last cursor; null: the page is empty (vị trí cuối). */
  endCursor?: Maybe<Scalars['String']['output']>;
};

/** What something was read for (mục đích). */
export type AuditPurpose = {
  __typename?: 'AuditPurpose';
  /** The procedure's code (mã thủ tục). */
  procedure: Scalars['ID']['output'];
  /** The procedure's name; null: there is no form of it here (tên thủ tục). */
  name?: Maybe<Scalars['String']['output']>;
  /** In English (tên tiếng Anh). */
  nameEn?: Maybe<Scalars['String']['output']>;
  /** The dossier's number (số hồ sơ). */
  dossier?: Maybe<Scalars['String']['output']>;
};

/** A record that something was read from (bản ghi nguồn). */
export type AuditRecord = {
  __typename?: 'AuditRecord';
  /** The registry (cơ sở dữ liệu). */
  registry: Scalars['ID']['output'];
  /** The record's identifier there; null: the registry reports none (mã bản ghi). */
  record?: Maybe<Scalars['ID']['output']>;
  /** The record's version (phiên bản). */
  version?: Maybe<Scalars['String']['output']>;
  /** When it was read from the registry (lấy lúc). */
  retrievedAt: Scalars['DateTime']['output'];
  /** From where the answer had it; `SOURCE`: from the registry itself, live (nơi lấy). */
  cache: CacheTier;
  /** How old it was then, in seconds (tuổi, giây). */
  ageSeconds: Scalars['Float']['output'];
};

/** A record of a registry (bản ghi). */
export type AuditRecordInput = {
  /** The registry, e.g. `civil-status` (cơ sở dữ liệu). */
  registry: Scalars['ID']['input'];
  /** The record's identifier there (mã bản ghi). */
  record: Scalars['ID']['input'];
};

/** The authority that made an entry, named as it was then (cơ quan). */
export type Authority = {
  __typename?: 'Authority';
  /** The code of its administrative unit, where it has one (mã). */
  code?: Maybe<Scalars['ID']['output']>;
  /** Its name at the time (tên tại thời điểm đó). */
  name: Scalars['String']['output'];
};

/** A birth record (giấy khai sinh). */
export type BirthRecord = CivilStatusRecord & {
  __typename?: 'BirthRecord';
  /** The record's identifier in the registry (mã bản ghi). */
  recordId: Scalars['ID']['output'];
  /** The version shown, from 1 (phiên bản). */
  version: Scalars['String']['output'];
  /** When this version was recorded (ghi nhận lúc). */
  recordedAt: Scalars['DateTime']['output'];
  /** The kind (loại việc hộ tịch). */
  recordKind: RecordKind;
  /** The entry number, e.g. `123/2026` (số). */
  recordNo: Scalars['String']['output'];
  /** The book (quyển số). */
  bookNo?: Maybe<Scalars['String']['output']>;
  /** The day of registration (ngày, tháng, năm đăng ký). */
  registeredOn: Scalars['PartialDate']['output'];
  /** The authority that registered it, as named then (nơi đăng ký). */
  registrar: Authority;
  /** Who signed (người ký). */
  signer?: Maybe<Signer>;
  /** The notes of change on this record, newest first (ghi chú thay đổi, cải chính). */
  changes: Array<ChangeNote>;
  /** The child's number (số định danh cá nhân). */
  personalId?: Maybe<Scalars['ID']['output']>;
  /** The child's name (họ, chữ đệm, tên). */
  fullName: Scalars['String']['output'];
  /** The date of birth (ngày, tháng, năm sinh). */
  dateOfBirth?: Maybe<Scalars['PartialDate']['output']>;
  /** The date of birth in words (ghi bằng chữ). */
  dateOfBirthInWords?: Maybe<Scalars['String']['output']>;
  /** The sex (giới tính). */
  sex?: Maybe<Sex>;
  /** The ethnic group (dân tộc). */
  ethnicity?: Maybe<CodedValue>;
  /** The nationality (quốc tịch). */
  nationality?: Maybe<CodedValue>;
  /** Where the child was born (nơi sinh). */
  placeOfBirth?: Maybe<Place>;
  /** The native place (quê quán). */
  homeTown?: Maybe<Place>;
  /** The mother as the record has her (người mẹ). */
  mother?: Maybe<ParentOnRecord>;
  /** The father as the record has him (người cha). */
  father?: Maybe<ParentOnRecord>;
  /** Who declared the birth (người đi khai sinh). */
  informant?: Maybe<Informant>;
  /** Earlier versions, newest first (các phiên bản trước). */
  history: Array<BirthRecord>;
};

/** The blood group (nhóm máu). */
export type BloodGroup =
  | 'A'
  | 'B'
  | 'AB'
  | 'O';

/** The boundary of a parcel as a GeoJSON polygon (ranh giới thửa đất). */
export type Boundary = {
  __typename?: 'Boundary';
  /** Always `Polygon` (loại hình học). */
  type: Scalars['String']['output'];
  /** Rings of [longitude, latitude], degrees (tọa độ). */
  coordinates: Array<Array<Array<Scalars['Float']['output']>>>;
};

/** Where the gateway had a value from (nơi lấy giá trị). */
export type CacheTier =
  /** The registry itself, now (Nguồn). */
  | 'SOURCE'
  /** This process's memory (Bộ nhớ). */
  | 'MEMORY'
  /** Redis (Redis). */
  | 'REDIS'
  /** A value past its time, because the registry is down (Giá trị cũ vì nguồn không phản hồi). */
  | 'STALE';

/** Whether a certificate is in force (tình trạng giấy chứng nhận). */
export type CertificateStatus =
  /** In force (Đang có hiệu lực). */
  | 'VALID'
  /** Replaced by a newer one (Đã cấp đổi, cấp lại). */
  | 'REPLACED'
  /** Withdrawn (Đã thu hồi). */
  | 'WITHDRAWN';

/** What a note of change does (loại thay đổi). */
export type ChangeKind =
  /** Change (Thay đổi). */
  | 'THAY_DOI'
  /** Correction of an error (Cải chính). */
  | 'CAI_CHINH'
  /** Supplement (Bổ sung). */
  | 'BO_SUNG'
  /** Ethnic group determined anew (Xác định lại dân tộc). */
  | 'XAC_DINH_LAI_DAN_TOC'
  /** Divorce (Ly hôn). */
  | 'LY_HON'
  /** Marriage annulled (Hủy kết hôn trái pháp luật). */
  | 'HUY_KET_HON'
  /** Recognition of a parent or child (Nhận cha, mẹ, con). */
  | 'NHAN_CHA_ME_CON'
  /** Anything else (Khác). */
  | 'KHAC';

/** A note of change, correction or supplement on a record (ghi chú thay đổi, cải chính, bổ sung hộ tịch). */
export type ChangeNote = {
  __typename?: 'ChangeNote';
  /** The note's identifier (mã ghi chú). */
  id: Scalars['ID']['output'];
  /** What it does (loại). */
  kind?: Maybe<ChangeKind>;
  /** The kind of the record it is on (loại việc hộ tịch). */
  recordKind?: Maybe<RecordKind>;
  /** The record it is on (mã bản ghi). */
  recordId: Scalars['ID']['output'];
  /** The number of the decision (số quyết định). */
  decisionNo?: Maybe<Scalars['String']['output']>;
  /** The day of the decision (ngày quyết định). */
  decidedOn?: Maybe<Scalars['PartialDate']['output']>;
  /** Who decided, as named then (cơ quan). */
  authority: Authority;
  /** What changed (nội dung). */
  content: Scalars['String']['output'];
};

/** The result of a check (kết quả). */
export type CheckResult =
  /** The condition holds (Đạt). */
  | 'PASSED'
  /** The condition does not hold (Không đạt). */
  | 'FAILED'
  /** A registry could not say (Chưa rõ). */
  | 'UNKNOWN';

/**
 * A person with a personal identification number (công dân). All registries add to it; a field is null when its registry has
 * no record of the person or could not answer, and the answer's errors, or the dossier's reasons, say which.
 */
export type Citizen = {
  __typename?: 'Citizen';
  /** The 12-digit personal identification number (số định danh cá nhân). */
  personalId: Scalars['ID']['output'];
  /** The full birth name (họ, chữ đệm và tên khai sinh). */
  fullName?: Maybe<Scalars['String']['output']>;
  /** Another name the person is known by (tên gọi khác). */
  otherName?: Maybe<Scalars['String']['output']>;
  /** The date of birth (ngày, tháng, năm sinh). */
  dateOfBirth?: Maybe<Scalars['PartialDate']['output']>;
  /** The sex (giới tính). */
  sex?: Maybe<Sex>;
  /** Where the person was born (nơi sinh). */
  placeOfBirth?: Maybe<Place>;
  /** The unit in which the birth was registered (nơi đăng ký khai sinh). */
  birthRegistrationPlace?: Maybe<AdministrativeUnit>;
  /** The native place, which children take from a parent (quê quán). */
  homeTown?: Maybe<Place>;
  /** The ethnic group (dân tộc). */
  ethnicity?: Maybe<CodedValue>;
  /** The religion (tôn giáo). Sensitive. */
  religion?: Maybe<CodedValue>;
  /** The nationality, ISO 3166-1 alpha-3 (quốc tịch). */
  nationality?: Maybe<CodedValue>;
  /** The blood group (nhóm máu). Sensitive. */
  bloodGroup?: Maybe<BloodGroup>;
  /**
   * The marital status as the identity registry holds it (tình trạng hôn nhân trong CSDL dân cư). The civil-status registry's
   * `maritalStatus` prevails in law.
   */
  identityMaritalStatus?: Maybe<MaritalStatus>;
  /** Where the person is permanently registered (nơi thường trú). */
  permanentResidence?: Maybe<Residence>;
  /** Where the person is temporarily registered, with the term (nơi tạm trú). */
  temporaryResidence?: Maybe<Residence>;
  /** Where the person lives now (nơi ở hiện tại). */
  currentResidence?: Maybe<Residence>;
  /** Every residence ever registered, ended ones too, newest first (lịch sử cư trú). */
  residenceHistory?: Maybe<Array<Residence>>;
  /** The household in which the person is registered (hộ gia đình). */
  household?: Maybe<Household>;
  /** Father, mother, spouse and children as the identity registry holds them (cha, mẹ, vợ hoặc chồng, con). */
  relatives?: Maybe<Array<Relative>>;
  /** The number of the old nine-digit identity card (số chứng minh nhân dân 09 số). */
  oldIdNumber?: Maybe<Scalars['String']['output']>;
  /** The identity card in force (thẻ căn cước). */
  card?: Maybe<IdentityCard>;
  /** Every card ever issued, newest first (các thẻ đã cấp). */
  cardHistory?: Maybe<Array<IdentityCard>>;
  /** Whether the person lives, is dead or is missing (tình trạng: sống, đã chết, mất tích). */
  lifeStatus?: Maybe<LifeStatus>;
  /** How to reach the person (thông tin liên lạc). */
  contact?: Maybe<Contact>;
  /** Earlier versions of the person's identity record, newest first (lịch sử thay đổi thông tin). */
  identityHistory?: Maybe<Array<IdentityVersion>>;
  /** The birth record in force (đăng ký khai sinh). */
  birth?: Maybe<BirthRecord>;
  /** Every marriage, ended ones too, newest first; an empty list when the registry knows the person but no marriage (kết hôn). */
  marriages?: Maybe<Array<MarriageRecord>>;
  /**
   * The marital status that follows from the records: births, marriages, divorces, deaths (tình trạng hôn nhân). Null when the
   * registry has no record of the person at all: absence of a marriage record then proves nothing.
   */
  maritalStatus?: Maybe<MaritalStatus>;
  /** The death record (khai tử). */
  death?: Maybe<DeathRecord>;
  /** The children whose birth records name this person as parent, oldest first (con). */
  children?: Maybe<Array<Citizen>>;
  /** The mother that the birth record names (mẹ). */
  mother?: Maybe<Citizen>;
  /** The father that the birth record names (cha). */
  father?: Maybe<Citizen>;
  /**
   * The heirs of the first rank, Civil Code 91/2015 Art. 651(1)(a): spouse, parents, children (người thừa kế theo pháp luật
   * hàng thứ nhất). An empty list for a living person.
   */
  heirs?: Maybe<Array<Heir>>;
  /** Notes of change on any of the person's records, newest first (ghi chú thay đổi, cải chính hộ tịch). */
  changes?: Maybe<Array<ChangeNote>>;
  /** Certificates of marital status that were issued, newest first (giấy xác nhận tình trạng hôn nhân). */
  maritalStatusCertificates?: Maybe<Array<MaritalStatusCertificate>>;
  /** The land-use rights that the person holds, newest first (quyền sử dụng đất). */
  landRights?: Maybe<Array<LandRight>>;
};


/**
 * A person with a personal identification number (công dân). All registries add to it; a field is null when its registry has
 * no record of the person or could not answer, and the answer's errors, or the dossier's reasons, say which.
 */
export type CitizenMarriagesArgs = {
  includeEnded?: Scalars['Boolean']['input'];
};


/**
 * A person with a personal identification number (công dân). All registries add to it; a field is null when its registry has
 * no record of the person or could not answer, and the answer's errors, or the dossier's reasons, say which.
 */
export type CitizenLandRightsArgs = {
  includeEnded?: Scalars['Boolean']['input'];
};

/** What every civil-status record has (sổ hộ tịch). */
export type CivilStatusRecord = {
  /** The record's identifier in the registry (mã bản ghi). */
  recordId: Scalars['ID']['output'];
  /** The version shown, from 1 (phiên bản). */
  version: Scalars['String']['output'];
  /** When this version was recorded (ghi nhận lúc). */
  recordedAt: Scalars['DateTime']['output'];
  /** The kind (loại việc hộ tịch). */
  recordKind: RecordKind;
  /** The entry number, e.g. `123/2026` (số). */
  recordNo: Scalars['String']['output'];
  /** The book (quyển số). */
  bookNo?: Maybe<Scalars['String']['output']>;
  /** The day of registration (ngày, tháng, năm đăng ký). */
  registeredOn: Scalars['PartialDate']['output'];
  /** The authority that registered it, as named then (nơi đăng ký). */
  registrar: Authority;
  /** Who signed (người ký). */
  signer?: Maybe<Signer>;
  /** The notes of change on this record, newest first (ghi chú thay đổi, cải chính). */
  changes: Array<ChangeNote>;
};

/** A value of a national code list (giá trị theo danh mục). */
export type CodedValue = {
  __typename?: 'CodedValue';
  /** The code in the list (mã). */
  code: Scalars['ID']['output'];
  /** The name in Vietnamese (tên); the code itself when the list doesn't know it. */
  name: Scalars['String']['output'];
};

/** How to reach a person (thông tin liên lạc). */
export type Contact = {
  __typename?: 'Contact';
  /** The telephone number (số điện thoại). */
  phone?: Maybe<Scalars['String']['output']>;
  /** The e-mail address (thư điện tử). */
  email?: Maybe<Scalars['String']['output']>;
};

/** How many fields came out how (mức độ điền sẵn). */
export type Coverage = {
  __typename?: 'Coverage';
  /** Filled from a registry (điền sẵn). */
  prefilled: Scalars['Int']['output'];
  /** Registries disagree (mâu thuẫn). */
  conflict: Scalars['Int']['output'];
  /** No registry could say, `askCitizen` not counted (thiếu). */
  missing: Scalars['Int']['output'];
  /** Known, but not to be shown to this caller (không được phép). */
  withheld: Scalars['Int']['output'];
  /** Only the citizen can say (hỏi công dân). */
  askCitizen: Scalars['Int']['output'];
  /** All fields (tổng số). */
  total: Scalars['Int']['output'];
};

/** One time that somebody looked at the citizen's data (một lần sử dụng dữ liệu). */
export type DataUse = {
  __typename?: 'DataUse';
  /** When (thời điểm). */
  at: Scalars['DateTime']['output'];
  /** In one sentence (tóm tắt). */
  summary: Scalars['String']['output'];
  /** In English (tóm tắt tiếng Anh). */
  summaryEn: Scalars['String']['output'];
  /** The department that looked; null: it is not known (cơ quan). */
  department?: Maybe<PlainWords>;
  /** In which role (vai trò). */
  role: PlainWords;
  /** What for (thủ tục). */
  procedure?: Maybe<PlainWords>;
  /** The dossier's number (số hồ sơ). */
  dossier?: Maybe<Scalars['String']['output']>;
  /** Which kinds of data, not the values (loại dữ liệu). */
  data: Array<PlainWords>;
  /** On which legal basis (căn cứ pháp lý). */
  legalBases: Array<DataUseBasis>;
  /** Whether all of it was fetched from the registries at that moment; false: some was a copy kept for a short time (lấy trực tiếp). */
  isLive: Scalars['Boolean']['output'];
  /** How many times alike (số lần). */
  count: Scalars['Int']['output'];
};

/** A legal basis (căn cứ pháp lý). */
export type DataUseBasis = {
  __typename?: 'DataUseBasis';
  /** The provision (điều khoản). */
  text: Scalars['String']['output'];
  /** Whether a competent person had confirmed it; if not, a screen must say so (đã được xác nhận). */
  verified: Scalars['Boolean']['output'];
};

/** A page of who looked at the citizen's data (một trang). */
export type DataUseConnection = {
  __typename?: 'DataUseConnection';
  /** The uses with their cursors (các lần sử dụng). */
  edges: Array<DataUseEdge>;
  /** Whether there are more, and where to go on (thông tin trang). */
  pageInfo: AuditPageInfo;
};

/** A use and where it stands (một lần sử dụng và vị trí). */
export type DataUseEdge = {
  __typename?: 'DataUseEdge';
  /** Where to go on after it (vị trí). */
  cursor: Scalars['String']['output'];
  /** The use (lần sử dụng). */
  node: DataUse;
};

/** A death notice (giấy báo tử). */
export type DeathNotice = {
  __typename?: 'DeathNotice';
  /** Its number (số). */
  number: Scalars['String']['output'];
  /** The day of issue (ngày cấp). */
  issuedOn?: Maybe<Scalars['PartialDate']['output']>;
  /** Who issued it (nơi cấp). */
  issuer?: Maybe<Scalars['String']['output']>;
};

/** A death record (trích lục khai tử). */
export type DeathRecord = CivilStatusRecord & {
  __typename?: 'DeathRecord';
  /** The record's identifier in the registry (mã bản ghi). */
  recordId: Scalars['ID']['output'];
  /** The version shown, from 1 (phiên bản). */
  version: Scalars['String']['output'];
  /** When this version was recorded (ghi nhận lúc). */
  recordedAt: Scalars['DateTime']['output'];
  /** The kind (loại việc hộ tịch). */
  recordKind: RecordKind;
  /** The entry number, e.g. `123/2026` (số). */
  recordNo: Scalars['String']['output'];
  /** The book (quyển số). */
  bookNo?: Maybe<Scalars['String']['output']>;
  /** The day of registration (ngày, tháng, năm đăng ký). */
  registeredOn: Scalars['PartialDate']['output'];
  /** The authority that registered it, as named then (nơi đăng ký). */
  registrar: Authority;
  /** Who signed (người ký). */
  signer?: Maybe<Signer>;
  /** The notes of change on this record, newest first (ghi chú thay đổi, cải chính). */
  changes: Array<ChangeNote>;
  /** The number of the deceased (số định danh cá nhân). */
  personalId?: Maybe<Scalars['ID']['output']>;
  /** The name of the deceased (họ, chữ đệm, tên). */
  fullName: Scalars['String']['output'];
  /** The date of birth (ngày, tháng, năm sinh). */
  dateOfBirth?: Maybe<Scalars['PartialDate']['output']>;
  /** The sex (giới tính). */
  sex?: Maybe<Sex>;
  /** The day of death (đã chết vào ngày). */
  diedOn?: Maybe<Scalars['PartialDate']['output']>;
  /** The time of death, `HH:MM` (giờ, phút). */
  timeOfDeath?: Maybe<Scalars['String']['output']>;
  /** Where (nơi chết). */
  placeOfDeath?: Maybe<Scalars['String']['output']>;
  /** The cause (nguyên nhân). Sensitive. */
  cause?: Maybe<Scalars['String']['output']>;
  /** The death notice (giấy báo tử). */
  notice?: Maybe<DeathNotice>;
  /** The last residence (nơi cư trú cuối cùng). */
  lastResidence?: Maybe<Address>;
  /** Earlier versions, newest first (các phiên bản trước). */
  history: Array<DeathRecord>;
};

/** A form pre-filled for its parties (hồ sơ điền sẵn). */
export type Dossier = {
  __typename?: 'Dossier';
  /** The procedure (thủ tục). */
  procedure: Procedure;
  /** The form's fields, in the form's order (các mục của tờ khai). */
  fields: Array<DossierField>;
  /** What the officer must verify, answered from the registries (các điều kiện). */
  checks: Array<DossierCheck>;
  /** How many fields came out how (mức độ điền sẵn). */
  coverage: Coverage;
};

/** One thing to verify (điều kiện). */
export type DossierCheck = {
  __typename?: 'DossierCheck';
  /** Unique in the dossier, e.g. `groom.unmarried` (khóa). */
  key: Scalars['ID']['output'];
  /** What is verified (nội dung). */
  label: Scalars['String']['output'];
  /** In English (nội dung tiếng Anh). */
  labelEn: Scalars['String']['output'];
  /** The result (kết quả). */
  result: CheckResult;
  /** The provision that asks for it (căn cứ pháp lý). */
  basis: Scalars['String']['output'];
  /** Whether a competent person has confirmed that provision; if not, a screen must say so (căn cứ đã được xác nhận). */
  basisVerified: Scalars['Boolean']['output'];
  /** What the result rests on, as plain values (giá trị làm căn cứ). */
  value?: Maybe<Scalars['JSON']['output']>;
  /** Why the result is unknown (lý do chưa rõ). */
  reason?: Maybe<GapReason>;
  /** The records the result rests on (nguồn). */
  provenance: Array<Provenance>;
};

/** One field of a form (mục của tờ khai). */
export type DossierField = {
  __typename?: 'DossierField';
  /** Unique in the dossier, e.g. `groom.fullName` (khóa). */
  key: Scalars['ID']['output'];
  /** What the form calls it (nhãn). */
  label: Scalars['String']['output'];
  /** The label in English (nhãn tiếng Anh). */
  labelEn: Scalars['String']['output'];
  /** The role of the party it is about; null for the dossier as a whole (vai trò). */
  party?: Maybe<Scalars['String']['output']>;
  /**
   * The value, formatted as the form wants it. With `CONFLICT`, the list of the differing values, the legally prevailing
   * registry's first, each in the place of its record in `provenance` (giá trị).
   */
  value?: Maybe<Scalars['JSON']['output']>;
  /** How the field came out (trạng thái). */
  status: FieldStatus;
  /** Why it isn't filled (lý do). */
  reason?: Maybe<GapReason>;
  /** The provision that asks for the field (căn cứ pháp lý). */
  basis?: Maybe<Scalars['String']['output']>;
  /** Whether a competent person has confirmed that provision; if not, a screen must say so (căn cứ đã được xác nhận). */
  basisVerified: Scalars['Boolean']['output'];
  /** The records the value comes from (nguồn). */
  provenance: Array<Provenance>;
};

/** How a field came out (trạng thái). */
export type FieldStatus =
  /** Filled from a registry (Điền sẵn). */
  | 'PREFILLED'
  /** Registries disagree (Mâu thuẫn). */
  | 'CONFLICT'
  /** No value (Thiếu). */
  | 'MISSING'
  /** A value exists but may not be shown (Không được phép xem). */
  | 'WITHHELD';

/** Why a field has no value (lý do không có giá trị). */
export type GapReason =
  /** The registry answered and has no such record (Không có bản ghi). */
  | 'NO_RECORD'
  /** The registry did not answer (Nguồn không phản hồi). */
  | 'SOURCE_DOWN'
  /** The caller may not read it (Không được phép). */
  | 'NOT_PERMITTED'
  /** Only the citizen can say (Hỏi công dân). */
  | 'ASK_CITIZEN'
  /** Registries disagree (Mâu thuẫn). */
  | 'CONFLICT';

/** An heir of the first rank (người thừa kế hàng thứ nhất). */
export type Heir = {
  __typename?: 'Heir';
  /** The heir, where the number is known (người thừa kế). */
  citizen?: Maybe<Citizen>;
  /** The name as the records have it (họ, chữ đệm, tên). */
  fullName?: Maybe<Scalars['String']['output']>;
  /** The relation to the deceased (quan hệ với người để lại di sản). */
  relation: HeirRelation;
  /**
   * Whether no death of the heir is registered (chưa có khai tử). Null when the registry cannot say: the heir's number is not
   * known, or the registry has no record of the heir.
   */
  alive?: Maybe<Scalars['Boolean']['output']>;
};

/** The relation of an heir to the deceased (quan hệ). */
export type HeirRelation =
  /** Wife or husband (Vợ, chồng). */
  | 'VO_CHONG'
  /** Father (Cha). */
  | 'CHA'
  /** Mother (Mẹ). */
  | 'ME'
  /** Child (Con). */
  | 'CON';

/** The role of a holder (vai trò). */
export type HolderRole =
  /** Sole holder (Chủ sử dụng). */
  | 'CHU_SU_DUNG'
  /** One of two spouses (Vợ, chồng cùng sử dụng). */
  | 'VO_CHONG'
  /** A co-holder (Đồng sử dụng). */
  | 'DONG_SU_DUNG';

/** A household (hộ gia đình). */
export type Household = {
  __typename?: 'Household';
  /** The household's number (số hồ sơ cư trú của hộ). */
  id: Scalars['ID']['output'];
  /** Its head (chủ hộ). */
  head?: Maybe<Citizen>;
  /** Its address (địa chỉ). */
  address?: Maybe<Address>;
  /** All present members, the head too (thành viên hộ). */
  members: Array<HouseholdMember>;
};

/** A member of a household (thành viên hộ gia đình). */
export type HouseholdMember = {
  __typename?: 'HouseholdMember';
  /** The member (thành viên). */
  citizen: Citizen;
  /** The relation to the head (quan hệ với chủ hộ). */
  relation?: Maybe<HouseholdRelation>;
  /** Since when they belong to it (ngày nhập hộ). */
  joinedOn?: Maybe<Scalars['PartialDate']['output']>;
};

/** The relation to the head of the household (quan hệ với chủ hộ). */
export type HouseholdRelation =
  /** The head (Chủ hộ). */
  | 'CHU_HO'
  /** Wife or husband (Vợ, chồng). */
  | 'VO_CHONG'
  /** Child (Con). */
  | 'CON'
  /** Father or mother (Cha, mẹ). */
  | 'CHA_ME'
  /** Grandparent (Ông, bà). */
  | 'ONG_BA'
  /** Grandchild (Cháu). */
  | 'CHAU'
  /** Brother or sister (Anh, chị, em). */
  | 'ANH_CHI_EM'
  /** Other (Khác). */
  | 'KHAC';

/** An identity card (thẻ căn cước). */
export type IdentityCard = {
  __typename?: 'IdentityCard';
  /** The card's number (số thẻ). */
  number: Scalars['String']['output'];
  /** The day of issue (ngày cấp). */
  issuedOn: Scalars['Date']['output'];
  /** The last day of validity; null: for life (hạn dùng). */
  expiresOn?: Maybe<Scalars['Date']['output']>;
  /** Who issued it, as named then (nơi cấp). */
  issuer: Authority;
};

/** An earlier version of a person's identity record (phiên bản trước của thông tin). */
export type IdentityVersion = {
  __typename?: 'IdentityVersion';
  /** The version's number, from 1 (phiên bản). */
  version: Scalars['String']['output'];
  /** When it was recorded (ghi nhận lúc). */
  recordedAt: Scalars['DateTime']['output'];
  /** When a newer one replaced it (được thay thế lúc). */
  replacedAt: Scalars['DateTime']['output'];
  /** Who recorded it, as named then (cơ quan). */
  authority: Authority;
  /** Why it was recorded (nội dung thay đổi). */
  note?: Maybe<Scalars['String']['output']>;
  /** The name at that time (họ, chữ đệm và tên). */
  fullName?: Maybe<Scalars['String']['output']>;
  /** The date of birth at that time (ngày sinh). */
  dateOfBirth?: Maybe<Scalars['PartialDate']['output']>;
  /** The sex at that time (giới tính). */
  sex?: Maybe<Sex>;
  /** The marital status at that time (tình trạng hôn nhân). */
  maritalStatus?: Maybe<MaritalStatus>;
  /** The life status at that time (tình trạng). */
  lifeStatus?: Maybe<LifeStatus>;
};

/** Who declared a birth (người đi khai sinh). */
export type Informant = {
  __typename?: 'Informant';
  /** The name (họ, chữ đệm, tên). */
  fullName: Scalars['String']['output'];
  /** The relation to the child (quan hệ với người được khai sinh). */
  relation?: Maybe<Scalars['String']['output']>;
  /** The identity document (giấy tờ tùy thân). */
  identityDocument?: Maybe<Scalars['String']['output']>;
};

/** An asset attached to the land (tài sản gắn liền với đất). */
export type LandAsset = {
  __typename?: 'LandAsset';
  /** The record (mã bản ghi). */
  id: Scalars['ID']['output'];
  /** The kind, e.g. `Nhà ở riêng lẻ` (loại tài sản). */
  kind: Scalars['String']['output'];
  /** The built-over area in square metres (diện tích xây dựng). */
  builtArea?: Maybe<Scalars['Float']['output']>;
  /** The floor area in square metres (diện tích sàn). */
  floorArea?: Maybe<Scalars['Float']['output']>;
  /** The number of floors (số tầng). */
  floors?: Maybe<Scalars['Int']['output']>;
  /** The year of completion (năm hoàn thành). */
  completedIn?: Maybe<Scalars['PartialDate']['output']>;
};

/** A certificate of land-use right (giấy chứng nhận quyền sử dụng đất). */
export type LandCertificate = {
  __typename?: 'LandCertificate';
  /** The printed serial, two letters and 6 to 8 digits (số phát hành). */
  serial: Scalars['String']['output'];
  /** The book-entry number (số vào sổ cấp giấy). */
  bookNo?: Maybe<Scalars['String']['output']>;
  /** The bar code or QR text (mã vạch, mã QR). */
  barcode?: Maybe<Scalars['String']['output']>;
  /** The day of issue (ngày cấp). */
  issuedOn?: Maybe<Scalars['Date']['output']>;
  /** Who issued it, as named then (đơn vị cấp). */
  issuer: Authority;
  /** Who signed (người ký). */
  signerName?: Maybe<Scalars['String']['output']>;
  /** Whether it is in force (tình trạng). */
  status?: Maybe<CertificateStatus>;
  /** The parcel (thửa đất). */
  parcel: Parcel;
};

/** A registered change (đăng ký biến động). */
export type LandChange = {
  __typename?: 'LandChange';
  /** The record (mã bản ghi). */
  id: Scalars['ID']['output'];
  /** The kind (loại biến động). */
  kind: CodedValue;
  /** The day of registration (ngày đăng ký). */
  registeredOn: Scalars['Date']['output'];
  /** What changed (nội dung). */
  content: Scalars['String']['output'];
  /** On what ground (căn cứ). */
  basis?: Maybe<Scalars['String']['output']>;
  /** Who registered it, as named then (cơ quan đăng ký). */
  authority: Authority;
};

/** A land-use right: a holder's share in a parcel (quyền sử dụng đất). */
export type LandRight = {
  __typename?: 'LandRight';
  /** The right's record (mã bản ghi). */
  id: Scalars['ID']['output'];
  /** The parcel (thửa đất). */
  parcel: Parcel;
  /** Who holds it (người sử dụng đất). */
  holder: LandRightHolder;
  /** In which role (vai trò). */
  role?: Maybe<HolderRole>;
  /** The share (tỷ lệ). */
  share?: Maybe<Share>;
  /** The certificate it is on (giấy chứng nhận). */
  certificate?: Maybe<LandCertificate>;
  /** Since when (từ ngày). */
  since?: Maybe<Scalars['PartialDate']['output']>;
  /** Until when; null: it is in force (đến ngày). */
  until?: Maybe<Scalars['PartialDate']['output']>;
  /** The change by which it came about (căn cứ). */
  basis?: Maybe<CodedValue>;
};

/** Who holds a land-use right (người sử dụng đất). */
export type LandRightHolder = {
  __typename?: 'LandRightHolder';
  /** The kind, Circular 08/2024/TT-BTNMT (đối tượng sử dụng đất). */
  kind: CodedValue;
  /** The name as the record has it (tên). */
  name: Scalars['String']['output'];
  /** The number, for a person (số định danh cá nhân). */
  personalId?: Maybe<Scalars['ID']['output']>;
  /** The person (công dân). */
  citizen?: Maybe<Citizen>;
};

/** One permitted use of a parcel (mục đích sử dụng đất). */
export type LandUse = {
  __typename?: 'LandUse';
  /** The code and name, Circular 08/2024/TT-BTNMT (loại đất). */
  purpose: CodedValue;
  /** The area under this use, in square metres (diện tích). */
  area?: Maybe<Scalars['Float']['output']>;
  /** The term (thời hạn sử dụng). */
  term?: Maybe<Scalars['String']['output']>;
  /** When it expires; null: long-term stable use (ngày hết hạn). */
  expiresOn?: Maybe<Scalars['Date']['output']>;
};

/** Whether a person lives (tình trạng). */
export type LifeStatus =
  /** Living (Sống). */
  | 'SONG'
  /** Dead (Đã chết). */
  | 'DA_CHET'
  /** Declared missing (Mất tích). */
  | 'MAT_TICH';

/** Marital status (tình trạng hôn nhân). */
export type MaritalStatus =
  /** Never married (Chưa kết hôn). */
  | 'CHUA_KET_HON'
  /** Married (Đang có vợ hoặc có chồng). */
  | 'DANG_CO_VO_CHONG'
  /** Divorced (Đã ly hôn). */
  | 'DA_LY_HON'
  /** Widowed (Vợ hoặc chồng đã chết). */
  | 'VO_CHONG_DA_CHET';

/** A certificate of marital status, valid for six months (giấy xác nhận tình trạng hôn nhân, có giá trị 06 tháng). */
export type MaritalStatusCertificate = CivilStatusRecord & {
  __typename?: 'MaritalStatusCertificate';
  /** The record's identifier in the registry (mã bản ghi). */
  recordId: Scalars['ID']['output'];
  /** The version shown, from 1 (phiên bản). */
  version: Scalars['String']['output'];
  /** When this version was recorded (ghi nhận lúc). */
  recordedAt: Scalars['DateTime']['output'];
  /** The kind (loại việc hộ tịch). */
  recordKind: RecordKind;
  /** The entry number, e.g. `123/2026` (số). */
  recordNo: Scalars['String']['output'];
  /** The book (quyển số). */
  bookNo?: Maybe<Scalars['String']['output']>;
  /** The day of registration (ngày, tháng, năm đăng ký). */
  registeredOn: Scalars['PartialDate']['output'];
  /** The authority that registered it, as named then (nơi đăng ký). */
  registrar: Authority;
  /** Who signed (người ký). */
  signer?: Maybe<Signer>;
  /** The notes of change on this record, newest first (ghi chú thay đổi, cải chính). */
  changes: Array<ChangeNote>;
  /** The residence that it covers (nơi cư trú). */
  residence?: Maybe<Address>;
  /** From when it covers (từ ngày). */
  residedFrom?: Maybe<Scalars['PartialDate']['output']>;
  /** Until when it covers (đến ngày). */
  residedUntil?: Maybe<Scalars['PartialDate']['output']>;
  /** The status it confirms (tình trạng hôn nhân). */
  maritalStatus?: Maybe<MaritalStatus>;
  /** What it was issued for (mục đích sử dụng). */
  purpose?: Maybe<Scalars['String']['output']>;
  /** The last day of validity (có giá trị đến). */
  validUntil?: Maybe<Scalars['Date']['output']>;
};

/** A marriage record (giấy chứng nhận kết hôn). */
export type MarriageRecord = CivilStatusRecord & {
  __typename?: 'MarriageRecord';
  /** The record's identifier in the registry (mã bản ghi). */
  recordId: Scalars['ID']['output'];
  /** The version shown, from 1 (phiên bản). */
  version: Scalars['String']['output'];
  /** When this version was recorded (ghi nhận lúc). */
  recordedAt: Scalars['DateTime']['output'];
  /** The kind (loại việc hộ tịch). */
  recordKind: RecordKind;
  /** The entry number, e.g. `123/2026` (số). */
  recordNo: Scalars['String']['output'];
  /** The book (quyển số). */
  bookNo?: Maybe<Scalars['String']['output']>;
  /** The day of registration (ngày, tháng, năm đăng ký). */
  registeredOn: Scalars['PartialDate']['output'];
  /** The authority that registered it, as named then (nơi đăng ký). */
  registrar: Authority;
  /** Who signed (người ký). */
  signer?: Maybe<Signer>;
  /** The notes of change on this record, newest first (ghi chú thay đổi, cải chính). */
  changes: Array<ChangeNote>;
  /** The husband as the record has him (chồng). */
  husband: SpouseOnRecord;
  /** The wife as the record has her (vợ). */
  wife: SpouseOnRecord;
  /** The other spouse, seen from the citizen whose list this is (vợ hoặc chồng). */
  spouse?: Maybe<SpouseOnRecord>;
  /** Whether the marriage is in force, and if not how it ended (tình trạng). */
  status?: Maybe<MarriageStatus>;
  /** When it ended (ngày chấm dứt). */
  endedOn?: Maybe<Scalars['PartialDate']['output']>;
  /** The decision or record that ended it (căn cứ chấm dứt). */
  endedBy?: Maybe<Scalars['String']['output']>;
  /** Earlier versions, newest first (các phiên bản trước). */
  history: Array<MarriageRecord>;
};

/** Whether a marriage is in force (tình trạng quan hệ hôn nhân). */
export type MarriageStatus =
  /** In force (Đang có hiệu lực). */
  | 'IN_FORCE'
  /** Ended by divorce (Đã ly hôn). */
  | 'DIVORCED'
  /** Ended by the death of a spouse (Chấm dứt do vợ hoặc chồng chết). */
  | 'ENDED_BY_DEATH'
  /** Annulled as unlawful (Bị hủy). */
  | 'ANNULLED';

/** Numbers whose entries are missing, both included (các mục bị thiếu). */
export type MissingEntries = {
  __typename?: 'MissingEntries';
  /** The writer (tiến trình ghi). */
  writer: Scalars['ID']['output'];
  /** The first number (từ số). */
  from: Scalars['Float']['output'];
  /** The last (đến số). */
  until: Scalars['Float']['output'];
};

/** Places without an entry, both included (các vị trí bị thiếu). */
export type MissingIndexes = {
  __typename?: 'MissingIndexes';
  /** The first (từ). */
  from: Scalars['Float']['output'];
  /** The last (đến). */
  until: Scalars['Float']['output'];
};

/** A mortgage (thế chấp). */
export type Mortgage = {
  __typename?: 'Mortgage';
  /** The record (mã bản ghi). */
  id: Scalars['ID']['output'];
  /** The mortgagee (bên nhận thế chấp). */
  mortgagee: Scalars['String']['output'];
  /** The contract (số hợp đồng). */
  contractNo?: Maybe<Scalars['String']['output']>;
  /** The day of registration (ngày đăng ký). */
  registeredOn: Scalars['Date']['output'];
  /** The day of release; null: in force (ngày xóa đăng ký). */
  releasedOn?: Maybe<Scalars['Date']['output']>;
};

/** A gateway process that has not ended in order (tiến trình chưa kết thúc). */
export type OpenWriter = {
  __typename?: 'OpenWriter';
  /** The writer (tiến trình ghi). */
  writer: Scalars['ID']['output'];
  /** When it began, if that was in the time looked through (bắt đầu lúc). */
  begunAt?: Maybe<Scalars['DateTime']['output']>;
  /** Its last number so far (số cuối). */
  last: Scalars['Float']['output'];
  /** When it last wrote (ghi lần cuối lúc). */
  lastAt: Scalars['DateTime']['output'];
};

/** A parcel of land (thửa đất). */
export type Parcel = {
  __typename?: 'Parcel';
  /** The identifier: 12-character GeoHash of a point inside, WGS84 (mã định danh thửa đất). */
  id: Scalars['ID']['output'];
  /** The commune it lies in, as the record names it (xã, phường). */
  commune?: Maybe<AdministrativeUnit>;
  /** The map sheet (số hiệu tờ bản đồ). */
  mapSheet?: Maybe<Scalars['String']['output']>;
  /** The number on the sheet (số thứ tự thửa). */
  parcelNumber?: Maybe<Scalars['String']['output']>;
  /** The commune before 1 July 2025 (xã, phường cũ). */
  formerCommune?: Maybe<AdministrativeUnit>;
  /** The old map sheet (số hiệu tờ bản đồ cũ). */
  formerMapSheet?: Maybe<Scalars['String']['output']>;
  /** The old number on the sheet (số thứ tự thửa cũ). */
  formerParcelNumber?: Maybe<Scalars['String']['output']>;
  /** The measured area in square metres (diện tích). */
  area?: Maybe<Scalars['Float']['output']>;
  /** The area that the certificate states, in square metres (diện tích pháp lý). */
  legalArea?: Maybe<Scalars['Float']['output']>;
  /** The address (địa chỉ thửa đất). */
  address?: Maybe<Address>;
  /** What the land may be used for (mục đích sử dụng). */
  landUses?: Maybe<Array<LandUse>>;
  /** How the use came about (nguồn gốc sử dụng). */
  origin?: Maybe<CodedValue>;
  /** Sole or shared use (hình thức sử dụng). */
  useForm?: Maybe<UseForm>;
  /** Whether the parcel exists or has become others (tình trạng). */
  status?: Maybe<ParcelStatus>;
  /** The certificate in force (giấy chứng nhận). */
  certificate?: Maybe<LandCertificate>;
  /** Every certificate ever issued, newest first (các giấy chứng nhận đã cấp). */
  certificateHistory?: Maybe<Array<LandCertificate>>;
  /** The rights in the parcel, with their holders (quyền sử dụng đất, người sử dụng đất). */
  landRights?: Maybe<Array<LandRight>>;
  /** Mortgages (giao dịch bảo đảm). */
  mortgages?: Maybe<Array<Mortgage>>;
  /** Restrictions (hạn chế quyền). */
  restrictions?: Maybe<Array<Restriction>>;
  /** Whether a mortgage or a restriction is in force (đang thế chấp hoặc bị hạn chế). */
  encumbered?: Maybe<Scalars['Boolean']['output']>;
  /** Attached assets (tài sản gắn liền với đất). */
  assets?: Maybe<Array<LandAsset>>;
  /** Registered changes, newest first (đăng ký biến động). */
  changes?: Maybe<Array<LandChange>>;
  /** The parcels that this one came from by split or merge (thửa gốc). */
  formedFrom?: Maybe<Array<Parcel>>;
  /** The parcels that this one became by split or merge (thửa hình thành sau biến động). */
  becameOf?: Maybe<Array<Parcel>>;
  /** The boundary in WGS84, published from VN-2000 / TM-3 107-45, EPSG:5899 (ranh giới). */
  boundary?: Maybe<Boundary>;
  /** Earlier versions of the parcel record, newest first (các phiên bản trước). */
  history?: Maybe<Array<ParcelVersion>>;
};


/** A parcel of land (thửa đất). */
export type ParcelLandRightsArgs = {
  includeEnded?: Scalars['Boolean']['input'];
};


/** A parcel of land (thửa đất). */
export type ParcelMortgagesArgs = {
  includeReleased?: Scalars['Boolean']['input'];
};


/** A parcel of land (thửa đất). */
export type ParcelRestrictionsArgs = {
  includeLifted?: Scalars['Boolean']['input'];
};

/** Whether a parcel exists (tình trạng thửa đất). */
export type ParcelStatus =
  /** It exists (Hiện hữu). */
  | 'ACTIVE'
  /** It was split (Đã tách thửa). */
  | 'SPLIT'
  /** It was merged (Đã hợp thửa). */
  | 'MERGED';

/** An earlier version of a parcel record (phiên bản trước của thửa đất). */
export type ParcelVersion = {
  __typename?: 'ParcelVersion';
  /** The version's number, from 1 (phiên bản). */
  version: Scalars['String']['output'];
  /** When it was recorded (ghi nhận lúc). */
  recordedAt: Scalars['DateTime']['output'];
  /** When a newer one replaced it (được thay thế lúc). */
  replacedAt: Scalars['DateTime']['output'];
  /** Who recorded it, as named then (cơ quan). */
  authority: Authority;
  /** Why (nội dung thay đổi). */
  note?: Maybe<Scalars['String']['output']>;
  /** The area then (diện tích). */
  area?: Maybe<Scalars['Float']['output']>;
  /** The legal area then (diện tích pháp lý). */
  legalArea?: Maybe<Scalars['Float']['output']>;
  /** The map sheet then (số tờ). */
  mapSheet?: Maybe<Scalars['String']['output']>;
  /** The number then (số thửa). */
  parcelNumber?: Maybe<Scalars['String']['output']>;
  /** The status then (tình trạng). */
  status?: Maybe<ParcelStatus>;
};

/** A parent as a birth record names them (cha, mẹ trong giấy khai sinh). */
export type ParentOnRecord = {
  __typename?: 'ParentOnRecord';
  /** The name (họ, chữ đệm, tên). */
  fullName?: Maybe<Scalars['String']['output']>;
  /** The year of birth (năm sinh). */
  yearOfBirth?: Maybe<Scalars['PartialDate']['output']>;
  /** The ethnic group (dân tộc). */
  ethnicity?: Maybe<CodedValue>;
  /** The nationality (quốc tịch). */
  nationality?: Maybe<CodedValue>;
  /** The residence then (nơi cư trú). */
  residence?: Maybe<Address>;
  /** The number, where the record has it (số định danh cá nhân). */
  personalId?: Maybe<Scalars['ID']['output']>;
  /** The parent as a citizen, where the number is known (công dân). */
  citizen?: Maybe<Citizen>;
};

/** One party of a dossier: a role with exactly one of a person or a parcel (bên tham gia). */
export type PartyInput = {
  /** The role, as the procedure names it, e.g. `groom` (vai trò). */
  role: Scalars['String']['input'];
  /** The 12-digit personal identification number, for a person (số định danh cá nhân). */
  personalId?: InputMaybe<Scalars['ID']['input']>;
  /** The 12-character parcel identifier, for a parcel (mã định danh thửa đất). */
  parcelId?: InputMaybe<Scalars['ID']['input']>;
};

/** A role in a procedure (vai trò). */
export type PartyRole = {
  __typename?: 'PartyRole';
  /** The role's name in a `PartyInput` (vai trò). */
  role: Scalars['String']['output'];
  /** What the form calls it (nhãn). */
  label: Scalars['String']['output'];
  /** The label in English (nhãn tiếng Anh). */
  labelEn: Scalars['String']['output'];
  /** Whether a person or a parcel takes the role (loại). */
  subject: PartySubject;
  /** Whether a dossier without it is refused (bắt buộc). */
  required: Scalars['Boolean']['output'];
};

/** What takes a role (loại đối tượng). */
export type PartySubject =
  /** A person (Công dân). */
  | 'CITIZEN'
  /** A parcel of land (Thửa đất). */
  | 'PARCEL';

/** A place known by text, by unit, or by both (địa danh). */
export type Place = {
  __typename?: 'Place';
  /** The place as the record words it (theo hồ sơ). */
  text: Scalars['String']['output'];
  /** The unit it lies in, as named then (đơn vị hành chính). */
  unit?: Maybe<AdministrativeUnit>;
  /** The place as it is written today; as recorded where an old unit was divided and the new one is not certain (tên hiện nay). */
  textToday: Scalars['String']['output'];
};

/** What something is called (tên gọi). */
export type PlainWords = {
  __typename?: 'PlainWords';
  /** Its code; null: it has none (mã). */
  code?: Maybe<Scalars['ID']['output']>;
  /** In Vietnamese (tiếng Việt). */
  text: Scalars['String']['output'];
  /** In English (tiếng Anh). */
  textEn: Scalars['String']['output'];
};

/** An administrative procedure (thủ tục hành chính). */
export type Procedure = {
  __typename?: 'Procedure';
  /** The national code, e.g. `1.000894` (mã thủ tục). */
  code: Scalars['ID']['output'];
  /** The name (tên thủ tục). */
  name: Scalars['String']['output'];
  /** The name in English (tên tiếng Anh). */
  nameEn: Scalars['String']['output'];
  /** The roles that a dossier needs or accepts (các bên). */
  parties: Array<PartyRole>;
};

/** Which record a value came from (nguồn gốc của giá trị). */
export type Provenance = {
  __typename?: 'Provenance';
  /** The registry, e.g. `civil-status` (cơ sở dữ liệu). */
  registry: Scalars['ID']['output'];
  /** The record's identifier in that registry (mã bản ghi). */
  record: Scalars['ID']['output'];
  /** The record's version (phiên bản). */
  version: Scalars['String']['output'];
  /** When the registry recorded that version (ghi nhận lúc). */
  recordedAt: Scalars['DateTime']['output'];
  /** When the gateway read it from the registry (lấy lúc). */
  retrievedAt: Scalars['DateTime']['output'];
  /** From where this answer had it (nơi lấy). */
  cache: CacheTier;
  /** How long ago it was read from the registry, in seconds (tuổi, giây). */
  ageSeconds: Scalars['Float']['output'];
};

export type Query = {
  __typename?: 'Query';
  /**
   * A person by personal identification number (công dân). The fields of someone whom no registry knows are all null. A
   * number that is not 12 digits is `BAD_USER_INPUT` and nothing is looked up.
   */
  citizen?: Maybe<Citizen>;
  /** The administrative procedures whose forms can be pre-filled today (thủ tục hành chính). */
  procedures: Array<Procedure>;
  /** The form of a procedure, pre-filled from the registries for these parties (hồ sơ điền sẵn). */
  dossier: Dossier;
  /**
   * The audit log, newest first: who read whose data, when, what for, on which legal basis, from which record, and what they were shown
   * (nhật ký khai thác dữ liệu). What was written in the last seconds may not be there yet. Reading it is itself recorded.
   */
  auditEntries?: Maybe<AuditEntryConnection>;
  /** One entry by its place in the log; null where there is none (một mục của nhật ký). */
  auditEntry?: Maybe<AuditEntry>;
  /**
   * Whether the log is whole: its newest checkpoint, and what is missing among the entries of a time. At most 200,000 entries are
   * looked through (tính toàn vẹn của nhật ký).
   */
  auditLog?: Maybe<AuditLog>;
  /**
   * What forms asked citizens although the state holds it: fields that were left empty because a registry did not answer, the caller
   * might not read it, or registries disagree. At most 200,000 entries are counted (thông tin phải hỏi lại dù Nhà nước đã có).
   */
  askedAlthoughHeld?: Maybe<AskedAlthoughHeld>;
  /**
   * Reading that is out of the ordinary, by rules with thresholds. A finding is a reason to ask, not a verdict. At most 100,000
   * entries are looked through, the days before `from` included (truy cập bất thường).
   */
  unusualReading?: Maybe<UnusualReading>;
  /**
   * Who looked at the calling citizen's own data, newest first (ai đã xem dữ liệu của tôi). Who that is says the token. Officers are
   * not named, their departments are.
   */
  myDataUses?: Maybe<DataUseConnection>;
  /** A parcel by its 12-character identifier (thửa đất). */
  parcel?: Maybe<Parcel>;
  /** The parcels that carried this number before 1 July 2025 (tra cứu theo số tờ, số thửa cũ). */
  parcelsByFormerNumber: Array<Parcel>;
};


export type QueryCitizenArgs = {
  personalId: Scalars['ID']['input'];
};


export type QueryDossierArgs = {
  procedure: Scalars['ID']['input'];
  parties: Array<PartyInput>;
};


export type QueryAuditEntriesArgs = {
  where?: InputMaybe<AuditFilter>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QueryAuditEntryArgs = {
  index: Scalars['Float']['input'];
};


export type QueryAuditLogArgs = {
  from?: InputMaybe<Scalars['DateTime']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};


export type QueryAskedAlthoughHeldArgs = {
  from: Scalars['DateTime']['input'];
  until: Scalars['DateTime']['input'];
  procedure?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryUnusualReadingArgs = {
  from: Scalars['DateTime']['input'];
  until: Scalars['DateTime']['input'];
  department?: InputMaybe<Scalars['String']['input']>;
  actor?: InputMaybe<Scalars['String']['input']>;
};


export type QueryMyDataUsesArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  from?: InputMaybe<Scalars['DateTime']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};


export type QueryParcelArgs = {
  id: Scalars['ID']['input'];
};


export type QueryParcelsByFormerNumberArgs = {
  communeCode: Scalars['ID']['input'];
  mapSheet: Scalars['String']['input'];
  parcelNumber: Scalars['String']['input'];
};

/** The kind of a civil-status record (loại việc hộ tịch). */
export type RecordKind =
  /** Birth (Khai sinh). */
  | 'KS'
  /** Marriage (Kết hôn). */
  | 'KH'
  /** Death (Khai tử). */
  | 'KT'
  /** Marital-status certificate (Xác nhận tình trạng hôn nhân). */
  | 'XNHN'
  /** Recognition of parent or child (Nhận cha, mẹ, con). */
  | 'NCMC'
  /** Guardianship (Giám hộ). */
  | 'GH'
  /** Change or correction (Thay đổi, cải chính, bổ sung). */
  | 'TDCC';

/** A relative as the identity registry holds them (người thân). */
export type Relative = {
  __typename?: 'Relative';
  /** Which relative (quan hệ). */
  relation: RelativeKind;
  /** The relative's number, where known (số định danh cá nhân). */
  personalId?: Maybe<Scalars['ID']['output']>;
  /** The name as this record words it (họ, chữ đệm và tên). */
  fullName?: Maybe<Scalars['String']['output']>;
  /** The nationality (quốc tịch). */
  nationality?: Maybe<CodedValue>;
  /** The relative as a citizen, where the number is known (công dân). */
  citizen?: Maybe<Citizen>;
};

/** Which relative (quan hệ). */
export type RelativeKind =
  /** Father (Cha). */
  | 'CHA'
  /** Mother (Mẹ). */
  | 'ME'
  /** Wife or husband (Vợ, chồng). */
  | 'VO_CHONG'
  /** Child (Con). */
  | 'CON';

/** A registered residence (nơi cư trú). */
export type Residence = {
  __typename?: 'Residence';
  /** Permanent, temporary or current (loại). */
  kind?: Maybe<ResidenceKind>;
  /** The address (địa chỉ). */
  address: Address;
  /** From when (từ ngày). */
  since?: Maybe<Scalars['PartialDate']['output']>;
  /** Until when, for a temporary residence its term; null: open (đến ngày). */
  until?: Maybe<Scalars['Date']['output']>;
  /** Who registered it, as named then (cơ quan đăng ký cư trú). */
  authority: Authority;
};

/** The kind of a residence (loại cư trú). */
export type ResidenceKind =
  /** Permanent (Thường trú). */
  | 'THUONG_TRU'
  /** Temporary (Tạm trú). */
  | 'TAM_TRU'
  /** Current (Nơi ở hiện tại). */
  | 'HIEN_TAI';

/** A restriction of the right (hạn chế quyền). */
export type Restriction = {
  __typename?: 'Restriction';
  /** The record (mã bản ghi). */
  id: Scalars['ID']['output'];
  /** The kind (loại hạn chế). */
  kind: Scalars['String']['output'];
  /** What it says (nội dung). */
  content: Scalars['String']['output'];
  /** The area concerned, in square metres (diện tích). */
  area?: Maybe<Scalars['Float']['output']>;
  /** Whether it concerns only a part (một phần thửa). */
  partial: Scalars['Boolean']['output'];
  /** The document (số văn bản). */
  documentNo?: Maybe<Scalars['String']['output']>;
  /** Its day of issue (ngày ban hành). */
  issuedOn?: Maybe<Scalars['Date']['output']>;
  /** Who issued it (cơ quan ban hành). */
  issuer?: Maybe<Authority>;
  /** The day it was lifted; null: in force (ngày gỡ bỏ). */
  liftedOn?: Maybe<Scalars['Date']['output']>;
};

/** The sex of a person (giới tính). */
export type Sex =
  /** Male (Nam). */
  | 'NAM'
  /** Female (Nữ). */
  | 'NU';

/** A share (tỷ lệ). */
export type Share = {
  __typename?: 'Share';
  /** Numerator (tử số). */
  numerator: Scalars['Int']['output'];
  /** Denominator (mẫu số). */
  denominator: Scalars['Int']['output'];
};

/** Who signed a record (người ký). */
export type Signer = {
  __typename?: 'Signer';
  /** The name (họ, chữ đệm và tên). */
  name: Scalars['String']['output'];
  /** The title (chức vụ). */
  title?: Maybe<Scalars['String']['output']>;
};

/** A spouse as a marriage record names them (vợ, chồng trong giấy chứng nhận kết hôn). */
export type SpouseOnRecord = {
  __typename?: 'SpouseOnRecord';
  /** The name (họ, chữ đệm, tên). */
  fullName: Scalars['String']['output'];
  /** The date of birth (ngày, tháng, năm sinh). */
  dateOfBirth?: Maybe<Scalars['PartialDate']['output']>;
  /** The ethnic group (dân tộc). */
  ethnicity?: Maybe<CodedValue>;
  /** The nationality (quốc tịch). */
  nationality?: Maybe<CodedValue>;
  /** The residence then (nơi cư trú). */
  residence?: Maybe<Address>;
  /** The identity document (giấy tờ tùy thân). */
  identityDocument?: Maybe<Scalars['String']['output']>;
  /** The number, where the record has it (số định danh cá nhân). */
  personalId?: Maybe<Scalars['ID']['output']>;
  /** The spouse as a citizen, where the number is known (công dân). */
  citizen?: Maybe<Citizen>;
};

/** A figure (số liệu). */
export type UnusualFigure = {
  __typename?: 'UnusualFigure';
  /** What it counts (tên). */
  name: Scalars['String']['output'];
  /** How much (giá trị). */
  value: Scalars['Float']['output'];
};

/** Something found unusual (phát hiện). */
export type UnusualFinding = {
  __typename?: 'UnusualFinding';
  /** The rule (quy tắc). */
  rule: Scalars['ID']['output'];
  /** Whose reading (người truy cập). */
  actor: Scalars['String']['output'];
  /** Their department (cơ quan). */
  department?: Maybe<Scalars['String']['output']>;
  /** On which day in Viet Nam, `YYYY-MM-DD`; null: over the whole time (ngày). */
  day?: Maybe<Scalars['String']['output']>;
  /** The figures, to hold against the thresholds (số liệu). */
  figures: Array<UnusualFigure>;
  /** The places of its entries in the log, the first 50 (các mục). */
  entries: Array<Scalars['Float']['output']>;
};

/** Reading out of the ordinary (truy cập bất thường). */
export type UnusualReading = {
  __typename?: 'UnusualReading';
  /** How many entries were looked through, the days before included (số mục đã xem xét). */
  checked: Scalars['Int']['output'];
  /** Whether that is all of the time (đã xem xét hết). */
  isWhole: Scalars['Boolean']['output'];
  /** The rules, with their thresholds (các quy tắc). */
  rules: Array<UnusualRule>;
  /** What was found, 500 at most (các phát hiện). */
  findings: Array<UnusualFinding>;
};

/** A rule for what is unusual (quy tắc). */
export type UnusualRule = {
  __typename?: 'UnusualRule';
  /** Its name (tên). */
  name: Scalars['ID']['output'];
  /** What it finds (nội dung). */
  label: Scalars['String']['output'];
  /** In English (nội dung tiếng Anh). */
  labelEn: Scalars['String']['output'];
  /** Its thresholds (ngưỡng). */
  thresholds: Array<UnusualFigure>;
};

/** Sole or shared use (hình thức sử dụng). */
export type UseForm =
  /** Sole (Sử dụng riêng). */
  | 'RIENG'
  /** Shared (Sử dụng chung). */
  | 'CHUNG';
