import { type RegistryDatabases, seedRegistries } from '../../cli/seed-registries';
import { openCitizenIdentity } from '../../subgraphs/citizen-identity/index';
import { openCivilStatus } from '../../subgraphs/civil-status/index';
import type { Registry } from '../../subgraphs/kit/open-registry';
import type { LogEntry } from '../../subgraphs/kit/public-error';
import { openLand } from '../../subgraphs/land/index';
import { createEmbeddedStore } from '../helpers/embedded-store';

// biome-ignore lint/suspicious/noExplicitAny: the shape is the query's
type Entity = any;

interface Seeded {
  logs: LogEntry[];
  ask(registry: keyof RegistryDatabases, ids: readonly string[], fields: string): Promise<Entity[]>;
  ids: string[];
  close(): Promise<void>;
}

/** The three registries over one store with a population in it, asked as a gateway would. */
async function seededRegistries(options: { citizens: number; seed: number; defectsPercent: number }): Promise<Seeded> {
  const logs: LogEntry[] = [];
  const database = await createEmbeddedStore();
  const shared = { database, log: (entry: LogEntry) => logs.push(entry), now: () => new Date('2026-11-01T02:00:00Z') };
  const registries: Record<keyof RegistryDatabases, Registry> = {
    'citizen-identity': await openCitizenIdentity(shared),
    'civil-status': await openCivilStatus(shared),
    land: await openLand(shared),
  };
  const databases = { 'citizen-identity': database, 'civil-status': database, land: database };
  await seedRegistries({ databases, ...options });
  logs.length = 0;
  const people = await database.query<{ id: string }>(
    'SELECT DISTINCT personal_id AS id FROM citizen_identity.person ORDER BY 1',
  );
  return {
    logs,
    ids: people.map(({ id }) => id),
    async ask(registry, ids, fields) {
      const query = `query ($all: [_Any!]!) { _entities(representations: $all) { ... on Citizen { personalId ${fields} } } }`;
      const all = ids.map((personalId) => ({ __typename: 'Citizen', personalId }));
      const { data, errors } = await registries[registry].subgraph.execute({ query, variables: { all } });
      expect(errors).toBeUndefined();
      return data?._entities as Entity[];
    },
    close: () => database.close(),
  };
}

