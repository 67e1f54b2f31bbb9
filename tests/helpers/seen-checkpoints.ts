import { setTimeout as sleep } from 'node:timers/promises';
import type { SeenCheckpoint } from './answered-entries.js';

const EVERY_MS = 40;

/** Somebody who asks gateways for the log's checkpoint all the time, and keeps what is new. */
export class CheckpointCollector {
  readonly seen: SeenCheckpoint[] = [];
  private isOn = true;
  private readonly collecting: Promise<void>;

  constructor(gateways: readonly { name: string; url: string }[]) {
    this.collecting = this.collect(gateways);
  }

  async end(): Promise<readonly SeenCheckpoint[]> {
    this.isOn = false;
    await this.collecting;
    return this.seen;
  }

  private async collect(gateways: readonly { name: string; url: string }[]): Promise<void> {
    while (this.isOn) {
      for (const { name, url } of gateways) {
        const signal = AbortSignal.timeout(1_000);
        const response = await fetch(`${url}/audit/log/checkpoint`, { signal }).catch(() => undefined);
        const note = response?.status === 200 ? await response.text().catch(() => undefined) : undefined;
        if (note !== undefined && note !== this.seen.at(-1)?.note) this.seen.push({ from: name, note });
      }
      await sleep(EVERY_MS);
    }
  }
}
