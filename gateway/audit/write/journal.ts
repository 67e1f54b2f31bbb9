import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Batch, joined, TOLD_BYTES_MAX } from './batch.js';

/** What the journal has no room for, or no disk. */
export class JournalError extends Error {}

interface Place {
  readonly at: number;
  readonly bytes: number;
}

/**
 * A file of batches, one a line, that holds what the store could not be told: each is on the disk before `add` resolves. Batches come
 * out in the order in which they went in. Without any there is no file.
 */
export class Journal {
  private file: FileHandle | undefined;
  /** Of the batches that are to be told, where each stands; the file is only made shorter by being removed. */
  private readonly places: Place[] = [];
  private end = 0;
  private telling: Promise<unknown> = Promise.resolve();
  /** One thing at a time. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: { readonly dir: string; readonly name: string; readonly bytesMax: number }) {}

  get isEmpty(): boolean {
    return this.places.length === 0;
  }

  get bytes(): number {
    return this.end;
  }

  /** Whether there is room for something more. */
  get isFull(): boolean {
    return this.end >= this.options.bytesMax;
  }

  /** Rejects with a `JournalError` when the batch cannot be kept here. */
  add(batch: Batch): Promise<void> {
    return this.inTurn(async () => {
      const line = Buffer.from(`${JSON.stringify(batch, withBase64)}\n`);
      if (this.end + line.length > this.options.bytesMax) throw new JournalError('the journal is full');
      try {
        this.file ??= await this.create();
        await writeAll(this.file, line, this.end);
        await this.file.datasync();
      } catch (error) {
        throw new JournalError('the journal cannot be written', { cause: error });
      }
      this.places.push({ at: this.end, bytes: line.length });
      this.end += line.length;
    });
  }

  /**
   * Resolves when whatever is being told as the last has been, or could not be. Who waits for it before adding something finds the
   * journal empty: else a busy gateway would add to it for ever.
   */
  get told(): Promise<unknown> {
    return this.telling;
  }

  /** Tells all to the store, the oldest first; rejects when the store does. The file goes when all are told. */
  async drain(store: (batch: Batch) => Promise<void>): Promise<void> {
    // Nobody is made to wait before it is known that the store is there.
    let isBack = false;
    do {
      for (; !this.isEmpty; isBack = true) {
        const count = this.nextFew();
        const telling = this.tell(count, store);
        if (isBack && count === this.places.length) this.telling = telling.catch(() => {});
        await telling;
      }
      // Something may have come meanwhile.
    } while (!(await this.inTurn(() => this.removeIfEmpty())));
  }

  private async removeIfEmpty(): Promise<boolean> {
    if (!this.isEmpty) return false;
    if (!this.file) return true;
    await this.file.close();
    this.file = undefined;
    this.end = 0;
    await unlink(this.path);
    return true;
  }

  private async tell(count: number, store: (batch: Batch) => Promise<void>): Promise<void> {
    const { at } = this.places[0]!;
    const last = this.places[count - 1]!;
    const lines = Buffer.alloc(last.at + last.bytes - at);
    await this.inTurn(() => this.file!.read(lines, 0, lines.length, at));
    const batches = lines.toString().split('\n', count);
    for (const batch of joined(batches.map((line) => readBatch(line)!))) await store(batch);
    this.places.splice(0, count);
  }

  close(): Promise<void> {
    return this.inTurn(async () => this.file?.close());
  }

  /** How many batches are told at once: a busy gateway adds to the journal as fast as the store takes one after another. */
  private nextFew(): number {
    let [count, bytes] = [0, 0];
    for (const place of this.places) {
      bytes += place.bytes;
      if (count > 0 && bytes > TOLD_BYTES_MAX) break;
      count += 1;
    }
    return count;
  }

  private get path(): string {
    return join(this.options.dir, this.options.name);
  }

  private async create(): Promise<FileHandle> {
    const { dir } = this.options;
    await mkdir(dir, { recursive: true });
    const file = await open(this.path, 'w+', 0o600);
    // A file whose name is not on the disk is lost with the machine, whatever was written into it.
    const folder = await open(dir, 'r');
    await folder.sync().finally(() => folder.close());
    return file;
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => {});
    return turn;
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

function withBase64(this: unknown, key: string, value: unknown): unknown {
  // Buffers have turned themselves into objects before they come here.
  const raw = (this as Record<string, unknown>)[key];
  return raw instanceof Buffer ? raw.toString('base64') : value;
}

/** A line of a journal; `undefined`: it was not written to its end, so that nobody was ever told that it was kept. */
export function readBatch(line: string): Batch | undefined {
  try {
    const batch = JSON.parse(line) as Omit<Batch, 'openings'> & {
      openings: { hash: string; salt: string; digests: string }[];
    };
    const openings = batch.openings.map(({ hash, salt, digests }) => {
      return { hash, salt: Buffer.from(salt, 'base64'), digests: Buffer.from(digests, 'base64') };
    });
    return { ...batch, openings };
  } catch {
    return undefined;
  }
}
