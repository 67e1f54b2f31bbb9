import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/** The public keys of the gateways that a registry answers, by key id. */
export type GatewayKeys = ReadonlyMap<string, KeyObject>;

/** What stands before the 32 bytes of an Ed25519 key in its SPKI form (RFC 8410 section 4). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const BASE64 = /^[\w+/-]+={0,2}$/;

/**
 * Reads `[keyid:]base64` with commas between: Ed25519 public keys, as SPKI or as their 32 bytes. Without a key id it is the
 * thumbprint by which Liên Thông's gateways call their keys (RFC 7638, RFC 8037 section 2). Throws with the cure when one is none.
 */
export function readGatewayKeys(text: string): GatewayKeys {
  const keys = new Map<string, KeyObject>();
  for (const part of text.split(',').flatMap((each) => each.trim() || [])) {
    const [, given, base64 = ''] = /^(?:([\w.~-]{1,128}):)?(.*)$/s.exec(part) ?? [];
    const bytes = BASE64.test(base64) ? Buffer.from(base64, 'base64') : Buffer.alloc(0);
    const raw = bytes.subarray(0, SPKI.length).equals(SPKI) ? bytes.subarray(SPKI.length) : bytes;
    if (raw.length !== 32) {
      throw new Error(
        'GATEWAY_PUBLIC_KEYS must be keyid:key with commas between, each key an Ed25519 public key in base64 ' +
          '(openssl pkey -in signing-key.pem -pubout -outform DER | base64); a gateway says its own when it starts.',
      );
    }
    const keyid = given ?? thumbprintOf(raw);
    if (keys.has(keyid)) throw new Error('GATEWAY_PUBLIC_KEYS names two keys alike; give each its own key id.');
    keys.set(keyid, createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' }));
  }
  return keys;
}

function thumbprintOf(raw: Buffer): string {
  const json = `{"crv":"Ed25519","kty":"OKP","x":"${raw.toString('base64url')}"}`;
  return createHash('sha256').update(json).digest('base64url');
}
