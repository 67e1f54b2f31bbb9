import { Draft, type DraftSubgraph, type EntityDraft, KEYS } from './draft.js';
import { addOverrides, addPartial, addProvides, addRequires } from './generate-directives.js';
import { type ArgModel, type FederationModel, type FieldModel, weaken } from './model.js';
import type { Random } from './random.js';

const SCALARS = ['Int', 'Float', 'String', 'Boolean', 'ID', 'Colour', 'Mood', 'Blob'];
const ARGS: ArgModel[] = [
  { name: 'x', type: 'Int' },
  { name: 'n', type: 'Int', default: '3' },
  { name: 's', type: 'String!' },
  { name: 'y', type: 'Colour', default: 'RED' },
  { name: 'z', type: 'Filter' },
  { name: 'w', type: '[Int!]!', default: '[1, 2]' },
  { name: 'm', type: '[Filter!]' },
  { name: 'f', type: 'Float' },
];

/** A schema at random, split at random over two to four subgraphs. Most of them compose. */
export function generateFederation(random: Random): FederationModel {
  const names = Array.from({ length: 2 + random.int(3) }, (_, index) => `s${index}`);
  const draft = new Draft(random, names);
  describeEntities(draft, names);
  describeValues(draft);
  describeAbstract(draft);
  placeEntities(draft);
  addInterfaceFields(draft);
  addFields(draft);
  addSplitValue(draft);
  addInterfaceObject(draft);
  addRoots(draft);
  addOverrides(draft);
  addRequires(draft);
  addProvides(draft);
  addPartial(draft);
  return draft.settle();
}

function describeEntities({ entities, random }: Draft, names: readonly string[]): void {
  const count = 2 + random.int(3);
  for (let index = 0; index < count; index += 1) {
    const hub = random.chance(0.7);
    const keys = hub && random.chance(0.7) ? ['id', ...random.some(KEYS.slice(1), 0)] : random.some(KEYS, 1);
    entities.push({ name: `T${index}`, keys, hub, homes: random.some(names, random.chance(0.8) ? 2 : 1) });
  }
}

function describeValues(draft: Draft): void {
  const { values, random, entities } = draft;
  const count = 1 + random.int(3);
  for (let index = 0; index < count; index += 1) {
    const fields: FieldModel[] = [];
    const named = [...SCALARS, ...Array.from(values.keys()).slice(1)];
    if (random.chance(0.3)) named.push(random.pick(entities).name);
    for (let at = 0; at <= 1 + random.int(3); at += 1) {
      fields.push({ name: `f${at}`, type: wrap(random, random.pick(named)), args: argsAtRandom(random, 0.1) });
    }
    if (random.chance(0.2)) fields.push({ name: 'self', type: random.pick([`V${index}`, `[V${index}]`]) });
    values.set(`V${index}`, [...fields, { name: 'label', type: random.pick(['String', 'String!']) }]);
  }
}

function describeAbstract({ abstract, values, random, entities }: Draft): void {
  const withId = entities.filter(({ hub, keys }) => hub && keys[0] === 'id').map(({ name }) => name);
  const valueNames = [...values.keys()].slice(1);
  // Of the same nullability as the key: the planner adds keys to fetches without a look at what they meet there.
  const id = { name: 'id', type: 'ID!' };
  for (const name of ['N0', 'N1']) {
    if (withId.length > 0 && random.chance(0.6)) {
      abstract.set(name, { name, kind: 'interface', members: random.some(withId, 1), fields: [id] });
    }
  }
  if (valueNames.length > 1 && random.chance(0.6)) {
    const fields = [{ name: 'label', type: 'String' }];
    abstract.set('L0', { name: 'L0', kind: 'interface', members: random.some(valueNames, 2), fields });
  }
  if (random.chance(0.7)) {
    const members = random.some([...entities.map(({ name }) => name), ...valueNames], 2);
    abstract.set('U0', { name: 'U0', kind: 'union', members, fields: [] });
  }
}

function placeEntities(draft: Draft): void {
  for (const { name, keys, hub, homes } of draft.entities) {
    const all = draft.random.pick(homes);
    for (const home of homes) {
      const subgraph = draft.subgraph(home);
      const type = draft.type(subgraph, name);
      const own = hub ? [keys[0]!, ...draft.random.some(keys.slice(1), 0)] : draft.random.some(keys, 1);
      for (const fields of !hub && home === all ? keys : own)
        draft.addKey(subgraph, type, { fields, resolvable: true });
    }
  }
}

/** Fields that the members of an interface share, of which one may be non-null where another is not, each anywhere. */
function addInterfaceFields(draft: Draft): void {
  const { random } = draft;
  for (const { kind, name, members, fields } of draft.abstract.values()) {
    if (kind !== 'interface' || name === 'L0') continue;
    for (let index = 0; index < 1 + random.int(2); index += 1) {
      const strict = wrap(random, random.pick([...SCALARS, ...draft.values.keys(), random.pick(draft.entities).name]));
      const field = { name: `${name.toLowerCase()}${index}`, type: strict, args: argsAtRandom(random, 0.2) };
      fields.push({ ...field, type: weaken(strict, () => true) });
      const meeting = random.pick(draft.subgraphs).name;
      for (const member of members) {
        const { homes } = draft.entities.find((entity) => entity.name === member)!;
        const home = homes.includes(meeting) && random.chance(0.7) ? meeting : random.pick(homes);
        draft.add(draft.subgraph(home), member, { ...field, type: weaken(strict, () => random.chance(0.4)) });
      }
    }
  }
}

