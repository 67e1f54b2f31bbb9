import { createHmac } from 'node:crypto';
import { hashOf, subjectHash } from './entry.js';

/** A key that people and parcels are hashed with. */
export interface SubjectKey {
  readonly id: string;
  readonly key: Buffer;
}

/** A text of GraphQL in which values stand: a string, or a long number. */
const HOLDS_VALUES = /"[^"\n]*[^"\s]|\d{6}/;
/** What could be a personal number, in whatever text. */
const NUMBER = /\d{12}/g;

/** People and parcels as the log knows them: by the newest key where something is written, by all where it is looked up. */
export class SubjectKeys {
  constructor(private readonly keys: readonly [SubjectKey, ...SubjectKey[]]) {}

  /** As an entry's `about` has it. */
  about(ids: Iterable<string>): string[] {
    const [{ id, key }] = this.keys;
    return [id, ...[...new Set(ids)].map((each) => subjectHash(key, each))];
  }

  /** Under each key, the newest first. */
  hashesOf(id: string): string[] {
    return this.keys.map(({ key }) => subjectHash(key, id));
  }

  /** A text with a keyed hash in the place of whatever could be a personal number. */
  without(text: string): string {
    return textWithout(text, this.keys[0]);
  }

  /**
   * What stands in the log for an operation's text: its hash; of one in which values stand, which could be somebody's, its keyed hash,
   * since whoever has a copy of the log could try all numbers there are in a text that is like any other.
   */
  hashOfText(text: string): string {
    if (!HOLDS_VALUES.test(text)) return hashOf(text);
    return createHmac('sha256', this.keys[0].key).update(`operation\n${text}`).digest('base64url');
  }

  /** The same under each key, the newest first: what a text may be called in entries. */
  namesOf(text: string): string[] {
    return [...new Set(this.keys.map((key) => textWithout(text, key)))];
  }
}

function textWithout(text: string, { key }: SubjectKey): string {
  return text.replace(NUMBER, (number) => `~${subjectHash(key, number)}`);
}
