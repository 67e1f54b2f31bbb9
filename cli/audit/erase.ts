import { parseArgs } from 'node:util';
import { markOf } from '../../gateway/audit/marks.js';
import { eraseOpenings } from '../../gateway/audit/store/retire.js';
import { readPerson, readWhy, WHY, wrong } from './arguments.js';
import { findAll } from './found.js';
import { type OpenLog, openLog } from './open.js';
import { counted } from './table.js';

const OPTIONS = {
  ...WHY,
  values: { type: 'string', multiple: true },
  person: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** So many are erased with one statement. */
const AT_ONCE = 1_000;

/** Erases what proves which values were shown: that something was read, when, by whom and which fields, still stands in the log. */
export async function erase(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { person, values: hashes, json } = values;
  if ((person === undefined) === (hashes === undefined))
    throw wrong('erase takes either --values HASH or --person NUMBER|-');
  if (hashes?.some((hash) => !/^[\w-]{22}$/.test(hash)))
    throw wrong('--values takes 22 characters, as an entry has them in "values"');
  const why = readWhy(values);
  const id = person === undefined ? undefined : await readPerson(person, process.stdin);
  const log = await openLog({ as: 'owner' });
  try {
    const about = id === undefined ? undefined : log.keys.about([id]);
    await log.record({ what: 'openings.erase', why, about, more: hashes ? { values: hashes.join(' ') } : {} });
    let erased = 0;
    for await (const some of inParts(hashes ?? valuesAbout(log, id!)))
      erased += await eraseOpenings(log.database, some);
    const what = counted(erased, 'answer', 'answers');
    process.stdout.write(
      json
        ? `${JSON.stringify({ erased })}\n`
        : `What proves the values of ${what} is erased, of all whom each was about; that they were given still stands in the log.\n`,
    );
    return 0;
  } finally {
    await log.close();
  }
}

async function* valuesAbout(log: OpenLog, id: string): AsyncGenerator<string> {
  const hashes = log.keys.hashesOf(id);
  const anyOf = hashes.map((hash) => [markOf('subject', hash)]);
  const isMeant = (about: readonly string[] = []) => about.slice(1).some((hash) => hashes.includes(hash));
  for await (const { entry } of findAll(log, { anyOf, order: 'oldest first' }, (each) => isMeant(each.entry.about))) {
    if (entry.values !== undefined) yield entry.values;
  }
}

async function* inParts(all: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string[]> {
  let part: string[] = [];
  for await (const one of all) {
    if (part.push(one) < AT_ONCE) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
