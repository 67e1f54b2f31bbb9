import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

/**
 * Signed notes (c2sp.org/signed-note) with Ed25519 keys. A key signs in one of two ways: the text as it is, as a log does, or the text
 * under a time (c2sp.org/tlog-cosignature), as a witness does.
 */

/** A note, a key or what is read from them is not as it must be. The message says what, in words for whoever checks. */
export class NoteError extends Error {}

/** The signature types of C2SP: Ed25519, and a cosignature of Ed25519 with its time. */
const PLAIN = 1;
const TIMED = 4;
const KEY_BYTES = 32;
const ID_BYTES = 4;
const TIME_BYTES = 8;
/** The last time that JavaScript has a date for. */
const TIME_MAX_MS = 8.64e15;
/** A note with more is not looked at: each costs its check. */
const SIGNATURES_MAX = 100;
const NAME = /^[^\s+\u0085]+$/u;

export interface Signature {
  readonly name: string;
  /** The four bytes that say which of the keys of this name. */
  readonly keyId: number;
  readonly bytes: Buffer;
}

export interface Note {
  /** With its last line end. */
  readonly text: string;
  readonly signatures: readonly Signature[];
}

/** Reads a note without checking a signature. Throws a `NoteError`. */
export function parseNote(note: string): Note {
  const end = note.lastIndexOf('\n\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what the format forbids.
  if (end < 0 || !note.endsWith('\n') || /[\0-\x09\x0b-\x1f]/.test(note))
    throw new NoteError('it is not a signed note');
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > SIGNATURES_MAX) throw new NoteError(`it has more than ${SIGNATURES_MAX} signatures`);
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): Signature {
  const [, name = '', base64 = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
  const bytes = fromBase64(base64);
  if (!NAME.test(name) || !bytes || bytes.length <= ID_BYTES) throw new NoteError('it has a line that is no signature');
  return { name, keyId: bytes.readUInt32BE(0), bytes: bytes.subarray(ID_BYTES) };
}

/** Base64 of RFC 4648 section 4, and nothing that other readers would refuse. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

export interface Verifier {
  readonly name: string;
  readonly keyId: number;
  readonly vkey: string;
  /** Whether the key made the signature over a note's text. */
  verify(text: string, signature: Uint8Array): boolean;
  /** When a signature with a time was made, milliseconds since 1970. */
  timeOf(signature: Uint8Array): number | undefined;
}

/** The verifier of a key as C2SP writes it: `name+id+base64`. Throws a `NoteError` when it is none. */
export function openVerifier(vkey: string): Verifier {
  const [, name = '', id = '', base64 = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/.exec(vkey) ?? [];
  const bytes = fromBase64(base64);
  const isKnown = bytes?.length === 1 + KEY_BYTES && (bytes[0] === PLAIN || bytes[0] === TIMED);
  if (!NAME.test(name) || !isKnown || keyIdOf(name, bytes) !== Number.parseInt(id, 16)) {
    throw new NoteError(
      'the key is not written as name+id+base64 of an Ed25519 key, or its parts do not belong together',
    );
  }
  return verifierOf(name, bytes);
}

/** The same key, for the signatures that it makes with a time. */
export function openTimeVerifier(vkey: string): Verifier {
  const { name } = openVerifier(vkey);
  const bytes = Buffer.from(vkey.slice(name.length + 10), 'base64');
  return verifierOf(name, Buffer.concat([Buffer.from([TIMED]), bytes.subarray(1)]));
}

function verifierOf(name: string, typed: Buffer): Verifier {
  const x = typed.subarray(1).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const isTimed = typed[0] === TIMED;
  const timeOf = (signature: Uint8Array) =>
    isTimed ? Number(Buffer.from(signature).readBigUInt64BE(0)) * 1000 : undefined;
  return {
    name,
    keyId: keyIdOf(name, typed),
    vkey: vkeyOf(name, typed),
    verify: (text, signature) => {
      if (!isTimed) return verify(null, Buffer.from(text), key, signature);
      if (signature.length <= TIME_BYTES || timeOf(signature)! > TIME_MAX_MS) return false;
      return verify(null, underTime(text, timeOf(signature)! / 1000), key, signature.subarray(TIME_BYTES));
    },
    timeOf,
  };
}

export interface Signer {
  readonly name: string;
  /** What the log's signatures are verified with. */
  readonly vkey: string;
  /** What signatures with a time are verified with. */
  readonly cosignerVkey: string;
  /** One signature line, with its line end. */
  sign(text: string): string;
  /** One signature line that says when: a cosignature. `atMs`: milliseconds since 1970, of which whole seconds are kept. */
  cosign(text: string, atMs: number): string;
}

/** Signs as `name` with an Ed25519 private key in PEM (PKCS #8). What is thrown when it is none may hold some of it. */
export function openSigner(name: string, privateKeyPem: string): Signer {
  if (!NAME.test(name)) throw new NoteError("a key's name has neither spaces nor plus signs");
  const key = createPrivateKey(privateKeyPem);
  if (key.asymmetricKeyType !== 'ed25519') throw new NoteError('the key is for another algorithm than Ed25519');
  const plain = typedKey(PLAIN, key);
  const timed = typedKey(TIMED, key);
  const line = (typed: Buffer, signature: Buffer) => {
    const id = Buffer.alloc(ID_BYTES);
    id.writeUInt32BE(keyIdOf(name, typed));
    return `— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
  };
  return {
    name,
    vkey: vkeyOf(name, plain),
    cosignerVkey: vkeyOf(name, timed),
    sign: (text) => line(plain, sign(null, Buffer.from(text), key)),
    cosign: (text, atMs) => {
      const seconds = Math.floor(atMs / 1000);
      const time = Buffer.alloc(TIME_BYTES);
      time.writeBigUInt64BE(BigInt(seconds));
      return line(timed, Buffer.concat([time, sign(null, underTime(text, seconds), key)]));
    },
  };
}

/** What is signed in a cosignature. */
function underTime(text: string, seconds: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
}

function typedKey(type: number, key: KeyObject): Buffer {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.concat([Buffer.from([type]), Buffer.from(x, 'base64url')]);
}

function keyIdOf(name: string, typed: Buffer): number {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'buffer').readUInt32BE(0);
}

function vkeyOf(name: string, typed: Buffer): string {
  return `${name}+${keyIdOf(name, typed).toString(16).padStart(8, '0')}+${typed.toString('base64')}`;
}

/** A known key that signed, and when, where it says so. */
export interface Signed {
  readonly name: string;
  readonly vkey: string;
  readonly atMs: number | undefined;
}

/**
 * Which of the known keys signed a note, each once; signatures of others are passed over. Throws a `NoteError` if one that says it is
 * of a known key is not: then something of the note was changed.
 */
export function verifiedBy({ text, signatures }: Note, verifiers: readonly Verifier[]): Signed[] {
  const signed = new Map<string, Signed>();
  for (const { name, keyId, bytes } of signatures) {
    const known = verifiers.find((one) => one.name === name && one.keyId === keyId);
    if (!known || signed.has(known.vkey)) continue;
    if (!known.verify(text, bytes)) throw new NoteError(`the signature of ${name} does not fit its text`);
    signed.set(known.vkey, { name, vkey: known.vkey, atMs: known.timeOf(bytes) });
  }
  return [...signed.values()];
}
