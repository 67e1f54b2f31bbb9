import { parseArgs } from 'node:util';
import { PURPOSE_PARTS } from '../../gateway/access/purpose.js';
import { markOf } from '../../gateway/audit/marks.js';
import { readWhy, wrong } from './arguments.js';
import { describeCount, describeEntry, jsonOf } from './describe.js';
import { aboutOf, type Found, findAll } from './found.js';
import { openLog } from './open.js';
import { print } from './print.js';

const OPTIONS = { why: { type: 'string' }, dossier: { type: 'string' }, json: { type: 'boolean' } } as const;

/** What was read for a dossier, the oldest first: each field with the record that it came from, and by which rule it was let through. */
export async function explain(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { dossier, json } = values;
  if (!dossier || !PURPOSE_PARTS.dossier.test(dossier)) throw wrong('--dossier NUMBER is missing, or is none');
  const why = readWhy(values);
  const log = await openLog();
  try {
    // As entries have it: a number with twelve digits stands there hashed.
    const names = log.keys.namesOf(dossier);
    const asked = { anyOf: names.map((name) => [markOf('dossier', name)]), order: 'oldest first' } as const;
    // Entries of this command are of the dossier too; what was read for it are the others.
    const isMeant = ({ entry: { kind, why } }: Found) => kind !== 'act' && names.includes(why?.dossier ?? '');
    const subjects = await subjectsOf(findAll(log, asked, isMeant));
    for (const about of subjects) await log.record({ what: 'log.explain', why, about });
    let count = 0;
    for await (const found of findAll(log, asked, isMeant)) {
      await print(json ? `${JSON.stringify(jsonOf(found))}\n` : `${count > 0 ? '\n' : ''}${describeEntry(found)}`);
      count += 1;
    }
    if (!json) {
      await print(
        count === 0
          ? 'Nothing was read for this dossier: no entry of the log names it.\n'
          : `\n${describeCount(count)}.\n`,
      );
    }
    return 0;
  } finally {
    await log.close();
  }
}

/** Whom entries are about, a list each key that they are hashed with; one empty list when they are about nobody. */
async function subjectsOf(entries: AsyncIterable<Found>): Promise<(readonly string[] | undefined)[]> {
  const all: (readonly string[])[] = [];
  for await (const { entry } of entries) if (entry.about) all.push(entry.about);
  return aboutOf(all);
}
