// Written by `npm run codegen`.
/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What is looked for in the audit log; all that is given must hold (điều kiện tìm trong nhật ký). */
export type AuditFilter = {
  /** About this person, by the 12-digit personal identification number (công dân). */
  person?: string | null | undefined;
  /** About this parcel (thửa đất). */
  parcel?: string | null | undefined;
  /** In which a value came from this record (bản ghi). */
  record?: AuditRecordInput | null | undefined;
  /** By callers of this department (cơ quan). */
  department?: string | null | undefined;
  /** By this caller, as the token's subject names them (người truy cập). */
  actor?: string | null | undefined;
  /** Through this system (hệ thống). */
  system?: string | null | undefined;
  /** By callers of this role, e.g. `officer` (vai trò). */
  role?: string | null | undefined;
  /** For this procedure (thủ tục). */
  procedure?: string | null | undefined;
  /** For this dossier (hồ sơ). */
  dossier?: string | null | undefined;
  /** With at least one field that came out so (kết quả). */
  outcome?: AuditOutcome | null | undefined;
  /** Of this kind (loại). */
  kind?: AuditKind | null | undefined;
  /** Refused with this code, e.g. `PURPOSE_REQUIRED` (mã từ chối). */
  code?: string | null | undefined;
  /** The registered name of the operation (tên thao tác). */
  operation?: string | null | undefined;
  /** The id of the HTTP request (mã yêu cầu). */
  request?: string | null | undefined;
  /** Only those that read this log itself (chỉ các lần xem nhật ký). */
  readsLog?: boolean | null | undefined;
  /** From when on (từ). */
  from?: string | null | undefined;
  /** Until before when (đến trước). */
  until?: string | null | undefined;
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

/** A record of a registry (bản ghi). */
export type AuditRecordInput = {
  /** The registry, e.g. `civil-status` (cơ sở dữ liệu). */
  registry: string;
  /** The record's identifier there (mã bản ghi). */
  record: string;
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

/** The result of a check (kết quả). */
export type CheckResult =
  /** The condition holds (Đạt). */
  | 'PASSED'
  /** The condition does not hold (Không đạt). */
  | 'FAILED'
  /** A registry could not say (Chưa rõ). */
  | 'UNKNOWN';

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

/** The role of a holder (vai trò). */
export type HolderRole =
  /** Sole holder (Chủ sử dụng). */
  | 'CHU_SU_DUNG'
  /** One of two spouses (Vợ, chồng cùng sử dụng). */
  | 'VO_CHONG'
  /** A co-holder (Đồng sử dụng). */
  | 'DONG_SU_DUNG';

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

/** Whether a parcel exists (tình trạng thửa đất). */
export type ParcelStatus =
  /** It exists (Hiện hữu). */
  | 'ACTIVE'
  /** It was split (Đã tách thửa). */
  | 'SPLIT'
  /** It was merged (Đã hợp thửa). */
  | 'MERGED';

/** One party of a dossier: a role with exactly one of a person or a parcel (bên tham gia). */
export type PartyInput = {
  /** The role, as the procedure names it, e.g. `groom` (vai trò). */
  role: string;
  /** The 12-digit personal identification number, for a person (số định danh cá nhân). */
  personalId?: string | null | undefined;
  /** The 12-character parcel identifier, for a parcel (mã định danh thửa đất). */
  parcelId?: string | null | undefined;
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

/** The sex of a person (giới tính). */
export type Sex =
  /** Male (Nam). */
  | 'NAM'
  /** Female (Nữ). */
  | 'NU';

/** Sole or shared use (hình thức sử dụng). */
export type UseForm =
  /** Sole (Sử dụng riêng). */
  | 'RIENG'
  /** Shared (Sử dụng chung). */
  | 'CHUNG';

export type AskedAlthoughHeldQueryVariables = Exact<{
  from: string;
  until: string;
  procedure?: string | null | undefined;
}>;


export type AskedAlthoughHeldQuery = { askedAlthoughHeld: { forms: number, isWhole: boolean, fields: Array<{ procedure: string, key: string, label: string | null, labelEn: string | null, why: string, count: number, of: number }> } | null };

export type AuditEntriesQueryVariables = Exact<{
  where?: AuditFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type AuditEntriesQuery = { auditEntries: { edges: Array<{ cursor: string, node: { index: number, id: string, at: string, kind: AuditKind, requestId: string | null, code: string | null, count: number, act: unknown, readsLog: boolean, who: { subject: string, role: string, department: string | null, system: string | null, onBehalfOf: string | null } | null, purpose: { procedure: string, name: string | null, nameEn: string | null, dossier: string | null } | null, legalBases: Array<{ rule: string, text: string, verified: boolean, from: string, until: string | null, version: string, wasInForce: boolean }> | null, operation: { hash: string | null, name: string | null } | null, fields: Array<{ path: string, label: string | null, labelEn: string | null, outcome: AuditOutcome, why: string | null, maskedAs: string | null, records: Array<{ registry: string, record: string | null, version: string | null, retrievedAt: string, cache: CacheTier, ageSeconds: number }> }> | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type AuditLogQueryVariables = Exact<{
  from?: string | null | undefined;
  until?: string | null | undefined;
}>;


export type AuditLogQuery = { auditLog: { size: number, checkpoint: string | null, checkpointAt: string | null, lateSeconds: number | null, checked: number, isAllChecked: boolean, missing: Array<{ writer: string, from: number, until: number }>, missingIndexes: Array<{ from: number, until: number }>, altered: Array<{ index: number, problem: string }>, openWriters: Array<{ writer: string, begunAt: string | null, last: number, lastAt: string }> } | null };

export type UnusualReadingQueryVariables = Exact<{
  from: string;
  until: string;
  department?: string | null | undefined;
  actor?: string | null | undefined;
}>;


export type UnusualReadingQuery = { unusualReading: { checked: number, isWhole: boolean, rules: Array<{ name: string, label: string, labelEn: string, thresholds: Array<{ name: string, value: number }> }>, findings: Array<{ rule: string, actor: string, department: string | null, day: string | null, entries: Array<number>, figures: Array<{ name: string, value: number }> }> } | null };

export type CitizenQueryVariables = Exact<{
  personalId: string;
}>;


export type CitizenQuery = { citizen: { personalId: string, fullName: string | null, otherName: string | null, dateOfBirth: string | null, sex: Sex | null, lifeStatus: LifeStatus | null, ethnicity: { code: string, name: string } | null, nationality: { code: string, name: string } | null, placeOfBirth: { text: string, textToday: string } | null, homeTown: { text: string, textToday: string } | null, permanentResidence: { since: string | null, address: { text: string, textToday: string } } | null, temporaryResidence: { since: string | null, until: string | null, address: { text: string, textToday: string } } | null, currentResidence: { address: { text: string, textToday: string } } | null, card: { number: string, issuedOn: string, expiresOn: string | null, issuer: { name: string } } | null } | null };

export type CivilStatusQueryVariables = Exact<{
  personalId: string;
}>;


export type CivilStatusQuery = { citizen: { personalId: string, maritalStatus: MaritalStatus | null, identityMaritalStatus: MaritalStatus | null, birth: { recordId: string, recordNo: string, bookNo: string | null, registeredOn: string, fullName: string, dateOfBirth: string | null, sex: Sex | null, registrar: { name: string }, placeOfBirth: { text: string, textToday: string } | null, mother: { fullName: string | null, personalId: string | null } | null, father: { fullName: string | null, personalId: string | null } | null } | null, marriages: Array<{ recordId: string, recordNo: string, registeredOn: string, status: MarriageStatus | null, endedOn: string | null, registrar: { name: string }, spouse: { fullName: string, personalId: string | null } | null }> | null, death: { recordId: string, recordNo: string, registeredOn: string, diedOn: string | null } | null, children: Array<{ personalId: string, fullName: string | null }> | null, changes: Array<{ id: string, kind: ChangeKind | null, recordKind: RecordKind | null, recordId: string, decisionNo: string | null, decidedOn: string | null, content: string }> | null } | null };

export type DossierQueryVariables = Exact<{
  procedure: string;
  parties: Array<PartyInput> | PartyInput;
}>;


export type DossierQuery = { dossier: { procedure: { code: string, name: string, nameEn: string }, fields: Array<{ key: string, label: string, labelEn: string, party: string | null, value: unknown, status: FieldStatus, reason: GapReason | null, basis: string | null, basisVerified: boolean, provenance: Array<{ registry: string, record: string, version: string, recordedAt: string, retrievedAt: string, cache: CacheTier, ageSeconds: number }> }>, checks: Array<{ key: string, label: string, labelEn: string, result: CheckResult, value: unknown, reason: GapReason | null, basis: string, basisVerified: boolean, provenance: Array<{ registry: string, record: string, version: string, recordedAt: string, retrievedAt: string, cache: CacheTier, ageSeconds: number }> }>, coverage: { prefilled: number, conflict: number, missing: number, withheld: number, askCitizen: number, total: number } } };

export type SourceFragment = { registry: string, record: string, version: string, recordedAt: string, retrievedAt: string, cache: CacheTier, ageSeconds: number };

export type HouseholdQueryVariables = Exact<{
  personalId: string;
}>;


export type HouseholdQuery = { citizen: { personalId: string, household: { id: string, head: { personalId: string, fullName: string | null } | null, address: { text: string, textToday: string } | null, members: Array<{ relation: HouseholdRelation | null, joinedOn: string | null, citizen: { personalId: string, fullName: string | null, dateOfBirth: string | null, sex: Sex | null } }> } | null } | null };

export type MyDataUsesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  from?: string | null | undefined;
  until?: string | null | undefined;
}>;


export type MyDataUsesQuery = { myDataUses: { edges: Array<{ cursor: string, node: { at: string, summary: string, summaryEn: string, dossier: string | null, isLive: boolean, count: number, department: { code: string | null, text: string, textEn: string } | null, role: { code: string | null, text: string, textEn: string }, procedure: { code: string | null, text: string, textEn: string } | null, data: Array<{ code: string | null, text: string, textEn: string }>, legalBases: Array<{ text: string, verified: boolean }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ParcelWithRightsQueryVariables = Exact<{
  id: string;
}>;


export type ParcelWithRightsQuery = { parcel: { id: string, mapSheet: string | null, parcelNumber: string | null, area: number | null, legalArea: number | null, status: ParcelStatus | null, useForm: UseForm | null, encumbered: boolean | null, address: { text: string, textToday: string } | null, landUses: Array<{ area: number | null, term: string | null, expiresOn: string | null, purpose: { code: string, name: string } }> | null, certificate: { serial: string, bookNo: string | null, issuedOn: string | null, status: CertificateStatus | null, issuer: { name: string } } | null, landRights: Array<{ id: string, role: HolderRole | null, since: string | null, share: { numerator: number, denominator: number } | null, holder: { name: string, personalId: string | null, kind: { code: string, name: string } } }> | null, mortgages: Array<{ id: string, mortgagee: string, contractNo: string | null, registeredOn: string }> | null, restrictions: Array<{ id: string, kind: string, content: string, partial: boolean }> | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const SourceFragmentDoc = new TypedDocumentString(`
    fragment Source on Provenance {
  registry
  record
  version
  recordedAt
  retrievedAt
  cache
  ageSeconds
}
    `, {"fragmentName":"Source"}) as unknown as TypedDocumentString<SourceFragment, unknown>;
export const AskedAlthoughHeldDocument = new TypedDocumentString(`
    query AskedAlthoughHeld($from: DateTime!, $until: DateTime!, $procedure: ID) {
  askedAlthoughHeld(from: $from, until: $until, procedure: $procedure) {
    forms
    isWhole
    fields {
      procedure
      key
      label
      labelEn
      why
      count
      of
    }
  }
}
    `) as unknown as TypedDocumentString<AskedAlthoughHeldQuery, AskedAlthoughHeldQueryVariables>;
export const AuditEntriesDocument = new TypedDocumentString(`
    query AuditEntries($where: AuditFilter, $first: Int!, $after: String) {
  auditEntries(where: $where, first: $first, after: $after) {
    edges {
      cursor
      node {
        index
        id
        at
        kind
        requestId
        who {
          subject
          role
          department
          system
          onBehalfOf
        }
        purpose {
          procedure
          name
          nameEn
          dossier
        }
        legalBases {
          rule
          text
          verified
          from
          until
          version
          wasInForce
        }
        operation {
          hash
          name
        }
        fields {
          path
          label
          labelEn
          outcome
          why
          maskedAs
          records {
            registry
            record
            version
            retrievedAt
            cache
            ageSeconds
          }
        }
        code
        count
        act
        readsLog
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<AuditEntriesQuery, AuditEntriesQueryVariables>;
export const AuditLogDocument = new TypedDocumentString(`
    query AuditLog($from: DateTime, $until: DateTime) {
  auditLog(from: $from, until: $until) {
    size
    checkpoint
    checkpointAt
    lateSeconds
    checked
    isAllChecked
    missing {
      writer
      from
      until
    }
    missingIndexes {
      from
      until
    }
    altered {
      index
      problem
    }
    openWriters {
      writer
      begunAt
      last
      lastAt
    }
  }
}
    `) as unknown as TypedDocumentString<AuditLogQuery, AuditLogQueryVariables>;
export const UnusualReadingDocument = new TypedDocumentString(`
    query UnusualReading($from: DateTime!, $until: DateTime!, $department: String, $actor: String) {
  unusualReading(
    from: $from
    until: $until
    department: $department
    actor: $actor
  ) {
    checked
    isWhole
    rules {
      name
      label
      labelEn
      thresholds {
        name
        value
      }
    }
    findings {
      rule
      actor
      department
      day
      figures {
        name
        value
      }
      entries
    }
  }
}
    `) as unknown as TypedDocumentString<UnusualReadingQuery, UnusualReadingQueryVariables>;
export const CitizenDocument = new TypedDocumentString(`
    query Citizen($personalId: ID!) {
  citizen(personalId: $personalId) {
    personalId
    fullName
    otherName
    dateOfBirth
    sex
    ethnicity {
      code
      name
    }
    nationality {
      code
      name
    }
    placeOfBirth {
      text
      textToday
    }
    homeTown {
      text
      textToday
    }
    permanentResidence {
      address {
        text
        textToday
      }
      since
    }
    temporaryResidence {
      address {
        text
        textToday
      }
      since
      until
    }
    currentResidence {
      address {
        text
        textToday
      }
    }
    card {
      number
      issuedOn
      expiresOn
      issuer {
        name
      }
    }
    lifeStatus
  }
}
    `) as unknown as TypedDocumentString<CitizenQuery, CitizenQueryVariables>;
export const CivilStatusDocument = new TypedDocumentString(`
    query CivilStatus($personalId: ID!) {
  citizen(personalId: $personalId) {
    personalId
    maritalStatus
    identityMaritalStatus
    birth {
      recordId
      recordNo
      bookNo
      registeredOn
      registrar {
        name
      }
      fullName
      dateOfBirth
      sex
      placeOfBirth {
        text
        textToday
      }
      mother {
        fullName
        personalId
      }
      father {
        fullName
        personalId
      }
    }
    marriages {
      recordId
      recordNo
      registeredOn
      registrar {
        name
      }
      status
      endedOn
      spouse {
        fullName
        personalId
      }
    }
    death {
      recordId
      recordNo
      registeredOn
      diedOn
    }
    children {
      personalId
      fullName
    }
    changes {
      id
      kind
      recordKind
      recordId
      decisionNo
      decidedOn
      content
    }
  }
}
    `) as unknown as TypedDocumentString<CivilStatusQuery, CivilStatusQueryVariables>;
export const DossierDocument = new TypedDocumentString(`
    query Dossier($procedure: ID!, $parties: [PartyInput!]!) {
  dossier(procedure: $procedure, parties: $parties) {
    procedure {
      code
      name
      nameEn
    }
    fields {
      key
      label
      labelEn
      party
      value
      status
      reason
      basis
      basisVerified
      provenance {
        ...Source
      }
    }
    checks {
      key
      label
      labelEn
      result
      value
      reason
      basis
      basisVerified
      provenance {
        ...Source
      }
    }
    coverage {
      prefilled
      conflict
      missing
      withheld
      askCitizen
      total
    }
  }
}
    fragment Source on Provenance {
  registry
  record
  version
  recordedAt
  retrievedAt
  cache
  ageSeconds
}`) as unknown as TypedDocumentString<DossierQuery, DossierQueryVariables>;
export const HouseholdDocument = new TypedDocumentString(`
    query Household($personalId: ID!) {
  citizen(personalId: $personalId) {
    personalId
    household {
      id
      head {
        personalId
        fullName
      }
      address {
        text
        textToday
      }
      members {
        relation
        joinedOn
        citizen {
          personalId
          fullName
          dateOfBirth
          sex
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<HouseholdQuery, HouseholdQueryVariables>;
export const MyDataUsesDocument = new TypedDocumentString(`
    query MyDataUses($first: Int!, $after: String, $from: DateTime, $until: DateTime) {
  myDataUses(first: $first, after: $after, from: $from, until: $until) {
    edges {
      cursor
      node {
        at
        summary
        summaryEn
        department {
          code
          text
          textEn
        }
        role {
          code
          text
          textEn
        }
        procedure {
          code
          text
          textEn
        }
        dossier
        data {
          code
          text
          textEn
        }
        legalBases {
          text
          verified
        }
        isLive
        count
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<MyDataUsesQuery, MyDataUsesQueryVariables>;
export const ParcelWithRightsDocument = new TypedDocumentString(`
    query ParcelWithRights($id: ID!) {
  parcel(id: $id) {
    id
    mapSheet
    parcelNumber
    address {
      text
      textToday
    }
    area
    legalArea
    status
    useForm
    landUses {
      purpose {
        code
        name
      }
      area
      term
      expiresOn
    }
    certificate {
      serial
      bookNo
      issuedOn
      issuer {
        name
      }
      status
    }
    landRights {
      id
      role
      share {
        numerator
        denominator
      }
      since
      holder {
        kind {
          code
          name
        }
        name
        personalId
      }
    }
    encumbered
    mortgages {
      id
      mortgagee
      contractNo
      registeredOn
    }
    restrictions {
      id
      kind
      content
      partial
    }
  }
}
    `) as unknown as TypedDocumentString<ParcelWithRightsQuery, ParcelWithRightsQueryVariables>;
