import type { Shown, ShownField } from '../../gateway/cache/desk.js';
import type { CacheStats } from '../../gateway/context.js';

/** What a type is once it was sent as JSON. */
type Json<Value> =
  Value extends ReadonlyMap<string, infer Item>
    ? Readonly<Record<string, Json<Item>>>
    : Value extends object
      ? { [Name in keyof Value]: Json<Value[Name]> }
      : Value;

const format = (value: number) => value.toLocaleString('en-US');
const counted = (count: number, one: string, many: string) => `${format(count)} ${count === 1 ? one : many}`;

/** What was forgotten, by the answers to all that was sent. */
export function describeForgotten(answers: readonly { forgotten: number | 'everything' }[], subgraph: string): string {
  let sum = 0;
  for (const { forgotten } of answers) {
    if (forgotten === 'everything') return 'Everything is forgotten: whoever asks next gets it from the registries.\n';
    sum += forgotten;
  }
  const what = counted(sum, 'entity', 'entities');
  return `${what} of ${subgraph} ${sum === 1 ? 'is' : 'are'} forgotten: whoever asks next gets it from the registry.\n`;
}

/** What is remembered of one entity, a line each field. */
export function describeShown({ memory, redis }: Json<Shown>, what: string): string {
  const head = ['field', 'age', 'fresh for', 'records'];
  const near =
    memory.length === 0
      ? `${what}: nothing is in the memory of the gateway that answered.\n`
      : `${what}, in the memory of the gateway that answered:\n\n${table([head, ...memory.map(fieldLine)])}\n`;
  return `${near}${inRedis(redis)}\n`;
}

function fieldLine({ field, ageSeconds, freshSeconds, records }: Json<ShownField>): string[] {
  const fresh = freshSeconds > 0 ? duration(freshSeconds) : `ended ${duration(-freshSeconds)} ago`;
  const named = records.map(({ record, version }) => `${record} (version ${version})`);
  return [field ?? '(there is no record)', duration(ageSeconds), fresh, named.join(', ') || 'none named'];
}

function inRedis(redis: Json<Shown>['redis']): string {
  if (!redis) return 'In Redis: not known; there is none, or it does not answer.';
  const { values, bytes, livesSeconds } = redis;
  if (values === 0) return 'In Redis: nothing.';
  return `In Redis: ${counted(values, 'value', 'values')}, ${counted(bytes, 'byte', 'bytes')}, which ${values === 1 ? 'lives' : 'live'} ${duration(livesSeconds)} more.`;
}

/** What the cache has done and holds, a paragraph each part of it. */
export function describeStats(stats: Json<CacheStats>): string {
  const parts = [lookUps(stats), memory(stats), redis(stats), heard(stats), shadow(stats)];
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`;
}

const OUTCOMES = ['hit', 'stale', 'partial', 'miss', 'shared'] as const;

function lookUps({ lookUps }: Json<CacheStats>): string {
  const lines = Object.entries(lookUps).map(([subgraph, counts]) => [
    subgraph,
    ...OUTCOMES.map((outcome) => format(counts[outcome])),
  ]);
  if (lines.length === 0) return 'Nothing was looked up.';
  return `Objects looked up:\n\n${table([['subgraph', ...OUTCOMES], ...lines], { isNumbers: true })}`;
}

function memory({ memory: { entries, bytes, evicted, bytesBySubgraph } }: Json<CacheStats>): string {
  const lines = Object.entries(bytesBySubgraph).map(([subgraph, each]) => [subgraph || '(answers)', format(each)]);
  const sum = `In memory: ${counted(entries, 'entity or answer', 'entities and answers')}, ${counted(bytes, 'byte', 'bytes')}; ${format(evicted)} forgotten to make room.`;
  return lines.length === 0 ? sum : `${sum}\n\n${table([['subgraph', 'bytes'], ...lines], { isNumbers: true })}`;
}

function redis({ redis }: Json<CacheStats>): string {
  if (!redis) return 'In Redis: nothing; the gateway has none.';
  const { failures, unreadable, open, bytes } = redis;
  const state = open ? 'It is left alone for now, because it failed.' : 'It is in use.';
  const sum = `Redis: ${counted(failures, 'failure', 'failures')}, ${counted(unreadable, 'value', 'values')} that could not be opened. ${state}`;
  const lines = Object.entries(bytes).map(([subgraph, { read, written }]) => [subgraph, format(read), format(written)]);
  const head = ['subgraph', 'bytes read', 'bytes written'];
  return lines.length === 0 ? sum : `${sum}\n\n${table([head, ...lines], { isNumbers: true })}`;
}

function heard({ heard }: Json<CacheStats>): string {
  const lines = Object.entries(heard).map(([source, isHeard]) => [
    source || '(the other gateways)',
    isHeard ? 'yes' : 'no: what is remembered is trusted for a few seconds only',
  ]);
  if (lines.length === 0) return 'Nobody tells of changes: what is remembered lives as long as its lifetime says.';
  return `Changes of whom are heard:\n\n${table(lines)}`;
}

function shadow({ shadow }: Json<CacheStats>): string {
  if (!shadow) return 'Nothing is compared with the registries: CACHE_SHADOW_PERCENT is 0.';
  const { same, different, failed } = shadow;
  return `Compared with the registries: ${format(same)} the same, ${format(different)} different, ${format(failed)} failed.`;
}

/** Columns of one width each; numbers, which are all but the first, end below each other. */
function table(rows: readonly (readonly string[])[], { isNumbers = false } = {}): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const cell = (text: string, column: number) =>
    isNumbers && column > 0 ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return rows.map((row) => `  ${row.map(cell).join('  ').trimEnd()}\n`).join('');
}

/** Two units at most, so that a day and a second are read with one look. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
  const whole = Math.floor(seconds);
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
  ];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
