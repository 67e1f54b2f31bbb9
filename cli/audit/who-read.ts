import { parseArgs } from 'node:util';
import { markOf } from '../../gateway/audit/marks.js';
import type { SubjectKeys } from '../../gateway/audit/subject-keys.js';
import { RANGE, readCount, readParcel, readPerson, readRange, readRecord, readWhy, WHY, wrong } from './arguments.js';
import { describeCount, describeReads, jsonOf } from './describe.js';
import { type Found, findAll } from './found.js';
import { openLog } from './open.js';
import { print } from './print.js';

const OPTIONS = {
  ...WHY,
  ...RANGE,
  person: { type: 'string' },
  parcel: { type: 'string' },
  record: { type: 'string' },
  first: { type: 'string', default: '100' },
  after: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** So many rows have their columns measured together. */
const ROWS = 500;

interface Wanted {
  /** Marks that an entry has all of one list of. */
  readonly anyOf: readonly (readonly string[])[];
  isMeant(found: Found): boolean;
  /** What the log says was asked about. */
  readonly about?: readonly string[];
  readonly more: Readonly<Record<string, string>>;
}

/** Who read what of a person, a parcel or a record: the newest first. */
export async function whoRead(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { person, parcel, record, json } = values;
  if ([person, parcel, record].filter((each) => each !== undefined).length !== 1) {
    throw wrong('who-read takes one of --person, --parcel and --record');
  }
  const why = readWhy(values);
  const range = readRange(values);
  const first = readCount('--first', values.first);
  const afterLeaf = values.after === undefined ? undefined : readCount('--after', values.after, { least: 0 });
  // Before the store is opened, so that a slip of the hand costs nothing.
  const id = person !== undefined ? await readPerson(person, process.stdin) : parcel && readParcel(parcel);
  const recordId = record === undefined ? undefined : readRecord(record);
  const log = await openLog();
  try {
    const wanted = id === undefined ? ofRecord(recordId!) : ofSubject(id, log.keys);
    await log.record({ what: 'log.who-read', why, about: wanted.about, more: wanted.more });
    const asked = { ...range, anyOf: wanted.anyOf, afterLeaf, order: 'newest first', first: first + 1 } as const;
    const isBounded = values.from !== undefined || values.to !== undefined;
    let count = 0;
    let last = 0;
    let rows: Found[] = [];
    const printRows = async () => {
      if (rows.length > 0) await print(describeReads(rows));
      rows = [];
    };
    for await (const found of findAll(log, asked, wanted.isMeant)) {
      if (count === first) {
        await printRows();
        process.stderr.write(`There are more: --after ${last} goes on.\n`);
        return 0;
      }
      count += 1;
      last = found.leaf;
      if (json) await print(`${JSON.stringify(jsonOf(found))}\n`);
      else if (rows.push(found) >= ROWS) await printRows();
    }
    await printRows();
    if (!json)
      await print(
        count === 0
          ? `Nobody: no entry of ${isBounded ? 'these days' : 'the log'} is about it.\n`
          : `${describeCount(count)}.\n`,
      );
    return 0;
  } finally {
    await log.close();
  }
}

function ofSubject(id: string, keys: SubjectKeys): Wanted {
  const hashes = keys.hashesOf(id);
  return {
    anyOf: hashes.map((hash) => [markOf('subject', hash)]),
    isMeant: ({ entry: { about = [], act } }) => {
      // Whom an embargo is about, its details say.
      const subjects = [...about.slice(1), ...String(act?.subject ?? '').split(' ')];
      return subjects.some((hash) => hashes.includes(hash));
    },
    about: keys.about([id]),
    more: {},
  };
}

function ofRecord(record: string): Wanted {
  return {
    anyOf: [[markOf('record', record)]],
    isMeant: ({ records }) => records.some((each) => `${each.registry}/${each.record}` === record),
    more: { record },
  };
}
