import { codeOf } from './errors.js';
import type { Answer, Asked } from './http.js';
import type { Identity } from './identity.js';

/** A request that is refused before there is an operation to be run. */
export interface RefusedAtDoor {
  readonly asked: Asked;
  /** Absent: it is not known, or was not believed. */
  readonly who?: Identity;
  readonly code: string;
  /** The operation's text, if it was sent or is known. */
  readonly text?: string | undefined;
}

/** What is known of a request so far. */
export interface Seen {
  who?: Identity;
}

/** Tells of what is refused before the refusal is answered. */
export function tellingRefusals(
  answer: (asked: Asked, seen: Seen) => Promise<Answer>,
  tell: ((refused: RefusedAtDoor) => Promise<void>) | undefined,
): (asked: Asked) => Promise<Answer> {
  return async (asked) => {
    const seen: Seen = {};
    try {
      return await answer(asked, seen);
    } catch (error) {
      await tell?.({ asked, ...seen, code: codeOf(error) });
      throw error;
    }
  };
}
