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

/** One party of a dossier: a role with exactly one of a person or a parcel (bên tham gia). */
export type PartyInput = {
  /** The role, as the procedure names it, e.g. `groom` (vai trò). */
  role: string;
  /** The 12-digit personal identification number, for a person (số định danh cá nhân). */
  personalId?: string | null | undefined;
  /** The 12-character parcel identifier, for a parcel (mã định danh thửa đất). */
  parcelId?: string | null | undefined;
};

/** The sex of a person (giới tính). */
export type Sex =
  /** Male (Nam). */
  | 'NAM'
  /** Female (Nữ). */
  | 'NU';

export type CitizenQueryVariables = Exact<{
  personalId: string;
}>;


export type CitizenQuery = { citizen: { personalId: string, fullName: string | null, dateOfBirth: string | null, sex: Sex | null } | null };

export type DossierQueryVariables = Exact<{
  procedure: string;
  parties: Array<PartyInput> | PartyInput;
}>;


export type DossierQuery = { dossier: { procedure: { code: string, name: string }, coverage: { prefilled: number, conflict: number, missing: number, withheld: number, askCitizen: number, total: number }, fields: Array<{ key: string, label: string, value: unknown, status: FieldStatus, reason: GapReason | null, provenance: Array<{ registry: string, record: string, version: string, recordedAt: string, cache: CacheTier }> }>, checks: Array<{ key: string, label: string, result: CheckResult, basis: string }> } };

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

export const CitizenDocument = new TypedDocumentString(`
    query Citizen($personalId: ID!) {
  citizen(personalId: $personalId) {
    personalId
    fullName
    dateOfBirth
    sex
  }
}
    `) as unknown as TypedDocumentString<CitizenQuery, CitizenQueryVariables>;
export const DossierDocument = new TypedDocumentString(`
    query Dossier($procedure: ID!, $parties: [PartyInput!]!) {
  dossier(procedure: $procedure, parties: $parties) {
    procedure {
      code
      name
    }
    coverage {
      prefilled
      conflict
      missing
      withheld
      askCitizen
      total
    }
    fields {
      key
      label
      value
      status
      reason
      provenance {
        registry
        record
        version
        recordedAt
        cache
      }
    }
    checks {
      key
      label
      result
      basis
    }
  }
}
    `) as unknown as TypedDocumentString<DossierQuery, DossierQueryVariables>;
