import { hash, randomUUID, sign as signBytes } from 'node:crypto';
import type { Config } from '../config.js';
import type { Clock } from '../context.js';
import { GATEWAY_ITSELF, type Identity } from '../identity.js';
import { readSigningKey, type SigningKey } from '../signing-key.js';

/** A request as it is sent: `path` with its query. */
export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The same request, with the headers that sign it and say who asks and what for. */
export type Sign = (request: Request, identity: Identity) => Request;

const signNothing: Sign = (request) => request;

/**
 * How long a signature holds: longer than a fetch waits for a connection, and short, for so long a registry remembers the
 * request in order to refuse it the second time.
 */
const HOLDS_SECONDS = 30;

/** How requests to each registry are signed; without `SIGNING_KEY` they are sent as they are. */
export function createSigner({ config, clock }: { config: Config; clock: Clock }): (registry: string) => Sign {
  if (config.signingKey === undefined) return () => signNothing;
  const signingKey = readSigningKey(config.signingKey);
  return (registry) => createSign(registry, { signingKey, clock });
}

/** What is signed of the headers that a request has anyway. */
const SIGNED_HEADERS = ['x-request-id', 'content-type'];

/**
 * Signs the requests to a registry as HTTP Message Signatures have it (RFC 9421), with the body's digest (RFC 9530). The host
 * is not signed, since a proxy may rewrite it; the registry's name is, so that what is meant for one is refused by the others.
 */
function createSign(registry: string, { signingKey, clock }: { signingKey: SigningKey; clock: Clock }): Sign {
  const { key, keyid } = signingKey;
  const named = text(registry);
  return (request, identity) => {
    const { method, path, headers, body } = request;
    const said: Record<string, string> = { 'lien-thong-registry': named, 'lien-thong-caller': callerOf(identity) };
    if (identity.purpose) said['lien-thong-purpose'] = purposeOf(identity.purpose);
    if (body !== undefined) said['content-digest'] = `sha-256=:${hash('sha256', body, 'base64')}:`;
    const [pathname = '', query = ''] = path.split(/\?(.*)/, 2);
    const components: Component[] = [
      ['@method', method],
      ['@path', pathname],
      ['@query', `?${query}`],
      ...Object.entries(said),
    ];
    for (const name of SIGNED_HEADERS) if (headers[name] !== undefined) components.push([name, headers[name]]);
    const created = Math.floor(clock.now() / 1000);
    const times = `;created=${created};expires=${created + HOLDS_SECONDS}`;
    const { input, base } = signatureBase(
      components,
      `${times};nonce="${randomUUID()}";keyid="${keyid}";alg="ed25519";tag="lien-thong"`,
    );
    const signature = signBytes(null, Buffer.from(base), key).toString('base64');
    const signed = { 'signature-input': `lien-thong=${input}`, signature: `lien-thong=:${signature}:` };
    return { ...request, headers: { ...headers, ...said, ...signed } };
  };
}

type Component = readonly [name: string, value: string];

/** What is signed (RFC 9421 section 2.5), and what says so in `Signature-Input`. */
export function signatureBase(components: readonly Component[], parameters: string): { input: string; base: string } {
  const input = `(${components.map(([name]) => `"${name}"`).join(' ')})${parameters}`;
  const lines = components.map(([name, value]) => `"${name}": ${value}\n`).join('');
  return { input, base: `${lines}"@signature-params": ${input}` };
}

/** Who asks, as a dictionary (RFC 9651), which any language has a parser for, and in which no value can pass for another. */
function callerOf(identity: Identity): string {
  if (identity === GATEWAY_ITSELF) return 'role=gateway';
  const { caller } = identity;
  if (!caller) return 'role=nobody';
  const department = caller.department === undefined ? '' : `, department=${text(caller.department)}`;
  return `role=${caller.role}, subject=${text(caller.subject)}${department}`;
}

function purposeOf({ procedure, dossier }: NonNullable<Identity['purpose']>): string {
  return `procedure=${text(procedure)}${dossier === undefined ? '' : `, dossier=${text(dossier)}`}`;
}

/** A String, or a Display String if there is anything in it that a String cannot hold (RFC 9651 sections 4.1.6 and 4.1.11). */
function text(value: string): string {
  if (/^[ -~]*$/.test(value)) return `"${value.replace(/["\\]/g, '\\$&')}"`;
  const bytes = [...Buffer.from(value)].map((byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x25
      ? `%${byte.toString(16).padStart(2, '0')}`
      : String.fromCharCode(byte),
  );
  return `%"${bytes.join('')}"`;
}
