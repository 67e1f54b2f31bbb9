import type { IncomingHttpHeaders } from 'node:http';
import { type InnerList, parseDictionary, serializeInnerList } from 'structured-headers';

/** What of a request can be signed. */
export interface SignedMessage {
  readonly method: string;
  readonly pathname: string;
  /** With its `?`; empty: there is none. */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
}

/** A signature as a request carries it (RFC 9421 section 4). */
export interface SignatureFields {
  readonly components: readonly string[];
  readonly parameters: ReadonlyMap<string, unknown>;
  readonly signature: Buffer;
  /** What was signed (section 2.5); `undefined`: it names something that the request has not. */
  readonly base: string | undefined;
}

/**
 * Reads the signature with this tag, or with none; a proxy may have added others. `undefined`: it has none. Throws when there are several,
 * when it is malformed, or when a component has parameters, of which none is known here.
 */
export function readSignature(message: SignedMessage, tag: string | undefined): SignatureFields | undefined {
  const inputs = [...dictionaryOf(message, 'signature-input')].filter(
    ([, [, parameters]]) => parameters.get('tag') === tag,
  );
  const [first] = inputs;
  if (!first) return undefined;
  if (inputs.length > 1) throw new Error('several signatures with the same tag');
  const [label, input] = first;
  const [signature] = dictionaryOf(message, 'signature').get(label) ?? [];
  if (!Array.isArray(input[0]) || !(signature instanceof ArrayBuffer)) throw new Error('a malformed signature');
  const list = input as InnerList;
  const components = list[0].map(([name, parameters]) => {
    if (typeof name !== 'string' || parameters.size > 0) throw new Error('an unknown component');
    return name;
  });
  if (new Set(components).size < components.length) throw new Error('a component is named twice');
  return {
    components,
    parameters: list[1],
    signature: Buffer.from(signature),
    base: baseOf(message, components, serializeInnerList(list)),
  };
}

function baseOf(message: SignedMessage, components: readonly string[], parameters: string): string | undefined {
  let base = '';
  for (const name of components) {
    const value = componentOf(message, name);
    if (value === undefined) return undefined;
    base += `"${name}": ${value}\n`;
  }
  return `${base}"@signature-params": ${parameters}`;
}

/** A component's value (sections 2.1 and 2.2): those of a field that came several times are one list. */
function componentOf({ method, pathname, search, headers }: SignedMessage, name: string): string | undefined {
  if (name === '@method') return method;
  if (name === '@path') return pathname;
  if (name === '@query') return search || '?';
  if (name === '@authority') return headers.host?.toLowerCase();
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return Array.isArray(value) ? value.join(', ') : value?.trim();
}

function dictionaryOf({ headers }: SignedMessage, name: string): ReturnType<typeof parseDictionary> {
  const value = headers[name];
  return parseDictionary(Array.isArray(value) ? value.join(', ') : (value ?? ''));
}

/** The SHA-256 that `Content-Digest` gives (RFC 9530); `undefined`: it gives none. Throws when it is malformed. */
export function readContentDigest(message: SignedMessage): Buffer | undefined {
  const [digest] = dictionaryOf(message, 'content-digest').get('sha-256') ?? [];
  return digest instanceof ArrayBuffer ? Buffer.from(digest) : undefined;
}
