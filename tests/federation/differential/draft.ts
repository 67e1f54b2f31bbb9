import type { ArgModel, FederationModel, FieldModel, SubgraphModel } from './model.js';
import type { Random } from './random.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type DraftField = Mutable<FieldModel>;

export interface DraftType {
  kind: 'type' | 'interface';
  name: string;
  keys: { fields: string; resolvable: boolean }[];
  implements: string[];
  interfaceObject?: boolean;
  partial?: boolean;
  fields: DraftField[];
}

export interface DraftSubgraph {
  name: string;
  types: Map<string, DraftType>;
  /** Interfaces and unions that fields of the subgraph name; what they hold is settled when all types are placed. */
  abstract: Set<string>;
  moods: string[];
}

/** What the whole federation knows of an entity, before it is split. */
export interface EntityDraft {
  name: string;
  /** Each subgraph that knows it has the first one, or else some subgraph has them all. */
  keys: string[];
  /** Whether all subgraphs that know it share the first key. */
  hub: boolean;
  /** The subgraphs that contribute to it. */
  homes: string[];
}

export interface AbstractDraft {
  name: string;
  kind: 'interface' | 'union';
  members: string[];
  /** The fields that an interface shows where all its members in a subgraph have them, every `!` left out. */
  fields: { name: string; type: string; args?: readonly ArgModel[] }[];
}

/** The fields by which a key is told: `org { code } num` rests on two of them. */
const KEY_FIELDS: Record<string, FieldModel[]> = {
  id: [{ name: 'id', type: 'ID!' }],
  sku: [{ name: 'sku', type: 'String!' }],
  'org { code } num': [
    { name: 'org', type: 'Org!' },
    { name: 'num', type: 'Int!' },
  ],
};
export const KEYS = Object.keys(KEY_FIELDS);

/** A federation in the making: places types and fields in subgraphs and brings along whatever they name. */
export class Draft {
  readonly subgraphs: DraftSubgraph[];
  readonly entities: EntityDraft[] = [];
  readonly abstract = new Map<string, AbstractDraft>();
  /** Types without a key. Each stands whole, and shareable, wherever it is named. */
  readonly values = new Map<string, FieldModel[]>([['Org', [{ name: 'code', type: 'String!' }]]]);

  constructor(
    readonly random: Random,
    names: readonly string[],
  ) {
    this.subgraphs = names.map((name) => ({
      name,
      types: new Map(),
      abstract: new Set(),
      moods: ['CALM', ...random.some(['GLAD', 'SAD', 'WILD'], 0)],
    }));
  }

  subgraph(name: string): DraftSubgraph {
    const found = this.subgraphs.find((subgraph) => subgraph.name === name);
    if (!found) throw new Error(`no subgraph is called ${name}`);
    return found;
  }

  type(subgraph: DraftSubgraph, name: string, kind: 'type' | 'interface' = 'type'): DraftType {
    let type = subgraph.types.get(name);
    if (!type) subgraph.types.set(name, (type = { kind, name, keys: [], implements: [], fields: [] }));
    return type;
  }

  addKey(
    subgraph: DraftSubgraph,
    type: DraftType,
    { fields, resolvable }: { fields: string; resolvable: boolean },
  ): void {
    if (type.keys.some((key) => key.fields === fields)) return;
    type.keys.push({ fields, resolvable });
    for (const field of KEY_FIELDS[fields] ?? []) {
      if (type.fields.some(({ name }) => name === field.name)) continue;
      type.fields.push({ ...field });
      this.ensure(subgraph, field.type);
    }
  }

  /** Adds a field to a type of a subgraph, with all that its type names. */
  add(subgraph: DraftSubgraph, typeName: string, field: FieldModel): DraftField {
    const type = this.type(subgraph, typeName);
    const added = { ...field };
    type.fields.push(added);
    this.ensure(subgraph, field.type);
    return added;
  }

  /** Makes a subgraph know the type: a value type whole, an entity by a key, an interface or union by some member. */
  ensure(subgraph: DraftSubgraph, type: string): void {
    const name = type.replace(/[[\]!]/g, '');
    if (subgraph.types.has(name) || subgraph.abstract.has(name)) return;
    const fields = this.values.get(name);
    const entity = this.entities.find((candidate) => candidate.name === name);
    const abstract = this.abstract.get(name);
    if (fields) {
      const value = this.type(subgraph, name);
      for (const field of fields) this.add(subgraph, name, { ...field, shareable: true });
      if (value.fields.length === 0) throw new Error(`${name} is empty`);
    } else if (entity) {
      const stub = this.type(subgraph, name);
      const fields = entity.hub ? entity.keys[0]! : this.random.pick(entity.keys);
      this.addKey(subgraph, stub, { fields, resolvable: this.random.chance(0.3) });
    } else if (abstract) {
      subgraph.abstract.add(name);
      for (const member of this.random.some(abstract.members, 1)) this.ensure(subgraph, member);
    }
  }

  /** The federation as it stands: interfaces show what all their members in a subgraph have. */
  settle(): FederationModel {
    return {
      subgraphs: this.subgraphs.map((subgraph): SubgraphModel => {
        const unions = [];
        for (const name of subgraph.abstract) {
          const { kind, members, fields } = this.abstract.get(name)!;
          const present = members.filter((member) => subgraph.types.has(member));
          if (kind === 'union') unions.push({ name, members: present });
          else this.settleInterface(subgraph, { name, present, fields });
        }
        const types = [...subgraph.types.values()].filter(({ fields }) => fields.length > 0);
        return { name: subgraph.name, moods: subgraph.moods, unions, types };
      }),
    };
  }

  private settleInterface(
    subgraph: DraftSubgraph,
    { name, present, fields }: { name: string; present: string[]; fields: AbstractDraft['fields'] },
  ): void {
    const types = present.map((member) => subgraph.types.get(member)!);
    const shown = fields.filter((field) =>
      types.every((type) => type.fields.some((own) => own.name === field.name && !own.external && !own.inaccessible)),
    );
    const type = this.type(subgraph, name, 'interface');
    for (const field of shown) if (!type.fields.some((own) => own.name === field.name)) type.fields.push({ ...field });
    for (const member of types) if (!member.implements.includes(name)) member.implements.push(name);
  }
}
