import type { FileHandle } from 'node:fs/promises';

/** Archives of POSIX.1-1988 (`ustar`), as far as plain files with short names need: any `tar` reads them. */

const BLOCK = 512;
const NAME_BYTES = 100;
/** Eleven octal digits. */
const SIZE_MAX = 8 ** 11 - 1;
/** Files of an export, several times over. */
const FILES_MAX = 50_000_000;
const REGULAR = 0x30;
const FOLDER = 0x35;

/** The header of a file, to be followed by its bytes and `paddingOf` them. */
export function tarHeader(name: string, bytes: number, atMs: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) > NAME_BYTES || bytes > SIZE_MAX) throw new RangeError(`${name} does not fit into a tar`);
  const octal = (value: number, at: number, digits: number) =>
    header.write(value.toString(8).padStart(digits, '0'), at);
  header.write(name, 0);
  octal(0o644, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(bytes, 124, 11);
  octal(Math.floor(atMs / 1000), 136, 11);
  header.write('        ', 148);
  header[156] = REGULAR;
  header.write('ustar\x0000', 257, 'latin1');
  octal(sumOf(header), 148, 6);
  header.write('\0 ', 154, 'latin1');
  return header;
}

export function paddingOf(bytes: number): Buffer {
  return Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK);
}

/** What an archive ends with. */
export const TAR_END: Buffer = Buffer.alloc(2 * BLOCK);

function sumOf(header: Buffer): number {
  return header.reduce((sum, byte) => sum + byte, 0);
}

/** Where each file of an archive lies. Throws when it is cut off, or holds something else than files. */
export async function indexOfTar(file: FileHandle): Promise<Map<string, { from: number; bytes: number }>> {
  const index = new Map<string, { from: number; bytes: number }>();
  const { size } = await file.stat();
  const header = Buffer.alloc(BLOCK);
  for (let at = 0; ; ) {
    if (index.size > FILES_MAX) throw new Error('it holds too many files');
    const { bytesRead } = await file.read(header, 0, BLOCK, at);
    if (bytesRead < BLOCK) throw new Error('it is cut off');
    if (header.every((byte) => byte === 0)) return index;
    const { name, bytes, isFolder } = readHeader(header);
    const from = at + BLOCK;
    at = from + bytes + paddingOf(bytes).length;
    if (isFolder) continue;
    if (from + bytes > size) throw new Error('it is cut off');
    // Which of two a reader takes differs from reader to reader.
    if (index.has(name)) throw new Error('it holds a file twice');
    index.set(name, { from, bytes });
  }
}

function readHeader(header: Buffer): { name: string; bytes: number; isFolder: boolean } {
  const text = (from: number, length: number) =>
    header
      .toString('utf8', from, from + length)
      .replace(/\0.*$/s, '')
      .trim();
  const sum = Number.parseInt(text(148, 8), 8);
  const unsummed = Buffer.from(header);
  unsummed.write('        ', 148);
  const bytes = Number.parseInt(text(124, 12), 8);
  if (sum !== sumOf(unsummed) || !(bytes >= 0)) throw new Error('it has a header that is none');
  const isFolder = header[156] === FOLDER;
  const isFile = header[156] === REGULAR || header[156] === 0;
  if ((!isFile && !isFolder) || text(345, 155) !== '')
    throw new Error('it holds something else than the files of a log');
  // `tar -C FOLDER -cf FILE .` names all files so.
  return { name: text(0, NAME_BYTES).replace(/^\.\//, ''), bytes, isFolder };
}
