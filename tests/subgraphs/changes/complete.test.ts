import { seedRegistries } from '../../../cli/seed-registries';
import { openCitizenIdentity } from '../../../subgraphs/citizen-identity/index';
import { openCivilStatus } from '../../../subgraphs/civil-status/index';
import type { Database } from '../../../subgraphs/kit/database';
import type { Registry } from '../../../subgraphs/kit/open-registry';
import { openLand } from '../../../subgraphs/land/index';
import { createRandom, type Random } from '../../federation/differential/random';
import { createEmbeddedStore } from '../../helpers/embedded-store';
import { insertRows } from '../../helpers/registry-rows';
import { testDay } from '../../helpers/test-registry';
import { type Answers, askEntities, askLookUps, type LookUp, nameOf } from './everything';
import { type ChangeMaker, createChangeMaker } from './random-changes';

/** `CHANGES_SEED=x CHANGES_STEPS=n` for another run. */
const SEED = process.env.CHANGES_SEED ?? 'every change is announced';
const STEPS = Number(process.env.CHANGES_STEPS ?? 40);
const CITIZENS = Number(process.env.CHANGES_CITIZENS ?? 80);
/** Persons and parcels whom no registry knows at first. */
const STRANGERS = ['048090777771', '048190777772', '048090777773', '048190777774'];
const NEW_PARCELS = ['w7ce0000zzz1', 'w7ce0000zzz2'];

const open = { 'citizen-identity': openCitizenIdentity, 'civil-status': openCivilStatus, land: openLand };
let store: Database;
let persons: string[];
let parcels: string[];
const registries = {} as Record<keyof typeof open, Registry>;

beforeAll(async () => {
  store = await createEmbeddedStore();
  const options = { database: store, log: () => {}, now: () => testDay };
  for (const name of Object.keys(open) as (keyof typeof open)[]) registries[name] = await open[name](options);
  const databases = { 'citizen-identity': store, 'civil-status': store, land: store };
  await seedRegistries({ databases, citizens: CITIZENS, seed: 3, defectsPercent: 10 });
  const ids = async (text: string) => (await store.query<{ id: string }>(text)).map(({ id }) => id);
  persons = await ids(`select distinct id from (
      select personal_id as id from citizen_identity.person union select father_id from citizen_identity.person
      union select mother_id from citizen_identity.person union select husband_id from civil_status.marriage
      union select wife_id from civil_status.marriage union select personal_id from civil_status.birth
    ) as named where id ~ '^[0-9]{12}$' order by id`);
  parcels = await ids('select distinct parcel_id as id from land.parcel order by 1');
  persons.push(...STRANGERS);
  parcels.push(...NEW_PARCELS);
});
afterAll(async () => {
  for (const { subgraph } of Object.values(registries)) await subgraph.changes.close();
  await store.close();
});

describe.each(Object.keys(open) as (keyof typeof open)[])('%s', (name) => {
  const schema = name.replaceAll('-', '_');

  it(`announces everybody whose answer a change makes different (seed "${SEED}")`, async () => {
    const random = createRandom(`${SEED} ${name}`);
    const maker = await createChangeMaker(store, { schema, random, persons, parcels });
    const watch = await startWatch(name);
    const found = new Map(maker.tables.map((table) => [table, 0]));
    for (let step = 0; step < STEPS; step += 1) {
      const table = maker.tables[step % maker.tables.length]!;
      const what = await changeSome(maker, table, random);
      const { different, missed } = await watch.look();
      if (missed.length > 0) throw new Error(`seed "${SEED}", step ${step} (${what}) was not announced:\n${missed}`);
      found.set(table, found.get(table)! + different);
    }
    // A test in which nobody's answer changes would find nothing.
    for (const [table, different] of found) if (different === 0) throw new Error(`no answer changed with ${table}`);
    console.log(`${name}: different answers by table, all announced: ${[...found].map((pair) => pair.join(' '))}`);
  }, 600_000);

  it('is found out when it leaves a table out', async () => {
    const random = createRandom(`${SEED} ${name} unannounced`);
    const maker = await createChangeMaker(store, { schema, random, persons, parcels });
    const table = maker.tables[0]!;
    await store.script(`alter table ${schema}.${table} disable trigger user`);
    const watch = await startWatch(name);
    let missed: string[] = [];
    for (let step = 0; step < 20 && missed.length === 0; step += 1) {
      await store.transaction((tx) => maker.change(tx, table));
      missed = (await watch.look()).missed;
    }
    await store.script(`alter table ${schema}.${table} enable trigger user`);
    expect(missed).not.toEqual([]);
  });
});

/** Mostly one change; sometimes several tables in one transaction, as when somebody dies. */
function changeSome(maker: ChangeMaker, table: string, random: Random): Promise<string> {
  const tables = [table, ...(random.chance(0.25) ? [random.pick(maker.tables), random.pick(maker.tables)] : [])];
  return store.transaction(async (tx) => {
    const made: string[] = [];
    for (const each of tables) made.push(await maker.change(tx, each));
    return made.join(', ');
  });
}

