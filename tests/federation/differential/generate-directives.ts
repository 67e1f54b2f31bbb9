import type { Draft, DraftField, DraftSubgraph, DraftType, EntityDraft } from './draft.js';
import { type ArgModel, type FieldModel, nameOf } from './model.js';
import type { Random } from './random.js';

interface Placed {
  readonly subgraph: DraftSubgraph;
  readonly type: DraftType;
  readonly field: DraftField;
}

const isKey = (name: string) => ['id', 'sku', 'org', 'num'].includes(name);

/** Every place of an entity's own fields, keys left out. */
function placesOf(draft: Draft, { name }: EntityDraft): Placed[] {
  return draft.subgraphs.flatMap((subgraph) => {
    const type = subgraph.types.get(name);
    return (type?.fields ?? [])
      .filter((field) => !isKey(field.name))
      .map((field) => ({ subgraph, type: type!, field }));
  });
}

/** The fields that one subgraph alone has, by name. */
function exclusive(placed: readonly Placed[]): Placed[] {
  return placed.filter(({ field }) => placed.filter((other) => other.field.name === field.name).length === 1);
}

const homesOf = (draft: Draft, { name, homes }: EntityDraft) =>
  homes.map((home) => draft.subgraph(home)).filter(({ types }) => types.has(name));

/** Fields that moved to another subgraph, while the old one still has them. */
export function addOverrides(draft: Draft): void {
  const { random } = draft;
  for (const entity of draft.entities) {
    const movable = exclusive(placesOf(draft, entity)).filter(
      ({ field }) => /^f/.test(field.name) && !field.inaccessible,
    );
    if (movable.length === 0 || !random.chance(0.25)) continue;
    const { subgraph, field } = random.pick(movable);
    const targets = homesOf(draft, entity).filter((home) => home !== subgraph);
    if (targets.length === 0) continue;
    draft.add(random.pick(targets), entity.name, { ...field, override: subgraph.name });
  }
}

/** Fields that are made of what other subgraphs know: scalars, parts of value types, keys and fields of other entities. */
export function addRequires(draft: Draft): void {
  const { random } = draft;
  for (const entity of draft.entities) {
    for (const subgraph of homesOf(draft, entity)) {
      if (!random.chance(0.5)) continue;
      const sets: string[] = [];
      for (let index = 0; index < 1 + random.int(2); index += 1) {
        const set = requirement(draft, { entity, subgraph });
        if (set && !sets.some((other) => other.split(/\W/)[0] === set.split(/\W/)[0])) sets.push(set);
      }
      if (sets.length === 0) continue;
      const type = random.pick(['Int', 'String!', '[String]', 'Blob', entity.name, ...draft.values.keys()]);
      const args = random.chance(0.2) ? [{ name: 'x', type: 'Int' }] : [];
      const name = `r${subgraph.name}`;
      draft.add(subgraph, entity.name, { name, type, args, requires: sets.join(' ') });
    }
  }
}

function requirement(
  draft: Draft,
  { entity, subgraph }: { entity: EntityDraft; subgraph: DraftSubgraph },
): string | undefined {
  const { random } = draft;
  const own = subgraph.types.get(entity.name)!;
  const known = (name: string) => own.fields.find((field) => field.name === name);
  const candidates = placesOf(draft, entity).filter(({ subgraph: other, field }) => {
    const mine = known(field.name);
    return (
      other !== subgraph &&
      !field.external &&
      !field.override &&
      !isOverridden(draft, entity, field) &&
      (!mine || mine.external)
    );
  });
  if (candidates.length === 0) return undefined;
  const { field } = random.pick(candidates);
  const args = argsOfSet(random, field.args ?? []);
  const below = args === undefined ? undefined : selectionOf(draft, subgraph, { type: field.type, depth: 2 });
  if (args === undefined || below === undefined) return undefined;
  if (!known(field.name)) draft.add(subgraph, entity.name, external(field));
  return `${field.name}${args}${below}`;
}

function isOverridden(draft: Draft, entity: EntityDraft, { name }: FieldModel): boolean {
  return placesOf(draft, entity).some(({ field }) => field.name === name && field.override !== undefined);
}

function external({ name, type, args }: FieldModel): FieldModel {
  return { name, type, args, external: true };
}

