import { parseArgs } from 'node:util';
import { createEmbargo } from '../../gateway/audit/desk/embargo.js';
import { GatewayError } from '../../gateway/errors.js';
import { NOBODY } from '../../gateway/identity.js';
import { UsageError } from '../main.js';
import { readPerson, readRange, readWhy, WHY, wrong } from './arguments.js';
import { openLog } from './open.js';

const OPTIONS = {
  ...WHY,
  person: { type: 'string' },
  investigation: { type: 'string' },
  until: { type: 'string' },
  lift: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Withholds what is read under an investigation's number from whom it is about, until it is over. */
export async function embargo(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { person, investigation, until, lift, json } = values;
  const isLifting = lift !== undefined && person === undefined && investigation === undefined && until === undefined;
  if (!isLifting && (lift !== undefined || person === undefined || !investigation)) {
    throw wrong('embargo takes --person NUMBER|- with --investigation NAME, or --lift NAME');
  }
  const why = readWhy(values);
  // Through the whole of that day.
  const { untilMs } = readRange({ to: until }, { to: '--until' });
  const id = isLifting ? '' : await readPerson(person!, process.stdin);
  const log = await openLog();
  try {
    const { keys } = log;
    const act = (what: string, more: Readonly<Record<string, string | number | boolean>>) =>
      log.record({ what, why, more });
    const desk = createEmbargo({ database: log.database, act, clock: { now: Date.now } });
    // As the purposes of entries have it.
    const names = keys.namesOf(lift ?? investigation!);
    if (isLifting) await liftAll(names, (name) => desk.lift(name, NOBODY));
    else
      for (const name of names) await desk.set({ investigation: name, subjects: keys.hashesOf(id), untilMs }, NOBODY);
    const end = until === undefined ? 'until it is lifted' : `to the end of ${until}`;
    const said = isLifting
      ? 'The embargo is lifted: whom it was about can see who looked.\n'
      : `What is read with the investigation as its purpose's dossier is withheld from the person ${end}.\n`;
    process.stdout.write(json ? `${JSON.stringify({ [isLifting ? 'lifted' : 'set']: true })}\n` : said);
    return 0;
  } catch (error) {
    if (error instanceof GatewayError) throw new UsageError(error.message, error.code === 'NOT_FOUND' ? 1 : 2);
    throw error;
  } finally {
    await log.close();
  }
}

/** Under which of the names it was set depends on which key was the newest then; under none there is nothing to lift. */
async function liftAll(names: readonly string[], lift: (name: string) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(names.map(lift));
  const reasons: unknown[] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  const isNotThere = (reason: unknown) => reason instanceof GatewayError && reason.code === 'NOT_FOUND';
  const reason =
    reasons.find((each) => !isNotThere(each)) ?? (reasons.length === names.length ? reasons[0] : undefined);
  if (reason) throw reason;
}
