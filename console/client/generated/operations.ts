// Written by `npm run codegen`.
/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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
