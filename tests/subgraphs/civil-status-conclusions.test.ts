import { openCivilStatus } from '../../subgraphs/civil-status/index';
import { describeOnEachStore, type TestRegistry } from '../helpers/test-registry';

const an = '048090000001';
const cuc = '048192000002';
const child = '048215000005';

describeOnEachStore('the conclusions of the civil-status registry', (openRegistry) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await openRegistry(openCivilStatus);
  });
  beforeEach(() => registry.empty());
  afterAll(() => registry.close());

  describe('the marital status', () => {
    const statusOf = async (personalId: string) => {
      const { entity, records, errors } = await registry.citizen(personalId, 'maritalStatus');
      expect(errors).toBeUndefined();
      return [entity.maritalStatus, ...records.map((line) => line.split(' -> ')[1])];
    };

    it('is unknown, not single, for a person without any record', async () => {
      expect(await statusOf(an)).toEqual([null]);
    });

    it('is single for a person who was born and never married', async () => {
      await registry.insert('civil_status.birth', { record_id: 'KS-1', personal_id: an });
      expect(await statusOf(an)).toEqual(['CHUA_KET_HON', 'KS-1@1']);
    });

    it('is single after an annulled marriage', async () => {
      await registry.insert('civil_status.birth', { record_id: 'KS-1', personal_id: an });
      await registry.insert('civil_status.marriage', { record_id: 'KH-1', husband_id: an, status: 'ANNULLED' });
      expect(await statusOf(an)).toEqual(['CHUA_KET_HON', 'KH-1@1', 'KS-1@1']);
    });

    it('is married while a marriage is in force, for both spouses', async () => {
      await registry.insert('civil_status.marriage', { record_id: 'KH-1', husband_id: an, wife_id: cuc });
      expect(await statusOf(an)).toEqual(['DANG_CO_VO_CHONG', 'KH-1@1']);
      expect(await statusOf(cuc)).toEqual(['DANG_CO_VO_CHONG', 'KH-1@1']);
    });

    it('is widowed once the spouse is dead, though nobody closed the marriage', async () => {
      await registry.insert('civil_status.marriage', { record_id: 'KH-1', husband_id: an, wife_id: cuc });
      await registry.insert('civil_status.death', { record_id: 'KT-1', personal_id: cuc, died_on: '2025-01-05' });
      expect(await statusOf(an)).toEqual(['VO_CHONG_DA_CHET', 'KH-1@1', 'KT-1@1']);
      expect(await statusOf(cuc)).toEqual(['DANG_CO_VO_CHONG', 'KH-1@1']);
    });

    it('follows the marriage that ended last', async () => {
      const ended = { husband_id: an, wife_id: null };
      await registry.insert(
        'civil_status.marriage',
        { ...ended, record_id: 'KH-1', registered_on: '2001', status: 'ENDED_BY_DEATH', ended_on: '2003' },
        { ...ended, record_id: 'KH-2', registered_on: '2005-01', status: 'DIVORCED', ended_on: '2010-02-03' },
      );
      expect(await statusOf(an)).toEqual(['DA_LY_HON', 'KH-2@1']);
    });

    it('is unknown when the record of a marriage is too defective to tell', async () => {
      await registry.insert('civil_status.marriage', { record_id: 'KH-1', husband_id: an, status: '???' });
      expect(await statusOf(an)).toEqual([null, 'KH-1@1']);
    });
  });

  describe('heirs', () => {
    const fields = 'heirs { fullName relation alive citizen { personalId } }';
    beforeEach(() =>
      registry.insert(
        'civil_status.birth',
        {
          record_id: 'KS-1',
          personal_id: an,
          father_id: '048045000006',
          father_name: 'Nguyễn Văn Ông',
          mother_name: 'Lê Thị Bà',
        },
        { record_id: 'KS-2', personal_id: child, full_name: 'Nguyễn Thị Con', father_id: an },
      ),
    );

    it('are none while the person lives', async () => {
      expect((await registry.citizen(an, fields)).entity).toEqual({ heirs: [] });
    });

    it('are spouse, parents and children, with who of them is dead', async () => {
      await registry.insert('civil_status.marriage', {
        record_id: 'KH-1',
        husband_id: an,
        wife_id: cuc,
        status: 'ENDED_BY_DEATH',
      });
      await registry.insert(
        'civil_status.death',
        { record_id: 'KT-1', personal_id: an, died_on: '2025-04-01' },
        { record_id: 'KT-2', personal_id: '048045000006', died_on: '2010' },
      );
      const { entity, errors, records } = await registry.citizen(an, fields);
      expect(errors).toBeUndefined();
      expect(entity.heirs).toEqual([
        { fullName: 'Lê Thị Cúc', relation: 'VO_CHONG', alive: true, citizen: { personalId: cuc } },
        { fullName: 'Nguyễn Văn Ông', relation: 'CHA', alive: false, citizen: { personalId: '048045000006' } },
        { fullName: 'Lê Thị Bà', relation: 'ME', alive: null, citizen: null },
        { fullName: 'Nguyễn Thị Con', relation: 'CON', alive: true, citizen: { personalId: child } },
      ]);
      expect(records).toEqual([
        '_entities.0.heirs.0 -> KH-1@1',
        '_entities.0.heirs.1 -> KS-1@1',
        '_entities.0.heirs.1.alive -> KT-2@1',
        '_entities.0.heirs.2 -> KS-1@1',
        '_entities.0.heirs.3 -> KS-2@1',
      ]);
    });

    it('are not called alive where nobody can say: without a number, or without a record of a parent', async () => {
      await registry.insert('civil_status.death', { personal_id: an, died_on: '2025-04-01' });
      const alive = async () =>
        (await registry.citizen(an, fields)).entity.heirs.map((heir: { alive: unknown }) => heir.alive);
      expect(await alive()).toEqual([null, null, true]);
      await registry.insert('civil_status.birth', { record_id: 'KS-3', personal_id: '048045000006' });
      expect(await alive()).toEqual([true, null, true]);
    });

    it('leave out a spouse who was divorced or died first', async () => {
      await registry.insert(
        'civil_status.marriage',
        { husband_id: an, wife_id: '048192000008', status: 'DIVORCED', ended_on: '2011' },
        { husband_id: an, wife_id: cuc, status: 'ENDED_BY_DEATH' },
      );
      await registry.insert(
        'civil_status.death',
        { personal_id: an, died_on: '2025-04-01' },
        { personal_id: cuc, died_on: '2020-01-01' },
      );
      const { entity } = await registry.citizen(an, 'heirs { relation }');
      expect(entity.heirs).toEqual([{ relation: 'CHA' }, { relation: 'ME' }, { relation: 'CON' }]);
    });
  });
});
