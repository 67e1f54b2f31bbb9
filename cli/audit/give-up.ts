import { parseArgs } from 'node:util';
import { giveUpEntries } from '../../gateway/audit/store/retire.js';
import { readWhy, WHY, wrong } from './arguments.js';
import { openLog } from './open.js';
import { counted } from './table.js';

const OPTIONS = { ...WHY, writer: { type: 'string' }, json: { type: 'boolean' } } as const;

/** Lets the entries of a writer into the tree that wait for one which is lost for good; the log shows for ever that it is missing. */
export async function giveUp(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { writer, json } = values;
  if (!writer || !/^[\w-]{16}$/.test(writer))
    throw wrong('--writer takes 16 characters, as GET /health/ready names it');
  const why = readWhy(values);
  const log = await openLog({ as: 'owner' });
  try {
    await log.record({ what: 'entries.give-up', why, more: { writer } });
    const lost = await giveUpEntries(log.database, { writer, atMs: Date.now() });
    process.stdout.write(json ? `${JSON.stringify({ lost })}\n` : described(lost));
    return 0;
  } finally {
    await log.close();
  }
}

function described(lost: number): string {
  if (lost === 0) return 'Nothing of this writer is missing before what is there.\n';
  return `${counted(lost, 'entry', 'entries')} of this writer will not be waited for; whoever verifies the log sees that they are missing.\n`;
}
