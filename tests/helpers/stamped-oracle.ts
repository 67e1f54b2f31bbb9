import { print, stripIgnoredCharacters } from 'graphql';
import {
  type Entry,
  fieldKey,
  type RecordRead,
  recordsOf,
  type Shape,
  valueDigest,
  valuesHash,
} from '../../gateway/audit/entry.js';
import { type Answered, leavesOf, reasonsFor } from './answered-leaves.js';
import type { ReadEntry } from './audit-log.js';
import { until } from './federation.js';
import { hidden, ownerAt, plain, type Question, reached, wanted } from './stamped-questions.js';
import { answerOf, FRESH_MS, REGISTRY_OF, recordOf, type Stamp } from './stamped-registries.js';
import { type StampedScene, WHO } from './stamped-scene.js';

/** So many steps of a test may have gone by before a gateway hears of another. */
const LATE_STEPS = 20;
/** So much later somebody may still join in asking for what is answered already, and the answer on its way. */
const ON_ITS_WAY_MS = 15;

export interface Counts {
  SOURCE: number;
  MEMORY: number;
  REDIS: number;
  STALE: number;
  masked: number;
  missing: number;
  parts: number;
}

type Say = (problem: string) => void;

interface Field {
  readonly path: string;
  readonly outcome: string;
  readonly records: readonly RecordRead[];
  isOf(value: unknown): boolean;
}

/** Says what is wrong in entries, beside what registries were asked and clients got. Questions come in the order of their steps. */
export class StampedOracle {
  readonly problems: string[] = [];
  readonly counts: Counts = {
    ...{ SOURCE: 0, MEMORY: 0, REDIS: 0, STALE: 0, masked: 0, missing: 0, parts: 0 },
  };
  /** Who has ever asked a gateway for a field of somebody. */
  private readonly askers = new Map<string, Question[]>();
  /** When something was retrieved, as entries say that had it from a cache. */
  private readonly rememberedAt = new Map<Stamp, number>();

  constructor(private readonly scene: StampedScene) {}

  /** Waits until all are written down. */
  async judge(questions: readonly Question[]): Promise<void> {
    const { log } = this.scene;
    let all: ReadEntry[] = [];
    await until(async () => {
      all = await log.entries();
      const ids = new Set(all.map(({ entry }) => entry.req));
      return questions.every(({ id, answered }) => ids.has(id) || !answered);
    });
    for (const question of questions) {
      for (const each of wanted(question)) {
        const key = `${question.gateway} ${each}`;
        this.askers.set(key, [...(this.askers.get(key) ?? []), question]);
      }
    }
    const byRequest = new Map<string, ReadEntry[]>();
    for (const each of all) byRequest.set(each.entry.req!, [...(byRequest.get(each.entry.req!) ?? []), each]);
    // Whoever has gone may have done so before he was heard.
    for (const question of questions.filter(({ id }) => byRequest.has(id))) {
      const text = stripIgnoredCharacters(print(question.document));
      const say = (problem: string) =>
        void this.problems.push(`step ${question.step}, ${question.id} of ${question.who}: ${problem} (${text})`);
      await this.question(question, byRequest.get(question.id)!, say);
    }
  }

  private async question(question: Question, entries: readonly ReadEntry[], say: Say) {
    const { log } = this.scene;
    const fields: Field[] = [];
    const about = new Set<string>();
    const allowed = new Set([...reached(question)].map((id) => log.hashOf(id)));
    for (const { entry, shape } of entries) {
      const { caller, purpose } = WHO[question.who]!;
      if (entry.who?.sub !== caller?.subject || entry.why?.procedure !== purpose?.procedure) say('of another caller');
      for (const each of entry.about?.slice(1) ?? []) {
        if (!allowed.has(each)) say('it names somebody who was never come to');
        about.add(each);
      }
      if (entry.kind === 'refused' && !entry.shape) {
        if (question.answered?.data) say(`refused ${entry.code}, and there is data`);
        continue;
      }
      fields.push(...(await this.fieldsOf(entry, shape!)));
    }
    if (entries.length > 1) this.counts.parts += 1;
    const isInParts = entries.length > 1;
    for (const field of fields)
      this.field(field, { question, isInParts }, (problem) => say(`${field.path}: ${problem}`));
    if (question.answered) this.answer(question.answered, { question, fields, entries }, say);
    const isTold = question.answered && entries.some(({ entry }) => entry.kind === 'read');
    for (const id of isTold ? reached(question, question.answered?.data ?? {}) : []) {
      // Whom a way in of the test asks for is known by what was read of him.
      const isRefused = (root: string) =>
        fields.every(({ path, outcome }) => path.split('.')[0] !== root || /^refused/.test(outcome));
      const isNotRead = [...question.roots].some(
        ([root, of]) => of === id && root.startsWith('desk') && isRefused(root),
      );
      if (!isNotRead && !about.has(log.hashOf(id))) say(`it is about ${id}, whom it does not name`);
    }
  }

