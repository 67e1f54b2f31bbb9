import { createHash } from 'node:crypto';

/** Longer than a fetch takes; if whoever has it is lost, the next one to ask fetches it after that. */
const LEASE_MS = 10_000;
/** How many fetches are made for those who ask later; beyond, whoever asks when it is too late to be given fetches it. */
const UNDER_WAY_MAX = 100;

/** Fetches anew what is no longer fresh: once at a time in this process, and by one gateway of all that share a Redis. */
export class Refreshes {
  private readonly underWay = new Set<string>();

  constructor(private readonly lease: ((name: string, forMs: number) => Promise<boolean>) | undefined) {}

  /** `name`: what is fetched. Never rejects: who needs it when it can no longer be given is told then. */
  async begin(name: string, fetch: () => Promise<void>): Promise<void> {
    const id = createHash('sha256').update(name).digest('base64');
    if (this.underWay.has(id) || this.underWay.size >= UNDER_WAY_MAX) return;
    this.underWay.add(id);
    try {
      if (!this.lease || (await this.lease(id, LEASE_MS))) await fetch();
    } catch {
      // The registry's failure, which its breaker and its figures tell.
    } finally {
      this.underWay.delete(id);
    }
  }
}
