import { openLand } from '../../subgraphs/land/index';
import { describeOnEachStore, type TestRegistry } from '../helpers/test-registry';

const an = '048090000001';
const parcelId = 'w7ce00000001';
const otherId = 'w7ce00000002';

describeOnEachStore('the land registry', (openRegistry) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await openRegistry(openLand);
  });
  beforeEach(() => registry.empty());
  afterAll(() => registry.close());

  const parcel = async (fields: string, id = parcelId) => {
    const answer = await registry.execute(`query ($id: ID!) { parcel(id: $id) { ${fields} } }`, { id });
    // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's
    return { ...answer, parcel: answer.data?.parcel as any };
  };

  describe('a parcel', () => {
    it('is answered from its records, numbers as numbers', async () => {
      await registry.insert(
        'land.parcel',
        { record_id: 'T-1', area: '120.5', map_sheet: '12', replaced_at: '2022-01-01T00:00:00.000Z' },
        {
          record_id: 'T-1',
          version: 2,
          area: '118.5',
          legal_area: null,
          commune_code: '20200',
          commune_from: '2025-07-01',
          former_commune_code: '20200',
          line: '2 Âu Cơ',
          origin_code: 'DG-KTT',
          use_form: 'RIENG',
          boundary: {
            type: 'Polygon',
            coordinates: [
              [
                [108.1, 16.1],
                [108.2, 16.1],
                [108.2, 16.2],
                [108.1, 16.1],
              ],
            ],
          },
        },
      );
      await registry.insert('land.land_use', { record_id: 'U-1', area: '118.5' });
      await registry.insert('land.asset', { record_id: 'A-1', floor_area: '200.0', floors: 3 });
      await registry.insert(
        'land.certificate',
        { record_id: 'G-1', serial: 'AA 001', issued_on: '2010-01-01', status: 'REPLACED' },
        { record_id: 'G-2', serial: 'AA 002', issued_on: '2022-01-01' },
      );
      await registry.insert('land.change', { record_id: 'B-1' });
      const {
        parcel: found,
        errors,
        records,
      } = await parcel(
        `id area legalArea useForm status origin { name } commune { name } formerCommune { name } address { text } landUses { purpose { name } area }
       assets { floorArea floors } certificate { serial parcel { id area } } certificateHistory { serial status }
       changes { kind { name } authority { name } } boundary { type coordinates } history { version area mapSheet }`,
      );
      expect(errors).toBeUndefined();
      expect(found).toMatchObject({
        area: 118.5,
        legalArea: null,
        useForm: 'RIENG',
        origin: { name: 'Nhà nước giao đất không thu tiền sử dụng đất' },
        commune: { name: 'Phường Hòa Khánh' },
        formerCommune: { name: 'Phường Hòa Minh' },
        address: { text: '2 Âu Cơ, Phường Hòa Khánh, Thành phố Đà Nẵng' },
        landUses: [{ purpose: { name: 'Đất ở tại đô thị' }, area: 118.5 }],
        assets: [{ floorArea: 200, floors: 3 }],
        certificate: { serial: 'AA 002', parcel: { id: parcelId, area: 118.5 } },
        certificateHistory: [{ serial: 'AA 002' }, { serial: 'AA 001', status: 'REPLACED' }],
        changes: [{ kind: { name: 'Chuyển nhượng quyền sử dụng đất' } }],
        boundary: { type: 'Polygon' },
        history: [{ version: '1', area: 120.5, mapSheet: '12' }],
      });
      expect(records).toEqual([
        'parcel -> T-1@2',
        'parcel.assets.0 -> A-1@1',
        'parcel.certificate -> G-2@1',
        'parcel.certificate.parcel -> T-1@2',
        'parcel.certificateHistory.0 -> G-2@1',
        'parcel.certificateHistory.1 -> G-1@1',
        'parcel.changes.0 -> B-1@1',
        'parcel.history.0 -> T-1@1',
        'parcel.landUses.0 -> U-1@1',
      ]);
    });

    it.each(['w7ce0000000', 'w7ce0000000a', 'W7CE00000001', "w7ce'0000001"])(
      'with the malformed id %s is refused without a look-up',
      async (id) => {
        let answer: Awaited<ReturnType<typeof parcel>> | undefined;
        expect(
          await registry.countReads(async () => {
            answer = await parcel('area', id);
          }),
        ).toEqual({});
        expect(answer).toMatchObject({ data: { parcel: null }, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      },
    );

    it('is null when the registry holds none, as a query and as an entity', async () => {
      const { data } = await registry.execute(
        '{ parcel(id: "w7ce00000001") { id } _entities(representations: [{ __typename: "Parcel", id: "w7ce00000001" }]) { ... on Parcel { id } } }',
      );
      expect(data).toEqual({ parcel: null, _entities: [null] });
    });

    it('is found by its number before 1 July 2025', async () => {
      const former = { former_commune_code: '20200', former_map_sheet: '7', former_parcel_number: '45' };
      await registry.insert(
        'land.parcel',
        { record_id: 'T-1', ...former },
        { record_id: 'T-2', ...former, parcel_id: otherId },
      );
      const query = '{ parcelsByFormerNumber(communeCode: "20200", mapSheet: "7", parcelNumber: "45") { id } }';
      const { data, records } = await registry.execute(query);
      expect(data).toEqual({ parcelsByFormerNumber: [{ id: parcelId }, { id: otherId }] });
      expect(records).toEqual(['parcelsByFormerNumber.0 -> T-1@1', 'parcelsByFormerNumber.1 -> T-2@1']);
      for (const unknown of ['"46"', '"4\\u0000"']) {
        const answer = await registry.execute(query.replace('"45"', unknown));
        expect(answer).toMatchObject({ data: { parcelsByFormerNumber: [] } });
      }
    });

    it('leads to the parcels that it was split into, and back', async () => {
      await registry.insert(
        'land.parcel',
        { record_id: 'T-1', status: 'SPLIT' },
        { record_id: 'T-2', parcel_id: otherId },
      );
      await registry.insert('land.parcel_lineage', { record_id: 'L-1' });
      const { parcel: from, records } = await parcel('status becameOf { id } formedFrom { id }');
      expect(from).toEqual({ status: 'SPLIT', becameOf: [{ id: otherId }], formedFrom: [] });
      expect(records).toEqual(['parcel -> T-1@1', 'parcel.becameOf.0 -> L-1@1']);
      expect((await parcel('formedFrom { status }', otherId)).parcel).toEqual({ formedFrom: [{ status: 'SPLIT' }] });
    });

    it('is answered in spite of defective values', async () => {
      await registry.insert('land.parcel', {
        status: '?',
        use_form: '?',
        boundary: { type: 'Point', coordinates: [1, 2] },
      });
      await registry.insert('land.land_right', {
        role: '?',
        holder_id: 'abc',
        since: '13/2020',
        share_denominator: 0,
        certificate_id: 'none',
      });
      const { parcel: found, errors } = await parcel(
        'status useForm boundary { type } landRights { role since share { numerator } certificate { serial } holder { personalId citizen { personalId } } }',
      );
      expect(errors).toBeUndefined();
      expect(found).toEqual({
        status: null,
        useForm: null,
        boundary: null,
        landRights: [
          {
            role: null,
            since: '13/2020',
            share: null,
            certificate: null,
            holder: { personalId: 'abc', citizen: null },
          },
        ],
      });
    });
  });

  describe('encumbrances', () => {
    it('show a released mortgage only when asked to', async () => {
      await registry.insert('land.parcel', { record_id: 'T-1' });
      await registry.insert('land.mortgage', { record_id: 'M-1', released_on: '2024-01-01' });
      await registry.insert('land.restriction', { record_id: 'H-1', lifted_on: '2023-01-01', issuer_name: 'Tòa án' });
      const { parcel: found, records } = await parcel(
        'encumbered mortgages { id } released: mortgages(includeReleased: true) { id releasedOn } restrictions(includeLifted: true) { id partial issuer { name } }',
      );
      expect(found).toEqual({
        encumbered: false,
        mortgages: [],
        released: [{ id: 'M-1', releasedOn: '2024-01-01' }],
        restrictions: [{ id: 'H-1', partial: true, issuer: { name: 'Tòa án' } }],
      });
      expect(records).toEqual(['parcel -> T-1@1', 'parcel.released.0 -> M-1@1', 'parcel.restrictions.0 -> H-1@1']);
    });

    it('rest on every mortgage and restriction in force', async () => {
      await registry.insert('land.parcel', { record_id: 'T-1' });
      await registry.insert('land.mortgage', { record_id: 'M-1' }, { record_id: 'M-2', released_on: '2024-01-01' });
      await registry.insert('land.restriction', { record_id: 'H-1' });
      const { parcel: found, records } = await parcel('burdened: encumbered');
      expect(found).toEqual({ burdened: true });
      expect(records).toEqual(['parcel -> T-1@1', 'parcel.burdened -> H-1@1', 'parcel.burdened -> M-1@1']);
    });
  });

  describe('the rights of a citizen', () => {
    it('are those in force, a sold parcel only when asked for', async () => {
      await registry.insert('land.parcel', { record_id: 'T-1', area: '100' }, { record_id: 'T-2', parcel_id: otherId });
      await registry.insert('land.certificate', { record_id: 'G-1' });
      await registry.insert(
        'land.land_right',
        { record_id: 'Q-1', holder_id: an, since: '2010', until: '2020-01-10' },
        {
          record_id: 'Q-2',
          holder_id: an,
          parcel_id: otherId,
          since: '2021-05',
          share_numerator: 1,
          share_denominator: 2,
          certificate_id: 'G-1',
          basis_code: 'CN',
        },
      );
      const { entity, errors, records } = await registry.citizen(
        an,
        `landRights { id parcel { id } share { numerator denominator } certificate { serial } basis { code } holder { kind { name } citizen { personalId } } }
       all: landRights(includeEnded: true) { id until parcel { area } }`,
      );
      expect(errors).toBeUndefined();
      expect(entity).toEqual({
        landRights: [
          {
            id: 'Q-2',
            parcel: { id: otherId },
            share: { numerator: 1, denominator: 2 },
            certificate: { serial: 'AA 00012345' },
            basis: { code: 'CN' },
            holder: { kind: { name: 'Cá nhân trong nước' }, citizen: { personalId: an } },
          },
        ],
        all: [
          { id: 'Q-2', until: null, parcel: { area: null } },
          { id: 'Q-1', until: '2020-01-10', parcel: { area: 100 } },
        ],
      });
      expect(records).toEqual([
        '_entities.0.all.0 -> Q-2@1',
        '_entities.0.all.0.parcel -> T-2@1',
        '_entities.0.all.1 -> Q-1@1',
        '_entities.0.all.1.parcel -> T-1@1',
        '_entities.0.landRights.0 -> Q-2@1',
        '_entities.0.landRights.0.certificate -> G-1@1',
      ]);
    });

    it('are an empty list for a person without any', async () => {
      expect((await registry.citizen(an, 'landRights { id }')).entity).toEqual({ landRights: [] });
    });

    it('with a malformed number are refused', async () => {
      const { errors, entity } = await registry.citizen('0480900000011', 'landRights { id }');
      expect(entity).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    });
  });

  describe('a fetch of ten parcels', () => {
    it('reads each table once for all their records', async () => {
      const ids = Array.from({ length: 10 }, (_, index) => `w7ce0000010${index}`);
      for (const id of ids) await registry.insert('land.parcel', { parcel_id: id });
      const fields = `area certificate { serial } certificateHistory { serial } landRights { id holder { name } } mortgages { id } restrictions { id }
      encumbered assets { id } changes { id } landUses { area } formedFrom { id } becameOf { id } history { area }`;
      const reads = await registry.countReads(() =>
        registry.execute(
          `query ($all: [_Any!]!) { _entities(representations: $all) { ... on Parcel { ${fields} } } }`,
          {
            all: ids.map((id) => ({ __typename: 'Parcel', id })),
          },
        ),
      );
      expect(Object.keys(reads)).toHaveLength(9);
      expect(Object.values(reads)).toEqual(Array(9).fill(1));
    });
  });

  describe('a fetch of ten citizens', () => {
    it('reads each table once for their rights, with parcel and certificate', async () => {
      const ids = Array.from({ length: 10 }, (_, index) => `04809000010${index}`);
      for (const [index, holder_id] of ids.entries()) {
        const parcel_id = `w7ce0000010${index}`;
        await registry.insert('land.parcel', { parcel_id });
        await registry.insert('land.certificate', { record_id: `G-1${index}`, parcel_id });
        await registry.insert('land.land_right', { parcel_id, holder_id, certificate_id: `G-1${index}` });
      }
      const fields = `landRights { certificate { serial } holder { citizen { personalId } }
        parcel { area certificate { serial } mortgages { id } encumbered landUses { area } changes { id } } }`;
      let answer: Awaited<ReturnType<typeof registry.citizens>> | undefined;
      const reads = await registry.countReads(async () => {
        answer = await registry.citizens(ids, fields);
      });
      expect(answer?.errors).toBeUndefined();
      expect(
        ((answer?.data?._entities ?? []) as { landRights: unknown[] }[]).map(({ landRights }) => landRights.length),
      ).toEqual(Array(10).fill(1));
      expect(Object.keys(reads)).toHaveLength(7);
      expect(Object.values(reads)).toEqual(Array(7).fill(1));
    });
  });
});
