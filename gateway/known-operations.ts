import { createHash } from 'node:crypto';
import {
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Limits } from './config.js';
import type { LoadedSchema } from './context.js';
import type { GraphqlRequest } from './graphql-request.js';
import { servedSchema } from './served-schema.js';

/** An operation that passed validation on its schema. There is one object for each schema, text and name. */
export interface KnownOperation {
  readonly schema: LoadedSchema;
  readonly text: string;
  /** The same object for all operations of one text: every cache of compiled things is keyed by it. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** One text that passed validation on a schema. */
export interface KnownText {
  readonly text: string;
  /** SHA-256 of the text, hexadecimal. */
  readonly hash: string;
  /** The operation of this name; without one, the only operation. Absent: GraphQL has no answer to which is meant. */
  operation(name: string | undefined): KnownOperation | undefined;
}

/** A registered operation: a text of the operators' own, and the ids under which a client may ask for it. */
export interface RegisteredText extends Registration {
  readonly text: string;
  readonly document: DocumentNode;
  /** Beside `sha256:` and the text's hash, which is one of every text. */
  readonly ids: readonly { readonly id: string; readonly operationName: string }[];
}

/** Who answers for a registered operation, and the procedures that it may be asked for; absent: whatever the purpose is. */
export interface Registration {
  readonly owner?: string | undefined;
  readonly purposes?: ReadonlySet<string> | undefined;
}

export interface KnownOperations {
  /** What is known of a text, an automatic persisted query's hash, or a registered operation's id. */
  find(schema: LoadedSchema, request: GraphqlRequest): KnownText | undefined;
  /** Called with a text that passed validation on `schema`; gives what is known of it already, or `document` from now on. */
  remember(schema: LoadedSchema, text: string, document: DocumentNode): KnownText;
  /**
   * Puts these in the place of all that is registered on a schema, at once. What is under way with one that is no longer among
   * them goes on. No two of them may have the same text, or the same id.
   */
  register(schema: LoadedSchema, registered: readonly RegisteredText[]): void;
  isRegistered(schema: LoadedSchema, text: string): boolean;
  /** What is declared of a registered operation; `undefined`: this is none. */
  registrationOf(schema: LoadedSchema, document: DocumentNode): Registration | undefined;
  /** Notes that an operation is executed once more. */
  use(operation: KnownOperation): void;
  /** The operations that were asked for most, the most used first. */
  hottest(schema: LoadedSchema, most: number): KnownOperation[];
  /**
   * Validates the most used operations of one supergraph on the next, before that serves, and remembers those that still hold.
   * What was used counts for half there, so that what has gone out of use goes out of here.
   */
  carryOver(from: LoadedSchema, to: LoadedSchema, most: number): KnownOperation[];
}

/** How much of all the room one text may take. */
const TEXT_SHARE_MAX = 1 / 4;

/**
 * What a text keeps in memory, bytes: itself with its tree, and the compiled plans that hang on the tree. Measured on the heap
 * with the registered operations and three short ones, 8 to 126 nodes, 200 times each on our supergraph: a tree takes 170 to
 * 300 bytes a node, a plan 4,000 to 37,000 and from 260 (long operations) to 1,400 (short ones) a node; the estimate is
 * within two thirds and twice of each. An operation has a plan for each combination of its conditions' values.
 */
const TREE_BYTES = 2_000;
const TREE_BYTES_A_NODE = 200;
const PLAN_BYTES = 10_000;
const PLAN_BYTES_A_NODE = 500;
const PLANS_MAX = 8;

type Bounds = Pick<Limits, 'operationsBytesMax' | 'tokensMax'>;

/**
 * The operations that need no parsing, no validation and, once run, no planning. What is known of a supergraph goes with it;
 * nothing of it is ever looked up for another.
 */
export function createKnownOperations({ operationsBytesMax, tokensMax }: Bounds): KnownOperations {
  const bySchema = new WeakMap<LoadedSchema, KnownTexts>();
  const of = (schema: LoadedSchema) => {
    let texts = bySchema.get(schema);
    if (!texts) bySchema.set(schema, (texts = new KnownTexts(schema, operationsBytesMax)));
    return texts;
  };
  const carry = (entry: Entry, to: LoadedSchema): Entry | undefined => {
    const known = of(to).byText(entry.text);
    if (known) return known;
    const document = parse(entry.text, { maxTokens: tokensMax });
    return validate(servedSchema(to), document).length > 0 ? undefined : of(to).add(entry.text, document);
  };

  return {
    find: (schema, request) => bySchema.get(schema)?.find(request),
    remember: (schema, text, document) => of(schema).byText(text) ?? of(schema).add(text, document),
    register: (schema, registered) => of(schema).register(registered),
    isRegistered: (schema, text) => bySchema.get(schema)?.registered.byText.has(text) === true,
    registrationOf: (schema, document) => bySchema.get(schema)?.registered.byDocument.get(document),
    use: (operation) => void ((operation as CountedOperation).uses += 1),
    hottest: (schema, most) => of(schema).hottest(most),
    carryOver(from, to, most) {
      const carried: CountedOperation[] = [];
      for (const { entry, operation, uses } of of(from).hottest(most)) {
        const still = carry(entry, to)?.operation(operation.name?.value);
        if (!still) continue;
        still.uses += uses / 2;
        carried.push(still);
      }
      return carried;
    },
  };
}

interface CountedOperation extends KnownOperation {
  readonly entry: Entry;
  uses: number;
}

class Entry implements KnownText {
  readonly hash: string;
  readonly bytes: number;
  readonly operations: readonly CountedOperation[];

