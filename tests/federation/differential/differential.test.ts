import { randomBytes } from 'node:crypto';
import { federationOf, queryOf, type RunningFederation } from './case.js';
import {
  answersAsTheOracle,
  type Check,
  expectFewRefused,
  explainsWhatItLacks,
  faultOf,
  isRefusal,
  keepsItsAnswerInAnyOrder,
  remembersRight,
  remembersRightBesideFaults,
  reportOf,
  stockAnswersRight,
} from './checks.js';
import type { Fault } from './faults.js';
import { type Failing, shrink } from './shrink.js';

/**
 * Random schemas, split at random over subgraphs, random data and random operations: the engine against one plain graphql-js
 * schema of the same data. The seed is the same each time, so that no change fails for what another did; `DIFFERENTIAL_SEED=random
 * DIFFERENTIAL_CASES=… npx jest differential` goes further, and the seed that it prints repeats what it found. See decision 0003.
 */
const { DIFFERENTIAL_SEED = 'lien-thong' } = process.env;
const SEED = DIFFERENTIAL_SEED === 'random' ? randomBytes(4).toString('hex') : DIFFERENTIAL_SEED;
const CASES = Number(process.env.DIFFERENTIAL_CASES ?? 1_000);
const QUERIES_A_FEDERATION = 30;

/** Federations that once showed a mistake, as the generators of this day make them. */
const KNOWN = ['k/3', 'k/7', 'k/10', 'k/11', 'k/14', 'k/15', 'k/18', 'p/0/0'];

interface Case {
  readonly name: string;
  readonly failing: Failing;
}

/** How cases are checked, and which subgraph fails meanwhile. */
interface Suite {
  checkOf(tried: Case): Check;
  faultOf?(tried: Case): Fault;
}

const federations = new Map<string, Promise<RunningFederation>>();

/** `count` operations on as many federations as they need. */
async function* casesOf(names: Iterable<string>, count = Number.MAX_SAFE_INTEGER): AsyncIterable<Case> {
  let left = count;
  for (const of of names) {
    if (!federations.has(of)) federations.set(of, federationOf(of));
    const federation = await federations.get(of)!;
    for (let query = 0; query < QUERIES_A_FEDERATION && left > 0; query += 1) {
      const name = `${of}/${query}`;
      yield { name, failing: { federation, asking: queryOf(name, federation) } };
      left -= 1;
    }
    if (left === 0) return;
  }
}

function* namesOf(seed: string): Iterable<string> {
  for (let at = 0; ; at += 1) yield `${seed}/${at}`;
}

/** Checks every case; of the first one that fails, throws what is left of it when all has gone that need not be there. */
async function expectAll(cases: AsyncIterable<Case>, { checkOf, faultOf }: Suite): Promise<number> {
  let first: { tried: Case; wrong: string } | undefined;
  const failed: string[] = [];
  const refused: string[] = [];
  let count = 0;
  for await (const tried of cases) {
    count += 1;
    const wrong = await outcome(checkOf(tried), tried.failing);
    if (wrong === REFUSED && (await stockAnswersRight(tried.failing))) refused.push(tried.name);
    if (!wrong || wrong === REFUSED) continue;
    failed.push(tried.name);
    first ??= { tried, wrong };
  }
  if (!first) {
    expectFewRefused(refused, count);
    return count;
  }
  const check = checkOf(first.tried);
  const kind = kindOf(first.wrong);
  const small = await shrink(first.tried.failing, async (candidate) => {
    return kindOf((await outcome(check, candidate)) ?? '') === kind;
  });
  const head = `${failed.length} of ${count} cases fail, with DIFFERENTIAL_SEED=${SEED}: ${failed.slice(0, 20).join(' ')}`;
  const wrong = (await outcome(check, small)) ?? first.wrong;
  throw new Error(`${head}\n\n${await reportOf(small, wrong, faultOf?.(first.tried))}`);
}

const REFUSED = 'it is refused: the planner would answer it wrongly';

/** An engine that throws is wrong, too. */
function outcome(check: Check, tried: Failing): Promise<string | undefined> {
  return check(tried).catch((error: unknown) => {
    if (isRefusal(error)) return REFUSED;
    return `it throws ${error instanceof Error ? error.stack : error}`;
  });
}

/** What is wrong without the names and numbers that shrinking may change. */
const kindOf = (wrong: string) => wrong.split('\n')[0]!.replaceAll(/\d+/g, '#');

const faultIn = ({ name, failing }: Case) => faultOf(name, failing);

const SUITES: [string, Suite][] = [
  ['a federation answers as one schema of the same data would', { checkOf: () => answersAsTheOracle }],
  ['the order in which subgraphs answer changes nothing', { checkOf: ({ name }) => keepsItsAnswerInAnyOrder(name) }],
  [
    'with one failing subgraph every value given is right, and every value not given has its error',
    { checkOf: (tried) => explainsWhatItLacks(tried.name, faultIn(tried)), faultOf: faultIn },
  ],
  ['what is remembered, in part or wholly, changes nothing', { checkOf: ({ name }) => remembersRight(name) }],
  [
    'nor does it with one failing subgraph',
    { checkOf: (tried) => remembersRightBesideFaults(tried.name, faultIn(tried)), faultOf: faultIn },
  ],
];

describe(`with DIFFERENTIAL_SEED=${SEED}`, () => {
  test.each(SUITES)(
    '%s',
    async (_name, suite) => {
      await expectAll(casesOf(KNOWN), suite);
      expect(await expectAll(casesOf(namesOf(SEED), CASES), suite)).toBe(CASES);
    },
    600_000,
  );
});
