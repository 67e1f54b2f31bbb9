import { createPrivateKey } from 'node:crypto';
import {
  detailHash,
  type Entry,
  hashOf,
  type Kind,
  type Shape,
  shortHash,
  valuesHash,
  writeRecords,
} from '../../gateway/audit/entry.js';
import { signCheckpoint } from '../../gateway/audit/verify/checkpoint.js';
import { leafHash, rootOf } from '../../gateway/audit/verify/merkle.js';
import { openSigner, type Signer } from '../../gateway/audit/verify/note.js';
import type { Read } from '../../gateway/audit/verify/tile-reader.js';
import { entriesPath, tilePath, tileWidth, writeEntryBundle } from '../../gateway/audit/verify/tiles.js';

/** An Ed25519 private key in PEM that is the same at every run: 32 bytes are all it is made of. */
export function pemOf(seed: Uint8Array): string {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();
}

export const signerOf = (name: string, byte: number): Signer => openSigner(name, pemOf(Buffer.alloc(32, byte)));

export const BEGUN_MS = Date.UTC(2026, 10, 2, 1);
const MINUTE_MS = 60_000;

export const SHAPE: Shape = {
  v: 1,
  op: hashOf('query Birth { citizen(personalId: "0") { birth { dateOfBirth } } }'),
  name: 'Birth',
  rules: [
    {
      name: 'registrar-reads-births',
      basis: 'Law on Civil Status, article 9',
      verified: false,
      from: '2025-07-01',
      version: shortHash('rule'),
    },
  ],
  registries: ['civil-status'],
  fields: [
    ['citizen.birth.dateOfBirth', [0], 'shown'],
    ['citizen.birth.ethnicity', [0], 'refused POLICY'],
  ],
};

/** The name of a writer: any 16 characters of base64url. */
export const writerNamed = (name: string) => name.padEnd(16, '0');
export const [A, B] = [writerNamed('gateway-a'), writerNamed('gateway-b')];

/** A log in memory, written by the format: entries first, then the folder that an auditor gets of them. */
export class AuditLogOfTest {
  readonly lines: string[] = [];
  readonly details = new Map<string, string>();
  readonly checkpoints: string[] = [];
  atMs = BEGUN_MS;
  private readonly last = new Map<string, { n: number; line: string }>();

  constructor(readonly signer: Signer = signerOf('audit.example/da-nang', 7)) {}

  /** The same log, to go on from in two ways. */
  copy(): AuditLogOfTest {
    const copy = new AuditLogOfTest(this.signer);
    copy.lines.push(...this.lines);
    copy.checkpoints.push(...this.checkpoints);
    for (const [hash, body] of this.details) copy.details.set(hash, body);
    for (const [writer, last] of this.last) copy.last.set(writer, last);
    copy.atMs = this.atMs;
    return copy;
  }

  detail(body: string): string {
    this.details.set(detailHash(body), body);
    return detailHash(body);
  }

  /** Writes an entry: the writer's next. */
  write(w: string, kind: Kind, more: Partial<Entry> = {}): string {
    const last = this.last.get(w);
    this.atMs += 1000;
    const entry: Entry = {
      v: 1,
      w,
      n: (last?.n ?? 0) + 1,
      p: last ? shortHash(last.line) : '',
      at: this.atMs,
      kind,
      ...more,
    };
    const line = JSON.stringify(entry);
    this.lines.push(line);
    this.last.set(w, { n: entry.n, line });
    return line;
  }

  /** Writes that somebody read a birth. */
  read(w: string, dossier = 'H48.19-261102-0001'): string {
    return this.write(w, 'read', {
      req: `request-${this.lines.length}`,
      who: { sub: 'officer-17', role: 'registrar', dept: 'HAI_CHAU' },
      about: ['k1', 'PcZ1mVx0QeJwR7aB'],
      why: { procedure: '1.004894', dossier },
      shape: this.detail(JSON.stringify(SHAPE)),
      ...writeRecords([{ record: 'birth/1990/17', version: '3', retrievedAtMs: this.atMs - 20, cache: 'SOURCE' }]),
      values: valuesHash(Buffer.from(`values of ${this.lines.length}`)),
    });
  }

  /** Two writers that take turns, to a number of entries. */
  fill(size: number): this {
    while (this.lines.length < size) {
      const writer = this.lines.length % 3 === 1 ? B : A;
      if (this.last.has(writer)) this.read(writer);
      else this.write(writer, 'begin');
    }
    return this;
  }

  root(size = this.lines.length): Buffer {
    return rootOf(this.lines.slice(0, size).map((line) => leafHash(Buffer.from(line))));
  }

  /** Signs a checkpoint, `minutes` after the last thing that was done. */
  sign(minutes = 1): string {
    this.atMs += minutes * MINUTE_MS;
    const note = signCheckpoint({ size: this.lines.length, root: this.root() }, this.signer, this.atMs);
    this.checkpoints.push(note);
    return note;
  }

  /** The folder of the log at its last checkpoint. */
  publish(): Folder {
    const files: Folder = new Map();
    const size = this.lines.length;
    let hashes = this.lines.map((line) => leafHash(Buffer.from(line)));
    for (let n = 0; n * 256 < size; n += 1) {
      const lines = this.lines.slice(n * 256, (n + 1) * 256);
      files.set(entriesPath(n, lines.length), writeEntryBundle(lines.map((line) => Buffer.from(line))));
    }
    for (let level = 0; hashes.length > 0; level += 1) {
      const above: Buffer[] = [];
      for (let n = 0; tileWidth(level, n, size) > 0; n += 1) {
        const tile = hashes.slice(n * 256, (n + 1) * 256);
        files.set(tilePath(level, n, tile.length), Buffer.concat(tile));
        if (tile.length === 256) above.push(rootOf(tile));
      }
      hashes = above;
    }
    for (const [hash, body] of this.details) files.set(`details/${hash}`, Buffer.from(body));
    const newest = this.checkpoints.at(-1);
    if (newest) files.set('checkpoint', Buffer.from(newest));
    files.set('checkpoints', Buffer.from(this.checkpoints.join('')));
    return files;
  }
}

export type Folder = Map<string, Uint8Array>;

export const readOf =
  (files: Folder): Read =>
  async (path) =>
    files.get(path);

/** Bytes with one bit turned. */
export function flipped(bytes: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  const at = Math.floor(bit / 8) % copy.length;
  copy[at] = copy[at]! ^ (1 << (bit % 8));
  return copy;
}
