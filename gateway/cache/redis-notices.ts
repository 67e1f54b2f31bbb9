import { inTime } from '../in-time.js';
import type { RedisClient } from './redis-client.js';
import type { Seal } from './seal.js';

/** The place of what gateways tell each other. */
const TOLD = 'told';
/** Nobody's request waits for it. */
const MS_MAX = 1_000;

/** What gateways that share a Redis tell each other in it, besides what is remembered. */
export class RedisNotices {
  constructor(
    private readonly client: RedisClient,
    private readonly seal: Seal,
  ) {}

  /** Takes it upon this gateway to fetch something anew, for so long at most; `false`: another one does. */
  async lease(name: string, forMs: number): Promise<boolean> {
    const [key] = this.seal.namesOf(`lease\n${name}`);
    // Without Redis everybody fetches for himself.
    return inTime(this.client.lease(`lt:lease:${key}`, forMs), MS_MAX).catch(() => true);
  }

  /** Up to where a source's changes were heeded in Redis; rejects while nobody knows. */
  position(source: string): Promise<string | undefined> {
    return inTime(this.client.position(this.nameOf(source)), MS_MAX);
  }

  /** If Redis can't be told, whoever begins there heeds some changes twice. */
  async setPosition(source: string, position: string): Promise<void> {
    await inTime(this.client.setPosition(this.nameOf(source), position), MS_MAX).catch(() => {});
  }

  private nameOf(source: string): string {
    return this.seal.namesOf(`position\n${source}`)[0]!;
  }

  /** Tells all gateways to forget these, or everything, in their own process; rejects when they could not be told. */
  async tell(names: readonly string[] | 'everything'): Promise<void> {
    await inTime(this.client.tell(this.seal.seal(Buffer.from(JSON.stringify(names)), TOLD)), MS_MAX);
  }

  /** What gateways were told to forget after a position; what cannot be read means everything. */
  async hear(
    after: string | undefined,
    waitMs: number,
  ): Promise<{ position: string; told: readonly (readonly string[] | 'everything')[] }> {
    const { position, messages } = await inTime(this.client.hear(after, waitMs), waitMs + MS_MAX);
    const told = messages.map((message) => {
      const plain = this.seal.open(message, TOLD);
      return plain ? (JSON.parse(plain.toString()) as readonly string[] | 'everything') : 'everything';
    });
    return { position, told };
  }
}