  constructor(
    schema: LoadedSchema,
    readonly text: string,
    readonly document: DocumentNode,
  ) {
    this.hash = createHash('sha256').update(text).digest('hex');
    this.bytes = text.length + strip(document);
    this.operations = document.definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION
        ? [{ schema, text, document, operation: definition, entry: this, uses: 0 }]
        : [],
    );
  }

  operation(name: string | undefined): CountedOperation | undefined {
    const { operations } = this;
    if (name === undefined) return operations.length === 1 ? operations[0] : undefined;
    return operations.find(({ operation }) => operation.name?.value === name);
  }
}

/** What is registered on one schema. Once it is in use it is never changed but replaced, so that nobody sees half of a change. */
class RegisteredTexts {
  readonly byText = new Map<string, Entry>();
  readonly byId = new Map<string, KnownText>();
  readonly byDocument = new Map<DocumentNode, Registration>();

  add(entry: Entry, { ids, owner, purposes }: RegisteredText): void {
    const { text, hash, document } = entry;
    this.byText.set(text, entry);
    this.byDocument.set(document, { owner, purposes });
    this.byId.set(hashId(hash), entry);
    for (const { id, operationName } of ids) {
      this.byId.set(id, { text, hash, operation: (asked) => entry.operation(asked ?? operationName) });
    }
  }
}

const hashId = (hash: string) => `sha256:${hash}`;

/** What is known on one schema. */
class KnownTexts {
  registered = new RegisteredTexts();
  private readonly recent: LRUCache<string, Entry> | undefined;
  private readonly byHash = new Map<string, Entry>();
  private readonly entryBytesMax: number;

  constructor(
    private readonly schema: LoadedSchema,
    bytesMax: number,
  ) {
    this.entryBytesMax = bytesMax * TEXT_SHARE_MAX;
    if (bytesMax === 0) return;
    this.recent = new LRUCache<string, Entry>({
      maxSize: bytesMax,
      sizeCalculation: ({ bytes }) => bytes,
      dispose: ({ hash }) => void this.byHash.delete(hash),
    });
  }

  byText(text: string): Entry | undefined {
    return this.registered.byText.get(text) ?? this.recent?.get(text);
  }

  find({ text, documentId, hash }: GraphqlRequest): KnownText | undefined {
    const { byId } = this.registered;
    if (text !== undefined) {
      const entry = this.byText(text);
      return hash === undefined || entry?.hash === hash ? entry : undefined;
    }
    if (documentId !== undefined) return byId.get(documentId);
    if (hash === undefined) return undefined;
    // Clients of Apollo's send the id of a manifest as the hash, whatever it is.
    const registered = byId.get(hashId(hash)) ?? byId.get(hash);
    if (registered) return registered;
    const entry = this.byHash.get(hash);
    // It has been used, too.
    if (entry) this.recent?.get(entry.text);
    return entry;
  }

  add(text: string, document: DocumentNode): Entry {
    const entry = this.entryOf(text, document);
    if (!this.recent || entry.bytes > this.entryBytesMax) return entry;
    this.byHash.set(entry.hash, entry);
    this.recent.set(text, entry);
    return entry;
  }

  register(registered: readonly RegisteredText[]): void {
    const next = new RegisteredTexts();
    for (const each of registered) next.add(this.entryOf(each.text, each.document), each);
    this.registered = next;
  }

  hottest(most: number): CountedOperation[] {
    const entries = new Set([...(this.recent?.values() ?? []), ...this.registered.byText.values()]);
    const used = [...entries].flatMap(({ operations }) => operations.filter(({ uses }) => uses > 0));
    return used.sort((a, b) => b.uses - a.uses).slice(0, most);
  }

  /** What hangs on a text that is known stays with it: its plans, and how often it was used. */
  private entryOf(text: string, document: DocumentNode): Entry {
    return this.byText(text) ?? new Entry(this.schema, text, document);
  }
}

/**
 * Takes the places in the source out of a tree: they hold every token of the text, which is most of the tree's memory, and
 * what fails after validation is told by its path in the answer. Gives the bytes that the rest will take, plans included.
 */
function strip(document: DocumentNode): number {
  let nodes = 0;
  const conditions = new Set<string>();
  visit(document, {
    enter(node) {
      nodes += 1;
      (node as { loc?: unknown }).loc = undefined;
      if (node.kind === Kind.DIRECTIVE) for (const name of variablesOf(node)) conditions.add(name);
    },
  });
  const plans = Math.min(2 ** conditions.size, PLANS_MAX);
  return TREE_BYTES + TREE_BYTES_A_NODE * nodes + plans * (PLAN_BYTES + PLAN_BYTES_A_NODE * nodes);
}

/** The variables that a `@skip`, `@include` or `@defer` hangs on. */
function variablesOf({ arguments: given = [] }: DirectiveNode): string[] {
  return given.flatMap(({ value }) => (value.kind === Kind.VARIABLE ? [value.name.value] : []));
}
