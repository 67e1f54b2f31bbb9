import { isInterfaceType, isNonNullType, isObjectType } from 'graphql';
import { FetchError, type FetchFailure } from '../../../gateway/errors.js';
import type { RunningFederation } from './case.js';
import { nameOf } from './model.js';
import { createRandom, hash, type Random } from './random.js';
import { type Answered, type AnsweredField, type Asked, WRONG } from './subgraph.js';
import { canonical, hasFields } from './world.js';

/** How one subgraph fails. Those of `STEADY` fail the same, however its fetches are merged and whenever they come. */
export const STEADY = ['unreachable', 'errors', 'empty', 'fields'] as const;
export const FAULTS = [...STEADY, 'now and then', 'wrong values'] as const;

export interface Fault {
  readonly subgraph: string;
  readonly kind: (typeof FAULTS)[number];
  readonly seed: string;
}

export interface Answering {
  answer(asked: Asked): Promise<Answered>;
  /** Whether the fault has changed any answer. */
  hasStruck(): boolean;
}

/** The subgraphs of a federation, one of which may fail, each answering when `order` lets it. */
export function answering({ subgraphs, oracle }: RunningFederation, fault?: Fault, order?: string): Answering {
  let struck = false;
  const wait = order === undefined ? () => Promise.resolve() : createTurns(createRandom(order));
  // Whatever stands in its place is a right value of the scalar that holds any JSON.
  const isCertain = ({ type }: AnsweredField) => nameOf(type) !== 'Blob';
  const isNeverNull = ({ parent, name }: AnsweredField) => {
    const type = oracle.schema.getType(parent);
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    return field !== undefined && isNonNullType(field.type);
  };
  const failing = async (asked: Asked, { kind, seed }: Fault): Promise<Answered> => {
    const subgraph = subgraphs.get(asked.subgraph)!;
    const random = createRandom(`${seed} ${asked.query} ${canonical(asked.variables)}`);
    if (kind === 'fields') {
      const fails = (thing: { key: string }, field: string) => {
        const isHit = hash(`${seed} ${thing.key} ${field}`) % 4 === 0;
        struck ||= isHit;
        return isHit;
      };
      return subgraph.answer(asked, { fails });
    }
    if (kind === 'wrong values') {
      const fields: AnsweredField[] = [];
      const honest = await subgraph.answer(asked, { answered: (field) => void fields.push(field) });
      const changed = fields.filter(isCertain).map((field) => ({ ...field, isNeverNull: isNeverNull(field) }));
      if (spoil(honest, changed, random)) struck = true;
      return honest;
    }
    if (kind === 'now and then' && random.chance(0.5)) return subgraph.answer(asked);
    struck = true;
    if (kind === 'errors') return { data: null, errors: [{ message: 'out of order' }] };
    if (kind === 'empty') return { data: null };
    const failures: FetchFailure[] =
      kind === 'unreachable' ? [kind] : ['unreachable', 'timeout', 'refused', 'nonsense'];
    throw new FetchError(random.pick(failures), 'out of order', { subgraph: asked.subgraph });
  };
  return {
    async answer(asked) {
      const isFailing = fault?.subgraph === asked.subgraph;
      const answered = isFailing ? failing(asked, fault) : subgraphs.get(asked.subgraph)!.answer(asked);
      // The wait must not leave a rejection without a handler.
      answered.catch(() => {});
      await wait();
      return answered;
    },
    hasStruck: () => struck,
  };
}

/** Lets those who wait go on one at a time, in an order of chance: who asked last may be the first to be answered. */
function createTurns(random: Random): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const turn = () => {
    const [next] = waiting.splice(random.int(waiting.length), 1);
    next?.();
    if (waiting.length > 0) setImmediate(turn);
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) setImmediate(turn);
    });
}

/** Puts a value that no schema could take for a right one in the place of one of the answer's. Returns whether it did. */
function spoil(
  { data }: Answered,
  fields: readonly (AnsweredField & { isNeverNull: boolean })[],
  random: Random,
): boolean {
  if (fields.length === 0 || random.chance(0.2)) return false;
  const { path, type, isNeverNull } = random.pick(fields);
  let parent: unknown = data;
  for (const part of path.slice(0, -1)) parent = (parent as Record<string | number, unknown> | null)?.[part];
  const name = path.at(-1)!;
  // Under an object that is null for another reason nothing is to be spoilt.
  if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, name)) return false;
  const holder = parent as Record<string | number, unknown>;
  const present = holder[name];
  if (present !== null && random.chance(0.2)) {
    delete holder[name];
    return true;
  }
  if (isNeverNull && random.chance(0.2)) {
    holder[name] = null;
    return true;
  }
  if (hasFields(nameOf(type)) && !type.includes('[') && present !== null && random.chance(0.3)) {
    const object = present as Record<string, unknown>;
    if (Object.hasOwn(object, '__typename')) {
      object.__typename = random.pick(['Nope', 5, null]);
      return true;
    }
  }
  const wrong: readonly unknown[] =
    hasFields(nameOf(type)) && !type.includes('[') ? ['text', 5, [WRONG], true] : [{ wrong: WRONG }];
  Object.defineProperty(holder, name, {
    value: random.pick(wrong),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return true;
}
