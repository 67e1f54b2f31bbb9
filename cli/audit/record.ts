import { hostname } from 'node:os';
import type { Why } from '../../gateway/audit/entry.js';
import type { SubjectKeys } from '../../gateway/audit/subject-keys.js';
import type { Store } from '../../gateway/audit/write/batch.js';
import { Writer } from '../../gateway/audit/write/writer.js';
import type { Log } from '../../gateway/context.js';
import { UsageError } from '../main.js';
import { osUser } from './config.js';

/** What a command does with the log, as the log says it. */
export interface Act {
  /** `log.` and the command, where it reads the log: those are looked up by it (`LOG_READ`). */
  readonly what: string;
  readonly why?: Why;
  /** Whom it is about, as entries have it: the id of a key, and hashes. */
  readonly about?: readonly string[] | undefined;
  /** What else of it is worth knowing; MUST NOT hold a personal number. */
  readonly more?: Readonly<Record<string, string | number | boolean>>;
}

/** Puts an act into the log; resolves when it is durable. */
export type RecordAct = (act: Act) => Promise<void>;

export interface Recorder {
  readonly record: RecordAct;
  /** Says in the log that nothing more of this command comes. */
  end(): Promise<void>;
}

/**
 * Writes down what a command does, before it prints anything. There is no journal as a gateway has one: a command that cannot say what it
 * does has time to wait, and does not do it.
 */
export function createRecorder(store: Store, { keys, storeMs }: { keys: SubjectKeys; storeMs: number }): Recorder {
  let began: Promise<void> | undefined;
  const writer = new Writer({
    store,
    clock: { now: Date.now },
    log: SILENT,
    storeMs,
    journalDir: '',
    journalBytesMax: 0,
    pid: process.pid,
  });
  const who = { sub: keys.without(`cli:${osUser()}`), role: 'operator', sys: keys.without(hostname()) };
  return {
    async record({ what, why, about, more }) {
      // The first two are of one batch.
      began ??= writer.append({ kind: 'begin', members: '' });
      const members = {
        who,
        about: about && about.length > 1 ? about : undefined,
        why: why && {
          procedure: keys.without(why.procedure),
          ...(why.dossier !== undefined && { dossier: keys.without(why.dossier) }),
        },
        act: { what, ...more },
      };
      const act = writer.append({ kind: 'act', members: `,${JSON.stringify(members).slice(1, -1)}` });
      await Promise.all([began, act]).catch(() => {
        throw new UsageError(
          'The log cannot be written now, and what cannot be recorded is not done: is its database there, and may this user write into it?',
          1,
        );
      });
    },
    async end() {
      if (began && !writer.isRefusing) await writer.end();
    },
  };
}

/** What a command says, it says to whoever called it. */
export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
