import { parseArgs } from 'node:util';
import { UsageError } from '../main.js';
import { openLog } from './open.js';
import { ownSigner } from './own-key.js';

/** The newest checkpoint as it was signed. It tells how many entries there are and nothing of them: reading it is no entry. */
export async function checkpoint(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { key: { type: 'boolean' }, json: { type: 'boolean' } } });
  const vkey = values.key ? ownSigner().vkey : undefined;
  const log = await openLog();
  try {
    const newest = await log.reader.checkpoint();
    if (!newest) throw new UsageError('The log has no checkpoint yet: a gateway signs one when it first starts.', 1);
    const { size, atMs, note } = newest;
    if (values.json) process.stdout.write(`${JSON.stringify({ size, atMs, note, ...(vkey && { vkey }) })}\n`);
    else process.stdout.write(vkey ? `${vkey}\n\n${note}` : note);
    return 0;
  } finally {
    await log.close();
  }
}
