import { describeOnRedis, type RedisServer, startRedis } from '../../../helpers/redis-server.js';
import { seededRandom } from '../../../helpers/seeded-random.js';
import { type Counts, StampedOracle } from '../../../helpers/stamped-oracle.js';
import { type Asking, put, type Question } from '../../../helpers/stamped-questions.js';
import { NOBODY, PEOPLE } from '../../../helpers/stamped-registries.js';
import { forget, type StampedScene, startStamped } from '../../../helpers/stamped-scene.js';

/**
 * What entries say when values are remembered, shared and stale: each value tells by itself which answer of which registry it is of,
 * so that what is expected of an entry is worked out without anything that writes one. `REMEMBERED_STEPS=… REMEMBERED_SEED=…` goes
 * further.
 */
const SEED = Number(process.env.REMEMBERED_SEED ?? 20261126);
const STEPS = Number(process.env.REMEMBERED_STEPS ?? 80);
const TIMEOUT_MS = 60_000 + STEPS * 500;

let redis: RedisServer | undefined;
let scene: StampedScene;
afterEach(() => scene?.stop());

interface Operation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** Operations over the graph of the stamped registries. */
class Asker {
  private names = 0;
  private readonly known: Operation[] = [];

  constructor(private readonly random: () => number) {}

  /** One that was asked before, more often than not: what nobody has asked for cannot be remembered. */
  operation(): Operation {
    if (this.known.length > 0 && this.chance(0.65)) return this.pick(this.known);
    const operation = this.another();
    this.known.push(operation);
    if (this.known.length > 12) this.known.shift();
    return operation;
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  pick<Thing>(things: readonly Thing[]): Thing {
    return things[Math.floor(this.random() * things.length)]!;
  }

  private another(): Operation {
    const first = this.chance(0.08) ? NOBODY : this.pick(PEOPLE);
    const isGiven = this.chance(0.5);
    const roots = [this.root(isGiven ? '$id' : `"${first}"`)];
    if (this.chance(0.2)) roots.push(this.root(`"${this.pick(PEOPLE.filter((id) => id !== first))}"`));
    const head = isGiven ? 'query Q($id: ID!)' : 'query Q';
    return { query: `${head} { ${roots.join(' ')} }`, variables: isGiven ? { id: first } : {} };
  }

  private root(id: string): string {
    this.names += 1;
    const field = this.chance(0.6) ? `citizen(personalId: ${id})` : `desk(of: ${id})`;
    return `r${this.names}: ${field} { ${this.citizen(0)} }`;
  }

  private citizen(depth: number): string {
    const parts: string[] = [];
    for (let left = 1 + Math.floor(this.random() * 4); left > 0; left -= 1) {
      const field = this.field(depth);
      parts.push(this.chance(0.15) ? `... @defer { ${field} ${this.field(depth)} }` : field);
    }
    return parts.join(' ');
  }

  private field(depth: number): string {
    if (depth < 2 && this.chance(0.2)) return `${this.alias(0.3)}children { ${this.citizen(depth + 1)} }`;
    if (this.chance(0.2)) return `${this.alias(0.3)}parcel { ${this.pick(['id', 'area', 'soil', 'area soil'])} }`;
    return `${this.alias(0.4)}${this.pick(['name', 'name', 'home', 'note', 'land', 'visits', 'personalId'])}`;
  }

  private alias(share: number): string {
    return this.chance(share) ? `a${(this.names += 1)}: ` : '';
  }
}

/** Some questions, one after another or at once, while time goes by, registries fail and clients go away. */
async function questions(random: () => number, { jumps }: { jumps: boolean }): Promise<Question[]> {
  const asker = new Asker(random);
  const asked: Question[] = [];
  const { chance, pick } = { chance: asker.chance.bind(asker), pick: asker.pick.bind(asker) };
  for (let step = 1; step <= STEPS; step += 1) {
    scene.gateway = Math.floor(random() * scene.urls.length);
    scene.next(jumps ? pick([20, 500, 3_000, 20_000, 45_000]) : 2);
    scene.failing.clear();
    if (jumps && chance(0.12)) scene.failing.add(pick(['people', 'land']));
    if (chance(0.05)) await forget(scene, pick(PEOPLE));
    const { gateway } = scene;
    const first = asker.operation();
    const at = (): Asking => ({
      ...(chance(0.7) ? first : asker.operation()),
      ...{ gateway, who: pick(['one', 'one', 'two', 'less']), inParts: chance(0.3), isAlone: false },
    });
    if (chance(0.6)) asked.push(await put(scene, { ...at(), isAlone: true }));
    else {
      const together = Array.from({ length: 2 + Math.floor(random() * 3) }, at);
      const gone = new AbortController();
      const underWay = together.map((each, index) =>
        put(scene, index === 0 && chance(0.4) ? { ...each, inParts: false, signal: gone.signal } : each),
      );
      setTimeout(() => gone.abort(), random() * 4);
      asked.push(...(await Promise.all(underWay)));
    }
    // What is fetched for those who come later is of this step, too.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return asked;
}

const neverMet = ({ counts }: StampedOracle, kinds: readonly (keyof Counts)[]) =>
  kinds.filter((kind) => counts[kind] === 0);

test(
  `with REMEMBERED_SEED=${SEED}: in one process, while time goes by and registries fail`,
  async () => {
    scene = await startStamped();
    const oracle = new StampedOracle(scene);
    await oracle.judge(await questions(seededRandom(SEED), { jumps: true }));
    expect(oracle.problems.slice(0, 20)).toEqual([]);
    expect(neverMet(oracle, ['SOURCE', 'MEMORY', 'STALE', 'masked', 'missing', 'parts'])).toEqual([]);
  },
  TIMEOUT_MS,
);

describeOnRedis('over Redis', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.stop());

  test(
    `with REMEMBERED_SEED=${SEED}: what one gateway has asked for and another gives`,
    async () => {
      scene = await startStamped({ redisUrl: redis!.url });
      const oracle = new StampedOracle(scene);
      await oracle.judge(await questions(seededRandom(SEED + 1), { jumps: false }));
      expect(oracle.problems.slice(0, 20)).toEqual([]);
      expect(neverMet(oracle, ['SOURCE', 'MEMORY', 'REDIS', 'masked', 'parts'])).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
