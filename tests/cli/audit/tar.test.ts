import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArchive } from '../../../cli/audit/archive.js';
import { openFiles } from '../../../cli/audit/sources.js';
import { indexOfTar } from '../../../cli/audit/tar.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-tar-'));
  file = join(folder, 'export.tar');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FILES: Record<string, Buffer> = {
  checkpoint: Buffer.from('a log\n'),
  'tile/0/x001/067.p/12': Buffer.alloc(384, 1),
  'tile/entries/000': Buffer.alloc(1_024, 2),
  'details/empty': Buffer.alloc(0),
};

async function write(out: string): Promise<void> {
  const archive = await createArchive(out, Date.parse('2026-11-26T00:00:00Z'));
  for (const [path, bytes] of Object.entries(FILES)) await archive.put(path, bytes);
  await archive.finish();
  await archive.close();
}

async function readAll(place: string): Promise<Record<string, Buffer>> {
  const source = await openFiles(place);
  const read: Record<string, Buffer> = {};
  for (const path of [...Object.keys(FILES), 'nothing']) {
    const bytes = await source.read(path);
    if (bytes) read[path] = Buffer.from(bytes);
  }
  await source.close();
  return read;
}

test('what is written into an archive is read from it, and by the tar of the system', async () => {
  await write(file);
  expect(await readAll(file)).toEqual(FILES);
  const { status, stderr } = spawnSync('tar', ['-xf', file, '-C', folder]);
  expect([status, stderr.toString()]).toEqual([0, '']);
  for (const [path, bytes] of Object.entries(FILES)) expect(readFileSync(join(folder, path))).toEqual(bytes);
});

test('what the system’s tar makes of a folder is read as the folder is', async () => {
  const out = join(folder, 'export');
  await write(out);
  expect(await readAll(out)).toEqual(FILES);
  expect(spawnSync('tar', ['--format=ustar', '-cf', file, '-C', out, '.']).status).toBe(0);
  expect(await readAll(file)).toEqual(FILES);
});

test('an archive that is not finished is not there, and nothing is left of it', async () => {
  for (const out of [file, join(folder, 'export')]) {
    const archive = await createArchive(out, 0);
    await archive.put('checkpoint', Buffer.from('a log\n'));
    await archive.close();
    await expect(openFiles(out)).rejects.toThrow(/cannot be read \(ENOENT\)/);
  }
  expect(spawnSync('ls', ['-A', folder]).stdout.toString()).toBe('');
});

test('nothing that is there already is written over', async () => {
  writeFileSync(file, 'something');
  await expect(createArchive(file, 0)).rejects.toThrow(`--out ${file} is there already: name another, or remove it.`);
  expect(readFileSync(file, 'utf8')).toBe('something');
});

test('an archive that is cut off, or none, is refused', async () => {
  await write(file);
  truncateSync(file, 1_500);
  await expect(openFiles(file)).rejects.toThrow(/nor a whole \.tar: it is cut off/);
  writeFileSync(file, Buffer.alloc(2_048, 'x'));
  await expect(openFiles(file)).rejects.toThrow(/nor a whole \.tar: it has a header that is none/);
});

test('an archive that holds a file twice is refused: readers differ in which they take', async () => {
  await write(file);
  const once = readFileSync(file).subarray(0, -1_024);
  writeFileSync(file, Buffer.concat([once, once, Buffer.alloc(1_024)]));
  const handle = await open(file, 'r');
  await expect(indexOfTar(handle)).rejects.toThrow('it holds a file twice');
  await handle.close();
});
