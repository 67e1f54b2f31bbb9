import { parseArgs } from 'node:util';
import { openSigner, type Signer } from '../../gateway/audit/verify/note.js';
import { readConfig } from '../../gateway/config.js';
import { readSigner } from '../audit-keys.js';
import { readDataDir } from '../config.js';

/** The public key of this machine's log. It is nobody's secret, and no key is made for asking. */
export async function keys(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  const { name, vkey, cosignerVkey } = ownSigner();
  process.stdout.write(
    values.json ? `${JSON.stringify({ origin: name, vkey, timeVkey: cosignerVkey })}\n` : `${vkey}\n`,
  );
  return 0;
}

export function ownSigner(): Signer {
  const { name, privateKeyPem } = readSigner({ config: readConfig(), dataDir: readDataDir(), make: false });
  return openSigner(name, privateKeyPem);
}
