import { createHash } from 'node:crypto';
import { openVerifier, parseNote, type Signer, verifiedBy } from '../../gateway/audit/verify/note.js';
import type { Read } from '../../gateway/audit/verify/tile-reader.js';

/**
 * What an export holds, signed by its log: a line each file, `SHA-256 in hexadecimal, two spaces, path`, as `sha256sum -c` reads them,
 * under two lines that say what it is. It is a C2SP signed note, and no checkpoint: its first line names no log.
 */

export const MANIFEST = 'manifest';
const HEAD = 'lien-thong audit export v1';
const LINE = /^([\da-f]{64}) {2}([\w./-]{1,100})$/;

export class Manifest {
  private readonly lines: string[] = [];

  add(path: string, bytes: Uint8Array): void {
    this.lines.push(`${sha256(bytes)}  ${path}\n`);
  }

  get files(): number {
    return this.lines.length;
  }

  signed(signer: Signer): string {
    const text = `${HEAD}\norigin ${signer.name}\n${this.lines.join('')}`;
    return `${text}\n${signer.sign(text)}`;
  }
}

/** The files that a manifest names, with their hashes. Throws, with what is wrong with it, for what the log did not sign. */
export function readManifest(note: string, vkey: string): Map<string, string> {
  const verifier = openVerifier(vkey);
  const parsed = parseNote(note);
  if (verifiedBy(parsed, [verifier]).length === 0) throw new Error(`it is not signed by the key of ${verifier.name}`);
  const [head, origin, ...lines] = parsed.text.slice(0, -1).split('\n');
  if (head !== HEAD) throw new Error('it is no manifest of an export');
  if (origin !== `origin ${verifier.name}`) throw new Error(`it is of another log than ${verifier.name}`);
  return new Map(
    lines.map((line): [string, string] => {
      const [, hash, path] = LINE.exec(line) ?? [];
      if (!hash || !path) throw new Error('it has a line that names no file');
      return [path, hash];
    }),
  );
}

/** What is wrong with the files that a manifest names, a sentence each. */
export async function compareFiles(
  files: ReadonlyMap<string, string>,
  read: Read,
  onProgress: (done: number, total: number) => void,
): Promise<string[]> {
  const findings: string[] = [];
  let done = 0;
  for (const [path, hash] of files) {
    const bytes = await read(path);
    if (!bytes) findings.push(`${path} is missing: the manifest names it`);
    else if (sha256(bytes) !== hash) findings.push(`${path} was changed: it is not what the manifest says`);
    onProgress((done += 1), files.size);
  }
  return findings;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
