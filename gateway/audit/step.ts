import type { Account } from '../account.js';
import type { DeferredPart, OperationExchange, OperationResult, OperationStep } from '../context.js';
import { codeOf } from '../errors.js';
import { type JsonObject, setOwn } from '../json-object.js';
import { subjectsOf } from '../subjects.js';
import { type Disclosures, withAccount } from './disclosed/disclosures.js';
import type { SubjectKeys } from './subject-keys.js';
import type { Members } from './write/members.js';
import type { Writer } from './write/writer.js';

export interface StepOptions {
  readonly writer: Pick<Writer, 'append'>;
  readonly members: Members;
  readonly disclosures: Disclosures;
  readonly keys: SubjectKeys;
  /** Whether an operation asks for anything that not everybody may read. */
  isPersonal(exchange: OperationExchange): boolean;
  /** Throws when nothing personal may be read now. */
  refuse(): void;
}

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
      await writeRefused(exchange, error, options);
      throw error;
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

async function writeRefused(exchange: OperationExchange, error: unknown, options: StepOptions): Promise<void> {
  const { writer, members, disclosures, keys } = options;
  const about = aboutOf(keys.about(subjectsOf(exchange)));
  const { hash, name } = disclosures.operationOf(exchange);
  const what = `,"code":"${codeOf(error)}","op":"${hash}"${name === undefined ? '' : `,"name":${JSON.stringify(name)}`}`;
  await writer.append({ kind: 'refused', members: `${members.of(exchange.context)}${about}${what}` });
}

async function writeRead(
  exchange: OperationExchange,
  { result, account }: { result: OperationResult; account: Account },
  { writer, members, disclosures }: StepOptions,
): Promise<void> {
  const disclosure = disclosures.of(exchange, result, account);
  const { refusal } = result;
  const said = `${members.of(exchange.context)}${aboutOf(disclosure.about)}${disclosure.members}`;
  const { isKept, details, opening } = disclosure;
  await writer.append({
    kind: refusal ? 'refused' : 'read',
    members: refusal ? `${said},"code":"${refusal.code}"` : said,
    ...(isKept ? {} : { details, openings: [opening] }),
  });
  disclosure.isKept = true;
}

/** Of the key alone nobody is known. */
function aboutOf(about: readonly string[]): string {
  return about.length > 1 ? `,"about":${JSON.stringify(about)}` : '';
}

/** What comes later is written down before it leaves, too: each time an entry of its own. */
async function* written(
  later: AsyncIterable<DeferredPart[]>,
  { exchange, account, result }: { exchange: OperationExchange; account: Account; result: OperationResult },
  options: StepOptions,
): AsyncIterable<DeferredPart[]> {
  for await (const parts of later) {
    const data: JsonObject = {};
    for (const part of parts) put(data, part);
    const errors = parts.flatMap((part) => part.errors ?? []);
    const { provenance } = result;
    await writeRead(exchange, { result: { data, errors, provenance }, account }, options);
    yield parts;
  }
}

/** Puts what came later where it belongs in the answer, of which nothing else is there. A client may call its fields as it likes. */
function put(data: JsonObject, { path, data: part }: DeferredPart): void {
  let at = data;
  for (const [index, name] of path.entries()) {
    const isLast = index === path.length - 1;
    if (isLast && part === null) setOwn(at, String(name), null);
    else at = below(at, String(name), typeof path[index + 1] === 'number');
  }
  for (const [name, value] of Object.entries(part ?? {})) setOwn(at, name, value);
}

/** The object, or the list, under a name; made where there is none. */
function below(at: JsonObject, name: string, isList: boolean): JsonObject {
  const there = Object.hasOwn(at, name) ? at[name] : undefined;
  if (typeof there === 'object' && there !== null) return there as JsonObject;
  const made = isList ? [] : {};
  setOwn(at, name, made);
  return made as JsonObject;
}
