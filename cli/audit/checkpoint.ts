import { parseArgs } from 'node:util';
import { openSigner } from '../../gateway/audit/verify/note.js';
import { readConfig } from '../../gateway/config.js';
import { readSigner } from '../audit-keys.js';
import { readDataDir } from '../config.js';
import { UsageError } from '../main.js';
import { openLog } from './open.js';

/** The public key of this machine's log. It is nobody's secret, and no key is made for asking. */
export async function keys(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  const { name, vkey, cosignerVkey } = ownSigner();
  process.stdout.write(
    values.json ? `${JSON.stringify({ origin: name, vkey, timeVkey: cosignerVkey })}\n` : `${vkey}\n`,
  );
  return 0;
}

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

function ownSigner() {
  const { name, privateKeyPem } = readSigner({ config: readConfig(), dataDir: readDataDir(), make: false });
  return openSigner(name, privateKeyPem);
}
