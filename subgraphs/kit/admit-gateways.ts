import type { GatewayKeys } from './gateway-keys.js';
import { HttpRefusal } from './http-body.js';
import type { KeepProof } from './proofs.js';
import { describeFault, type Log } from './public-error.js';
import type { SignedMessage } from './signature-fields.js';
import { ACCEPT_SIGNATURE, createVerifier, SignatureRefusal } from './verify-signature.js';

/** Whom a registry answers: gateways with these keys; if there are none, nobody. */
export interface GatewayTrust {
  readonly keys: GatewayKeys;
  /** Milliseconds since 1970. */
  now(): number;
  /** Absent: no proofs are kept. */
  readonly keepProof?: KeepProof;
}

/**
 * Resolves with the request's body when the request may be answered; rejects with an `HttpRefusal` if it may not. The body is
 * read when the signature is known to hold.
 */
export type Admit = (
  message: SignedMessage,
  request: { requestId: string; readBody(): Promise<Buffer | undefined> },
) => Promise<Buffer | undefined>;

export const admitAnyone: Admit = (_message, { readBody }) => readBody();

/** Admits only what a trusted gateway signed. Each refusal is logged, with why, and without a value of the request. */
export function createAdmit(registry: string, { trust, log }: { trust: GatewayTrust; log: Log }): Admit {
  const { keys, now, keepProof } = trust;
  const verifier = createVerifier({ registry, keys, now });
  return async (message, { requestId, readBody }) => {
    try {
      const head = verifier.verify(message);
      const body = await readBody();
      verifier.take(head, body);
      await keepProof?.(head, requestId).catch((error) => {
        log({ level: 'error', msg: 'a proof cannot be kept', registry, requestId, fault: describeFault(error) });
        throw new HttpRefusal(
          503,
          'PROOF_NOT_KEPT',
          'the registry cannot keep its proof of this request, so it does not answer',
        );
      });
      return body;
    } catch (error) {
      if (!(error instanceof SignatureRefusal)) throw error;
      const why = keys.size === 0 ? 'no gateway is trusted: GATEWAY_PUBLIC_KEYS is not set' : error.why;
      log({ level: 'warn', msg: 'a request was refused', registry, requestId, why });
      throw refusalOf(error);
    }
  };
}

/** What is wrong with a signature is said in the registry's log, not to whoever tries one after another. */
function refusalOf({ kind }: SignatureRefusal): HttpRefusal {
  if (kind === 'overloaded') {
    const message = 'more requests come than the registry can tell apart; ask again in a minute';
    return Object.assign(new HttpRefusal(503, 'OVERLOADED', message), { headers: { 'retry-after': '60' } });
  }
  const refusal =
    kind === 'unsigned'
      ? new HttpRefusal(
          401,
          'SIGNATURE_REQUIRED',
          'this registry answers gateways whose public keys it was given, and that sign each request (RFC 9421)',
        )
      : new HttpRefusal(
          401,
          'SIGNATURE_REFUSED',
          "the signature does not hold here; the registry's log says why, by the request id",
        );
  return Object.assign(refusal, { headers: { 'accept-signature': ACCEPT_SIGNATURE } });
}