function addFields(draft: Draft): void {
  const { random } = draft;
  for (const entity of draft.entities) {
    for (let index = 0; index < 2 + random.int(4); index += 1) {
      const field = {
        name: `f${index}`,
        type: typeAtRandom(draft, 0.55),
        args: argsAtRandom(random, 0.25),
        inaccessible: random.chance(0.05),
      };
      placeField(draft, entity, field);
    }
  }
}

function placeField(draft: Draft, { name, homes }: EntityDraft, field: FieldModel): void {
  const { random } = draft;
  const places = random.some(homes, 1).slice(0, random.chance(0.3) ? 3 : 1);
  const shareable = places.length > 1;
  for (const [index, place] of places.entries()) {
    const type = index === 0 ? field.type : weaken(field.type, () => random.chance(0.4));
    draft.add(draft.subgraph(place), name, { ...field, type, shareable });
  }
}

/** A value type whose fields are split: its one way in is known by both subgraphs. */
function addSplitValue(draft: Draft): void {
  const { random } = draft;
  const entity = random.pick(draft.entities);
  const [one, other] = entity.homes.map((home) => draft.subgraph(home));
  if (!one || !other || !random.chance(0.5)) return;
  const type = wrap(random, 'W0');
  for (const [subgraph, own] of [
    [one, 'a'],
    [other, 'b'],
  ] as const) {
    draft.type(subgraph, 'W0');
    draft.add(subgraph, 'W0', { name: 'c', type: random.pick(['Int', 'Int!']), shareable: true });
    draft.add(subgraph, 'W0', { name: own, type: wrap(random, random.pick(SCALARS)) });
    draft.add(subgraph, entity.name, { name: 'w', type: weaken(type, () => random.chance(0.4)), shareable: true });
  }
}

/** An interface with a key, known whole in one subgraph and as an object in others. */
function addInterfaceObject(draft: Draft): void {
  const { random } = draft;
  if (!random.chance(0.45)) return;
  const [home, ...others] = draft.subgraphs as [DraftSubgraph, ...DraftSubgraph[]];
  const io = draft.type(home, 'Io', 'interface');
  draft.addKey(home, io, { fields: 'id', resolvable: true });
  const shared = { name: 'g', type: wrap(random, random.pick(SCALARS)) };
  io.fields.push({ ...shared, type: weaken(shared.type, () => true) });
  for (const member of ['M0', 'M1']) {
    const type = draft.type(home, member);
    type.implements.push('Io');
    draft.addKey(home, type, { fields: 'id', resolvable: true });
    draft.add(home, member, { ...shared, type: weaken(shared.type, () => random.chance(0.4)) });
    draft.add(home, member, { name: 'f0', type: typeAtRandom(draft, 0.6) });
  }
  for (const [index, subgraph] of others.entries()) {
    if (index === 0 || random.chance(0.4)) {
      const object = draft.type(subgraph, 'Io');
      object.interfaceObject = true;
      draft.addKey(subgraph, object, { fields: 'id', resolvable: true });
      for (let at = 0; at < 1 + random.int(2); at += 1) {
        draft.add(subgraph, 'Io', {
          name: `x${index}${at}`,
          type: typeAtRandom(draft, 0.6, 'Io'),
          args: argsAtRandom(random, 0.2),
        });
      }
    } else if (random.chance(0.5)) {
      const type = draft.type(subgraph, 'M0');
      draft.addKey(subgraph, type, { fields: 'id', resolvable: true });
      draft.add(subgraph, 'M0', { name: `f${index + 1}`, type: typeAtRandom(draft, 0.6, 'M0') });
    }
  }
}

function addRoots(draft: Draft): void {
  const { random, subgraphs } = draft;
  let count = 0;
  for (const subgraph of subgraphs) {
    draft.type(subgraph, 'Query');
    for (let index = 0; index < 1 + random.int(3); index += 1) {
      const special = ['Io', 'M0'].filter((name) => subgraph.types.has(name));
      const named = special.length > 0 && random.chance(0.4) ? random.pick(special) : undefined;
      const type = named ? wrap(random, named) : typeAtRandom(draft, 0.2);
      const field = { name: `q${count}`, type, args: argsAtRandom(random, 0.3) };
      const others = subgraphs.filter((other) => other !== subgraph);
      const also = named === undefined && random.chance(0.25) ? random.pick(others) : undefined;
      draft.add(subgraph, 'Query', { ...field, shareable: also !== undefined });
      if (also) {
        draft.add(also, 'Query', { ...field, type: weaken(type, () => random.chance(0.4)), shareable: true });
      }
      count += 1;
    }
  }
}

/** A type for a field: a scalar with the probability given, else anything with fields. */
function typeAtRandom({ random, values, entities, abstract }: Draft, scalar: number, special?: string): string {
  if (random.chance(scalar)) return wrap(random, random.pick(SCALARS));
  if (special && random.chance(0.4)) return wrap(random, special);
  const kinds = [[...values.keys()], entities.map(({ name }) => name), [...abstract.keys()]];
  return wrap(random, random.pick(random.pick(kinds.filter((kind) => kind.length > 0))));
}

function wrap(random: Random, name: string): string {
  const bang = () => (random.chance(0.35) ? '!' : '');
  let type = `${name}${bang()}`;
  const lists = random.pick([0, 0, 0, 0, 1, 1, 1, 2]);
  for (let level = 0; level < lists; level += 1) type = `[${type}]${bang()}`;
  return type;
}

function argsAtRandom(random: Random, probability: number): ArgModel[] {
  return random.chance(probability) ? [...new Set([random.pick(ARGS), random.pick(ARGS)])] : [];
}
