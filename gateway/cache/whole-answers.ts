import type { DocumentNode } from 'graphql';
import type { Clock, Note, OperationExchange, OperationResult, OperationStep, ProvenanceLedger } from '../context.js';
import { JsonText } from '../json-text.js';
import { callerOf, type Entry } from './entry.js';
import type { Found } from './look-up.js';
import type { LookUps } from './look-ups.js';
import { MemoryEntry } from './memory-entry.js';
import type { S3Fifo } from './s3-fifo.js';
import type { Trust } from './trust.js';
import { bytesOfText } from './weigh.js';

/** The answer to an operation that rests on nothing but remembered entities. */
export interface WholeAnswer {
  /** The data, as JSON. */
  readonly text: string;
  /** What the answer rests on, by name: it holds as long as these versions are those that are remembered. */
  readonly basis: ReadonlyMap<string, number>;
  readonly freshUntilMs: number;
  /** When the oldest of it was fetched, and how many objects were looked up, by subgraph. */
  readonly subgraphs: ReadonlyMap<string, { readonly oldestMs: number; readonly objects: number }>;
  readonly notes: readonly Note[];
  /** The entities that were asked for, by their representations. */
  readonly entities: readonly string[];
}

/** What one operation has rested on so far. */
class Basis {
  readonly entries = new Map<string, Entry>();
  readonly subgraphs = new Map<string, { oldestMs: number; objects: number }>();
  freshUntilMs = Number.POSITIVE_INFINITY;
  /** Whether it rests on something that is not remembered. */
  isSpoilt = false;
}

/** A note's own, without its record's texts, which are the entry's. */
const BYTES_OF_NOTE = 500;
const BYTES_OF_VERSION = 40;
/** What others may keep by an answer: what the audit log says of it. */
const BYTES_KEPT = 2_000;

/**
 * Remembers answers to whole operations, as long as every entity is remembered that they rest on: then nothing need be put together
 * again, nor written. They belong to nobody but the entities: whatever is written to or forgotten of one of these, the answer is
 * gone. The steps around it, which say who may read what and write down what was read, see an answer like any other.
 */
export class WholeAnswers {
  private readonly bases = new WeakMap<ProvenanceLedger, Basis>();
  private readonly documents = new WeakMap<DocumentNode, number>();
  private documentsSeen = 0;

  constructor(
    private readonly of: {
      readonly room: S3Fifo<unknown>;
      readonly clock: Clock;
      readonly trust: Pick<Trust, 'sinceMs'>;
      readonly lookUps: LookUps;
    },
  ) {}

  readonly step: OperationStep = async (exchange, next) => {
    if (exchange.operation.operation !== 'query') return next();
    const { room } = this.of;
    const name = this.nameOf(exchange);
    const known = room.use(name) as WholeAnswer | undefined;
    if (known && this.holds(known)) return this.given(known, exchange);
    const basis = new Basis();
    this.bases.set(exchange.provenance, basis);
    const result = await next();
    const { data, errors, later, provenance } = result;
    if (basis.isSpoilt || basis.entries.size === 0 || !data || errors || later) {
      return result;
    }
    const versions = versionsOf(basis.entries);
    if (!versions || !this.isCurrent(versions)) return result;
    const text = JSON.stringify(data);
    const notes = provenance.given({ data });
    const { freshUntilMs, subgraphs } = basis;
    const answer = { text, basis: versions, freshUntilMs, subgraphs, notes, entities: provenance.entities() };
    room.set(name, answer, bytesOf(answer));
    room.makeRoom();
    return { ...result, json: new JsonText([text]) };
  };

