import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, isInterfaceType, isObjectType, parse } from 'graphql';
import { openCitizenIdentity } from '../../subgraphs/citizen-identity/index';
import { codedValue, codeItems } from '../../subgraphs/kit/codes';
import { unitOf } from '../../subgraphs/kit/units';
import { openLand } from '../../subgraphs/land/index';
import { openTestRegistry } from '../helpers/test-registry';

type Sources = Record<string, Record<string, string>>;

/**
 * Every key of the list of what the three sources hold, and the fields that answer it. The portrait is left out on purpose: it
 * is sensitive and never pre-filled.
 */
const FIELDS: Sources = {
  'citizen-identity': {
    personalId: 'Citizen.personalId',
    fullName: 'Citizen.fullName',
    otherName: 'Citizen.otherName',
    dateOfBirth: 'Citizen.dateOfBirth',
    sex: 'Citizen.sex',
    placeOfBirth: 'Citizen.placeOfBirth',
    birthRegPlace: 'Citizen.birthRegistrationPlace',
    homeTown: 'Citizen.homeTown',
    ethnicity: 'Citizen.ethnicity',
    religion: 'Citizen.religion',
    nationality: 'Citizen.nationality',
    bloodGroup: 'Citizen.bloodGroup',
    maritalStatus: 'Citizen.identityMaritalStatus',
    permanentResidence: 'Citizen.permanentResidence',
    temporaryResidence: 'Citizen.temporaryResidence Residence.until',
    currentResidence: 'Citizen.currentResidence',
    household: 'Citizen.household Household.head HouseholdMember.relation Household.members',
    'father/mother/spouse/child': 'Citizen.relatives Relative.relation Relative.fullName Relative.personalId',
    oldId9: 'Citizen.oldIdNumber',
    'cardNo/issued/expiry': 'Citizen.card IdentityCard.number IdentityCard.issuedOn IdentityCard.expiresOn',
    lifeStatus: 'Citizen.lifeStatus',
    'phone/email': 'Citizen.contact Contact.phone Contact.email',
  },
  'civil-status': {
    recordKind: 'CivilStatusRecord.recordKind',
    recordNo: 'CivilStatusRecord.recordNo',
    bookNo: 'CivilStatusRecord.bookNo',
    registeredOn: 'CivilStatusRecord.registeredOn',
    registrar: 'CivilStatusRecord.registrar Authority.code Authority.name',
    signer: 'CivilStatusRecord.signer Signer.name Signer.title',
    birth:
      'Citizen.birth BirthRecord.fullName BirthRecord.dateOfBirth BirthRecord.dateOfBirthInWords BirthRecord.mother',
    marriage: 'Citizen.marriages MarriageRecord.husband MarriageRecord.wife',
    death: 'Citizen.death DeathRecord.diedOn DeathRecord.cause DeathRecord.notice DeathRecord.lastResidence',
    marital:
      'Citizen.maritalStatusCertificates MaritalStatusCertificate.purpose MaritalStatusCertificate.maritalStatus MaritalStatusCertificate.validUntil',
    changes: 'Citizen.changes ChangeNote.decisionNo ChangeNote.decidedOn',
  },
  land: {
    parcelId: 'Parcel.id',
    maXa: 'Parcel.commune AdministrativeUnit.code',
    soHieuToBanDo: 'Parcel.mapSheet',
    soThuTuThua: 'Parcel.parcelNumber',
    'soHieuToBanDoCu/soThuTuThuaCu': 'Parcel.formerMapSheet Parcel.formerParcelNumber',
    'dienTich/dienTichPhapLy': 'Parcel.area Parcel.legalArea',
    diaChi: 'Parcel.address',
    'mucDichSuDung[]': 'Parcel.landUses LandUse.purpose LandUse.area LandUse.term LandUse.expiresOn',
    'nguonGoc[]': 'Parcel.origin',
    hinhThuc: 'Parcel.useForm',
    'gcn.soPhatHanh': 'LandCertificate.serial',
    'gcn.soVaoSo': 'LandCertificate.bookNo',
    'gcn.maVach': 'LandCertificate.barcode',
    'gcn.ngayCap/donViCap/tenNguoiKy': 'LandCertificate.issuedOn LandCertificate.issuer LandCertificate.signerName',
    'owners[]': 'Parcel.landRights LandRight.holder LandRight.role LandRight.share',
    'mortgages[]': 'Parcel.mortgages Mortgage.mortgagee Mortgage.contractNo Mortgage.registeredOn Mortgage.releasedOn',
    'restrictions[]':
      'Parcel.restrictions Restriction.kind Restriction.content Restriction.area Restriction.partial Restriction.documentNo Restriction.issuedOn Restriction.issuer',
    'assets[]': 'Parcel.assets',
    'changes[]': 'Parcel.changes LandChange.kind LandChange.registeredOn LandChange.content LandChange.basis',
    geometry: 'Parcel.boundary Boundary.coordinates',
  },
};

