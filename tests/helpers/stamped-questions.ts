import { type DocumentNode, Kind, type OperationDefinitionNode, parse, type SelectionSetNode } from 'graphql';
import { type Answered, post } from './answered-leaves.js';
import type { ReadEntry } from './audit-log.js';
import { until } from './federation.js';
import { childrenOf, PEOPLE, parcelOf } from './stamped-registries.js';
import type { StampedScene } from './stamped-scene.js';

/** A question as somebody asked it, and what came. */
export interface Question {
  readonly id: string;
  readonly who: string;
  readonly gateway: number;
  readonly step: number;
  readonly document: DocumentNode;
  /** Whom each field of the root asks for, by its name in the log. */
  readonly roots: ReadonlyMap<string, string>;
  readonly startMs: number;
  endMs: number;
  /** Whether nobody else asked at the same time. */
  readonly isAlone: boolean;
  /** Absent: the client did not wait for it. */
  answered?: Answered;
}

export interface Asking {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly who?: string;
  readonly gateway?: number;
  readonly isAlone?: boolean;
  readonly inParts?: boolean;
  readonly signal?: AbortSignal;
}

let questions = 0;

/** Asks, and remembers what was asked and what came. */
export async function put(scene: StampedScene, asking: Asking): Promise<Question> {
  const { query, variables = {}, who = 'one', gateway = 0, isAlone = true, inParts = false, signal } = asking;
  const document = parse(query);
  const question: Question = {
    ...{ id: `question-${(questions += 1)}`, who, gateway, step: scene.step, document, isAlone },
    ...{ roots: rootsOf(document, variables), startMs: scene.nowMs, endMs: Number.POSITIVE_INFINITY },
  };
  const headers: Record<string, string> = { 'x-who': who, 'x-request-id': question.id };
  if (inParts) headers.accept = 'multipart/mixed; deferSpec=20220824';
  const url = scene.urls[gateway]!;
  if (signal) await leave(url, { query, variables }, { headers, signal });
  else question.answered = await post(url, { query, variables }, headers);
  question.endMs = scene.nowMs;
  return question;
}

/** Somebody who goes before the answer is there, or does not look at it. */
async function leave(url: string, body: object, init: Pick<RequestInit, 'signal'> & { headers: object }) {
  const headers = { 'content-type': 'application/json', ...init.headers };
  await fetch(`${url}/graphql`, { ...init, method: 'POST', headers, body: JSON.stringify(body) }).catch(() => {});
}

function rootsOf(document: DocumentNode, variables: Record<string, unknown>): Map<string, string> {
  const roots = new Map<string, string>();
  for (const each of operationOf(document).selectionSet.selections) {
    if (each.kind !== Kind.FIELD) throw new Error('the oracle reads plain fields at the root only');
    const value = each.arguments![0]!.value;
    const id = value.kind === Kind.VARIABLE ? variables[value.name.value] : (value as { value: string }).value;
    const { value: name } = each.name;
    roots.set(roots.has(name) ? `${name}:2` : name, String(id));
  }
  return roots;
}

const operationOf = ({ definitions }: DocumentNode) =>
  definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode;

export const plain = (path: string) => path.replace(/:\d+/g, '');

/** Whose field stands at a path, by what the registries have. */
export function ownerAt(path: string, roots: Question['roots']): { id: string; field: string } {
  const [root, ...parts] = path.split('.');
  let id = roots.get(root!)!;
  let field = root!;
  for (const [at, part] of parts.entries()) {
    if (/^\d+$/.test(part)) continue;
    const next = parts[at + 1];
    if (field === 'parcel') id = parcelOf(id);
    if (field === 'children') id = childrenOf(id)[Number(parts[at - 1])]!;
    field = plain(part);
    if (next === undefined) break;
  }
  return { id, field };
}

/** Calls with each field that an operation asks of somebody, by what the registries have; with `data`, of whom there is anything in it. */
function walk(
  { document, roots }: Pick<Question, 'document' | 'roots'>,
  call: (id: string, field: string) => void,
  data?: unknown,
): void {
  const below = (set: SelectionSetNode | undefined, id: string, value: unknown): void => {
    for (const each of set?.selections ?? []) {
      if (each.kind === Kind.INLINE_FRAGMENT) below(each.selectionSet, id, value);
      if (each.kind !== Kind.FIELD) continue;
      const { value: name } = each.name;
      call(id, name);
      const there = (value as Record<string, unknown> | undefined)?.[(each.alias ?? each.name).value];
      if (!PEOPLE.includes(id) || (data !== undefined && (there === undefined || there === null))) continue;
      if (name === 'parcel') below(each.selectionSet, parcelOf(id), there);
      if (name !== 'children') continue;
      for (const [index, child] of childrenOf(id).entries()) {
        below(each.selectionSet, child, Array.isArray(there) ? there[index] : there);
      }
    }
  };
  for (const [index, each] of operationOf(document).selectionSet.selections.entries()) {
    if (each.kind !== Kind.FIELD) continue;
    const value = (data as Record<string, unknown> | undefined)?.[(each.alias ?? each.name).value];
    below(each.selectionSet, [...roots.values()][index]!, value);
  }
}

/** All whom an operation can come to from those whom it asks for; with `data`, all whom it did. */
export function reached(question: Pick<Question, 'document' | 'roots'>, data?: unknown): Set<string> {
  const ids = new Set(question.roots.values());
  walk(question, (id) => void ids.add(id), data);
  return ids;
}

/** Of whom it asks for what. */
export function wanted(question: Pick<Question, 'document' | 'roots'>): Set<string> {
  const all = new Set<string>();
  walk(question, (id, field) => void all.add(`${id} ${field}`));
  return all;
}

/** Like the rule's mask, written anew. */
export const hidden = (text: string): string => text.slice(0, 3) + '•'.repeat(text.length - 5) + text.slice(-2);

/** What the entries of a question say of each field, without what the oracle checks: `path: outcome version tier`. */
export async function shown({ log }: StampedScene, { id }: Question): Promise<string[]> {
  let entries: ReadEntry[] = [];
  await until(async () => (entries = await log.ofRequest(id)).length > 0);
  return entries.flatMap(({ fields }) =>
    fields.map((field) => field.replace(/ (people|land)\/(record-of-\w+)?@/g, ' ').replace(/ {2,}/g, ' ')),
  );
}