  /** Notes that all of an operation's fetch was remembered. */
  rests({ provenance, subgraph }: { provenance: ProvenanceLedger; subgraph: string }, found: Found): void {
    const basis = this.bases.get(provenance);
    if (!basis) return;
    let { oldestMs, objects } = basis.subgraphs.get(subgraph) ?? { oldestMs: Number.POSITIVE_INFINITY, objects: 0 };
    for (const [name, entry] of found.entries) {
      if (!entry) continue;
      // Of what was forgotten and fetched anew meanwhile an answer would be of two moments.
      if ((basis.entries.get(name) ?? entry) !== entry) basis.isSpoilt = true;
      basis.entries.set(name, entry);
    }
    for (const { uses, object } of found.slots.values()) {
      objects += 1;
      // That somebody is not there holds for other fields at other times.
      if (object === null) basis.isSpoilt = true;
      for (const { stored } of uses) {
        basis.freshUntilMs = Math.min(basis.freshUntilMs, stored.freshUntilMs);
        oldestMs = Math.min(oldestMs, stored.retrievedAtMs);
      }
    }
    basis.subgraphs.set(subgraph, { oldestMs, objects });
  }

  /** Notes that something of an operation was not remembered, or may not be. */
  spoil({ provenance }: { provenance: ProvenanceLedger }): void {
    const basis = this.bases.get(provenance);
    if (basis) basis.isSpoilt = true;
  }

  private nameOf({ document, operation, variables, acceptsParts, schema, context }: OperationExchange): string {
    let id = this.documents.get(document);
    if (id === undefined) this.documents.set(document, (id = ++this.documentsSeen));
    const asked = `${id} ${operation.name?.value ?? ''} ${acceptsParts} ${JSON.stringify(variables)}`;
    return ` ${asked}${callerOf({ forwarded: context.forwarded, schema })}`;
  }

  private holds({ freshUntilMs, subgraphs, basis }: WholeAnswer): boolean {
    const { clock, trust, lookUps } = this.of;
    if (freshUntilMs <= clock.now()) return false;
    for (const [subgraph, { oldestMs }] of subgraphs) if (oldestMs < trust.sinceMs(subgraph)) return false;
    if (!this.isCurrent(basis)) return false;
    for (const [subgraph, { objects }] of subgraphs) lookUps.of(subgraph).hit += objects;
    return true;
  }

  /** Whether nothing was written to or forgotten of these entities. Each is asked for, so that they outlive what nobody asks for. */
  private isCurrent(basis: WholeAnswer['basis']): boolean {
    for (const [name, version] of basis) {
      const entry = this.of.room.use(name);
      if (!(entry instanceof MemoryEntry) || entry.version !== version) return false;
    }
    return true;
  }

  private given(answer: WholeAnswer, { provenance }: OperationExchange): OperationResult {
    const { notes, entities } = answer;
    provenance.noteEntities(entities);
    provenance.noteLater(() => {
      for (const { values, record } of notes) provenance.note(values, record);
    });
    return new GivenAnswer(answer, provenance);
  }
}

/**
 * A class, since V8 makes a hidden class of its own for each object that is written with a getter, and with it keeps all that the
 * getter sees until the next collection of everything: requests that were long answered made each scavenge four times as long.
 */
class GivenAnswer implements OperationResult {
  readonly json: JsonText;
  #parsed: Record<string, unknown> | undefined;

  constructor(
    readonly kept: WholeAnswer,
    readonly provenance: ProvenanceLedger,
  ) {
    this.json = new JsonText([kept.text]);
  }

  /** Few need it: the client gets the text. */
  get data(): Record<string, unknown> {
    this.#parsed ??= JSON.parse(this.kept.text) as Record<string, unknown>;
    return this.#parsed;
  }
}

/** The versions of entries; `undefined`: one of them is not remembered in this process. */
function versionsOf(entries: ReadonlyMap<string, Entry>): Map<string, number> | undefined {
  const versions = new Map<string, number>();
  for (const [name, entry] of entries) {
    if (!(entry instanceof MemoryEntry)) return undefined;
    versions.set(name, entry.version);
  }
  return versions;
}

function bytesOf({ text, basis, notes, entities }: WholeAnswer): number {
  const representations = entities.reduce((sum, each) => sum + bytesOfText(each), 0);
  return (
    500 +
    bytesOfText(text) +
    representations +
    notes.length * BYTES_OF_NOTE +
    basis.size * BYTES_OF_VERSION +
    BYTES_KEPT
  );
}