describe('a clean seed, as the registries answer it', () => {
  let seeded: Seeded;
  beforeAll(async () => {
    seeded = await seededRegistries({ citizens: 600, seed: 21, defectsPercent: 0 });
  });
  afterAll(() => seeded.close());

  it('marital status follows from the books as the identity registry has it', async () => {
    const identity = await seeded.ask('citizen-identity', seeded.ids, 'identityMaritalStatus lifeStatus');
    const civil = await seeded.ask('civil-status', seeded.ids, 'maritalStatus');
    const apart = identity.filter(
      ({ identityMaritalStatus }, index) =>
        civil[index].maritalStatus !== null && civil[index].maritalStatus !== identityMaritalStatus,
    );
    expect(apart.map(({ personalId }) => personalId)).toEqual(['048178000007']);
    expect(civil.filter(({ maritalStatus }) => maritalStatus === null).length).toBeLessThan(60);
  });

  it('children, spouses and parents are the same people in both', async () => {
    const identity = await seeded.ask('citizen-identity', seeded.ids, 'relatives { relation personalId }');
    const civil = await seeded.ask(
      'civil-status',
      seeded.ids,
      'father { personalId } mother { personalId } children { personalId }',
    );
    identity.forEach(({ relatives }, index) => {
      const of = (relation: string) =>
        relatives
          .filter((relative: Entity) => relative.relation === relation && relative.personalId)
          .map((relative: Entity) => relative.personalId);
      const { father, mother, children } = civil[index];
      if (father) expect(of('CHA')).toEqual([father.personalId]);
      if (mother) expect(of('ME')).toEqual([mother.personalId]);
      expect(of('CON')).toEqual(expect.arrayContaining((children ?? []).map((child: Entity) => child.personalId)));
    });
  });

  it('the bride has a certificate of marital status, a card, a home of then and of today', async () => {
    const [bride] = await seeded.ask(
      'citizen-identity',
      ['048192000002'],
      'fullName permanentResidence { address { text textToday unit { code validFrom } } } card { number } household { head { personalId } members { relation } } residenceHistory { kind }',
    );
    expect(bride).toMatchObject({
      fullName: 'Lê Thị Thu Hà',
      permanentResidence: { address: { unit: { code: '20242', validFrom: '2025-07-01' } } },
      household: { head: { personalId: '048060000013' } },
    });
    expect(bride.card.number).toMatch(/^CT/);
    const [civil] = await seeded.ask(
      'civil-status',
      ['048192000002'],
      'maritalStatus maritalStatusCertificates { maritalStatus validUntil } birth { registrar { name } mother { personalId } }',
    );
    expect(civil).toMatchObject({
      maritalStatus: 'CHUA_KET_HON',
      maritalStatusCertificates: [{ maritalStatus: 'CHUA_KET_HON', validUntil: '2027-03-17' }],
      birth: {
        registrar: { name: 'Ủy ban nhân dân Phường Thanh Bình, Quận Hải Châu' },
        mother: { personalId: '049163000014' },
      },
    });
  });

  it('the dead father has three heirs and a parcel; the couple’s house is mortgaged', async () => {
    const [father] = await seeded.ask(
      'civil-status',
      ['048045000006'],
      'heirs { relation alive citizen { personalId } }',
    );
    expect(
      father.heirs.map((heir: Entity) => `${heir.relation} ${heir.citizen?.personalId} ${heir.alive}`).sort(),
    ).toEqual(['CON 048085000003 true', 'CON 048179000017 true', 'VO_CHONG 048150000016 true']);
    const fields =
      'landRights { role parcel { id encumbered certificate { serial } mortgages(includeReleased: true) { releasedOn } formerCommune { name } } }';
    const [his, owner] = await seeded.ask('land', ['048045000006', '048085000003'], fields);
    expect(his.landRights).toMatchObject([
      { role: 'CHU_SU_DUNG', parcel: { encumbered: false, certificate: { serial: 'BZ 000105' } } },
    ]);
    const parcels = owner.landRights.map((right: Entity) => right.parcel);
    expect(parcels.map((parcel: Entity) => parcel.encumbered).sort()).toEqual([false, true]);
    expect(parcels.find((parcel: Entity) => parcel.encumbered)).toMatchObject({
      formerCommune: { name: 'Phường Hòa Minh' },
      mortgages: [{ releasedOn: null }, { releasedOn: '2018-06-29' }],
    });
  });

  it('of him whose books were never digitised only the identity registry knows', async () => {
    expect(await seeded.ask('civil-status', ['048099000008'], 'maritalStatus birth { recordId }')).toMatchObject([
      { maritalStatus: null, birth: null },
    ]);
    expect(await seeded.ask('citizen-identity', ['048099000008'], 'fullName')).toMatchObject([
      { fullName: 'Ngô Tấn Đạt' },
    ]);
  });
});

describe('a seed full of defects', () => {
  it('is still answered: a defect costs its own field, never the person', async () => {
    const seeded = await seededRegistries({ citizens: 500, seed: 22, defectsPercent: 100 });
    const identity = await seeded.ask(
      'citizen-identity',
      seeded.ids,
      'fullName dateOfBirth sex lifeStatus nationality { code } permanentResidence { address { text } } card { number }',
    );
    const civil = await seeded.ask(
      'civil-status',
      seeded.ids,
      'maritalStatus birth { fullName dateOfBirth sex mother { fullName yearOfBirth } }',
    );
    const land = await seeded.ask('land', seeded.ids, 'landRights { certificate { serial } parcel { id } }');
    for (const answer of [identity, civil, land]) expect(answer).toHaveLength(500);
    expect(identity.every(({ fullName }) => typeof fullName === 'string')).toBe(true);
    await seeded.close();
  });
});
