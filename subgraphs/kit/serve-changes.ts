import type { ServerResponse } from 'node:http';
import type { ChangeFeed } from './changes.js';
import { DatabaseError } from './database-error.js';
import { jsonReply, type Reply } from './http-reply.js';

const WAIT_MS_MAX = 30_000;

export interface ChangesDoor {
  readonly changes: ChangeFeed;
  /** Aborted when the server stops: those who wait are answered at once. */
  readonly stopping: AbortSignal;
}

/**
 * Answers `GET /changes?after=…&wait=MS`: what changed behind the position `after`, waiting up to `wait` milliseconds for it.
 * A client that is gone is no longer waited for.
 */
export async function answerChanges(
  { changes, stopping }: ChangesDoor,
  parameters: URLSearchParams,
  response: ServerResponse,
): Promise<Reply> {
  const problem = problemOf(parameters);
  if (problem) return jsonReply(400, { error: problem });
  const after = parameters.get('after') ?? undefined;
  const waitMs = Number(parameters.get('wait') ?? 0);
  const end = new AbortController();
  const abort = () => end.abort();
  response.once('close', abort);
  stopping.addEventListener('abort', abort);
  try {
    return jsonReply(200, await changes.read({ after, waitMs: stopping.aborted ? 0 : waitMs, signal: end.signal }));
  } catch (error) {
    // Cut short, nothing is known: whoever is still there goes on from the same position, with another server.
    if (end.signal.aborted && after !== undefined) {
      return jsonReply(200, { position: after, isGap: false, changes: [] });
    }
    if (end.signal.aborted) return jsonReply(503, { error: 'the registry is stopping' });
    if (error instanceof DatabaseError) return jsonReply(503, { error: 'the registry cannot be reached' });
    throw error;
  } finally {
    response.off('close', abort);
    stopping.removeEventListener('abort', abort);
  }
}

function problemOf(parameters: URLSearchParams): string | undefined {
  for (const name of parameters.keys()) {
    if (name !== 'after' && name !== 'wait') return 'the parameters are after and wait';
    if (parameters.getAll(name).length > 1) return `give ${name} once`;
  }
  const wait = parameters.get('wait') ?? '0';
  if (!/^\d{1,5}$/.test(wait) || Number(wait) > WAIT_MS_MAX) {
    return `wait must be a number of milliseconds from 0 to ${WAIT_MS_MAX}`;
  }
  return undefined;
}
