import { type ActingAuthority, landRegistrar, signerOf } from '../kit/population/authorities.js';
import { type Day, day, iso, MERGER_DAY, yearOf } from '../kit/population/calendar.js';
import type { Certificate, Parcel } from '../kit/population/model.js';
import {
  codeOf,
  enteredOn,
  type FamilyRows,
  fromOf,
  RecordIds,
  type RecordState,
  type RegistrySeed,
  type Row,
  VERSION_COLUMNS,
  versionsOf,
} from '../kit/population/rows.js';

const columns = (own: string): readonly string[] => [...VERSION_COLUMNS, ...own.trim().split(/[\s,]+/)];

const TABLES = {
  parcel:
    columns(`parcel_id, commune_code, commune_from, map_sheet, parcel_number, former_commune_code, former_map_sheet,
    former_parcel_number, area, legal_area, line, origin_code, use_form, status, boundary`),
  parcel_lineage: columns('from_parcel_id, to_parcel_id'),
  land_use: columns('parcel_id, purpose_code, area, term, expires_on'),
  certificate: columns('parcel_id, serial, book_no, barcode, issued_on, signer_name, status'),
  land_right:
    columns(`parcel_id, holder_kind, holder_id, holder_name, role, share_numerator, share_denominator, certificate_id,
    since, until, basis_code`),
  mortgage: columns('parcel_id, mortgagee, contract_no, registered_on, released_on'),
  restriction: columns('parcel_id, kind, content, area, partial, document_no, issued_on, issuer_name, lifted_on'),
  asset: columns('parcel_id, kind, built_area, floor_area, floors, completed_in'),
  change: columns('parcel_id, kind_code, registered_on, content, basis'),
};

/** A family's land as the register has it. */
export function landSeed(): RegistrySeed {
  const ids = new RecordIds();
  return {
    registry: 'land',
    schema: 'land',
    tables: TABLES,
    rows(family) {
      const rows: FamilyRows = Object.fromEntries(Object.keys(TABLES).map((table) => [table, []]));
      for (const parcel of family.parcels) addParcel(new Writer(ids, parcel, rows));
      return rows;
    },
  };
}

/** Adds records of one parcel: each has a beginning, some an end, both entered by the office that kept the register then. */
class Writer {
  constructor(
    private readonly ids: RecordIds,
    readonly parcel: Parcel,
    private readonly rows: FamilyRows,
  ) {}

  add(
    table: string,
    kind: string,
    states: { on: Day; values: Row; authority?: ActingAuthority; note?: string }[],
  ): string {
    const recordId = this.ids.next(kind, yearOf(states[0]!.on));
    const entered = states.map((state): RecordState => {
      const authority = state.authority ?? landRegistrar(this.parcel.spot, state.on);
      const values = { parcel_id: this.parcel.id, ...state.values };
      return { on: enteredOn(state.on, recordId), authority, note: state.note ?? null, values };
    });
    this.rows[table]!.push(...versionsOf(recordId, entered));
    return recordId;
  }

  /** A pair of parcels belongs to neither: no parcel_id. */
  addLineage(from: Parcel): void {
    const on = this.parcel.registeredOn;
    const values = { from_parcel_id: from.id, to_parcel_id: this.parcel.id };
    const authority = landRegistrar(this.parcel.spot, on);
    const recordId = this.ids.next('PS', yearOf(on));
    this.rows.parcel_lineage!.push(
      ...versionsOf(recordId, [{ on: enteredOn(on, recordId), authority, note: null, values }]),
    );
  }
}

function addParcel(writer: Writer): void {
  const { parcel } = writer;
  writer.add('parcel', 'TD', parcelStates(parcel));
  for (const from of parcel.from) writer.addLineage(from);
  for (const use of parcel.uses) {
    const values = {
      purpose_code: use.code,
      area: use.area,
      term: use.term,
      expires_on: use.expiresOn && iso(use.expiresOn),
    };
    writer.add('land_use', 'MD', [{ on: parcel.registeredOn, values }]);
  }
  const certificates = new Map(parcel.certificates.map((one) => [one, addCertificate(writer, one)]));
  addRights(writer, certificates);
  addEncumbrances(writer);
  for (const asset of parcel.assets) {
    const { kind, builtArea, floorArea, floors, completedIn } = asset;
    const values = { kind, built_area: builtArea, floor_area: floorArea, floors, completed_in: String(completedIn) };
    writer.add('asset', 'TS', [{ on: Math.max(parcel.registeredOn, day(completedIn, 12, 20)), values }]);
  }
  for (const { kind, on, content, basis } of parcel.changes) {
    writer.add('change', 'BD', [{ on, values: { kind_code: kind, registered_on: iso(on), content, basis } }]);
  }
}