  private async fieldsOf(entry: Entry, shape: Shape): Promise<Field[]> {
    const { reader } = this.scene.log;
    const opening = await reader.opening(entry.values!);
    if (!opening || valuesHash(opening.digests) !== entry.values) throw new Error('nothing proves the values');
    const details = entry.fromIn ? await reader.details([entry.fromIn]) : undefined;
    const records = recordsOf(entry, shape, details && JSON.parse(details.get(entry.fromIn!)!))!;
    return shape.fields.map(([path, from, outcome], index) => {
      const digest = opening.digests.subarray(16 * index, 16 * index + 16);
      const isOf = (value: unknown) =>
        valueDigest(fieldKey(opening.salt, path), JSON.stringify(value ?? null)).equals(digest);
      return { path, outcome, records: from.map((each) => records[each]!), isOf };
    });
  }

  /** One field of an entry, whether or not anybody got it. */
  private field(
    { path, outcome, records, isOf }: Field,
    { question, isInParts }: { question: Question; isInParts: boolean },
    say: Say,
  ) {
    const { id, field } = ownerAt(path, question.roots);
    const registry = REGISTRY_OF[field];
    // Further down, or later, the same may be met again that the same question has brought.
    const isFirst = !isInParts && question.roots.size === 1 && (path.match(/children|parcel/g) ?? []).length < 2;
    const of = { question, isFirst: isFirst && registry !== undefined, key: `${id} ${field}` };
    for (const record of records) this.record(record, of, say);
    if (outcome !== 'shown' && !outcome.startsWith('masked')) {
      if (!isOf(null)) say(`${outcome}, and a value was sent`);
      if (outcome.startsWith('refused') && records.length > 0) say('refused, and rests on a record');
      if (outcome.startsWith('missing')) this.counts.missing += 1;
      for (const { registry: of } of registry === undefined ? [] : records) {
        if (of !== registry) say(`${outcome}, and rests on a record of ${of}`);
      }
      return;
    }
    if (outcome.startsWith('masked')) this.counts.masked += 1;
    if (registry === undefined) {
      if (/^(personalId|id)$/.test(field) && !isOf(id)) say('another key than was sent');
      return;
    }
    // What several parts ask for may have been fetched for each.
    if (records.length !== 1 && !(isInParts && records.length > 0)) {
      say(`rests on ${records.map(({ version, cache }) => `${version} ${cache}`).join(' and ') || 'nothing'}`);
    }
    for (const { registry: of, record } of records) {
      if (of !== registry || record !== recordOf(id)) say(`rests on ${of}/${record}`);
    }
    const values = records.map(({ version }) => answerOf(field, id, Number(version)));
    if (!values.some((value) => isOf(outcome === 'shown' ? value : hidden(value)))) {
      say(`its digest is none of ${values.join(' or ')}`);
    }
  }

  private record(
    { registry, record, version, retrievedAtMs, cache }: RecordRead,
    { question, isFirst, key }: { question: Question; isFirst: boolean; key: string },
    say: Say,
  ) {
    if (registry === 'desks') return cache === 'SOURCE' ? undefined : say(`${cache}, of what nobody may remember`);
    if (version === '') return this.unversioned({ registry, retrievedAtMs, cache }, question, say);
    const stamp = this.scene.stamp(registry, Number(version));
    if (!stamp || stamp.registry !== registry) return say(`no answer of ${registry} is ${record}@${version}`);
    this.counts[cache as 'SOURCE'] += 1;
    const { answeredMs = Number.POSITIVE_INFINITY } = stamp;
    if (cache === 'SOURCE') {
      if (stamp.gateway !== question.gateway) say(`SOURCE, which another gateway has asked`);
      if (answeredMs < question.startMs) say(`SOURCE, by an answer from before the question (${version})`);
      if (retrievedAtMs < answeredMs || retrievedAtMs > question.endMs) say(`SOURCE at another time`);
      return;
    }
    this.fromCache({ record, retrievedAtMs, cache }, { stamp, question, isFirst, key }, say);
  }