/** Compares all answers of a registry before and after, and what was announced between. */
async function startWatch(name: keyof typeof open) {
  const { subgraph } = registries[name];
  const lookUps = new Map<string, LookUp>();
  const askAll = async (): Promise<Answers> => {
    const citizens = await askEntities(subgraph, 'Citizen', persons);
    if (name !== 'land') return citizens;
    const ofParcels = await askEntities(subgraph, 'Parcel', parcels);
    for (const lookUp of await knownLookUps()) lookUps.set(nameOf('Query', lookUp), lookUp);
    return new Map([...citizens, ...ofParcels, ...(await askLookUps(subgraph, [...lookUps.values()]))]);
  };
  let { position } = await subgraph.changes.read({ waitMs: 0 });
  let before = await askAll();
  return {
    async look() {
      const announced = new Set<string>();
      for (;;) {
        const answer = await subgraph.changes.read({ after: position, waitMs: 0 });
        expect(answer.isGap).toBe(false);
        position = answer.position;
        if (answer.changes.length === 0) break;
        for (const change of answer.changes) announced.add('all' in change ? 'all' : nameOf(change.type, change.key));
      }
      const after = await askAll();
      // A look-up that is new is compared from the next step on.
      const different = [...after.keys()].filter((key) => before.has(key) && before.get(key) !== after.get(key));
      const missed = announced.has('all') ? [] : different.filter((key) => !announced.has(key));
      const shown = missed.map((key) => `${key}\n  ${before.get(key)}\n  ${after.get(key)}`);
      before = after;
      return { different: different.length, missed: shown };
    },
  };
}

async function knownLookUps(): Promise<LookUp[]> {
  const numbers = await store.query<Record<string, string>>(
    `select distinct former_commune_code as "communeCode", former_map_sheet as "mapSheet",
       former_parcel_number as "parcelNumber" from land.parcel
     where former_commune_code is not null and former_map_sheet is not null and former_parcel_number is not null`,
  );
  return [
    ...parcels.map((id) => ({ field: 'parcel', args: { id } })),
    ...numbers.map((args) => ({ field: 'parcelsByFormerNumber', args })),
  ];
}

describe('what only several records together make different', () => {
  const [dead, mother, spouse, second] = ['048090777781', '048150777782', '048190777783', '048190777784'] as const;

  const heirs = '{ heirs { relation alive } maritalStatus }';

  it.each([
    [
      'the death of a spouse: the marital status, and the heirs of whom she outlived',
      () => insertRows(store, 'civil_status.death', [{ personal_id: spouse, died_on: '2019-01-01' }]),
    ],
    ['the death of a parent: the heirs', () => insertRows(store, 'civil_status.death', [{ personal_id: mother }])],
    [
      'the first record of a parent: whether she lives can be said',
      () => insertRows(store, 'civil_status.birth', [{ personal_id: mother, full_name: 'A' }]),
    ],
    [
      'a marriage as the first record of a parent',
      () => insertRows(store, 'civil_status.marriage', [{ wife_id: mother, husband_id: second }]),
    ],
  ])('%s', async (_, change) => {
    await insertRows(store, 'civil_status.birth', [{ personal_id: dead, mother_id: mother, mother_name: 'M' }]);
    await insertRows(store, 'civil_status.marriage', [{ husband_id: dead, wife_id: spouse }]);
    await insertRows(store, 'civil_status.death', [{ personal_id: dead, died_on: '2020-01-01' }]);
    const { subgraph } = registries['civil-status'];
    const ask = () =>
      subgraph.execute({
        query: `query ($all: [_Any!]!) { _entities(representations: $all) { ... on Citizen ${heirs} } }`,
        variables: { all: [{ __typename: 'Citizen', personalId: dead }] },
      });
    const before = await ask();
    await drain();
    await change();
    expect((await ask()).data).not.toEqual(before.data);
    expect(await drain()).toContain(nameOf('Citizen', { personalId: dead }));
    for (const [table, column] of [
      ['birth', 'personal_id'],
      ['death', 'personal_id'],
      ['marriage', 'husband_id'],
    ]) {
      const ids = [dead, mother, spouse, second];
      await store.query(`delete from civil_status.${table} where ${column} = any($1)`, [ids]);
    }
  });

  let position: string | undefined;
  async function drain(): Promise<string[]> {
    const { changes } = registries['civil-status'].subgraph;
    position ??= (await changes.read({ waitMs: 0 })).position;
    const names: string[] = [];
    for (;;) {
      const answer = await changes.read({ after: position, waitMs: 0 });
      position = answer.position;
      if (answer.changes.length === 0) return names;
      names.push(...answer.changes.map((change) => ('all' in change ? 'all' : nameOf(change.type, change.key))));
    }
  }
});
