import type { FetchExchange, ResponsePath } from '../context.js';
import { isObject, type JsonObject } from '../json-object.js';
import type { AskedEntities, AskedField, AskedRequest, ObjectShape } from './asked.js';
import type { EntityKeys } from './entity-keys.js';
import { nameOfLookUp } from './names-of-changes.js';

/** One object that a request asks for: an entity, or one field of the root. */
export interface Slot {
  /** The name of its entry; absent: it MUST NOT be remembered. */
  readonly name: string | undefined;
  readonly shape: ObjectShape;
  /** What the names of its fields end in, besides: what they were asked for with that is no key (`@requires`). */
  readonly suffix: string;
  /** Where in the answer it stands: empty for a field of the root. */
  readonly at: ResponsePath;
  /** Of an entity, its representation, and the `_entities` that it was asked for with. */
  readonly text?: string;
  readonly part?: AskedEntities;
}

/** The objects that a request asks for. Each field of the root is one of its own, so that each is forgotten by itself. */
export function slotsOf(
  asked: AskedRequest,
  { subgraph, variables, representations }: FetchExchange,
  keys: EntityKeys,
): Slot[] {
  const slots: Slot[] = asked.root.fields.map((field) => ({
    name:
      field.lifetime &&
      short(nameOfLookUp(subgraph, asked.root.type, { field: field.name, args: field.argsOf(variables) })),
    shape: { ...asked.root, fields: [field] },
    suffix: '',
    at: [],
  }));
  for (const part of asked.entities) {
    const texts = representations.find(({ variable }) => variable === part.variable)?.texts ?? [];
    for (const [index, text] of texts.entries()) {
      const object: unknown = JSON.parse(text);
      const at = [part.alias, index];
      if (isObject(object) && typeof object.__typename === 'string') {
        slots.push({ ...entitySlot(object, object.__typename, { part, subgraph, keys }), at, text, part });
      } else slots.push({ name: undefined, shape: NOTHING, suffix: '', at, text, part });
    }
  }
  return slots;
}

/** A name that a client has made long, by the values of its variables, is not worth remembering. */
function short(name: string): string | undefined {
  return name.length <= NAME_LENGTH_MAX ? name : undefined;
}

const NAME_LENGTH_MAX = 2_000;

const NOTHING: ObjectShape = { type: '', isEntity: false, fields: [] };

function entitySlot(
  representation: JsonObject,
  type: string,
  { part, subgraph, keys }: { part: AskedEntities; subgraph: string; keys: EntityKeys },
): Pick<Slot, 'name' | 'shape' | 'suffix'> {
  const shape = part.of(type);
  const named = keys.nameOf(subgraph, type, representation);
  if (!named || shape.fields.length === 0) return { name: undefined, shape, suffix: '' };
  const others = Object.entries(representation).filter(([name]) => name !== '__typename' && !named.key.names.has(name));
  return { name: short(named.name), shape, suffix: others.length === 0 ? '' : ` ${JSON.stringify(others)}` };
}

/** Whether anything of an object may be remembered. */
export function isWorthwhile({ name, shape }: Slot): boolean {
  return name !== undefined && shape.fields.some(({ lifetime }: AskedField) => lifetime !== undefined);
}