/** Arguments within a field set; `undefined` when the field has some that a field set of ours does not write. */
function argsOfSet(random: Random, args: readonly ArgModel[]): string | undefined {
  const values: Record<string, string> = { Int: '7', Float: '2.5', Colour: 'BLUE' };
  const given = args.flatMap(({ name, type }) =>
    values[type] && random.chance(0.5) ? [`${name}: ${values[type]}`] : [],
  );
  const isSimple = args.every(({ type, default: preset }) => values[type] || (!type.endsWith('!') && !preset));
  if (!isSimple) return undefined;
  return given.length > 0 ? `(${given.join(', ')})` : '';
}

/** What to select below a field in a field set; `undefined` when there is nothing that the subgraph could name. */
function selectionOf(
  draft: Draft,
  subgraph: DraftSubgraph,
  { type, depth }: { type: string; depth: number },
): string | undefined {
  const { random, values, entities } = draft;
  const name = nameOf(type);
  const fields = values.get(name);
  const entity = entities.find((candidate) => candidate.name === name);
  if (fields) {
    if (depth === 0) return undefined;
    const parts = random.some(fields, 1).flatMap((field) => {
      if (field.args?.length) return [];
      const below = selectionOf(draft, subgraph, { type: field.type, depth: depth - 1 });
      return below === undefined ? [] : [`${field.name}${below}`];
    });
    return parts.length > 0 ? ` { ${parts.join(' ')} }` : undefined;
  }
  if (entity) {
    draft.ensure(subgraph, name);
    const key = subgraph.types.get(name)!.keys[0]!.fields;
    const more = random.chance(0.5) ? externalScalar(draft, { entity, subgraph }) : undefined;
    return ` { ${key}${more ? ` ${more}` : ''} }`;
  }
  return draft.abstract.has(name) || ['W0', 'Io', 'M0', 'M1'].includes(name) ? undefined : '';
}

/** A plain field of an entity that the subgraph does not have itself, declared external there. */
function externalScalar(
  draft: Draft,
  { entity, subgraph }: { entity: EntityDraft; subgraph: DraftSubgraph },
): string | undefined {
  const own = subgraph.types.get(entity.name);
  const isKnown = (name: string) => own?.fields.some((field) => field.name === name && !field.external);
  const plain = placesOf(draft, entity).filter(({ subgraph: other, field }) => {
    const isPlain = /^(Int|Float|String|Boolean|ID|Colour|Mood|Blob)$/.test(nameOf(field.type));
    const isOwn = !field.external && !field.override && !field.requires && !isOverridden(draft, entity, field);
    return other !== subgraph && isPlain && isOwn && !field.args?.length && !isKnown(field.name);
  });
  if (plain.length === 0) return undefined;
  const { field } = draft.random.pick(plain);
  if (!own?.fields.some(({ name }) => name === field.name)) draft.add(subgraph, entity.name, external(field));
  return field.name;
}

/** Places at which a subgraph knows a field of an entity that it does not know in general. */
export function addProvides(draft: Draft): void {
  const { random } = draft;
  for (const subgraph of draft.subgraphs) {
    for (const type of [...subgraph.types.values()]) {
      if (type.kind === 'interface' || draft.values.has(type.name)) continue;
      for (const field of [...type.fields]) {
        const entity = draft.entities.find(({ name }) => name === nameOf(field.type));
        if (!entity || field.external || !random.chance(0.35)) continue;
        const provided = externalScalar(draft, { entity, subgraph });
        if (!provided) continue;
        field.provides = provided;
        // What is provided elsewhere has more than one to resolve it.
        for (const { field: own } of placesOf(draft, entity))
          if (own.name === provided && !own.external) own.shareable = true;
      }
    }
  }
}

/**
 * Subgraphs that have no record of some entities: the fields that they alone have are null there. Keys may not be null, so such a
 * subgraph knows none but the one that all know.
 */
export function addPartial(draft: Draft): void {
  for (const entity of draft.entities) {
    if (!entity.hub || !draft.random.chance(0.3)) continue;
    const placed = placesOf(draft, entity);
    const alone = new Set(exclusive(placed));
    const suited = homesOf(draft, entity).filter((subgraph) => {
      const own = placed.filter((place) => place.subgraph === subgraph);
      return (
        own.length > 0 &&
        own.every((place) => alone.has(place) && /^f/.test(place.field.name)) &&
        subgraph.types.get(entity.name)!.keys.every(({ fields }) => fields === entity.keys[0])
      );
    });
    if (suited.length === 0) continue;
    const subgraph = draft.random.pick(suited);
    subgraph.types.get(entity.name)!.partial = true;
    for (const { field } of placed.filter((place) => place.subgraph === subgraph))
      field.type = field.type.replace(/!$/, '');
  }
}
