import type { DocumentNode, GraphQLFormattedError } from 'graphql';
import { DEFAULTS } from '../../../gateway/config.js';
import type { OperationResult, ProvenanceLedger, RequestContext, SourceRecord } from '../../../gateway/context.js';
import { createDossierFeature, type Dossier, type DossierResolvers } from '../../../gateway/dossier/index.js';
import type { PartyInput } from '../../../gateway/dossier/parties.js';
import { FORMS_FOLDER, loadedSchema } from './loaded-schema.js';

export const NOW_MS = Date.parse('2026-09-01T03:00:00Z');
export const GROOM = '048090000001';
export const BRIDE = '048192000002';
export const PARCEL = 'w6ugqk2zr5bp';

/** What the registries answer to the dossier's operation. */
export interface Trial {
  data?: Record<string, unknown> | null;
  errors?: GraphQLFormattedError[];
  /** Records by dotted path; absent: each registry reports one record for everything. */
  records?: Record<string, Partial<SourceRecord> & { registry: string }>;
  nowMs?: number;
  formsFolder?: string;
}

/** A ledger as the fetch steps write it: a longer path prevails. Without records, one a registry is reported for all. */
export function ledgerOf(records: Trial['records'], nowMs: number): ProvenanceLedger {
  return {
    note() {},
    noteLater() {},
    noteEntities() {},
    entities: () => [],
    given: () => [],
    recordsAt(path, registry) {
      if (!records)
        return [
          {
            registry,
            record: `${registry}-1`,
            version: '1',
            recordedAt: '2020-01-01T00:00:00.000Z',
            retrievedAtMs: nowMs,
            cache: 'SOURCE',
          },
        ];
      for (let length = path.length; length >= 0; length--) {
        const record = records[path.slice(0, length).join('.')];
        if (record?.registry === registry) return [{ retrievedAtMs: nowMs, cache: 'SOURCE', ...record }];
      }
      return [];
    },
  };
}

/** The dossier's resolvers with a fake `run`: what is asked is kept, what is answered comes from the trial. */
export function createTrial(trial: Trial = {}) {
  const feature = createDossierFeature({ formsFolder: trial.formsFolder ?? FORMS_FOLDER });
  const resolvers: DossierResolvers = feature.resolvers(loadedSchema());
  const asked: { document: DocumentNode; variables: Record<string, unknown> }[] = [];
  const nowMs = trial.nowMs ?? NOW_MS;
  const context = {
    config: DEFAULTS,
    clock: { now: () => nowMs },
    async run(document: DocumentNode, variables: Record<string, unknown>): Promise<OperationResult> {
      asked.push({ document, variables });
      const data = trial.data === undefined ? {} : trial.data;
      return { data, errors: trial.errors, provenance: ledgerOf(trial.records, nowMs) };
    },
  } as unknown as RequestContext;
  return {
    asked,
    resolvers,
    context,
    dossier: (procedure: string, parties: PartyInput[]) =>
      resolvers.Query.dossier(null, { procedure, parties }, context),
  };
}

export const COUPLE: PartyInput[] = [
  { role: 'groom', personalId: GROOM },
  { role: 'bride', personalId: BRIDE },
];

export async function marriageOf(trial: Trial): Promise<Dossier> {
  return createTrial(trial).dossier('1.000894', COUPLE);
}

export function fieldOf(dossier: Dossier, key: string) {
  const field = dossier.fields.find((each) => each.key === key);
  if (!field) throw new Error(`there is no field ${key}`);
  return field;
}

export function checkOf(dossier: Dossier, key: string) {
  const check = dossier.checks.find((each) => each.key === key);
  if (!check) throw new Error(`there is no check ${key}`);
  return check;
}

/** A person in whom the registries agree. */
export function citizen(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    personalId: GROOM,
    fullName: 'Nguyễn Văn Hòa',
    dateOfBirth: '1990-03-15',
    sex: 'NAM',
    ethnicity: { code: '01', name: 'Kinh' },
    nationality: { code: 'VNM', name: 'Việt Nam' },
    birth: {
      fullName: 'Nguyễn Văn Hoà',
      dateOfBirth: '1990-03-15',
      sex: 'NAM',
      ethnicity: { code: '01', name: 'Kinh' },
      nationality: { code: 'VNM', name: 'Việt Nam' },
    },
    maritalStatus: 'CHUA_KET_HON',
    identityMaritalStatus: 'CHUA_KET_HON',
    marriages: [],
    lifeStatus: 'SONG',
    death: null,
    card: { number: '012345678901', issuedOn: '2021-05-06', issuer: { name: 'Cục Cảnh sát QLHC về TTXH' } },
    permanentResidence: { address: { textToday: '1 Bạch Đằng, Phường Hải Châu, Thành phố Đà Nẵng' } },
    temporaryResidence: null,
    currentResidence: null,
    contact: { phone: '0900000001' },
    ...over,
  };
}
