import { GatewayError } from '../errors.js';
import type { Asked, Route } from '../http.js';
import type { Identity } from '../identity.js';
import { type RecordAct, requireAuditor } from './desk/index.js';

/** Gives the bytes of a path of the published log; `undefined`: there is nothing. */
export interface Published {
  read(path: string): Promise<Uint8Array | undefined>;
}

const PREFIX = '/audit/log/';
/** Hashes, and what is signed, tell nothing of anybody: witnesses need no token. */
const OPEN = /^(checkpoint|checkpoints|log\.pub|tile\/\d+\/.*)$/;
/** What there may be; anything else is nothing that the log should have a copy of. */
const PATH = /^(tile\/entries|details)\/[\w./-]{1,100}$/;
/** What never changes: full tiles and full bundles. */
const FOR_EVER = /^tile\/(?!.*\.p\/)/;

/**
 * `GET /audit/log/…`: the log as C2SP tlog-tiles has it. Checkpoints and the tiles of hashes are for everybody, entries and their
 * details for auditors, who have an entry for each.
 */
export function logRoutes(
  published: Published,
  { identify, act }: { identify(asked: Asked): Identity | Promise<Identity>; act: RecordAct },
): Map<string, Route> {
  // All notes of a year are a long list, which anybody may ask for: those who ask at once are given the same.
  let notes: Promise<Uint8Array | undefined> | undefined;
  const read = (path: string) => {
    if (path !== 'checkpoints') return published.read(path);
    notes ??= published.read(path).finally(() => {
      notes = undefined;
    });
    return notes;
  };
  const route: Route = async (asked) => {
    const path = asked.path.slice(PREFIX.length);
    const isGuarded = PATH.test(path);
    // Whoever has no token learns of what there never is that it is not there: a verifier looks for an export's files, too.
    if (!OPEN.test(path) && !isGuarded) throw nothing();
    if (isGuarded) {
      const identity = await identify(asked);
      requireAuditor(identity);
      await act('log.published', { path }, { ...identity, requestId: asked.requestId });
    }
    const body = await read(path);
    if (!body) throw nothing();
    const isText = /^(checkpoint|checkpoints|log\.pub)$/.test(path);
    const headers = {
      'content-type': isText ? 'text/plain; charset=utf-8' : 'application/octet-stream',
      'cache-control': OPEN.test(path) && FOR_EVER.test(path) ? 'public, max-age=31536000, immutable' : 'no-store',
    };
    return { status: 200, headers, body };
  };
  return new Map([[PREFIX, route]]);
}

function nothing(): GatewayError {
  return new GatewayError(
    'NOT_FOUND',
    'There is nothing here: ask for checkpoint, log.pub or a tile, as C2SP tlog-tiles says.',
  );
}
