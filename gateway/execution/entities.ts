import type { FetchResult, RepresentationList, ResponsePath, SubgraphRequest } from '../context.js';
import type { CompiledFetch } from './fetches.js';
import { ENTITIES, nameIn, REPRESENTATIONS } from './merged-request.js';
import { isObject, type JsonObject, setOwn } from './paths.js';
import { renamePath } from './rewrites.js';
import { namesAt } from './selections.js';

/** What one fetch of a plan asks for: entities, each once, by the JSON texts of their representations. */
export interface Part {
  readonly fetch: CompiledFetch;
  /** The values of the variables that all fetches of the operation share. */
  readonly variables: JsonObject;
  /** The values of the arguments that come from above the objects. */
  readonly context: JsonObject;
  readonly texts: readonly string[];
  /** The client's paths of the entity at an index of `texts`. */
  pathsOf(index: number): ResponsePath[];
}

/** What was answered to a part, or to some of its texts: of the part's text `own[n]`, the entity `entities[at[n]]`. */
export interface Delivery {
  readonly outcome: Outcome;
  /** The name under which the answer holds the entities. */
  readonly name: string;
  /** Absent when there was no answer, or one that is none. */
  readonly entities?: readonly unknown[];
  /** Whether others get the same entities, which are changed once they are merged: then they MUST be copied before. */
  readonly isCopied: boolean;
  readonly own: readonly number[];
  readonly at: readonly number[];
  /** What else the same answer holds: the names of all entities in it, and how many there are under this name. */
  readonly names: readonly string[];
  readonly size: number;
}

export type Outcome = { readonly result: FetchResult } | { readonly failure: unknown };

/** A request as it leaves the engine. */
export interface Outgoing {
  readonly subgraph: string;
  readonly request: SubgraphRequest;
  readonly variables: JsonObject;
  readonly representations: readonly RepresentationList[];
  /** What of the merged data stands at a path in the response. */
  mergedAt(path: ResponsePath): MergedValues;
}

/** Some values of the merged data. */
export interface MergedValues {
  readonly places: readonly ResponsePath[];
  /** What this fetch asked of the objects there; none for values without fields. The same set for the same. */
  readonly names: ReadonlySet<string>;
}

export interface Sending {
  /** One request for what several fetches of a plan ask. */
  merge(fetches: readonly CompiledFetch[]): SubgraphRequest;
  send(outgoing: Outgoing): Promise<Outcome>;
}

/** All who ask the same of entities of one subgraph at the same moment. */
interface Group {
  readonly fetch: CompiledFetch;
  readonly variables: JsonObject;
  readonly context: JsonObject;
  readonly texts: string[];
  readonly members: { readonly part: Part; readonly slots: readonly Slot[] }[];
  /** Who asked for each of `texts`, as long as no other member comes; found out when somebody wants to know. */
  owners?: readonly Owner[][];
  name: string;
  /** The names of all that is sent together. */
  names: readonly string[];
  readonly answered: Promise<Outcome>;
  answer(outcome: Outcome): void;
}

/** A part, and the index of an entity among its own texts. */
interface Owner {
  readonly part: Part;
  readonly own: number;
}

/** Where an entity is asked for. */
interface Slot {
  readonly group: Group;
  readonly index: number;
}

/** The entities asked for with one selection, by the texts of their representations. `open`: not yet sent. */
interface Asked {
  slots: Map<string, Slot>;
  open: Group | undefined;
}

/**
 * Asks for the entities of one operation. Fetches that become possible at the same moment are sent together, one request a
 * subgraph; an entity that was already asked for with the same selection is not asked for again. None of it changes an answer:
 * each part gets what it would have got alone.
 */
