import type { RequestContext } from '../../context.js';
import type { Caller, Identity, Purpose } from '../../identity.js';
import type { Who, Why } from '../entry.js';
import type { SubjectKeys } from '../subject-keys.js';

/** How a personal number begins: province, and sex with century. Of random traces three in a thousand have such a stretch. */
const PERSONAL = /0\d\d[0-3]\d{8}/;

/** The members of an entry that say who asked, and what for. */
export class Members {
  private readonly known = new WeakMap<Identity, string>();

  constructor(private readonly keys: SubjectKeys) {}

  /** `req`, `trace`, `who` and `why`, as JSON with a comma before each. */
  of({
    requestId,
    traceId,
    identity,
  }: Pick<RequestContext, 'traceId' | 'identity'> & { readonly requestId?: string | undefined }): string {
    let who = this.known.get(identity);
    if (who === undefined) this.known.set(identity, (who = this.whoAndWhy(identity)));
    // An id is of letters, digits, dots and dashes, and a trace of hexadecimal digits.
    const request = requestId === undefined ? '' : `,"req":"${requestId}"`;
    const trace = traceId === undefined || PERSONAL.test(traceId) ? '' : `,"trace":"${traceId}"`;
    return `${request}${trace}${who}`;
  }

  private whoAndWhy({ caller, purpose }: Identity): string {
    const who = caller && `,"who":${JSON.stringify(this.who(caller))}`;
    const why = purpose && `,"why":${JSON.stringify(this.why(purpose))}`;
    return (who ?? '') + (why ?? '');
  }

  private who({ subject, actor, role, department, system }: Caller): Who {
    const sub = this.keys.without(actor ?? subject);
    return {
      sub,
      role,
      ...(department === undefined ? {} : { dept: this.keys.without(department) }),
      ...(system === undefined ? {} : { sys: this.keys.without(system) }),
      ...(actor === undefined ? {} : { obo: this.keys.without(subject) }),
    };
  }

  private why({ procedure, dossier }: Purpose): Why {
    return {
      procedure: this.keys.without(procedure),
      ...(dossier === undefined ? {} : { dossier: this.keys.without(dossier) }),
    };
  }
}
