import { parseArgs } from 'node:util';
import { retireMonths } from '../../gateway/audit/store/retire.js';
import { readWhyIfGiven, WHY, wrong } from './arguments.js';
import { openLog } from './open.js';
import { counted } from './table.js';

const OPTIONS = {
  ...WHY,
  before: { type: 'string' },
  drop: { type: 'boolean', default: false },
  json: { type: 'boolean' },
} as const;

/** Takes months out of the log that need not be kept any longer; their hashes stay, and with them every proof that was given. */
export async function retire(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { before, drop, json } = values;
  if (!before || !/^\d{4}-(0[1-9]|1[0-2])$/.test(before)) throw wrong('--before takes a month, YYYY-MM');
  const nowMonth = new Date().toISOString().slice(0, 7);
  if (before > nowMonth)
    throw wrong(`--before takes a month up to ${nowMonth}: the one that is being written is not retired`);
  const why = readWhyIfGiven(values);
  const log = await openLog({ as: 'owner' });
  try {
    await log.record({ what: 'months.retire', why, more: { before, drop } });
    const months = await retireMonths(log.database, before, { drop });
    await log.tilesFolder?.forgetRetired();
    if (json) process.stdout.write(`${JSON.stringify({ months, drop })}\n`);
    else process.stdout.write(described(months, drop));
    return 0;
  } finally {
    await log.close();
  }
}

function described(months: readonly { month: string; entries: number }[], drop: boolean): string {
  if (months.length === 0) return 'No month of the log ends before then.\n';
  const lines = months.map(({ month, entries }) => `${month}: ${counted(entries, 'entry', 'entries')}\n`);
  const where = drop
    ? 'They are deleted.'
    : 'They are kept aside, in the tables audit.entry_YYYY_MM and audit.lookup_YYYY_MM.';
  return `Retired, with their hashes left in the tree:\n${lines.join('')}${where}\n`;
}
