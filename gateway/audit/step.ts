import type { Account } from '../account.js';
import type { DeferredPart, OperationExchange, OperationResult, OperationStep } from '../context.js';
import { codeOf } from '../errors.js';
import { type JsonObject, setOwn } from '../json-object.js';
import { subjectsOf } from '../subjects.js';
import { type Disclosures, withAccount } from './disclosed/disclosures.js';
import type { DoorRefusals } from './door.js';
import type { SubjectKeys } from './subject-keys.js';
import type { Members } from './write/members.js';
import type { Writer } from './write/writer.js';

export interface StepOptions {
  readonly writer: Pick<Writer, 'append'>;
  readonly door: Pick<DoorRefusals, 'write'>;
  readonly members: Members;
  readonly disclosures: Disclosures;
  readonly keys: SubjectKeys;
  /** Whether an operation asks for anything that not everybody may read. */
  isPersonal(exchange: OperationExchange): boolean;
  /** Throws when nothing personal may be read now. */
  refuse(): void;
}

/** So many people and parcels one entry names at most: it has a bound. */
const ABOUT_MAX = 1_000;

/**
 * Writes down who read what, before the answer leaves; what was refused as well. An operation that asks for nothing personal is not
 * written down. What a dossier asks in turn stands in the dossier's entry.
 */
export function createAuditStep(options: StepOptions): OperationStep {
  return async (exchange, next) => {
    if (exchange.isPart) return runPart(exchange, next);
    if (!options.isPersonal(exchange)) return next();
    const { context, account } = withAccount(exchange.context);
    let result: OperationResult;
    try {
      options.refuse();
      result = await next({ ...exchange, context });
    } catch (error) {
      await writeRefused(exchange, codeOf(error), options);
      throw error;
    }
    // To nobody nothing personal is shown, and who says nothing of themselves must not fill the log with what they were not shown.
    if (!context.identity.caller) {
      const code = result.refusal?.code ?? result.errors?.[0]?.extensions?.code;
      if (code !== undefined) await writeRefused(exchange, String(code), options);
      return result;
    }
    await writeRead(exchange, { result, account }, options);
    const { later } = result;
    return later ? { ...result, later: written(later, { exchange, account, result }, options) } : result;
  };
}

async function runPart(exchange: OperationExchange, next: Parameters<OperationStep>[1]): Promise<OperationResult> {
  const outer = exchange.context.account;
  if (!outer) return next();
  const { context, account } = withAccount(exchange.context);
  const result = await next({ ...exchange, context });
  outer.parts.push({ result, account });
  return result;
}

async function writeRefused(exchange: OperationExchange, code: string, options: StepOptions): Promise<void> {
  const { writer, door, members, disclosures, keys } = options;
  const { requestId, traceId, identity } = exchange.context;
  const { hash, name } = disclosures.operationOf(exchange);
  if (!identity.caller) return door.write({ requestId, traceId, who: identity, code, op: hash });
  // Nothing of anybody was told: of a list that is refused for its length the beginning is enough.
  const about = aboutOf(keys.about(subjectsOf(exchange).slice(0, ABOUT_MAX)));
  const what = `,"code":"${code}","op":"${hash}"${name === undefined ? '' : `,"name":${JSON.stringify(name)}`}`;
  await writer.append({ kind: 'refused', members: `${members.of(exchange.context)}${about}${what}` });
}

/** One entry, or several that are alike but for whom they are about: whoever reads of very many MUST NOT be read of unnamed. */
async function writeRead(
  exchange: OperationExchange,
  { result, account }: { result: OperationResult; account: Account },
  { writer, members, disclosures }: StepOptions,
): Promise<void> {
  const disclosure = disclosures.of(exchange, result, account);
  const { refusal } = result;
  const { isKept, details, opening } = disclosure;
  const [key = '', ...subjects] = disclosure.about;
  const writing: Promise<void>[] = [];
  for (let from = 0; from === 0 || from < subjects.length; from += ABOUT_MAX) {
    const about = aboutOf([key, ...subjects.slice(from, from + ABOUT_MAX)]);
    const said = `${members.of(exchange.context)}${about}${disclosure.members}`;
    const draft = {
      kind: refusal ? ('refused' as const) : ('read' as const),
      members: refusal ? `${said},"code":"${refusal.code}"` : said,
      ...(isKept || from > 0 ? {} : { details, openings: [opening] }),
    };
    writing.push(writer.append(draft));
  }
  await Promise.all(writing);
  disclosure.isKept = true;
}

/** Of the key alone nobody is known. */
function aboutOf(about: readonly string[]): string {
  return about.length > 1 ? `,"about":${JSON.stringify(about)}` : '';
}

/** What comes later is written down before it leaves, too: each time an entry of its own, and one for each part that was lost. */
async function* written(
  later: AsyncIterable<DeferredPart[]>,
  { exchange, account, result }: { exchange: OperationExchange; account: Account; result: OperationResult },
  options: StepOptions,
): AsyncIterable<DeferredPart[]> {
  const { provenance } = result;
  for await (const parts of later) {
    const given = parts.filter(({ data }) => data);
    const lost = parts.filter(({ data }) => !data);
    // Of an object that is lost to one part another may tell, or tell that more is lost.
    for (const some of [...(given.length > 0 ? [given] : []), ...lost.map((part) => [part])]) {
      const errors = some.flatMap((part) => part.errors ?? []);
      await writeRead(exchange, { result: { data: together(some), errors, provenance }, account }, options);
    }
    yield parts;
  }
}

/** What some parts tell, where it belongs in the answer, of which nothing else is there. A client may call its fields as it likes. */
function together(parts: readonly DeferredPart[]): JsonObject | null {
  const data: JsonObject = {};
  if (parts.some((part) => part.data === null && part.path.length === 0)) return null;
  // All else is on its way to the client, and MUST NOT be changed.
  const own = new Set<unknown>();
  for (const { path, data: part } of parts) {
    let at = data;
    for (const [index, name] of path.entries()) {
      const isLost = part === null && index === path.length - 1;
      if (isLost) add(at, { name: String(name), value: null }, own);
      else at = below(at, { name: String(name), isList: typeof path[index + 1] === 'number' }, own);
    }
    for (const [name, value] of Object.entries(part ?? {})) add(at, { name, value }, own);
  }
  return data;
}

/** Two parts may each bring some of one object. */
function add(at: JsonObject, { name, value }: { name: string; value: unknown }, own: Set<unknown>): void {
  const there = Object.hasOwn(at, name) ? at[name] : undefined;
  if (typeof there !== 'object' || there === null) setOwn(at, name, value);
  else if (typeof value === 'object' && value !== null) {
    const both = below(at, { name, isList: Array.isArray(there) }, own);
    for (const [each, more] of Object.entries(value)) add(both, { name: each, value: more }, own);
  }
}

/** The object, or the list, under a name, as one's own; made where there is none. */
function below(at: JsonObject, { name, isList }: { name: string; isList: boolean }, own: Set<unknown>): JsonObject {
  const there = Object.hasOwn(at, name) ? at[name] : undefined;
  if (own.has(there)) return there as JsonObject;
  const made = (isList ? [...((there as unknown[]) ?? [])] : { ...(there as JsonObject) }) as JsonObject;
  own.add(made);
  setOwn(at, name, made);
  return made;
}
