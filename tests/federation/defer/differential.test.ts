import { randomBytes } from 'node:crypto';
import { parse } from 'graphql';
import { federationOf, queryOf, type RunningFederation } from '../differential/case.js';
import { expectFewRefused, isRefusal, stockAnswersRight } from '../differential/checks.js';
import { answering, FAULTS, type Fault } from '../differential/faults.js';
import { faultsOf } from '../differential/judge.js';
import { ownSdl } from '../differential/model.js';
import { createRandom } from '../differential/random.js';
import { deferAtRandom } from './defer-at-random.js';
import { type EngineInParts, startEngineInParts } from './engine-in-parts.js';
import type { Incremental, Whole } from './parts.js';

/** As the other differential test: `DIFFERENTIAL_SEED=… DIFFERENTIAL_CASES=… npx jest defer` repeats, and goes further. */
const { DIFFERENTIAL_SEED = 'lien-thong' } = process.env;
const SEED = DIFFERENTIAL_SEED === 'random' ? randomBytes(4).toString('hex') : DIFFERENTIAL_SEED;
const CASES = Number(process.env.DIFFERENTIAL_CASES ?? 200);
const QUERIES_A_FEDERATION = 20;

interface Case {
  readonly name: string;
  readonly federation: RunningFederation;
  readonly engine: EngineInParts;
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly truth: Record<string, unknown>;
}

const federations = new Map<string, Promise<[RunningFederation, EngineInParts]>>();

async function start(name: string): Promise<[RunningFederation, EngineInParts]> {
  const federation = await federationOf(name);
  return [federation, await startEngineInParts(federation.supergraphSdl)];
}

async function* cases(): AsyncIterable<Case> {
  for (let at = 0; at < CASES; at += 1) {
    const of = `${SEED}/${Math.floor(at / QUERIES_A_FEDERATION)}`;
    if (!federations.has(of)) federations.set(of, start(of));
    const [federation, engine] = await federations.get(of)!;
    const name = `${of}/${at % QUERIES_A_FEDERATION}`;
    const { query, variables } = queryOf(name, federation);
    const document = parse(query);
    const deferred = deferAtRandom(document, createRandom(`${name} deferred`));
    yield { name, federation, engine, query: deferred, variables, truth: federation.oracle.ask(document, variables) };
  }
}

const REFUSED = 'it is refused: the planner would answer it wrongly';

/** Runs each case; fails with the first that is wrong. Returns how many were answered in parts. */
async function expectAll(faultIn: (of: Case) => Fault | undefined): Promise<number> {
  const wrong: string[] = [];
  const refused: string[] = [];
  let inParts = 0;
  for await (const each of cases()) {
    const { name, federation, engine, query, variables, truth } = each;
    const fault = faultIn(each);
    // The order in which the subgraphs answer is of chance, too.
    const { answer, hasStruck } = answering(federation, fault, name);
    const fetches: string[] = [];
    const told = await engine
      .run(query, variables, async (asked) => {
        const text = `${asked.subgraph}: ${asked.query} ${JSON.stringify(asked.variables)}`;
        const answered = await answer(asked).catch((error) => {
          fetches.push(`${text}\n  -> ${error}`);
          throw error;
        });
        fetches.push(`${text}\n  -> ${JSON.stringify(answered)}`);
        return answered;
      })
      .catch((error: unknown) =>
        isRefusal(error) ? REFUSED : `it throws ${error instanceof Error ? error.stack : error}`,
      );
    if (told === REFUSED) {
      if (await stockAnswersRight({ federation, asking: queryOf(name, federation) })) refused.push(name);
      continue;
    }
    const problem = typeof told === 'string' ? told : problemOf(told, truth, hasStruck());
    if (typeof told !== 'string' && told.wasInParts) inParts += 1;
    if (!problem) continue;
    if (wrong.length > 0) {
      wrong.push(`${name}: ${problem}`);
      continue;
    }
    const subgraphs = federation.model.subgraphs.map((subgraph) => `# ${subgraph.name}\n${ownSdl(subgraph)}`);
    const about = [problem, query, JSON.stringify(variables), `right: ${JSON.stringify(truth)}`];
    wrong.push([name, ...about, `given: ${JSON.stringify(told)}`, ...fetches, ...subgraphs].join('\n'));
  }
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${CASES} cases fail\n${wrong.slice(0, 20).join('\n')}`);
  expectFewRefused(refused, CASES);
  return inParts;
}

function problemOf(
  { data, errors, entries, first }: Whole,
  truth: Record<string, unknown>,
  hasStruck: boolean,
): string | undefined {
  // A registry may answer with an entity that it does not find by the key that deferred fields are asked for with.
  const unexpected = hasStruck ? undefined : errors.find(({ extensions }) => extensions?.code !== 'NO_RECORD');
  if (unexpected) return `an error where there is none: ${unexpected.message}`;
  if (entries.some((entry) => entry.data === null && !entry.errors)) return 'a part is null without an error';
  const explained = [...errors, ...[first, ...entries].flatMap(nulledBy)];
  // Parts are put together in the order in which they come.
  const ordered = inOrderOf(data, truth) as Record<string, unknown> | null;
  return faultsOf({ data: ordered, errors: explained }, truth)[0];
}

/** The errors of a part, each where the part is null by it: of what is null there another part may bring something. */
function nulledBy({ path, data, errors = [] }: Incremental): Whole['errors'] {
  return errors.map((error) => {
    const [...at] = path;
    let value = data;
    for (const part of (error.path ?? []).slice(path.length)) {
      if (typeof value !== 'object' || value === null) break;
      at.push(part);
      value = Object.hasOwn(value, part) ? (value as Record<string, unknown>)[part] : undefined;
    }
    return { ...error, path: at };
  });
}

function inOrderOf(given: unknown, right: unknown): unknown {
  if (Array.isArray(given) && Array.isArray(right)) return given.map((item, index) => inOrderOf(item, right[index]));
  if (typeof given !== 'object' || given === null || typeof right !== 'object' || right === null) return given;
  const from = given as Record<string, unknown>;
  const to = right as Record<string, unknown>;
  const names = [...new Set([...Object.keys(to), ...Object.keys(from)])].filter((name) => Object.hasOwn(from, name));
  return Object.fromEntries(names.map((name) => [name, inOrderOf(from[name], to[name])]));
}

/** Without wrong values, which may be keys: a deferred plan asks for more of them, so another answer is then right, too. */
const KINDS = FAULTS.filter((kind) => kind !== 'wrong values');

function faultOf({ name, federation }: Case): Fault {
  const random = createRandom(name);
  return { subgraph: random.pick([...federation.subgraphs.keys()]), kind: random.pick(KINDS), seed: name };
}

describe(`with DIFFERENTIAL_SEED=${SEED}`, () => {
  test('what is deferred at random comes in parts that together are the answer of one schema', async () => {
    expect(await expectAll(() => undefined)).toBeGreaterThan(CASES / 3);
  }, 600_000);

  test('with one failing subgraph every value given is right, and every value not given has its error', async () => {
    await expectAll(faultOf);
  }, 600_000);
});
