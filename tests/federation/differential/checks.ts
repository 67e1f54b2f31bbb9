import { parse, print, visit } from 'graphql';
import { GatewayError } from '../../../gateway/errors.js';
import { answering, FAULTS, type Fault, STEADY } from './faults.js';
import { faultsOf, textOf } from './judge.js';
import { ownSdl } from './model.js';
import { createRandom } from './random.js';
import type { EngineAnswer } from './run-engine.js';
import type { Failing } from './shrink.js';
import { startStock } from './stock.js';
import type { Asked } from './subgraph.js';

/** What is wrong with the engine's answer; `undefined` when nothing is. The first line tells one mistake from another. */
export type Check = (tried: Failing) => Promise<string | undefined>;

const truthOf = ({ federation, asking }: Failing) => federation.oracle.ask(parse(asking.query), asking.variables);

async function ask({ federation, asking }: Failing, fault?: Fault, order?: string) {
  const { answer, hasStruck } = answering(federation, fault, order);
  const given = await federation.engine.run(asking.query, asking.variables, answer);
  return { given, hasStruck: hasStruck() };
}

/** The oracle's data to the byte, and no error. */
function difference(given: EngineAnswer, truth: Record<string, unknown>): string | undefined {
  if (given.errors?.length)
    return `an error where there is none: ${given.errors[0]!.message}\n${JSON.stringify(given)}`;
  return JSON.stringify(given.data) === JSON.stringify(truth) ? undefined : `other data\n${JSON.stringify(given)}`;
}

/** Whether the engine says that it cannot answer right, or the planner, which is not ours, fails at the operation. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof GatewayError) return error.code === 'OPERATION_CANNOT_BE_PLANNED';
  const [...lines] = (error instanceof Error ? error.stack! : '').split('\n    at ', 4);
  return lines.some((line) => line.includes('@apollo/query-planner'));
}

/**
 * Of so many operations one may be refused though the stock gateway answers it right, which it does by chance where nothing is
 * there that could be computed wrongly: an empty list, a null. More would mean that what could be answered is refused.
 */
const CASES_A_REFUSAL_MIN = 200;

export function expectFewRefused(names: readonly string[], count: number): void {
  if (names.length > Math.ceil(count / CASES_A_REFUSAL_MIN)) throw new Error(`refused without need: ${names}`);
}

/**
 * Whether the stock gateway answers right, with all subgraphs well. That an operation is refused is no mistake if it does not; if
 * it does, that may be chance.
 */
export async function stockAnswersRight(tried: Failing): Promise<boolean> {
  const { federation, asking } = tried;
  const stock = await startStock(federation.supergraphSdl);
  const { data, errors } = await stock.run(asking.query, asking.variables, answering(federation).answer);
  await stock.stop();
  return difference({ data, errors }, truthOf(tried)) === undefined;
}

/** All subgraphs answer at once. */
export const answersAsTheOracle: Check = async (tried) => difference((await ask(tried)).given, truthOf(tried));

/** All subgraphs answer, in one order and in another. */
export const keepsItsAnswerInAnyOrder =
  (seed: string): Check =>
  async (tried) => {
    for (const order of ['one', 'other']) {
      const wrong = difference((await ask(tried, undefined, `${seed} ${order}`)).given, truthOf(tried));
      if (wrong) return wrong;
    }
    return undefined;
  };

export function faultOf(seed: string, { federation }: Failing): Fault {
  const random = createRandom(seed);
  return { subgraph: random.pick([...federation.subgraphs.keys()]), kind: random.pick(FAULTS), seed };
}

/**
 * Half of what is asked for is remembered already; then the whole is asked for, and once more. A half that the planner refuses
 * is no half.
 */
export const remembersRight =
  (seed: string): Check =>
  async (tried) => {
    await rememberHalf(tried, seed);
    for (const time of ['in part', 'wholly']) {
      const wrong = difference((await ask(remembering(tried))).given, truthOf(tried));
      if (wrong) return `remembered ${time}: ${wrong}`;
    }
    return undefined;
  };

