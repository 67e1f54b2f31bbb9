import { type DocumentNode, print } from 'graphql';
import { Account, type Ruling } from '../../account.js';
import type { OperationExchange, OperationResult, RequestContext, SourceRecord } from '../../context.js';
import { subjectsAmong, subjectsOf } from '../../subjects.js';
import type { SubjectKeys } from '../subject-keys.js';
import { type Disclosed, disclosed } from './disclosed.js';
import { type FieldName, type FieldNames, fieldNames } from './field-names.js';
import { type Leaf, leavesOf } from './leaves.js';

/** What an answer disclosed, and of whom. */
export interface Disclosure extends Disclosed {
  /** Whom it is about, as an entry has it. */
  readonly about: readonly string[];
  /** Whether its details and what proves its values are durable. */
  isKept: boolean;
}

const NO_RULES: Ruling = { rules: [] };
const OPERATION_NAME_MAX = 64;

/** Says what answers disclosed. What is given again and again, remembered, was worked out once. */
export class Disclosures {
  private readonly known = new WeakMap<object, WeakMap<Ruling, Disclosure>>();
  private readonly hashes = new WeakMap<DocumentNode, string>();

  constructor(private readonly keys: SubjectKeys) {}

  of(exchange: OperationExchange, result: OperationResult, account: Account): Disclosure {
    const { kept } = result;
    // What a dossier asked in turn is read anew each time.
    if (!kept || account.parts.length > 0) return this.workOut(exchange, result, account);
    const ruling = account.ruling ?? NO_RULES;
    let byRuling = this.known.get(kept);
    if (!byRuling) this.known.set(kept, (byRuling = new WeakMap()));
    let disclosure = byRuling.get(ruling);
    if (!disclosure) byRuling.set(ruling, (disclosure = this.workOut(exchange, result, account)));
    return disclosure;
  }

  /** What stands for an operation's text (`hashOfText`), and its name without what could be a number of somebody. */
  operationOf({ document, operation, text }: Pick<OperationExchange, 'document' | 'operation' | 'text'>) {
    let hash = this.hashes.get(document);
    if (hash === undefined) {
      this.hashes.set(document, (hash = this.keys.hashOfText(text ?? print(document))));
    }
    return { hash, name: operation.name && nameInLog(operation.name.value) };
  }

  private workOut(exchange: OperationExchange, result: OperationResult, account: Account): Disclosure {
    const { document, operation } = exchange;
    const { data, errors, provenance } = result;
    const { masked } = account;
    // Once: what comes in parts later has been told of.
    const [form, parts] = [account.form.splice(0), account.parts.splice(0)];
    const names = fieldNames(document, operation);
    const without = form.length > 0 || account.hasForm ? 'dossier' : undefined;
    const notes = provenance.given({ data, errors });
    const leaves = [
      ...asGiven(form, names),
      ...leavesOf({ data, errors, notes, masked, names, ...(without ? { without } : {}) }),
    ];
    const also: SourceRecord[] = [];
    const entities = new Set(provenance.entities());
    const rules = new Set(account.ruling?.rules);
    for (const part of parts) {
      for (const { record } of part.result.provenance.given(part.result)) also.push(record);
      for (const entity of part.result.provenance.entities()) entities.add(entity);
      for (const rule of part.account.ruling?.rules ?? []) rules.add(rule);
    }
    const subjects = new Set([...subjectsOf(exchange), ...idsOf(entities)]);
    for (const { value } of leaves) subjectsAmong(value, subjects);
    const said = disclosed({ operation: this.operationOf(exchange), rules: [...rules], leaves, also });
    return { ...said, about: this.keys.about(subjects), isKept: false };
  }
}

/** Of a form of which no values, or no results, were asked for, nothing was shown but that they are there. */
function asGiven(form: readonly Leaf[], names: FieldNames): Leaf[] {
  const dossiers = [...names.values()].filter(({ name }) => /^dossier(:|$)/.test(name));
  const asks = (list: string, what: string) =>
    dossiers.some(({ below }) => hasBelow(below, list, ({ below }) => hasBelow(below, what)));
  const isAsked = { form: asks('fields', 'value'), check: asks('checks', 'result') };
  return form.map((leaf) => {
    const isGiven = isAsked[leaf.path.startsWith('check ') ? 'check' : 'form'];
    return isGiven || !leaf.outcome.startsWith('shown') ? leaf : { ...leaf, value: null, outcome: 'masked STATUS' };
  });
}

function hasBelow(names: FieldNames, wanted: string, has: (found: FieldName) => boolean = () => true): boolean {
  return [...names.values()].some((each) => each.name.split(':')[0] === wanted && has(each));
}

/** The people and parcels among entities. */
function idsOf(entities: Iterable<string>): string[] {
  const ids: string[] = [];
  for (const text of entities) {
    const entity = JSON.parse(text) as string | Record<string, unknown>;
    const of = typeof entity === 'string' ? entity : ofRepresentation(entity);
    if (typeof of === 'string') ids.push(of);
  }
  return ids;
}

function ofRepresentation({ __typename, personalId, id }: Record<string, unknown>): unknown {
  return __typename === 'Citizen' ? personalId : __typename === 'Parcel' ? id : undefined;
}

/** What a client called its operation, at a bounded length and without long numbers. */
export function nameInLog(name: string): string {
  return name.replace(/[\d_]{6,}/g, '…').slice(0, OPERATION_NAME_MAX);
}

/** The context of what runs beside, with an account of its own. */
export function withAccount(context: RequestContext): { context: RequestContext; account: Account } {
  const account = new Account();
  const own = context.withAccount?.(account) ?? Object.create(context, { account: { value: account } });
  return { context: own, account };
}
