import { until } from '../../../helpers/federation.js';
import { StampedOracle } from '../../../helpers/stamped-oracle.js';
import { type Asking, put, type Question, shown } from '../../../helpers/stamped-questions.js';
import { PEOPLE } from '../../../helpers/stamped-registries.js';
import { forget, type StampedScene, startStamped, WHO } from '../../../helpers/stamped-scene.js';

/** What entries say of one fetch that several wait for, whatever becomes of whoever began it. */
const [AN] = PEOPLE as [string];
const QUERY = `{ citizen(personalId: "${AN}") { name home } }`;
const REQUEST_MS = 1_000;

let scene: StampedScene;
beforeAll(async () => {
  scene = await startStamped({ config: { limits: { requestMs: REQUEST_MS } } });
});
beforeEach(() => scene.reset());
afterAll(() => scene?.stop());

async function misses(): Promise<number> {
  const text = await (await fetch(`${scene.federation.url}/metrics`)).text();
  const counts = [...text.matchAll(/lookups_total\{subgraph="people",outcome="(?:miss|partial)"\} (\d+)/g)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Asks, until the registry has been asked or somebody else is waited for. */
async function begin(asking: Partial<Asking>): Promise<{ answer: Promise<Question> }> {
  const before = await misses();
  const answer = put(scene, { query: QUERY, isAlone: false, ...asking });
  await until(async () => (await misses()) > before);
  return { answer };
}

async function judge(...questions: Question[]): Promise<void> {
  const oracle = new StampedOracle(scene);
  await oracle.judge(questions);
  expect(oracle.problems).toEqual([]);
}

test('two who ask at the same moment each have an entry, of their own as to who they are and what they were shown', async () => {
  const release = scene.hold('people');
  const first = await begin({});
  await scene.asked('people', 1);
  scene.nowMs += 400;
  const second = await begin({ who: 'less' });
  scene.nowMs += 400;
  release();
  const [officer, department] = [await first.answer, await second.answer];
  expect(scene.timesAsked('people')).toBe(1);
  expect(await shown(scene, officer)).toEqual(['citizen.name: shown 1 SOURCE', 'citizen.home: shown 1 SOURCE']);
  expect(await shown(scene, department)).toEqual([
    'citizen.name: masked MIDDLE 1 SOURCE',
    'citizen.home: shown 1 SOURCE',
  ]);
  await judge(officer, department);
});

test('whoever began and has gone was shown nothing; what the others got was asked for later, and is remembered as that', async () => {
  const release = scene.hold('people');
  const gone = new AbortController();
  const first = await begin({ signal: gone.signal });
  await scene.asked('people', 1);
  const second = await begin({ who: 'two' });
  for (let time = 0; time < 3; time += 1) scene.next(10_000);
  gone.abort();
  await scene.asked('people', 2);
  release();
  const [left, stayed] = [await first.answer, await second.answer];
  expect(await shown(scene, stayed)).toEqual(['citizen.name: shown 2 SOURCE', 'citizen.home: shown 2 SOURCE']);
  scene.next(1_000);
  const later = await put(scene, { query: QUERY });
  expect(await shown(scene, later)).toEqual(['citizen.name: shown 2 MEMORY', 'citizen.home: shown 2 MEMORY']);
  await judge(left, stayed, later);
  const missing = expect.stringMatching(/missing/);
  expect(await shown(scene, left)).toEqual(expect.arrayContaining([missing]));
  expect(await shown(scene, left)).not.toContainEqual(expect.stringContaining('shown'));
});

test('whoever waited and has gone was shown nothing, and takes nothing with him', async () => {
  const release = scene.hold('people');
  const first = await begin({});
  await scene.asked('people', 1);
  const gone = new AbortController();
  const second = await begin({ who: 'two', signal: gone.signal });
  gone.abort();
  const left = await second.answer;
  await until(async () => (await scene.log.ofRequest(left.id)).length > 0);
  release();
  const stayed = await first.answer;
  expect(scene.timesAsked('people')).toBe(1);
  expect(await shown(scene, left)).not.toContainEqual(expect.stringContaining('shown'));
  await judge(stayed, left);
});

test('where the time of whoever began is up, the entry says that; whoever waited is answered', async () => {
  const release = scene.hold('people');
  const first = await begin({});
  await scene.asked('people', 1);
  await new Promise((resolve) => setTimeout(resolve, REQUEST_MS / 2));
  const second = await begin({ who: 'two' });
  const late = await first.answer;
  expect(late.answered?.errors[0]?.extensions?.code).toBe('DEADLINE');
  await scene.asked('people', 2);
  release();
  const stayed = await second.answer;
  expect(await shown(scene, stayed)).toEqual(['citizen.name: shown 2 SOURCE', 'citizen.home: shown 2 SOURCE']);
  expect(await shown(scene, late)).toEqual(['citizen: missing DEADLINE']);
  await judge(late, stayed);
});

test('where the token of whoever began has expired, he is refused, and whoever waited is answered', async () => {
  const untilMs = scene.nowMs + 1_000;
  (WHO as Record<string, object>).late = { ...WHO.one, untilMs };
  const release = scene.hold('people');
  const first = await begin({ who: 'late' });
  await scene.asked('people', 1);
  const second = await begin({ who: 'two' });
  scene.nowMs = untilMs + 1;
  release();
  const [refused, stayed] = [await first.answer, await second.answer];
  expect(refused.answered?.status).toBe(401);
  expect((await scene.log.ofRequest(refused.id)).map(({ entry }) => [entry.kind, entry.code])).toEqual([
    ['refused', 'UNAUTHENTICATED'],
  ]);
  expect(await shown(scene, stayed)).toEqual(['citizen.name: shown 1 SOURCE', 'citizen.home: shown 1 SOURCE']);
  await judge(refused, stayed);
});

test('what was forgotten while it was under way is for whoever had asked before alone', async () => {
  const release = scene.hold('people');
  const first = await begin({});
  await scene.asked('people', 1);
  await forget(scene, AN);
  scene.nowMs += 300;
  const second = await begin({ who: 'two' });
  await scene.asked('people', 2);
  release();
  const [before, after] = [await first.answer, await second.answer];
  scene.next(1_000);
  const later = await put(scene, { query: QUERY });
  expect(await shown(scene, before)).toEqual(['citizen.name: shown 1 SOURCE', 'citizen.home: shown 1 SOURCE']);
  expect(await shown(scene, after)).toEqual(['citizen.name: shown 2 SOURCE', 'citizen.home: shown 2 SOURCE']);
  expect(await shown(scene, later)).toEqual(['citizen.name: shown 2 MEMORY', 'citizen.home: shown 2 MEMORY']);
  await judge(before, after, later);
});
