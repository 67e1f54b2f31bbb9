import { openCitizenIdentity } from '../../subgraphs/citizen-identity/index';
import { describeOnEachStore, type TestRegistry } from '../helpers/test-registry';

const an = '048090000001';
const cuc = '048192000002';
const child = '048215000005';

describeOnEachStore('the citizen identity registry', (openRegistry) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await openRegistry(openCitizenIdentity);
  });
  beforeEach(() => registry.empty());
  afterAll(() => registry.close());

  describe('a person', () => {
    it('is answered from their own record, its earlier versions beside it', async () => {
      const person = {
        record_id: 'P-1',
        personal_id: an,
        home_unit_code: '20200',
        home_unit_from: null,
        ethnicity_code: '26',
      };
      await registry.insert(
        'citizen_identity.person',
        {
          ...person,
          full_name: 'Nguyễn Văn Ang',
          marital_status: 'CHUA_KET_HON',
          replaced_at: '2020-05-05T00:00:00.000Z',
        },
        {
          ...person,
          full_name: 'Nguyễn Văn An',
          version: 2,
          recorded_at: '2020-05-05T00:00:00.000Z',
          blood_group: 'O',
          nationality: 'VNM',
        },
      );
      const { entity, errors, records } = await registry.citizen(
        an,
        `fullName ethnicity { code name } nationality { code name } bloodGroup lifeStatus contact { phone }
      homeTown { text textToday unit { code validTo } } identityHistory { version fullName replacedAt maritalStatus authority { name } }`,
      );
      expect(errors).toBeUndefined();
      expect(entity).toEqual({
        fullName: 'Nguyễn Văn An',
        ethnicity: { code: '26', name: 'Cơ-tu' },
        nationality: { code: 'VNM', name: 'Việt Nam' },
        bloodGroup: 'O',
        lifeStatus: 'SONG',
        contact: null,
        homeTown: {
          text: 'Phường Hòa Minh, Quận Liên Chiểu, Thành phố Đà Nẵng',
          textToday: 'Phường Hòa Khánh, Thành phố Đà Nẵng',
          unit: { code: '20200', validTo: '2025-06-30' },
        },
        identityHistory: [
          {
            version: '1',
            fullName: 'Nguyễn Văn Ang',
            replacedAt: '2020-05-05T00:00:00.000Z',
            maritalStatus: 'CHUA_KET_HON',
            authority: { name: 'Ủy ban nhân dân phường Hòa Minh' },
          },
        ],
      });
      expect(records).toEqual(['_entities.0 -> P-1@2', '_entities.0.identityHistory.0 -> P-1@1']);
    });

    it('is null when the registry does not know them', async () => {
      const { data, errors } = await registry.citizens([an, cuc], 'fullName household { id }');
      expect(errors).toBeUndefined();
      expect(data?._entities).toEqual([null, null]);
    });

    it('with a malformed number is refused without a look-up', async () => {
      let answer: Awaited<ReturnType<typeof registry.citizen>> | undefined;
      const reads = await registry.countReads(async () => {
        answer = await registry.citizen('48090000001', 'fullName');
      });
      expect(answer?.errors?.[0]).toMatchObject({
        message: 'personalId must be 12 digits',
        extensions: { code: 'BAD_USER_INPUT' },
      });
      expect(reads).toEqual({});
    });

    it('is answered in spite of defective values, and from the latest of two present rows', async () => {
      await registry.insert(
        'citizen_identity.person',
        { record_id: 'P-2', personal_id: an, full_name: 'cũ' },
        {
          record_id: 'P-1',
          personal_id: an,
          full_name: null,
          sex: '1',
          blood_group: 'Z',
          date_of_birth: '17/03/1990',
          marital_status: '',
          recorded_at: '2025-01-01T00:00:00.000Z',
        },
      );
      const { entity, errors, records } = await registry.citizen(
        an,
        'fullName sex bloodGroup dateOfBirth identityMaritalStatus',
      );
      expect(errors).toBeUndefined();
      expect(entity).toEqual({
        fullName: null,
        sex: null,
        bloodGroup: null,
        dateOfBirth: '17/03/1990',
        identityMaritalStatus: null,
      });
      expect(records).toEqual(['_entities.0 -> P-1@1']);
    });
  });

  describe('cards and residences', () => {
    beforeEach(() => registry.insert('citizen_identity.person', { record_id: 'P-1', personal_id: an }));

    it('are those in force, with the ended ones in the history', async () => {
      await registry.insert(
        'citizen_identity.card',
        { record_id: 'C-1', card_number: 'cũ', issued_on: '2016-01-01', revoked_on: '2021-06-01' },
        { record_id: 'C-2', card_number: 'mới', issued_on: '2021-06-01', expires_on: '2030-03-17' },
      );
      await registry.insert(
        'citizen_identity.residence',
        {
          record_id: 'T-1',
          kind: 'THUONG_TRU',
          line: '1 Âu Cơ',
          unit_code: '20200',
          since: '2010',
          ended_on: '2020-01-01',
        },
        {
          record_id: 'T-2',
          kind: 'THUONG_TRU',
          line: '2 Âu Cơ',
          unit_code: '20200',
          unit_from: '2025-07-01',
          since: '2025-08-01',
        },
        { record_id: 'T-3', kind: 'TAM_TRU', since: '2023-01-01', until: '2025-01-01', line: 'x' },
      );
      const { entity, errors, records } = await registry.citizen(
        an,
        `card { number issuer { name } } cardHistory { number } permanentResidence { kind address { text textToday } authority { name } }
       temporaryResidence { since } residenceHistory { since until }`,
      );
      expect(errors).toBeUndefined();
      const text = '2 Âu Cơ, Phường Hòa Khánh, Thành phố Đà Nẵng';
      expect(entity).toEqual({
        card: { number: 'mới', issuer: { name: 'Ủy ban nhân dân phường Hòa Minh' } },
        cardHistory: [{ number: 'mới' }, { number: 'cũ' }],
        permanentResidence: {
          kind: 'THUONG_TRU',
          address: { text, textToday: text },
          authority: { name: 'Ủy ban nhân dân phường Hòa Minh' },
        },
        temporaryResidence: null,
        residenceHistory: [
          { since: '2025-08-01', until: null },
          { since: '2023-01-01', until: '2025-01-01' },
          { since: '2010', until: '2020-01-01' },
        ],
      });
      expect(records).toEqual([
        '_entities.0 -> P-1@1',
        '_entities.0.card -> C-2@1',
        '_entities.0.cardHistory.0 -> C-2@1',
        '_entities.0.cardHistory.1 -> C-1@1',
        '_entities.0.permanentResidence -> T-2@1',
        '_entities.0.residenceHistory.0 -> T-2@1',
        '_entities.0.residenceHistory.1 -> T-3@1',
        '_entities.0.residenceHistory.2 -> T-1@1',
      ]);
    });

    it('leave out a card that has run out', async () => {
      await registry.insert('citizen_identity.card', { issued_on: '2011-01-01', expires_on: '2026-03-09' });
      expect((await registry.citizen(an, 'card { number }')).entity).toEqual({ card: null });
    });
  });

  describe('a household', () => {
    beforeEach(async () => {
      await registry.insert(
        'citizen_identity.person',
        { record_id: 'P-1', personal_id: an, full_name: 'An', spouse_id: cuc, spouse_name: 'Cúc', father_name: 'Ông' },
        { record_id: 'P-2', personal_id: cuc, full_name: 'Cúc' },
        { record_id: 'P-3', personal_id: child, full_name: 'Con', father_id: an, nationality: 'VNM' },
      );
      await registry.insert('citizen_identity.household', { record_id: 'HO-1', head_id: an, line: '2 Âu Cơ' });
      await registry.insert(
        'citizen_identity.household_member',
        { record_id: 'M-3', personal_id: child, relation: 'CON', joined_on: '2015' },
        { record_id: 'M-2', personal_id: cuc, relation: 'VO_CHONG', joined_on: '2014' },
        { record_id: 'M-1', personal_id: an, relation: '??', joined_on: '2016' },
        { record_id: 'M-4', personal_id: '048192000009', relation: 'KHAC', left_on: '2020-01-01' },
      );
    });

    it('lists its present members, the head first, each value from its own record', async () => {
      const { entity, errors, records } = await registry.citizen(
        child,
        'household { id head { personalId } address { text } members { relation citizen { fullName } } }',
      );
      expect(errors).toBeUndefined();
      expect(entity.household).toEqual({
        id: 'HO-1',
        head: { personalId: an },
        address: { text: '2 Âu Cơ' },
        members: [
          { relation: null, citizen: { fullName: 'An' } },
          { relation: 'VO_CHONG', citizen: { fullName: 'Cúc' } },
          { relation: 'CON', citizen: { fullName: 'Con' } },
        ],
      });
      expect(records).toEqual([
        '_entities.0 -> P-3@1',
        '_entities.0.household -> HO-1@1',
        '_entities.0.household.members.0 -> M-1@1',
        '_entities.0.household.members.0.citizen -> P-1@1',
        '_entities.0.household.members.1 -> M-2@1',
        '_entities.0.household.members.1.citizen -> P-2@1',
        '_entities.0.household.members.2 -> M-3@1',
        '_entities.0.household.members.2.citizen -> P-3@1',
      ]);
    });

    it('names relatives as the records word them', async () => {
      const { entity, records } = await registry.citizen(
        an,
        'relatives { relation personalId fullName nationality { name } citizen { personalId } }',
      );
      expect(entity.relatives).toEqual([
        { relation: 'CHA', personalId: null, fullName: 'Ông', nationality: null, citizen: null },
        { relation: 'VO_CHONG', personalId: cuc, fullName: 'Cúc', nationality: null, citizen: { personalId: cuc } },
        {
          relation: 'CON',
          personalId: child,
          fullName: 'Con',
          nationality: { name: 'Việt Nam' },
          citizen: { personalId: child },
        },
      ]);
      expect(records).toEqual(['_entities.0 -> P-1@1', '_entities.0.relatives.2 -> P-3@1']);
    });

    it('keeps the number of a member whom the registry does not know', async () => {
      await registry.insert('citizen_identity.household_member', {
        personal_id: '048099000008',
        relation: 'CHAU',
        joined_on: '2020',
      });
      const { entity, errors } = await registry.citizen(
        an,
        'household { members { citizen { personalId fullName card { number } } } }',
      );
      expect(errors).toBeUndefined();
      expect(entity.household.members.at(-1)).toEqual({
        citizen: { personalId: '048099000008', fullName: null, card: null },
      });
    });

    describe('of ten, walked from one of them', () => {
      const ids = Array.from({ length: 10 }, (_, index) => `04809000010${index}`);
      const stranger = '048090000999';
      const all = `fullName homeTown { text } contact { phone } identityHistory { fullName }
      relatives { personalId citizen { fullName } } card { number } cardHistory { number } permanentResidence { since }
      temporaryResidence { since } currentResidence { since } residenceHistory { since }`;
      const once = {
        'citizen_identity.person': 1,
        'citizen_identity.card': 1,
        'citizen_identity.residence': 1,
        'citizen_identity.household': 1,
        'citizen_identity.household_member': 1,
      };
      beforeEach(async () => {
        await registry.insert('citizen_identity.household', { record_id: 'HO-10', head_id: ids[3] });
        for (const [index, id] of ids.entries()) {
          await registry.insert('citizen_identity.person', {
            personal_id: id,
            full_name: `người ${index}`,
            father_id: ids[(index + 1) % 10]!,
          });
          await registry.insert('citizen_identity.household_member', { household_id: 'HO-10', personal_id: id });
          // Some have no card: that they have none must not be asked again.
          if (index % 2 === 0) await registry.insert('citizen_identity.card', { personal_id: id });
          await registry.insert('citizen_identity.residence', { personal_id: id });
        }
      });

      it('costs one statement a table with all their records, the head’s too', async () => {
        let answer: Awaited<ReturnType<typeof registry.citizen>> | undefined;
        const reads = await registry.countReads(async () => {
          answer = await registry.citizen(
            ids[0]!,
            `${all} household { id address { text } head { ${all} } members { relation citizen { ${all} } } }`,
          );
        });
        expect(answer?.errors).toBeUndefined();
        expect(answer?.entity.household.head.fullName).toBe('người 3');
        const members: { citizen: { fullName: string; card: unknown } }[] = answer?.entity.household.members;
        expect(members.map(({ citizen }) => citizen.fullName).sort()).toEqual(ids.map((_, index) => `người ${index}`));
        expect(members.filter(({ citizen }) => citizen.card)).toHaveLength(5);
        expect(reads).toEqual(once);
      });

      it('costs no more from all ten at once, one of them unknown and one of no household', async () => {
        await registry.insert('citizen_identity.person', { personal_id: stranger, full_name: 'người lạ' });
        const from = [...ids, stranger, '048090000998'];
        let answer: Awaited<ReturnType<typeof registry.citizens>> | undefined;
        const reads = await registry.countReads(async () => {
          answer = await registry.citizens(
            from,
            `${all} household { head { fullName } ... on Household { people: members { citizen { ${all} } } } }`,
          );
        });
        const entities = answer?.data?._entities as { household: { people: unknown[] } | null }[];
        expect(entities.map((entity) => entity && (entity.household?.people.length ?? 0))).toEqual([
          ...ids.map(() => 10),
          0,
          null,
        ]);
        expect(reads).toEqual(once);
      });

      it('reads no record of the others when only their numbers are asked for', async () => {
        const reads = await registry.countReads(() =>
          registry.citizen(ids[0]!, 'household { head { personalId } members { citizen { personalId } } }'),
        );
        const { 'citizen_identity.card': _card, 'citizen_identity.residence': _residence, ...rest } = once;
        expect(reads).toEqual(rest);
      });

      it('is only the household that the person belongs to now, not one that was left', async () => {
        await registry.insert(
          'citizen_identity.household_member',
          { household_id: 'HO-9', personal_id: ids[0], left_on: '2020-01-01' },
          { household_id: 'HO-9', personal_id: stranger },
        );
        const { entity } = await registry.citizen(ids[0]!, 'household { id members { citizen { personalId } } }');
        expect(entity.household).toMatchObject({ id: 'HO-10', members: { length: 10 } });
        expect(JSON.stringify(entity)).not.toContain(stranger);
      });
    });

    it('of ten costs one statement a table, fetched as ten citizens with all their records', async () => {
      const ids = Array.from({ length: 10 }, (_, index) => `04809000010${index}`);
      for (const [index, id] of ids.entries()) {
        await registry.insert('citizen_identity.person', { personal_id: id, father_id: ids[(index + 1) % 10]! });
        await registry.insert('citizen_identity.card', { personal_id: id });
        await registry.insert('citizen_identity.residence', { personal_id: id });
      }
      const own = `fullName homeTown { text } contact { phone } identityHistory { fullName } relatives { personalId citizen { fullName } }
      card { number } cardHistory { number } permanentResidence { since } temporaryResidence { since } residenceHistory { since }`;
      expect(await registry.countReads(() => registry.citizens(ids, own))).toEqual({
        'citizen_identity.person': 1,
        'citizen_identity.card': 1,
        'citizen_identity.residence': 1,
      });
      for (const id of ids)
        await registry.insert('citizen_identity.household_member', { household_id: 'HO-1', personal_id: id });
      const household =
        'household { id address { text } head { personalId } members { relation citizen { personalId } } }';
      expect(await registry.countReads(() => registry.citizens(ids, `${own} ${household}`))).toEqual({
        'citizen_identity.person': 1,
        'citizen_identity.card': 1,
        'citizen_identity.residence': 1,
        'citizen_identity.household': 1,
        'citizen_identity.household_member': 1,
      });
    });
  });
});
