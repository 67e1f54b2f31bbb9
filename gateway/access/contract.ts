import {
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isObjectType,
  Kind,
  parse,
  print,
  printSchema,
  visit,
} from 'graphql';
import type { LoadedSchema } from '../context.js';
import type { Grant } from './grant.js';
import type { GrantNode } from './grant-tree.js';
import { judge, type Place } from './judge.js';
import { readRequirements } from './requirements.js';
import type { FormReads } from './standing.js';
import { standingOf } from './standing.js';

/** For whom a contract is made. */
export interface ContractFor {
  readonly department: string;
  readonly scopes: readonly string[];
  readonly day: string;
  /** The procedures that the department may ask for; what any of them lets be read stands in the contract. */
  readonly procedures: readonly string[];
}

/**
 * The schema as the system of a department may see it, for any of its purposes: what it can never read is not there, so that code
 * generated from it cannot ask for it. What a field's place decides (whom it is read of, and by which way) the gateway decides when
 * it is asked.
 */
export function contractOf(
  schema: LoadedSchema,
  { department, scopes, day, procedures }: ContractFor,
  { grants, formReads }: { grants: readonly Grant[]; formReads: FormReads },
): string {
  const requirements = readRequirements(schema);
  const seen = new Seen(schema.api);
  for (const procedure of procedures) {
    const caller = { subject: '', role: 'department-system', department, scopes } as const;
    const identity = { caller, purpose: { procedure }, callerClass: '', untilMs: Number.POSITIVE_INFINITY };
    const standing = standingOf({ identity, day }, { grants, formReads, schema: schema.api });
    const { ofParties, ofDossier } = standing;
    const ofEither: GrantNode = { rule: '', children: (_type, field) => (field === 'dossier' ? ofDossier : []) };
    const place = { nodes: [...ofParties, ofEither], isGoverned: false };
    seen.walk(schema.api.getQueryType()!, place, (at) => judge(at, { requirements, standing }));
  }
  return seen.print();
}

type Judge = (at: Parameters<typeof judge>[0]) => ReturnType<typeof judge>;

/** What may be read by any way, as `Type.field`. */
class Seen {
  private readonly fields = new Set<string>();
  private readonly types = new Set<string>();
  private readonly walked = new Set<string>();
  private readonly ids = new Map<GrantNode, number>();

  constructor(private readonly api: GraphQLSchema) {}

  /** Follows what may be read from an object on; from the same type under the same rules only once. */
  walk(type: GraphQLObjectType, place: Place, may: Judge): void {
    const key = `${type.name} ${place.isGoverned} ${place.nodes.map((node) => this.idOf(node)).join(' ')}`;
    if (this.walked.has(key)) return;
    this.walked.add(key);
    this.types.add(type.name);
    for (const field of Object.values(type.getFields())) {
      const verdict = may({ type, field, place });
      if (!verdict.may) continue;
      this.fields.add(`${type.name}.${field.name}`);
      const named = getNamedType(field.type);
      this.types.add(named.name);
      for (const arg of field.args) this.types.add(getNamedType(arg.type).name);
      const objects = isAbstractType(named) ? this.api.getPossibleTypes(named) : isObjectType(named) ? [named] : [];
      for (const object of objects) this.walk(object, verdict.below, may);
    }
  }

  private idOf(node: GrantNode): number {
    let id = this.ids.get(node);
    if (id === undefined) this.ids.set(node, (id = this.ids.size));
    return id;
  }

  print(): string {
    const { fields: keptFields } = this;
    this.addInputs();
    const document = visit(parse(printSchema(this.api)), {
      enter: (node) => {
        switch (node.kind) {
          case Kind.OBJECT_TYPE_DEFINITION: {
            if (!this.types.has(node.name.value)) return null;
            const fields = node.fields?.filter((field) => keptFields.has(`${node.name.value}.${field.name.value}`));
            const interfaces = node.interfaces?.filter(({ name }) => this.types.has(name.value));
            return fields?.length ? { ...node, fields, interfaces } : null;
          }
          case Kind.INTERFACE_TYPE_DEFINITION: {
            if (!this.types.has(node.name.value)) return null;
            const objects = this.api.getPossibleTypes(this.api.getType(node.name.value) as never);
            const everywhere = node.fields?.filter((field) =>
              objects.every(({ name }) => keptFields.has(`${name}.${field.name.value}`)),
            );
            return everywhere?.length ? { ...node, fields: everywhere } : null;
          }
          case Kind.UNION_TYPE_DEFINITION:
          case Kind.ENUM_TYPE_DEFINITION:
          case Kind.SCALAR_TYPE_DEFINITION:
          case Kind.INPUT_OBJECT_TYPE_DEFINITION:
            return this.types.has(node.name.value) ? undefined : null;
          default:
            return undefined;
        }
      },
    });
    return `${print(document)}\n`;
  }

  /** What input types are made of. */
  private addInputs(): void {
    for (const name of this.types) {
      const type = this.api.getType(name);
      if (!isInputObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) this.types.add(getNamedType(field.type).name);
    }
  }
}
