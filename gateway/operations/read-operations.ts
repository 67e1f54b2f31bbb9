import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Declared, declaredAbove } from './declarations.js';
import { OperationsError } from './operations-error.js';
import { readManifest } from './read-manifest.js';

/** One text that is to be registered, as it stands on the disk. */
export interface Candidate {
  /** The name of its file, for messages. */
  readonly file: string;
  readonly text: string;
  readonly declared: Declared;
  /** What a manifest calls it; absent: its operations are called by their own names. */
  readonly named?: { readonly id: string; readonly name: string; readonly type: string };
}

/** All that is to be registered, at one moment. */
export interface Reading {
  /** The same for the same files, and for no others. */
  readonly key: string;
  readonly candidates: readonly Candidate[];
}

/**
 * Reads every `*.graphql` of a folder, in the order of their names, and the manifest, if there is one. Rejects with an
 * `OperationsError` for what cannot be read, and for a manifest that is none. Gives `before` when nothing has changed since.
 */
export async function readOperations(
  { folder, manifest }: { folder: string; manifest?: string | undefined },
  before?: Reading,
): Promise<Reading> {
  const what = 'the folder of registered operations';
  const names = (await orRefuse(readdir(folder), what)).filter((name) => name.endsWith('.graphql')).sort();
  const texts = await orRefuse(Promise.all(names.map((name) => readFile(join(folder, name), 'utf8'))), what);
  const ofManifest = manifest && (await orRefuse(readFile(manifest, 'utf8'), `the manifest ${basename(manifest)}`));
  const key = createHash('sha256')
    .update(JSON.stringify([names, texts, ofManifest]))
    .digest('hex');
  if (before?.key === key) return before;
  return {
    key,
    candidates: [
      ...texts.map((text, at) => ({ file: names[at] as string, text, declared: declaredAbove(text) })),
      ...(manifest === undefined ? [] : candidatesOf(ofManifest ?? '', basename(manifest))),
    ],
  };
}

/** What the comments of a body declare goes before what the manifest says. */
function candidatesOf(text: string, file: string): Candidate[] {
  return readManifest(text, file).map(({ id, name, type, body, owner, purposes }) => {
    const above = declaredAbove(body);
    const declared = { owner: above.owner ?? owner, purposes: above.purposes ?? purposes };
    return { file: `${file}: ${name}`, text: body, declared, named: { id, name, type } };
  });
}

async function orRefuse<Read>(reading: Promise<Read>, what: string): Promise<Read> {
  try {
    return await reading;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    throw new OperationsError(`${what} cannot be read (${code}); make it readable`);
  }
}
