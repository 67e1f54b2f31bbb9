import { createHash } from 'node:crypto';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { print, visit } from 'graphql';
import type { RuleApplied, Ruling } from '../account.js';
import type { LoadedSchema, OperationExchange, OperationResult, OperationStep } from '../context.js';
import { GatewayError, WHO_ASKS } from '../errors.js';
import type { Identity } from '../identity.js';
import { dayInVietnam, dayNumberInVietnam } from '../vietnam-day.js';
import { fillIn } from './fill-in.js';
import type { Grant } from './grant.js';
import { isGuarded } from './guarded.js';
import { REFUSALS, type Refusal } from './judge.js';
import { type Narrowed, narrow } from './narrow.js';
import { type OnVerdict, type Outline, outline } from './outline.js';
import { Reading } from './reading.js';
import { type Requirements, readRequirements } from './requirements.js';
import { type Facts, factsOf, keyOfFacts } from './root-facts.js';
import { type FormReads, type Standing, standingOf } from './standing.js';

/** What a caller may read of an operation; `undefined` for either: all of it, as it is. */
interface Decision extends Ruling {
  readonly narrowed: Narrowed | undefined;
  readonly outline: Outline | undefined;
  readonly typeKey: string;
}

/** Those of one document. */
interface Decisions {
  /** By operation, day, facts and class of caller. */
  readonly known: Map<string, Decision>;
  /**
   * By name and text: what is left is often the same for many, and is then planned and remembered once. Whoever makes up purposes MUST
   * NOT have it planned for each.
   */
  readonly narrowed: Map<string, Narrowed>;
}

/** What is kept of one supergraph. */
interface Prepared {
  readonly requirements: Requirements;
  readonly grants: readonly Grant[];
  readonly formReads: FormReads;
  /** By caller class, purpose and day. */
  readonly standings: Map<string, Standing>;
  readonly decisions: WeakMap<DocumentNode, Decisions>;
}

/** Callers, purposes and days are few; what is over is worked out anew. */
const STANDINGS_MAX = 10_000;
const DECISIONS_A_DOCUMENT_MAX = 200;

export interface Access {
  /** Lets through what may be read and leaves out the rest, before anything is asked of anybody. */
  readonly step: OperationStep;
  /** MUST be called before the first operation on a supergraph. */
  prepare(schema: LoadedSchema, by: { grants: readonly Grant[]; formReads: FormReads }): void;
  /** Whether a supergraph asks for anything of who reads it. */
  asksWho(schema: LoadedSchema): boolean;
  /** Whether an operation asks for anything that not everybody may read. */
  isGuarded(exchange: Pick<OperationExchange, 'schema' | 'document' | 'operation'>): boolean;
}

/**
 * Who may read what for which purpose. What a caller may read of an operation is worked out once for all of the same class, purpose
 * and day, and is a smaller operation and an outline of the answer; the rest of a request is two look-ups.
 */
export function createAccess(): Access {
  const bySchema = new WeakMap<LoadedSchema, Prepared>();
  return {
    prepare(schema, { grants, formReads }) {
      const requirements = readRequirements(schema);
      bySchema.set(schema, { requirements, grants, formReads, standings: new Map(), decisions: new WeakMap() });
    },
    asksWho: (schema) => bySchema.get(schema)?.requirements.isEmpty === false,
    isGuarded(exchange) {
      const requirements = bySchema.get(exchange.schema)?.requirements;
      return requirements !== undefined && !requirements.isEmpty && isGuarded(exchange, requirements);
    },
    step(exchange, next) {
      const prepared = bySchema.get(exchange.schema);
      if (!prepared) return Promise.reject(new Error('an operation came on a schema whose requirements were not read'));
      if (prepared.requirements.isEmpty) return next();
      const decision = decide(exchange, prepared);
      const { identity, deadlineAtMs, account } = exchange.context;
      if (account) account.ruling = decision;
      if (!decision.narrowed && !decision.outline && identity.untilMs > deadlineAtMs) return next();
      return readLess(exchange, decision, next);
    },
  };
}

async function readLess(
  exchange: OperationExchange,
  { narrowed, outline: outlined, typeKey }: Decision,
  next: Parameters<OperationStep>[1],
): Promise<OperationResult> {
  const { document, operation } = narrowed ?? exchange;
  const { provenance, context, variables } = exchange;
  // What is filled in comes whole; and so does what the token may not outlive, for whose last part nobody would look again.
  const acceptsParts = exchange.acceptsParts && !outlined && context.identity.untilMs > context.deadlineAtMs;
  const result: OperationResult = narrowed?.isEmpty
    ? { data: {}, provenance }
    : await next({ ...exchange, document, operation, acceptsParts });
  // What has come too late for the token must not be given for it.
  if (context.clock.now() > context.identity.untilMs) throw new GatewayError('UNAUTHENTICATED', EXPIRED);
  if (!outlined || !result.data) return result;
  const by = { operation: exchange.operation, variables, typeKey };
  const { data, errors, masked } = fillIn(result.data, outlined, by);
  context.account?.masked.push(...masked);
  const { json: _, data: __, ...rest } = result;
  const all = [...(result.errors ?? []), ...errors];
  const refusal =
    narrowed?.isEmpty && errors.length > 0 ? refusalOf(errors[0]?.extensions?.rule as Refusal) : undefined;
  return { ...rest, data, ...(all.length > 0 ? { errors: all } : {}), ...(refusal ? { refusal } : {}) };
}