/** The parcel's own versions: registered, measured anew, re-coded after the merger, split or merged. */
function parcelStates(parcel: Parcel): { on: Day; values: Row; note?: string }[] {
  const { registeredOn, recodedOn, remeasured, endedOn, spot } = parcel;
  const at = (on: Day): Row => {
    const now = registeredOn >= MERGER_DAY || (recodedOn !== null && on >= recodedOn);
    const recoded = now && registeredOn < MERGER_DAY;
    const area = remeasured && on < remeasured.on ? remeasured.areaBefore : parcel.area;
    return {
      parcel_id: parcel.id,
      commune_code: codeOf(now ? spot.now : spot.old),
      commune_from: fromOf(now ? spot.now : spot.old),
      map_sheet: now ? parcel.newMapSheet : parcel.mapSheet,
      parcel_number: parcel.parcelNumber,
      former_commune_code: recoded ? spot.old.code : null,
      former_map_sheet: recoded ? parcel.mapSheet : null,
      former_parcel_number: recoded ? parcel.parcelNumber : null,
      area,
      legal_area: remeasured && on < remeasured.on ? remeasured.areaBefore : parcel.legalArea,
      line: spot.line,
      origin_code: parcel.originCode,
      use_form: parcel.shared ? 'CHUNG' : 'RIENG',
      status: endedOn !== null && on >= endedOn ? parcel.status : 'ACTIVE',
      boundary: boundaryOf(parcel),
    };
  };
  const states = [{ on: registeredOn, values: at(registeredOn), note: undefined as string | undefined }];
  if (remeasured) states.push({ on: remeasured.on, values: at(remeasured.on), note: 'Đo đạc lại thửa đất' });
  if (recodedOn !== null)
    states.push({ on: recodedOn, values: at(recodedOn), note: 'Cập nhật đơn vị hành chính, số tờ bản đồ' });
  if (endedOn !== null) {
    states.push({ on: endedOn, values: at(endedOn), note: parcel.status === 'SPLIT' ? 'Tách thửa' : 'Hợp thửa' });
  }
  return states.sort((one, other) => one.on - other.on);
}

/** A closed ring, counter-clockwise, degrees. */
function boundaryOf({ box }: Parcel): string {
  const corners = [
    [box.west, box.south],
    [box.east, box.south],
    [box.east, box.north],
    [box.west, box.north],
    [box.west, box.south],
  ].map((corner) => corner.map((millionths) => millionths! / 1e6));
  return JSON.stringify({ type: 'Polygon', coordinates: [corners] });
}

function addCertificate(writer: Writer, certificate: Certificate): string {
  const { issuedOn, endedOn, issuer, serial } = certificate;
  const values = {
    serial,
    book_no: certificate.bookNo,
    barcode: issuedOn < MERGER_DAY ? null : serial.replace(' ', ''),
    issued_on: iso(issuedOn),
    signer_name: signerOf(issuer, issuedOn).name,
    status: 'VALID',
  };
  const states = [{ on: issuedOn, values, authority: issuer }];
  if (endedOn !== null)
    states.push({ on: endedOn, values: { ...values, status: certificate.status }, authority: issuer });
  return writer.add('certificate', 'GCN', states);
}

function addRights(writer: Writer, certificates: Map<Certificate, string>): void {
  for (const right of writer.parcel.rights) {
    const { holder, share, since, until, certificate } = right;
    const person = 'personalId' in holder;
    const values = {
      holder_kind: person ? 'CNV' : holder.kind,
      holder_id: person ? holder.personalId : null,
      holder_name: person ? holder.fullName : holder.name,
      role: right.role,
      share_numerator: share?.[0] ?? null,
      share_denominator: share?.[1] ?? null,
      certificate_id: (certificate && certificates.get(certificate)) ?? null,
      since: iso(since),
      basis_code: right.basis,
    };
    const states: { on: Day; values: Row }[] = [{ on: since, values }];
    if (until !== null) states.push({ on: until, values: { ...values, until: iso(until) } });
    writer.add('land_right', 'QSD', states);
  }
}

function addEncumbrances(writer: Writer): void {
  for (const { mortgagee, contractNo, on, releasedOn } of writer.parcel.mortgages) {
    const values = { mortgagee, contract_no: contractNo, registered_on: iso(on) };
    const states: { on: Day; values: Row }[] = [{ on, values }];
    if (releasedOn !== null) states.push({ on: releasedOn, values: { ...values, released_on: iso(releasedOn) } });
    writer.add('mortgage', 'GDBD', states);
  }
  for (const restriction of writer.parcel.restrictions) {
    const { issuedOn, liftedOn } = restriction;
    const values = {
      kind: restriction.kind,
      content: restriction.content,
      area: restriction.area,
      partial: restriction.partial,
      document_no: restriction.documentNo,
      issued_on: iso(issuedOn),
      issuer_name: restriction.issuer,
    };
    const states: { on: Day; values: Row }[] = [{ on: issuedOn, values }];
    if (liftedOn !== null) states.push({ on: liftedOn, values: { ...values, lifted_on: iso(liftedOn) } });
    writer.add('restriction', 'HC', states);
  }
}