export function createEntityLoader(sending: Sending) {
  const asked = new Map<string, Asked>();
  let waiting: Group[] = [];

  const flush = () => {
    const groups = waiting;
    waiting = [];
    for (const each of asked.values()) {
      // What is changed once it is merged can't be handed out later.
      if (each.open?.fetch.isChanged) each.slots = new Map();
      each.open = undefined;
    }
    const bySubgraph = new Map<string, Group[]>();
    for (const group of groups) {
      const together = bySubgraph.get(group.fetch.subgraph);
      if (together) together.push(group);
      else bySubgraph.set(group.fetch.subgraph, [group]);
    }
    for (const together of bySubgraph.values()) sendTogether(together, sending);
  };
  const open = (part: Part): Group => {
    // After everything that the answer just come has made possible.
    if (waiting.length === 0) process.nextTick(flush);
    const group = groupOf(part);
    waiting.push(group);
    return group;
  };

  return {
    load(part: Part): Promise<Delivery[]> {
      const key = keyOf(part);
      let of = asked.get(key);
      if (!of) asked.set(key, (of = { slots: new Map(), open: undefined }));
      const slots: Slot[] = [];
      for (const text of part.texts) {
        let slot = of.slots.get(text);
        if (!slot) {
          const group = (of.open ??= open(part));
          of.slots.set(text, (slot = { group, index: group.texts.push(text) - 1 }));
        }
        slots.push(slot);
      }
      const member = { part, slots };
      const groups = new Set(slots.map(({ group }) => group));
      const deliveries = [...groups].map((group) => {
        group.members.push(member);
        group.owners = undefined;
        return group.answered.then((outcome) => deliver(outcome, group, member));
      });
      return deliveries.length === 1 ? deliveries[0]!.then((delivery) => [delivery]) : Promise.all(deliveries);
    },
    /** A mutation may have changed what was asked for before it. */
    forget(): void {
      asked.clear();
    },
  };
}

function keyOf({ fetch, context }: Part): string {
  const arguments_ = fetch.context.length === 0 ? '' : JSON.stringify(context);
  return `${fetch.subgraph}\n${fetch.body}\n${arguments_}`;
}

function groupOf({ fetch, variables, context }: Part): Group {
  let answer: Group['answer'] = () => {};
  const answered = new Promise<Outcome>((resolve) => {
    answer = resolve;
  });
  return { fetch, variables, context, texts: [], members: [], name: ENTITIES, names: [], answered, answer };
}

function sendTogether(groups: readonly Group[], { merge, send }: Sending): void {
  const [first] = groups;
  if (!first) return;
  const isAlone = groups.length === 1;
  const own = (index: number, name: string) => (isAlone ? name : nameIn(index, name));
  const variables: JsonObject = {};
  const representations: RepresentationList[] = [];
  for (const [index, group] of groups.entries()) {
    group.name = own(index, ENTITIES);
    group.names = groups.map((_, each) => own(each, ENTITIES));
    representations.push({ variable: own(index, REPRESENTATIONS), texts: group.texts });
    for (const [name, value] of Object.entries(group.variables)) setOwn(variables, name, value);
    for (const [name, value] of Object.entries(group.context)) setOwn(variables, own(index, name), value);
  }
  const { subgraph } = first.fetch;
  const request = isAlone ? first.fetch.request : merge(groups.map(({ fetch }) => fetch));
  const outgoing: Outgoing = {
    subgraph,
    request,
    variables,
    representations,
    mergedAt(path) {
      const group = groups.find(({ name }) => name === path[0]);
      return group ? mergedWithin(group, Number(path[1]), path.slice(2)) : { places: [], names: new Set() };
    },
  };
  void send(outgoing).then((outcome) => {
    for (const { answer } of groups) answer(outcome);
  });
}

/** What stands at a path within an entity of a group: at every place of every part that asked for it. */
function mergedWithin(group: Group, index: number, rest: ResponsePath): MergedValues {
  const { fetch } = group;
  const below = renamePath(fetch.outputRewrites, rest);
  const places: ResponsePath[] = [];
  for (const { part, own } of ownersOf(group)[index] ?? []) {
    for (const at of part.pathsOf(own)) places.push(below.length === 0 ? at : [...at, ...below]);
  }
  return { places, names: namesAt(fetch, below) };
}

function ownersOf(group: Group): readonly Owner[][] {
  if (group.owners) return group.owners;
  const owners: Owner[][] = group.texts.map(() => []);
  for (const { part, slots } of group.members) {
    for (const [own, slot] of slots.entries()) if (slot.group === group) owners[slot.index]!.push({ part, own });
  }
  group.owners = owners;
  return owners;
}

function deliver(outcome: Outcome, group: Group, member: Group['members'][number]): Delivery {
  const own: number[] = [];
  const at: number[] = [];
  for (const [index, slot] of member.slots.entries()) {
    if (slot.group !== group) continue;
    own.push(index);
    at.push(slot.index);
  }
  const { name, names, texts } = group;
  const isShared = 'result' in outcome && outcome.result.isShared === true;
  const isCopied = isShared || (group.fetch.isChanged && group.members[0] !== member);
  const delivery = { outcome, name, names, size: texts.length, own, at, isCopied };
  const data = 'result' in outcome ? outcome.result.data : undefined;
  const entities = isObject(data) ? data[name] : undefined;
  return Array.isArray(entities) && entities.length === texts.length ? { ...delivery, entities } : delivery;
}
