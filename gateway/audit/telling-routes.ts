import { codeOf } from '../errors.js';
import type { Asked, Route } from '../http.js';
import type { Identity } from '../identity.js';
import type { RefusedRequest } from './door.js';

/**
 * Tells of what was refused to whoever asks the log otherwise than by GraphQL, before it is answered. That there is nothing at a path
 * is no refusal.
 */
export function tellingRoutes(
  routes: ReadonlyMap<string, Route>,
  {
    identify,
    tell,
  }: { identify(asked: Asked): Identity | Promise<Identity>; tell(refused: RefusedRequest): Promise<void> },
): Map<string, Route> {
  const telling = (route: Route): Route => {
    return async (asked) => {
      try {
        return await route(asked);
      } catch (error) {
        const code = codeOf(error);
        if (code !== 'NOT_FOUND') await tell({ requestId: asked.requestId, who: await whoOf(asked), code });
        throw error;
      }
    };
  };
  const whoOf = async (asked: Asked) => {
    try {
      return await identify(asked);
    } catch {
      // It may be that which was refused.
      return undefined;
    }
  };
  return new Map([...routes].map(([path, route]) => [path, telling(route)]));
}
