import { openCivilStatus } from '../../subgraphs/civil-status/index';
import { describeOnEachStore, type TestRegistry } from '../helpers/test-registry';

const an = '048090000001';
const cuc = '048192000002';

describeOnEachStore('the civil-status registry', (openRegistry) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await openRegistry(openCivilStatus);
  });
  beforeEach(() => registry.empty());
  afterAll(() => registry.close());

  const divorce = async (): Promise<void> => {
    const marriage = { record_id: 'KH-1', husband_id: an, wife_id: cuc };
    await registry.insert(
      'civil_status.marriage',
      { ...marriage, version: 1, replaced_at: '2023-02-01T00:00:00.000Z' },
      { ...marriage, version: 2, recorded_at: '2023-02-01T00:00:00.000Z', status: 'DIVORCED', ended_on: '2023-01-20' },
    );
  };

  describe('marriages', () => {
    it('shows a divorced marriage, and how it was before', async () => {
      await divorce();
      const fields = `marriages { status endedOn version spouse { fullName citizen { personalId } }
      history { status version endedOn spouse { fullName } } } maritalStatus`;
      const { entity, errors, records } = await registry.citizen(an, fields);
      expect(errors).toBeUndefined();
      expect(entity.maritalStatus).toBe('DA_LY_HON');
      expect(entity.marriages).toEqual([
        {
          status: 'DIVORCED',
          endedOn: '2023-01-20',
          version: '2',
          spouse: { fullName: 'Lê Thị Cúc', citizen: { personalId: cuc } },
          history: [{ status: 'IN_FORCE', version: '1', endedOn: null, spouse: { fullName: 'Lê Thị Cúc' } }],
        },
      ]);
      expect(records).toEqual([
        '_entities.0.maritalStatus -> KH-1@2',
        '_entities.0.marriages.0 -> KH-1@2',
        '_entities.0.marriages.0.history.0 -> KH-1@1',
      ]);
    });

    it('leaves ended marriages out when asked to', async () => {
      await divorce();
      const { entity } = await registry.citizen(
        an,
        'all: marriages { recordId } open: marriages(includeEnded: false) { recordId }',
      );
      expect(entity).toEqual({ all: [{ recordId: 'KH-1' }], open: [] });
    });
  });

  describe('a birth record', () => {
    it('shows a corrected name, the name before, and the note that corrected it', async () => {
      const birth = {
        record_id: 'KS-1',
        personal_id: an,
        date_of_birth: '1990-03-17',
        mother_id: cuc,
        mother_name: 'Lê Thị Cúc',
      };
      await registry.insert(
        'civil_status.birth',
        { ...birth, full_name: 'Nguyễn Văn Ang', replaced_at: '2020-05-05T00:00:00.000Z' },
        { ...birth, full_name: 'Nguyễn Văn An', version: 2, birth_place_text: 'Trạm y tế', birth_unit_code: '20200' },
      );
      await registry.insert('civil_status.change_note', {
        record_id: 'TD-1',
        target_record_id: 'KS-1',
        subject_id: an,
      });
      const { entity, errors, records } = await registry.citizen(
        an,
        `birth { fullName dateOfBirthInWords recordKind registrar { name } placeOfBirth { text unit { name fullName } textToday }
        mother { fullName citizen { personalId } } history { fullName } changes { id kind } }
      mother { personalId } changes { id recordId authority { name } }`,
      );
      expect(errors).toBeUndefined();
      expect(entity).toEqual({
        birth: {
          fullName: 'Nguyễn Văn An',
          dateOfBirthInWords: 'Ngày mười bảy tháng ba năm một nghìn chín trăm chín mươi',
          recordKind: 'KS',
          registrar: { name: 'Ủy ban nhân dân phường Hòa Minh' },
          placeOfBirth: {
            text: 'Trạm y tế',
            unit: { name: 'Phường Hòa Minh', fullName: 'Phường Hòa Minh, Quận Liên Chiểu, Thành phố Đà Nẵng' },
            textToday: 'Trạm y tế, Phường Hòa Khánh, Thành phố Đà Nẵng',
          },
          mother: { fullName: 'Lê Thị Cúc', citizen: { personalId: cuc } },
          history: [{ fullName: 'Nguyễn Văn Ang' }],
          changes: [{ id: 'TD-1', kind: 'CAI_CHINH' }],
        },
        mother: { personalId: cuc },
        changes: [{ id: 'TD-1', recordId: 'KS-1', authority: { name: 'Ủy ban nhân dân phường Hòa Minh' } }],
      });
      expect(records).toEqual([
        '_entities.0.birth -> KS-1@2',
        '_entities.0.birth.changes.0 -> TD-1@1',
        '_entities.0.birth.history.0 -> KS-1@1',
        '_entities.0.changes.0 -> TD-1@1',
        '_entities.0.mother -> KS-1@2',
      ]);
    });
  });

  describe('what the registry does not hold', () => {
    it('is null for a person without any record, lists too', async () => {
      const fields =
        'personalId birth { recordId } marriages { recordId } maritalStatus death { recordId } children { personalId } heirs { fullName } changes { id } maritalStatusCertificates { recordId }';
      const { entity, errors, records } = await registry.citizen(an, fields);
      expect(errors).toBeUndefined();
      expect(records).toEqual([]);
      expect(entity).toEqual({
        personalId: an,
        birth: null,
        marriages: null,
        maritalStatus: null,
        death: null,
        children: null,
        heirs: null,
        changes: null,
        maritalStatusCertificates: null,
      });
    });

    it('is an empty list for a person whose birth it registered', async () => {
      await registry.insert('civil_status.birth', { personal_id: an });
      const { entity } = await registry.citizen(
        an,
        'marriages { recordId } children { personalId } changes { id } maritalStatusCertificates { recordId }',
      );
      expect(entity).toEqual({ marriages: [], children: [], changes: [], maritalStatusCertificates: [] });
    });

    it('refuses a malformed number without a look-up, and answers the others', async () => {
      await registry.insert('civil_status.birth', { personal_id: an });
      let answer: Awaited<ReturnType<typeof registry.citizens>> | undefined;
      const reads = await registry.countReads(async () => {
        answer = await registry.citizens(['04809000000X', an], 'birth { fullName }');
      });
      expect(answer?.data?._entities).toEqual([null, { birth: { fullName: 'Nguyễn Văn An' } }]);
      expect(answer?.errors).toMatchObject([{ path: ['_entities', 0], extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(JSON.stringify(answer?.errors)).not.toContain('04809000000X');
      expect(reads).toEqual({ 'civil_status.birth': 1 });
      expect(registry.logs.filter(({ level }) => level === 'error')).toEqual([]);
    });
  });

  describe('defective rows', () => {
    it('hands out malformed dates as stored, and null for unknown values', async () => {
      await registry.insert('civil_status.birth', {
        personal_id: an,
        date_of_birth: '31/02/1990',
        sex: 'X',
        mother_id: 'abc',
        ethnicity_code: '99',
      });
      const { entity, errors } = await registry.citizen(
        an,
        'birth { dateOfBirth dateOfBirthInWords sex ethnicity { name } mother { fullName personalId citizen { personalId } } } mother { personalId }',
      );
      expect(errors).toBeUndefined();
      expect(entity).toEqual({
        birth: {
          dateOfBirth: '31/02/1990',
          dateOfBirthInWords: null,
          sex: null,
          ethnicity: { name: '99' },
          mother: { fullName: null, personalId: 'abc', citizen: null },
        },
        mother: null,
      });
    });

    it('takes the latest recorded of two present rows', async () => {
      await registry.insert(
        'civil_status.birth',
        { record_id: 'KS-1', personal_id: an, recorded_at: '2020-01-01T00:00:00.000Z' },
        { record_id: 'KS-3', personal_id: an, recorded_at: '2021-01-01T00:00:00.000Z' },
        { record_id: 'KS-2', personal_id: an, recorded_at: '2021-01-01T00:00:00.000Z' },
      );
      expect((await registry.citizen(an, 'birth { recordId }')).entity.birth.recordId).toBe('KS-2');
    });

    it('lists at most 500 children', async () => {
      await registry.database.script(
        `insert into civil_status.birth (record_id, version, recorded_at, authority_name, record_no, registered_on, full_name, personal_id, father_id)
       select 'KS-' || n, 1, now(), 'x', 'x', '2015', 'x', '048' || lpad(n::text, 9, '0'), '${an}' from generate_series(1, 501) n`,
      );
      expect((await registry.citizen(an, 'children { personalId }')).entity.children).toHaveLength(500);
    });
  });

  describe('a fetch of ten citizens', () => {
    it('reads each table once for all their records', async () => {
      const ids = Array.from({ length: 10 }, (_, index) => `04809000010${index}`);
      for (const [index, id] of ids.entries()) {
        await registry.insert('civil_status.birth', { personal_id: id, mother_id: ids[(index + 1) % 10]! });
        await registry.insert('civil_status.marriage', { husband_id: id, wife_id: cuc });
      }
      const records = `birth { fullName mother { citizen { personalId } } } marriages { status } death { diedOn } changes { id }
      children { personalId } mother { personalId } father { personalId } maritalStatusCertificates { recordId }`;
      expect(await registry.countReads(() => registry.citizens(ids, records))).toEqual({
        'civil_status.birth': 1,
        'civil_status.marriage': 1,
        'civil_status.death': 1,
        'civil_status.change_note': 1,
        'civil_status.marital_certificate': 1,
      });
      // The deaths of spouses and children are known by number only after their records; a person's own is read with them.
      expect(
        await registry.countReads(() => registry.citizens(ids, `${records} maritalStatus heirs { alive }`)),
      ).toEqual({
        'civil_status.birth': 1,
        'civil_status.marriage': 1,
        'civil_status.death': 1,
        'civil_status.change_note': 1,
        'civil_status.marital_certificate': 1,
      });
    });

    it('reads nothing for a field that is not selected', async () => {
      expect(await registry.countReads(() => registry.citizen(an, 'birth { fullName }'))).toEqual({
        'civil_status.birth': 1,
      });
      expect(await registry.countReads(() => registry.citizen(an, 'personalId'))).toEqual({});
    });
  });
});