/** The fields, as `key -> Type.field`, that a registry's schema does not have. */
function absent(name: string, keys: Record<string, string>): string[] {
  const schema = buildSubgraphSchema(parse(readFileSync(require.resolve(`#schema/${name}.graphql`), 'utf8')));
  return Object.entries(keys).flatMap(([key, fields]) =>
    fields
      .split(' ')
      .filter((field) => !hasField(schema, field))
      .map((field) => `${key} -> ${field}`),
  );
}

function hasField(schema: GraphQLSchema, path: string): boolean {
  const [typeName, field] = path.split('.') as [string, string];
  const type = schema.getType(typeName);
  return (isObjectType(type) || isInterfaceType(type)) && type.getFields()[field] !== undefined;
}

describe('what the sources hold', () => {
  it.each(Object.keys(FIELDS))('can all be asked of %s', (name) => {
    expect(absent(name, FIELDS[name]!)).toEqual([]);
  });

  it('would be missed if it could not', () => {
    expect(absent('land', { 'gcn.maVach': 'LandCertificate.barCode', assets: 'Parcle.assets' })).toEqual([
      'gcn.maVach -> LandCertificate.barCode',
      'assets -> Parcle.assets',
    ]);
  });

  it('is never a portrait', () => {
    for (const name of Object.keys(FIELDS)) {
      expect(readFileSync(require.resolve(`#schema/${name}.graphql`), 'utf8')).not.toMatch(/portrait|photo/i);
    }
  });
});

describe('every code of the national lists is answered with its name', () => {
  const lists = ['ethnic-groups', 'religions', 'land-uses', 'land-users', 'land-changes'] as const;
  const items = (list: (typeof lists)[number]) => codeItems<{ code: string; name: string }>(list);
  const named = (list: (typeof lists)[number]) => items(list).map(({ code, name }) => ({ code, name }));

  it('of ethnic groups and religions, by the identity registry', async () => {
    const registry = await openTestRegistry(openCitizenIdentity);
    const answers = async (list: 'ethnic-groups' | 'religions', column: string, field: string) => {
      await registry.empty();
      const ids = items(list).map((_, index) => String(48_090_000_000 + index).padStart(12, '0'));
      for (const [index, { code }] of items(list).entries()) {
        await registry.insert('citizen_identity.person', { personal_id: ids[index], [column]: code });
      }
      const { data } = await registry.citizens(ids, `value: ${field} { code name }`);
      const entities = data?._entities as { value: unknown }[] | undefined;
      return entities?.map(({ value }) => value);
    };
    try {
      expect(await answers('ethnic-groups', 'ethnicity_code', 'ethnicity')).toEqual(named('ethnic-groups'));
      expect(await answers('religions', 'religion_code', 'religion')).toEqual(named('religions'));
      expect(named('ethnic-groups').length).toBeGreaterThanOrEqual(54);
    } finally {
      await registry.close();
    }
  });

  it('of land uses, holders and changes, by the land registry', async () => {
    const registry = await openTestRegistry(openLand);
    try {
      await registry.insert('land.parcel', {});
      for (const { code } of items('land-uses')) await registry.insert('land.land_use', { purpose_code: code });
      for (const { code } of items('land-users')) await registry.insert('land.land_right', { holder_kind: code });
      for (const { code } of items('land-changes')) await registry.insert('land.change', { kind_code: code });
      const { data, errors } = await registry.execute(
        `{ parcel(id: "w7ce00000001") { landUses { value: purpose { code name } }
          landRights { holder { value: kind { code name } } } changes { value: kind { code name } } } }`,
      );
      expect(errors).toBeUndefined();
      // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's
      const { landUses, landRights, changes } = (data?.parcel ?? {}) as any;
      const values = (list: { value: { code: string; name: string } }[]) => list.map(({ value }) => value);
      const holders = landRights.map(({ holder }: { holder: { value: object } }) => holder);
      expect(new Set(values(landUses))).toEqual(new Set(named('land-uses')));
      expect(new Set(values(holders))).toEqual(new Set(named('land-users')));
      expect(new Set(values(changes))).toEqual(new Set(named('land-changes')));
    } finally {
      await registry.close();
    }
  });

  it('of administrative units, by code and the day from which it was valid', () => {
    const units = codeItems<{ code: string; name: string; validFrom: string | null }>('units');
    for (const { code, name, validFrom } of units) expect(unitOf(code, validFrom)).toMatchObject({ code, name });
    expect(unitOf('99999', null)).toMatchObject({ code: '99999', name: '99999' });
  });

  it.each(lists)('and one that %s does not know by itself', (list) => {
    for (const { code, name } of items(list)) expect([code, name]).not.toEqual([code, code]);
    expect(codedValue(list, '???')).toEqual({ code: '???', name: '???' });
    expect(codedValue(list, null)).toBeNull();
  });
});
