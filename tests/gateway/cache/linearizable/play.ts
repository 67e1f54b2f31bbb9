import { createRandom, type Random } from '../../../federation/differential/random.js';
import { ask } from '../../../helpers/federation.js';
import { type Fault, pause } from './faults.js';
import { History, type Read } from './history.js';
import { FACETS, LandRecords, type Person, personOf } from './land-records.js';
import { QUESTIONS, toldIn, variablesFor } from './questions.js';
import type { Stage } from './stage.js';

export interface PlayOptions {
  readonly seed: string;
  readonly seconds: number;
  /** Few, so that many read what is being changed. */
  readonly persons: number;
  /** What goes wrong at the same time, each list one after another in an order that chance decides, again and again. */
  readonly faults?: readonly { readonly of: readonly Fault[]; readonly betweenMsMax: number }[];
  /** How long after a change it is promised to be seen. Persons are left alone for longer now and then: a missed change shows until the next. */
  readonly boundMs: number;
}

export interface Play {
  readonly history: History;
  readonly reads: readonly Read[];
  /** Answers, by what was wrong with them: nothing under ''. */
  readonly answers: ReadonlyMap<string, number>;
  readonly changes: number;
  readonly beganMs: number;
  /** What went wrong when, seconds after the beginning. */
  readonly faults: readonly string[];
}

const READERS = 32;
/** How long a reader thinks before it asks again, at most; and how many times as long as it had to wait for its answer. */
const THINK_MS = 200;
const PATIENCE = 2;
/** How long a writer's transaction may stay open. */
const OPEN_MS_MAX = 60;
/** Half of the readers ask about those who are being changed. */
const TALKED_OF_MAX = 3;

/** Writers, one a person, readers of both gateways, and whatever goes wrong, for some seconds; then the writers rest for the bound. */
export async function play(
  stage: Stage,
  { seed, seconds, faults = [], boundMs, ...options }: PlayOptions,
): Promise<Play> {
  const history = new History();
  const records = new LandRecords(stage.database, history);
  const persons = Array.from({ length: options.persons }, (_, number) => personOf(number));
  for (const [number, person] of persons.entries()) await records.start(person, number % 2 === 0);
  const reads: Read[] = [];
  const answers = new Map<string, number>();
  const happened: string[] = [];
  const beganMs = performance.now();
  /** Who is being changed, or just was. */
  const talkedOf: Person[] = [];
  const isOver = () => performance.now() - beganMs > seconds * 1_000;
  let isRead = false;
  let changes = 0;

  const writers = persons.map(async (person) => {
    const random = createRandom(`${seed} writer ${person.number}`);
    while (!isOver()) {
      await pause(random.chance(0.5) ? random.int(300) : boundMs * (1 + random.int(100) / 100));
      talkedOf.unshift(person);
      talkedOf.splice(TALKED_OF_MAX);
      await write(records, person, random);
      changes += 1;
    }
  });
  const lanes = faults.map(async (lane, index) => {
    const random = createRandom(`${seed} faults ${index}`);
    for (let left: Fault[] = []; ; ) {
      if (left.length === 0) left = [...lane.of];
      const [fault] = left.splice(random.int(left.length), 1);
      await pause(random.int(lane.betweenMsMax));
      if (isOver()) return;
      const fromMs = performance.now() - beganMs;
      const whom = await fault!.happen(stage, random);
      const toMs = performance.now() - beganMs;
      happened.push(`${(fromMs / 1_000).toFixed(1)}-${(toMs / 1_000).toFixed(1)} s ${fault!.name} ${whom}`);
    }
  });
  const readers = Array.from({ length: READERS }, async (_, reader) => {
    const random = createRandom(`${seed} reader ${reader}`);
    while (!isRead) {
      const askedMs = performance.now();
      const among = random.chance(0.5) && talkedOf.length > 0 ? talkedOf : persons;
      const { told, outcome } = await read(stage, among, random);
      for (const each of told) reads.push(each);
      answers.set(outcome, (answers.get(outcome) ?? 0) + 1);
      // On a machine that is slow the more, or the stage, which is one process, would be busy with nothing but readers.
      await pause(random.int(THINK_MS) + PATIENCE * (performance.now() - askedMs));
    }
  });
  try {
    await Promise.all([...writers, ...lanes]);
    await pause(boundMs + 500);
  } finally {
    isRead = true;
    await Promise.all(readers);
  }
  return { history, reads, answers, changes, beganMs, faults: happened };
}

async function write(records: LandRecords, person: Person, random: Random): Promise<void> {
  const openMs = random.chance(0.3) ? random.int(OPEN_MS_MAX) : 0;
  if (!records.isGone(person) && random.chance(0.15)) return records.remove(person, openMs);
  return records.change(person, random.some(FACETS, 1), openMs);
}

async function read(
  { gateways }: Stage,
  persons: readonly Person[],
  random: Random,
): Promise<{ told: Read[]; outcome: string }> {
  const gateway = random.pick(gateways);
  const question = random.pick(QUESTIONS);
  const one = random.pick(persons);
  const other = random.pick(persons);
  const beganMs = performance.now();
  const asked = { query: question.query, variables: variablesFor(one, other), extensions: { provenance: true } };
  try {
    const answer = await ask(gateway.url, asked);
    const endedMs = performance.now();
    const by = `${gateway.name}, ${question.name}`;
    const told = toldIn(answer, question, { one, other }).map((each) => ({ ...each, beganMs, endedMs, by }));
    return {
      told,
      outcome: String(answer.errors?.[0]?.extensions?.code ?? (answer.status === 200 ? '' : answer.status)),
    };
  } catch (error) {
    return {
      told: [],
      outcome: `no answer: ${((error as Error).cause as { code?: string })?.code ?? (error as Error).name}`,
    };
  }
}