  private fromCache(
    { record, retrievedAtMs, cache }: Pick<RecordRead, 'record' | 'retrievedAtMs' | 'cache'>,
    { stamp, question, isFirst, key }: { stamp: Stamp; question: Question; isFirst: boolean; key: string },
    say: Say,
  ): void {
    const { askedMs, notBeforeMs, answeredMs = Number.POSITIVE_INFINITY } = stamp;
    if (isFirst && question.isAlone && askedMs >= question.startMs) {
      say(`${cache}, and it was asked for this very question`);
    }
    if (retrievedAtMs < notBeforeMs || retrievedAtMs > answeredMs + ON_ITS_WAY_MS) {
      say(`${cache}, retrieved at another time: ${retrievedAtMs - askedMs} ms after it was asked`);
    }
    const known = this.rememberedAt.get(stamp) ?? retrievedAtMs;
    if (known !== retrievedAtMs) say(`${cache}, retrieved at two times`);
    this.rememberedAt.set(stamp, known);
    const [youngest, oldest] = [question.startMs - answeredMs, question.endMs - askedMs];
    if (cache === 'STALE') {
      if (oldest < FRESH_MS.least) say(`STALE after ${oldest} ms`);
      return;
    }
    if (youngest > FRESH_MS.most) say(`${cache} after ${youngest} ms`);
    const isKnown = this.askers
      .get(`${question.gateway} ${key}`)
      ?.some((other) => other !== question && other.step >= stamp.step && other.step <= question.step);
    const isOwn = stamp.gateway === question.gateway;
    // A gateway that is told late to forget forgets what it has asked for since, which is still in Redis.
    const isLost = this.scene.forgotten.some(
      ({ id, step }) => record === recordOf(id) && step >= stamp.step - LATE_STEPS,
    );
    if (cache === 'REDIS' && isOwn && !isLost) say('REDIS, of what this gateway has asked for itself');
    if (cache === 'MEMORY' && !isOwn && isFirst && !isKnown) {
      say('MEMORY, of what only another gateway has had');
    }
  }

  /** That a registry has none, or what it names no record for. */
  private unversioned(
    { registry, retrievedAtMs, cache }: Pick<RecordRead, 'registry' | 'retrievedAtMs' | 'cache'>,
    { startMs, endMs }: Question,
    say: Say,
  ): void {
    const isThen = ({ notBeforeMs, answeredMs = Number.POSITIVE_INFINITY, ...stamp }: Stamp) =>
      stamp.registry === registry && notBeforeMs <= retrievedAtMs && retrievedAtMs <= answeredMs;
    if (!this.scene.stamps.some(isThen)) say(`${cache}, and ${registry} did not answer at that time`);
    if (cache === 'SOURCE' ? retrievedAtMs < startMs : retrievedAtMs > endMs) say(`${cache} at another time`);
  }

  private answer(
    answered: Answered,
    { question, fields, entries }: { question: Question; fields: readonly Field[]; entries: readonly ReadEntry[] },
    say: Say,
  ): void {
    const leaves = answered.data === undefined ? [] : leavesOf(question.document, answered.data);
    const left = [...fields];
    for (const leaf of leaves) {
      const { path, value } = leaf;
      const isMasked = typeof value === 'string' && value.includes('•');
      const expected = value === null ? reasonsFor(leaf, answered.errors) : [isMasked ? 'masked MIDDLE' : 'shown'];
      const isIt = (field: Field) => plain(field.path) === path && field.isOf(value);
      const index = left.findIndex((field) => isIt(field) && expected.includes(field.outcome));
      if (index >= 0) left.splice(index, 1);
      else {
        const outcomes = left.filter(isIt).map(({ outcome }) => outcome);
        say(
          `${path}: ${JSON.stringify(value)} is ${expected.join(' or ')}, and in entries ${outcomes.join() || 'nowhere'}`,
        );
      }
    }
    // What was asked for both at once and deferred is given twice.
    const isAgain = ({ path, records, isOf }: Field) => {
      if (isOf(null)) return answered.text.includes(':null');
      const { id, field } = ownerAt(path, question.roots);
      const values = records.map(({ version }) => answerOf(field, id, Number(version)));
      return [id, ...values, ...values.map(hidden)].some((value) => answered.text.includes(JSON.stringify(value)));
    };
    const isRefused = entries.every(({ entry }) => entry.kind === 'refused');
    const stray = isRefused ? [] : entries.length > 1 ? left.filter((field) => !isAgain(field)) : left;
    if (stray.length > 0) say(`${stray.map(({ path }) => path).join()} was never given`);
  }
}
