import { createHash } from 'node:crypto';
import type { OperationToPlan } from './build-plan.js';

/** How many are remembered, and how long: that one took too long can be the fault of a busy machine, too. */
const REFUSED_MAX = 1_000;
const REFUSED_MS = 5 * 60_000;

/** Operations that took too much to plan, by hash, so that the same one does not cost a thread again. */
export class RefusedOperations {
  readonly #forgetting = new Map<string, NodeJS.Timeout>();

  has(key: string): boolean {
    return this.#forgetting.has(key);
  }

  add(key: string): void {
    this.#forget(key);
    const [oldest] = this.#forgetting.keys();
    if (oldest !== undefined && this.#forgetting.size >= REFUSED_MAX) this.#forget(oldest);
    this.#forgetting.set(key, setTimeout(() => this.#forget(key), REFUSED_MS).unref());
  }

  clear(): void {
    for (const key of [...this.#forgetting.keys()]) this.#forget(key);
  }

  #forget(key: string): void {
    clearTimeout(this.#forgetting.get(key));
    this.#forgetting.delete(key);
  }
}

/** SHA-256 of all that a plan depends on, hexadecimal. */
export function keyOfOperation({ text, operationName, overrides, defer }: OperationToPlan): string {
  return createHash('sha256')
    .update(JSON.stringify([text, operationName, overrides, defer]))
    .digest('hex');
}
