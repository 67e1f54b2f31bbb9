import { createHash, timingSafeEqual } from 'node:crypto';
import type { Config } from './config.js';
import type { CacheStats, Change } from './context.js';
import { GatewayError } from './errors.js';
import { type Answer, type Asked, json, type Route } from './http.js';
import { isObject, type JsonObject } from './json-object.js';

/** What the cache lets people and registries do by hand. */
export interface Desk {
  invalidate(subgraph: string, changes: readonly Change[]): Promise<number | 'everything'>;
  isNamed(subgraph: string, change: Change): boolean;
  show(subgraph: string, change: Change): Promise<object>;
}

export interface DeskOptions {
  /** Absent: nothing is remembered. */
  readonly cache: { readonly desk: Desk; readonly isShared: boolean; stats(): CacheStats } | undefined;
  readonly config: Pick<Config, 'cache' | 'workers'>;
  subgraphs(): Iterable<string>;
  /** Writes down what was done by hand, before it is; absent: nobody does. */
  act?: WriteAct | undefined;
}

/** `ids`: of whom, as far as the keys of entities say it. */
type WriteAct = (
  act: { readonly what: string } & Readonly<Record<string, string | number>>,
  by: { readonly requestId: string; readonly ids: readonly string[] },
) => Promise<void>;

const CHANGES_MAX = 10_000;
const FORM = 'Send {"subgraph": "…", "changes": [{"type": "…", "key": {…}}]}, or "all": true in the place of changes.';

/**
 * `POST /cache/invalidate` for registries that cannot tell by themselves what has changed, `POST /cache/show` and `GET /cache/stats`:
 * all with `Authorization: Bearer CACHE_TOKEN`.
 */
export function cacheDeskRoutes(
  options: DeskOptions,
): ReadonlyMap<string, { readonly method: string; readonly route: Route }> {
  const guarded = (work: (desk: Desk, asked: Asked) => Promise<Answer>): Route => {
    return async (asked) => {
      authorize(asked, options.config.cache.token);
      if (!options.cache)
        throw new GatewayError(
          'NOT_FOUND',
          'Nothing is remembered here: CACHE_MEMORY_BYTES_MAX is 0 and there is no Redis.',
        );
      return work(options.cache.desk, asked);
    };
  };
  const invalidate = guarded(async (desk, asked) => {
    const body = await readObject(asked);
    const changes = changesIn(body);
    const subgraph = subgraphIn(body, options);
    const unnamed = changes.findIndex((change) => !desk.isNamed(subgraph, change));
    if (unnamed >= 0) throw unknownEntity(`changes[${unnamed}]`);
    if (options.config.workers > 1 && !options.cache?.isShared) {
      const cure = 'Set REDIS_URL and CACHE_KEYS, by which they tell each other, or WORKERS=1.';
      throw new GatewayError(
        'CACHE_UNREACHABLE',
        `Only one of the processes that answer here would forget it. ${cure}`,
      );
    }
    const by = { requestId: asked.requestId, ids: idsIn(changes) };
    await options.act?.({ what: 'cache.invalidate', subgraph, changes: changes.length }, by);
    try {
      return json(200, { forgotten: await desk.invalidate(subgraph, changes) });
    } catch {
      throw new GatewayError(
        'CACHE_UNREACHABLE',
        'It is forgotten here, but Redis does not answer, so the other gateways could not be told. Send it again.',
      );
    }
  });
  const show = guarded(async (desk, asked) => {
    const body = await readObject(asked);
    const { type, key } = body;
    const subgraph = subgraphIn(body, options);
    if (typeof type !== 'string' || !isObject(key)) {
      throw new GatewayError('BAD_REQUEST', 'Send {"subgraph": "…", "type": "…", "key": {…}}.');
    }
    if (!desk.isNamed(subgraph, { type, key })) throw unknownEntity('it');
    const by = { requestId: asked.requestId, ids: idsIn([{ type, key }]) };
    await options.act?.({ what: 'cache.show', subgraph, entity: type }, by);
    return json(200, await desk.show(subgraph, { type, key }));
  });
  return new Map([
    ['/cache/invalidate', { method: 'POST', route: invalidate }],
    ['/cache/show', { method: 'POST', route: show }],
    ['/cache/stats', { method: 'GET', route: guarded(async () => json(200, plain(options.cache?.stats()))) }],
  ]);
}

/** The texts in the keys of entities that could be a person's or a parcel's identifier. */
function idsIn(changes: readonly Change[]): string[] {
  return changes.flatMap((change) =>
    'key' in change
      ? Object.values(change.key).flatMap((id) => (typeof id === 'string' && id.length === ID_LENGTH ? id : []))
      : [],
  );
}

const ID_LENGTH = 12;

/** With objects in the place of maps, as JSON has it. */
function plain(stats: CacheStats | undefined): unknown {
  return JSON.parse(JSON.stringify(stats, (_, value) => (value instanceof Map ? Object.fromEntries(value) : value)));
}

function unknownEntity(what: string): GatewayError {
  const cure =
    'Name a type of this subgraph with a @key, and all fields of one of its keys; or Query with a field and its args.';
  return new GatewayError('BAD_REQUEST', `Of ${what} nothing can be remembered. ${cure}`);
}

function authorize({ headers }: Asked, token: string | undefined): void {
  if (!token) {
    throw new GatewayError(
      'FORBIDDEN',
      'This is closed: set CACHE_TOKEN at the gateway, and send it as Authorization: Bearer.',
    );
  }
  const [, given = ''] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? [];
  // Hashes are of one length, so that comparing takes one time.
  const [one, other] = [given, token].map((text) => createHash('sha256').update(text).digest());
  if (!timingSafeEqual(one!, other!)) {
    throw new GatewayError('UNAUTHENTICATED', 'Send the CACHE_TOKEN of this gateway as Authorization: Bearer.');
  }
}

async function readObject(asked: Asked): Promise<JsonObject> {
  let body: unknown;
  try {
    body = JSON.parse(await asked.text());
  } catch (error) {
    if (error instanceof GatewayError) throw error;
  }
  if (!isObject(body)) throw new GatewayError('BAD_REQUEST', `The body is not a JSON object. ${FORM}`);
  return body;
}

function subgraphIn({ subgraph }: JsonObject, { subgraphs }: DeskOptions): string {
  const known = [...subgraphs()];
  if (typeof subgraph !== 'string' || !known.includes(subgraph)) {
    throw new GatewayError('BAD_REQUEST', `There is no such subgraph. There are: ${known.join(', ')}.`);
  }
  return subgraph;
}

function changesIn({ changes, all }: JsonObject): readonly Change[] {
  if (all === true && changes === undefined) return [{ all: true }];
  if (!Array.isArray(changes) || changes.length === 0)
    throw new GatewayError('BAD_REQUEST', `There are no changes. ${FORM}`);
  if (changes.length > CHANGES_MAX) {
    throw new GatewayError(
      'BAD_REQUEST',
      `At most ${CHANGES_MAX} changes are taken at once. Send fewer, or "all": true.`,
    );
  }
  return changes.map((change: unknown, index): Change => {
    if (isObject(change) && typeof change.type === 'string' && isObject(change.key)) {
      return { type: change.type, key: change.key };
    }
    throw new GatewayError('BAD_REQUEST', `changes[${index}] says not what changed. ${FORM}`);
  });
}