/** Half of what is asked for is remembered when a subgraph fails. */
export const remembersRightBesideFaults =
  (seed: string, fault: Fault): Check =>
  async (tried) => {
    await rememberHalf(tried, seed);
    const truth = truthOf(tried);
    const { given, hasStruck } = await ask(remembering(tried), fault, `${seed} one`);
    if (!hasStruck) return difference(given, truth);
    const [wrong] = faultsOf(given, truth);
    if (wrong) return `${wrong.replace(/ (at|instead).*/, '')}, ${fault.kind}\n${wrong}\n${JSON.stringify(given)}`;
    // Of what was an error nothing may be left.
    return fault.kind === 'wrong values' ? undefined : difference((await ask(remembering(tried))).given, truth);
  };

const remembering = ({ federation, asking }: Failing): Failing => {
  return { federation: { ...federation, engine: federation.remembering }, asking };
};

async function rememberHalf(tried: Failing, seed: string): Promise<void> {
  const { federation, asking } = tried;
  federation.remembering.forget();
  const half = { ...asking, query: halfOf(asking.query, createRandom(`half of ${seed}`)) };
  await ask(remembering({ federation, asking: half })).catch((error) => {
    if (!isRefusal(error)) throw error;
  });
}

/** An operation without some of its fields. */
function halfOf(query: string, random: ReturnType<typeof createRandom>): string {
  return print(
    visit(parse(query), {
      SelectionSet(node) {
        const left = node.selections.filter(() => random.chance(0.5));
        return { ...node, selections: left.length > 0 ? left : node.selections.slice(0, 1) };
      },
    }),
  );
}

/** One subgraph fails: what is given is right, what is not is explained, and the order of the answers changes neither. */
export const explainsWhatItLacks =
  (seed: string, fault: Fault): Check =>
  async (tried) => {
    const truth = truthOf(tried);
    const one = await ask(tried, fault, `${seed} one`);
    if (!one.hasStruck) return difference(one.given, truth);
    const [wrong] = faultsOf(one.given, truth);
    const about = `${fault.subgraph} fails: ${fault.kind}`;
    if (wrong) return `${wrong.replace(/ (at|instead).*/, '')}, ${about}\n${wrong}\n${JSON.stringify(one.given)}`;
    if (!STEADY.some((kind) => kind === fault.kind)) return undefined;
    const other = await ask(tried, fault, `${seed} other`);
    if (textOf(one.given) === textOf(other.given)) return undefined;
    return `another order of answers, another answer, ${about}\n${textOf(one.given)}\n\n${textOf(other.given)}`;
  };

/** A failing case as one reads it: the subgraphs, the operation, what is right and what is wrong, and how that came about. */
export async function reportOf(failing: Failing, wrong: string, fault?: Fault): Promise<string> {
  const { federation, asking } = failing;
  const subgraphs = federation.model.subgraphs.map((subgraph) => `# ${subgraph.name}\n${ownSdl(subgraph)}`);
  const { answer } = answering(federation, fault);
  const fetches: string[] = [];
  const noted = async (asked: Asked) => {
    const text = `${asked.subgraph}: ${asked.query.replaceAll(/\s+/g, ' ')} ${JSON.stringify(asked.variables)}`;
    const answered = await answer(asked).catch((error: unknown) => {
      fetches.push(`${text}\n  -> ${error}`);
      throw error;
    });
    fetches.push(`${text}\n  -> ${JSON.stringify(answered)}`);
    return answered;
  };
  await federation.engine.run(asking.query, asking.variables, noted).catch((error) => fetches.push(String(error)));
  const stock = await startStock(federation.supergraphSdl);
  const theirs = await stock.run(asking.query, asking.variables, answer);
  await stock.stop();
  return [
    ...subgraphs,
    `${asking.query}\n# with ${JSON.stringify(asking.variables)}`,
    `right: ${JSON.stringify(truthOf(failing))}`,
    `wrong: ${wrong}`,
    ...fetches,
    `the stock gateway: ${JSON.stringify(theirs)}`,
  ].join('\n\n');
}
