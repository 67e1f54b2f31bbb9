import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { isObject } from '../../gateway/json-object.js';
import { UsageError } from '../main.js';
import { type Ask, Refusal } from './ask.js';

/** An entity to forget. */
export interface EntityToForget {
  /** `{"type":…,"key":…}` */
  readonly json: string;
  /** Where the user wrote it. */
  readonly from: string;
}

/** As many as a gateway takes at once, and bytes as its REQUEST_BYTES_MAX allows unless it is set. */
const CHANGES_MAX = 10_000;
const BYTES_MAX = 1_000_000;
const PROBLEMS_SHOWN_MAX = 10;

/** A key as an argument has it; `undefined`: it is none. What is wrong MUST NOT repeat it, it is somebody's number. */
export function readKey(text: string): Record<string, unknown> | undefined {
  try {
    const key: unknown = JSON.parse(text);
    return isObject(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a file of entities, one a line, `-`: standard input, to its end: nothing is sent of one that has a wrong line. */
export async function readEntities(file: string, standardInput: Readable): Promise<EntityToForget[]> {
  const entities: EntityToForget[] = [];
  const problems: string[] = [];
  let number = 0;
  for await (const line of linesOf(file === '-' ? standardInput : createReadStream(file), file)) {
    number += 1;
    if (line.trim() === '') continue;
    const { type, key } = readKey(line) ?? {};
    if (typeof type === 'string' && isObject(key)) {
      entities.push({ json: JSON.stringify({ type, key }), from: `line ${number}` });
    } else problems.push(`line ${number} is not of the form {"type": "…", "key": {…}}`);
  }
  if (problems.length > PROBLEMS_SHOWN_MAX) {
    const more = problems.length - PROBLEMS_SHOWN_MAX;
    problems.splice(PROBLEMS_SHOWN_MAX, more, `and ${more} more`);
  }
  if (problems.length > 0) throw new UsageError(`${problems.join('\n')}\nNothing was sent.`);
  if (entities.length === 0) throw new UsageError('there is no line with an entity in it: nothing was sent.');
  return entities;
}

async function* linesOf(stream: Readable, file: string): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    for await (const part of stream) {
      const lines = (rest + decoder.decode(part as Buffer, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    yield rest + decoder.decode();
  } catch (error) {
    const { code } = error as { code?: string };
    const why = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8' : code;
    throw new UsageError(`${file === '-' ? 'standard input' : file} cannot be read (${why}): nothing was sent.`);
  }
}

/** Has a gateway forget entities, as many at once as it takes; gives its answers. One that is told twice does no harm. */
export async function forgetEntities(
  entities: readonly EntityToForget[],
  { subgraph, ask, onProgress }: { subgraph: string; ask: Ask; onProgress(done: number, total: number): void },
): Promise<string[]> {
  const answers: string[] = [];
  const total = entities.length;
  let most = CHANGES_MAX;
  for (let done = 0; done < total; ) {
    const batch = entities.slice(done, done + countOf(entities, { from: done, most }));
    const changes = batch.map(({ json }) => json).join();
    try {
      answers.push(await ask('/cache/invalidate', `{"subgraph":${JSON.stringify(subgraph)},"changes":[${changes}]}`));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code !== 'PAYLOAD_TOO_LARGE' || batch.length === 1) throw explained(error, { batch, done, total });
      most = Math.ceil(batch.length / 2);
      continue;
    }
    done += batch.length;
    onProgress(done, total);
  }
  return answers;
}

function countOf(entities: readonly EntityToForget[], { from, most }: { from: number; most: number }): number {
  let bytes = 0;
  let count = 0;
  while (count < most && from + count < entities.length) {
    bytes += Buffer.byteLength(entities[from + count]!.json) + 1;
    if (bytes > BYTES_MAX && count > 0) break;
    count += 1;
  }
  return count;
}

/** In the place of an index in one batch, where the user wrote it; and how far it came. */
function explained(
  { message, code }: Refusal,
  { batch, done, total }: { batch: readonly EntityToForget[]; done: number; total: number },
): Refusal {
  const said = message.replace(/changes\[(\d+)\]/, (whole, index) => batch[Number(index)]?.from ?? whole);
  const format = (value: number) => value.toLocaleString('en-US');
  const before = `\nBefore that ${format(done)} of ${format(total)} were forgotten; to send all again does no harm.`;
  return new Refusal(done > 0 ? said + before : said, code);
}