const EXPIRED = 'The token expired while the request was under way; get a new one and ask again.';

/** How an operation is refused of which nothing may be read. */
function refusalOf(why: Refusal): GatewayError {
  if (why === 'authentication') return WHO_ASKS;
  if (why === 'purpose') return new GatewayError('PURPOSE_REQUIRED', REFUSALS[why]);
  return new GatewayError('NOT_PERMITTED', REFUSALS[why]);
}

function decide(exchange: OperationExchange, prepared: Prepared): Decision {
  const { document, operation, context } = exchange;
  const { identity } = context;
  const nowMs = context.clock.now();
  const dayNumber = dayNumberInVietnam(nowMs);
  const key = `${operation.name?.value ?? ''} ${dayNumber} ${keyOfFacts(exchange, identity)} ${identity.callerClass}`;
  let decisions = prepared.decisions.get(document);
  if (!decisions) prepared.decisions.set(document, (decisions = { known: new Map(), narrowed: new Map() }));
  const known = decisions.known.get(key);
  if (known) return known;
  const standing = standingFor(identity, nowMs, { schema: exchange.schema, prepared });
  const decision = decisionOf(exchange, { standing, facts: factsOf(exchange, identity), prepared });
  const { narrowed } = decision;
  const kept = narrowed ? { ...decision, narrowed: theSame(narrowed, decisions.narrowed) } : decision;
  keep(decisions.known, key, kept);
  return kept;
}

function standingFor(
  identity: Identity,
  nowMs: number,
  { schema, prepared }: { schema: LoadedSchema; prepared: Prepared },
): Standing {
  const { standings, grants, formReads } = prepared;
  const day = dayInVietnam(nowMs);
  const key = `${day} ${identity.callerClass}`;
  let standing = standings.get(key);
  if (!standing) {
    standing = standingOf({ identity, day }, { grants, formReads, schema: schema.api });
    if (standings.size >= STANDINGS_MAX) standings.clear();
    standings.set(key, standing);
  }
  return standing;
}

function decisionOf(
  { document, operation, schema }: { document: DocumentNode; operation: OperationDefinitionNode; schema: LoadedSchema },
  { standing, facts, prepared }: { standing: Standing; facts: Facts; prepared: Prepared },
): Decision {
  const { requirements } = prepared;
  const reading = new Reading(schema.api, { requirements, standing, facts }, document);
  const typeKey = freeKey(document);
  const applied = new Set<string>();
  const note: OnVerdict = ({ verdict }) => void (verdict.may && verdict.rule && applied.add(verdict.rule));
  return {
    narrowed: narrow({ document, operation }, reading, typeKey),
    outline: outline(operation, reading, note),
    typeKey,
    rules: prepared.grants.filter(({ name }) => applied.has(name)).map(ruleApplied),
  };
}

const known = new WeakMap<Grant, RuleApplied>();

/** A rule as whoever looks back must find it, whatever it has become since. */
function ruleApplied(grant: Grant): RuleApplied {
  let rule = known.get(grant);
  if (!rule) {
    const { name, basis, verified, from, until, selection, ...rest } = grant;
    const text = JSON.stringify([name, basis, verified, from, until, rest, print(selection)]);
    const version = createHash('sha256').update(text).digest('base64url').slice(0, 16);
    known.set(grant, (rule = { name, basis, verified, from, ...(until === undefined ? {} : { until }), version }));
  }
  return rule;
}

/** What was left of the operation for another caller, if that is the same. */
function theSame(narrowed: Narrowed, known: Map<string, Narrowed>): Narrowed {
  const text = `${narrowed.operation.name?.value ?? ''} ${print(narrowed.document)}`;
  const same = known.get(text);
  if (!same) keep(known, text, narrowed);
  return same ?? narrowed;
}

function keep<Kept>(known: Map<string, Kept>, key: string, kept: Kept): void {
  if (known.size >= DECISIONS_A_DOCUMENT_MAX) known.clear();
  known.set(key, kept);
}

/** A name under which the operation asks for nothing. */
function freeKey(document: DocumentNode): string {
  const taken = new Set<string>();
  visit(document, { Field: ({ alias, name }) => void taken.add(alias?.value ?? name.value) });
  let key = 'typeOfObject';
  while (taken.has(key)) key += '_';
  return key;
}
