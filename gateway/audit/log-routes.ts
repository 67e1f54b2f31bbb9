import { GatewayError, WHO_ASKS } from '../errors.js';
import type { Asked, Route } from '../http.js';
import type { Identity } from '../identity.js';

/** Gives the bytes of a path of the published log; `undefined`: there is nothing. */
export interface Published {
  read(path: string): Promise<Uint8Array | undefined>;
}

const PREFIX = '/audit/log/';
/** Hashes, and what is signed, tell nothing of anybody: witnesses need no token. */
const OPEN = /^(checkpoint|checkpoints|log\.pub|tile\/\d+\/.*)$/;
/** What never changes: full tiles and full bundles. */
const FOR_EVER = /^tile\/(?!.*\.p\/)/;

/**
 * `GET /audit/log/…`: the log as C2SP tlog-tiles has it. Checkpoints and the tiles of hashes are for everybody, entries and their
 * details for auditors.
 */
export function logRoutes(
  published: Published,
  { identify }: { identify(asked: Asked): Identity | Promise<Identity> },
): Map<string, Route> {
  const route: Route = async (asked) => {
    const path = asked.path.slice(PREFIX.length);
    if (!OPEN.test(path)) await refuseOthers(await identify(asked));
    const body = await published.read(path);
    if (!body)
      throw new GatewayError(
        'NOT_FOUND',
        'There is nothing here: ask for checkpoint, log.pub or a tile, as C2SP tlog-tiles says.',
      );
    const isText = /^(checkpoint|checkpoints|log\.pub)$/.test(path);
    const headers = {
      'content-type': isText ? 'text/plain; charset=utf-8' : 'application/octet-stream',
      'cache-control': OPEN.test(path) && FOR_EVER.test(path) ? 'public, max-age=31536000, immutable' : 'no-store',
    };
    return { status: 200, headers, body };
  };
  return new Map([[PREFIX, route]]);
}

function refuseOthers({ caller, purpose }: Identity): void {
  if (!caller) throw WHO_ASKS;
  if (caller.role !== 'auditor')
    throw new GatewayError('FORBIDDEN', 'The entries of the log are for auditors; use a token of that role.');
  if (!purpose) {
    throw new GatewayError(
      'PURPOSE_REQUIRED',
      'The log is read for a purpose; send the header `purpose: procedure=…`.',
    );
  }
}
