import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Read } from '../../gateway/audit/verify/tile-reader.js';
import { UsageError } from '../main.js';
import { indexOfTar } from './tar.js';

export interface Source {
  readonly read: Read;
  /** Where it is, for messages. */
  readonly name: string;
  /** Whether it may give hashes only, because it was asked without a token. */
  readonly isForAnybody?: boolean;
  /** All that is there; absent: that cannot be known. */
  readonly paths?: () => AsyncIterable<string> | Iterable<string>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 30_000;
/** A bundle of 256 entries of the greatest length. */
const BYTES_MAX = 32 * 1024 * 1024;
const NOTHING = /^(ENOENT|ENOTDIR|EISDIR)$/;

/** A folder, or a `.tar` of one. */
export async function openFiles(place: string): Promise<Source> {
  const found = await stat(place).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--dir ${place} cannot be read (${error.code}): name a folder of a log, or a .tar of one.`);
  });
  if (found.isDirectory())
    return { name: place, read: (path) => readIfThere(join(place, path)), close: async () => {} };
  return openTar(place);
}

async function openTar(place: string): Promise<Source> {
  const file = await open(place, 'r');
  try {
    const index = await indexOfTar(file);
    return {
      name: place,
      paths: () => index.keys(),
      read: async (path) => {
        const at = index.get(path);
        return at && readAt(file, at);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw new UsageError(`--dir ${place} is neither a folder nor a whole .tar: ${(error as Error).message}`);
  }
}

async function readAt(file: FileHandle, { from, bytes }: { from: number; bytes: number }): Promise<Uint8Array> {
  const content = Buffer.alloc(bytes);
  await file.read(content, 0, bytes, from);
  return content;
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (NOTHING.test(code)) return undefined;
    throw new UsageError(`${file} cannot be read (${code}): let this user read it.`, 1);
  }
}

/** A log by HTTP; `url` is what its paths begin with. The token MUST NOT be in any message, nor go to another host. */
export function openUrl(url: string, token: string | undefined): Source {
  const isPlain = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  const { username = '', password = '', search = '', hash = '' } = isPlain ? new URL(url) : {};
  if (!isPlain || username || password || search || hash) {
    throw new UsageError('--url takes http://host:port/audit/log, without a password or a query');
  }
  if (token && !/^[!-~]+$/.test(token)) throw new UsageError('AUDIT_TOKEN cannot be sent: it is no token.');
  const base = url.replace(/\/+$/, '');
  const headers = token ? { authorization: `Bearer ${token}` } : undefined;
  return {
    name: base,
    isForAnybody: token === undefined,
    close: async () => {},
    async read(path) {
      const cure = 'is the log there? Set --url to what its paths begin with.';
      try {
        const response = await fetch(`${base}/${path}`, {
          headers,
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (response.status === 404 || response.status === 410) {
          await response.body?.cancel();
          return undefined;
        }
        if (response.status === 200) return await bytesOf(response);
        await response.body?.cancel();
        throw new UsageError(refusal(`${base}/${path}`, response.status, token), 1);
      } catch (error) {
        if (error instanceof UsageError) throw error;
        const { code, message } = ((error as Error).cause ?? error) as { code?: string; message: string };
        throw new UsageError(`${base} cannot be read (${code ?? message}): ${cure}`, 1);
      }
    },
  };
}

function refusal(address: string, status: number, token: string | undefined): string {
  if (status !== 401 && status !== 403) return `${address} cannot be read: its server answers ${status}.`;
  return token
    ? `${address} is refused (${status}): AUDIT_TOKEN must be a valid token of an auditor, with a purpose.`
    : `${address} is refused (${status}): entries are shown to auditors, set AUDIT_TOKEN to a token of one.`;
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    bytes += part.length;
    if (bytes > BYTES_MAX) throw new UsageError(`${response.url} is longer than anything of a log.`, 1);
  }
  return Buffer.concat(parts);
}
