import { type Identity, NOBODY } from '../identity.js';
import type { SubjectKeys } from './subject-keys.js';
import type { Members } from './write/members.js';
import type { Writer } from './write/writer.js';

/** A request that came to no operation. */
export interface RefusedRequest {
  readonly requestId: string;
  readonly traceId?: string | undefined;
  readonly who?: Identity | undefined;
  readonly code: string;
  /** The operation's text, if there was one; or what stands for it in the log. */
  readonly text?: string | undefined;
  readonly op?: string | undefined;
}

/** Of refusals of nobody in particular, with one code, so many a second have an entry of their own. */
const ALIKE_A_SECOND = 20;
const SECOND_MS = 1_000;

/**
 * Writes down what was refused before it was an operation. Whoever does not say who they are can be refused without end and at no cost
 * of their own: beyond a bound their refusals are counted, and the count is written down when the second is over.
 */
export class DoorRefusals {
  private readonly counts = new Map<string, number>();
  private counting: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: {
      readonly writer: Pick<Writer, 'append'>;
      readonly members: Members;
      readonly keys: Pick<SubjectKeys, 'hashOfText'>;
    },
  ) {}

  /** Resolves when it is written down, or counted. */
  async write({ requestId, traceId, who = NOBODY, code, text, op: hash }: RefusedRequest): Promise<void> {
    if (!who.caller && this.isBeyond(code)) return;
    const { writer, members, keys } = this.options;
    const op = hash ?? (text === undefined ? undefined : keys.hashOfText(text));
    const said = `${members.of({ requestId, traceId, identity: who })},"code":"${code}"`;
    await writer.append({ kind: 'refused', members: op === undefined ? said : `${said},"op":"${op}"` });
  }

  /** Writes down what was counted. */
  async settle(): Promise<void> {
    clearTimeout(this.counting);
    this.counting = undefined;
    const counted = [...this.counts];
    this.counts.clear();
    for (const [code, count] of counted) {
      const more = count - ALIKE_A_SECOND;
      if (more <= 0) continue;
      await this.options.writer.append({ kind: 'refused', members: `,"code":"${code}","count":${more}` });
    }
  }

  private isBeyond(code: string): boolean {
    const count = (this.counts.get(code) ?? 0) + 1;
    this.counts.set(code, count);
    // What cannot be written now is not lost for ever: it was refused, and nothing of anybody was told.
    this.counting ??= setTimeout(() => void this.settle().catch(() => {}), SECOND_MS).unref();
    return count > ALIKE_A_SECOND;
  }
}
