import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** What requests to the registries are signed with. */
export interface SigningKey {
  readonly key: KeyObject;
  /** The thumbprint of the public key (RFC 7638, RFC 8037 section 2), so that both sides know it from the key alone. */
  readonly keyid: string;
  /** What a registry is told to trust it: `keyid:base64`, the key as SPKI. Nothing in it is secret. */
  readonly publicKey: string;
}

/** Reads an Ed25519 private key in PEM (PKCS #8). Throws when it is none; what is thrown may hold some of it. */
export function readSigningKey(pem: string): SigningKey {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('the key is for another algorithm than Ed25519');
  const publicKey = createPublicKey(key);
  const { x } = publicKey.export({ format: 'jwk' });
  const keyid = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return { key, keyid, publicKey: `${keyid}:${spki}` };
}

/** Whether a text is such a key. */
export function isSigningKey(pem: string): boolean {
  try {
    return readSigningKey(pem).keyid !== '';
  } catch {
    return false;
  }
}
