import { type Caller, type Identity, NOBODY, type Purpose } from '../identity.js';
import { parsePurpose, purposeOf } from './purpose.js';

/** What somebody says of themselves beside the purpose of a request. */
export interface Said {
  readonly caller?: Caller;
  /** What the token itself is for. */
  readonly purpose: Partial<Purpose>;
  /** Milliseconds since 1970. */
  readonly untilMs: number;
}

/** Purposes that are remembered of one token, and of all who have none. */
const PURPOSES_MAX = 16;

/** The identities of one caller, or of all who say nothing of themselves: one for each purpose, and the same for the same header. */
export class Identities {
  readonly #byHeader = new Map<string, Identity>();
  #withoutHeader: Identity | undefined;

  constructor(private readonly said: Said = { purpose: {}, untilMs: NOBODY.untilMs }) {}

  /** Throws a `GatewayError` for a header that is none, or that goes against the token. */
  for(header: string | undefined): Identity {
    if (header === undefined) return (this.#withoutHeader ??= this.#make({}));
    const known = this.#byHeader.get(header);
    if (known) return known;
    const identity = this.#make(parsePurpose(header));
    if (this.#byHeader.size >= PURPOSES_MAX) this.#byHeader.clear();
    this.#byHeader.set(header, identity);
    return identity;
  }

  #make(asked: Partial<Purpose>): Identity {
    const { caller, untilMs, purpose: claimed } = this.said;
    const purpose = purposeOf(asked, claimed);
    if (!caller && !purpose) return NOBODY;
    return Object.freeze({
      ...(caller && { caller }),
      ...(purpose && { purpose }),
      callerClass: classOf(caller, purpose),
      untilMs,
    });
  }
}

/** Nothing of it is secret, and all of it bears on what may be read: of a citizen's own number only that there is one. */
function classOf(caller: Caller | undefined, purpose: Purpose | undefined): string {
  const of = caller && [caller.role, caller.department, caller.citizen !== undefined, caller.scopes];
  return JSON.stringify([purpose?.procedure, ...(of ?? [])]);
}
