import { type FieldNode, Kind, type SelectionSetNode, type VariableDefinitionNode, visit } from 'graphql';
import type { FetchExchange, FetchResult, RepresentationList, ResponsePath, SubgraphRequest } from '../context.js';
import { isObject, type JsonObject } from '../json-object.js';
import type { AskedField, AskedRequest } from './asked.js';
import type { Slot } from './slots.js';
import { requestOf } from './subgraph-request.js';

/** An object, and what of it has to be asked for. */
export interface Lack {
  readonly slot: Slot;
  readonly fields: readonly AskedField[];
}

/** What is asked for in the place of a request, and where in the request's answer it belongs. */
export interface Remainder {
  readonly request: SubgraphRequest;
  readonly variables: JsonObject;
  readonly representations: readonly RepresentationList[];
  /** Puts an answer to it in the form of one to the whole request: the objects that were asked for, by where they belong. */
  answersOf(result: FetchResult): Map<Slot, unknown>;
  /** A path in its answer, as it would be in an answer to the whole request; several where it is said of several objects. */
  pathsOf(path: ResponsePath): ResponsePath[];
}

/** Entities of one type of which the same fields are missing. */
interface Group {
  readonly lacks: Lack[];
  readonly alias: string;
  readonly variable: string;
}

/** Requests of remainders that are kept of one request: for each combination of what is missing. */
const KEPT_MAX = 64;
const kept = new WeakMap<AskedRequest, Map<string, Made>>();

interface Made {
  readonly request: SubgraphRequest;
  /** The variables in it that are not representations. */
  readonly used: ReadonlySet<string>;
}

/** Entities lack different fields; beyond so many combinations the request is sent as it is. */
const GROUPS_MAX = 8;

/** The request for what a request lacks, and no more; `undefined`: it is too many different things. */
export function remainderOf(
  asked: AskedRequest,
  exchange: FetchExchange,
  lacks: readonly Lack[],
): Remainder | undefined {
  const root = lacks.filter(({ slot }) => !slot.part);
  const groups = groupsOf(lacks.filter(({ slot }) => slot.part));
  if (groups.length > GROUPS_MAX) return undefined;
  const id = JSON.stringify([
    root.flatMap(({ fields }) => fields.map(({ alias }) => alias)),
    groups.map(({ lacks: [first] }) => {
      const { slot, fields } = first!;
      const isWhole = slot.name === undefined;
      return [slot.part!.alias, slot.shape.type, isWhole || fields.map((each) => each.alias)];
    }),
  ]);
  let requests = kept.get(asked);
  if (!requests) kept.set(asked, (requests = new Map()));
  let made = requests.get(id);
  if (!made) {
    made = madeOf(asked, { root, groups });
    if (requests.size < KEPT_MAX) requests.set(id, made);
  }
  const { request, used } = made;
  return {
    request,
    variables: Object.fromEntries(Object.entries(exchange.variables).filter(([name]) => used.has(name))),
    representations: groups.map(({ lacks, variable }) => ({ variable, texts: lacks.map(({ slot }) => slot.text!) })),
    answersOf(result) {
      const answers = new Map<Slot, unknown>();
      const data = isObject(result.data) ? result.data : {};
      for (const { slot } of root) answers.set(slot, data);
      for (const { alias, lacks } of groups) {
        const entities = data[alias];
        for (const [index, { slot }] of lacks.entries()) {
          answers.set(slot, Array.isArray(entities) && entities.length === lacks.length ? entities[index] : undefined);
        }
      }
      return answers;
    },
    pathsOf(path) {
      const [alias, index, ...rest] = path;
      const group = groups.find((each) => each.alias === alias);
      const lack = group?.lacks[Number(index)];
      if (lack) return [[...lack.slot.at, ...rest]];
      // What is said of no object in particular is said of all that were asked for, but of none that are remembered.
      if (group) return group.lacks.map(({ slot }) => slot.at);
      return alias === undefined ? lacks.flatMap(placesOf) : [path];
    },
  };
}

function placesOf({ slot, fields }: Lack): ResponsePath[] {
  return slot.part ? [slot.at] : fields.map(({ alias }) => [alias]);
}

function groupsOf(lacks: readonly Lack[]): Group[] {
  const by = (keyOf: (lack: Lack) => string) => {
    const groups = new Map<string, Lack[]>();
    for (const lack of lacks) {
      const key = keyOf(lack);
      const group = groups.get(key);
      if (group) group.push(lack);
      else groups.set(key, [lack]);
    }
    return [...groups.values()];
  };
  const place = ({ slot }: Lack) => `${slot.part!.alias}\n${slot.name !== undefined}\n${slot.shape.type}`;
  const groups = by((lack) => [place(lack), ...lack.fields.map(({ alias }) => alias)].join('\n'));
  return groups.map((lacks, index) => ({ lacks, alias: `_entities__${index}`, variable: `representations__${index}` }));
}

function madeOf(
  { operation }: AskedRequest,
  { root, groups }: { root: readonly Lack[]; groups: readonly Group[] },
): Made {
  const fields = root.flatMap((lack) => lack.fields.flatMap(({ nodes }) => nodes));
  const entities = groups.map(entitiesOf);
  const selectionSet = { kind: Kind.SELECTION_SET as const, selections: [...fields, ...entities] };
  const used = new Set<string>();
  visit(selectionSet, { Variable: ({ name }) => void used.add(name.value) });
  for (const { variable } of groups) used.delete(variable);
  const own = groups.map(({ variable }) => representationsOf(variable));
  const others = (operation.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value));
  const request = requestOf({ ...operation, variableDefinitions: [...own, ...others], selectionSet });
  return { request, used };
}

function entitiesOf({ lacks: [first], alias, variable }: Group): FieldNode {
  const { slot, fields } = first!;
  const condition = { kind: Kind.NAMED_TYPE as const, name: { kind: Kind.NAME as const, value: slot.shape.type } };
  const selections = fields.flatMap(({ nodes }) => nodes);
  // Nothing of what can't be remembered is known, so all is asked for as it was.
  const selectionSet: SelectionSetNode =
    slot.name === undefined
      ? slot.part!.selectionSet
      : {
          kind: Kind.SELECTION_SET,
          selections: [
            {
              kind: Kind.INLINE_FRAGMENT,
              typeCondition: condition,
              selectionSet: { kind: Kind.SELECTION_SET, selections },
            },
          ],
        };
  const value = { kind: Kind.VARIABLE as const, name: { kind: Kind.NAME as const, value: variable } };
  const name = { kind: Kind.NAME as const, value: 'representations' };
  return {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: alias },
    name: { kind: Kind.NAME, value: '_entities' },
    arguments: [{ kind: Kind.ARGUMENT, name, value }],
    selectionSet,
  };
}

function representationsOf(variable: string): VariableDefinitionNode {
  const any = { kind: Kind.NAMED_TYPE as const, name: { kind: Kind.NAME as const, value: '_Any' } };
  const items = { kind: Kind.NON_NULL_TYPE as const, type: any };
  return {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } },
    type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.LIST_TYPE, type: items } },
  };
}
