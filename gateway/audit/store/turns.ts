import type { Head } from './waiting.js';

/** So many turns without a checkpoint of the one that signs, and another takes over. */
const SILENT_TURNS = 5;

/**
 * Whose turn it is. While another process signs, this one leaves it to that: were it everybody's turn, there would be as many
 * checkpoints as processes, and each would have to see first what the others did. That nobody is in another's way, a lock sees to.
 */
export class Turns {
  /** The last checkpoint that this process saw or signed; 0: none. */
  #seenId = 0;
  #othersAtMs = Number.NEGATIVE_INFINITY;
  #isMine = false;

  constructor(private readonly everyMs: number) {}

  /** Whether another process has signed just now. */
  isOthers({ checkpoint }: Head, nowMs: number): boolean {
    if (checkpoint && checkpoint.id !== this.#seenId) {
      // What is found at the begin may be an hour old.
      this.#othersAtMs = this.#seenId === 0 ? checkpoint.atMs : nowMs;
      this.#seenId = checkpoint.id;
      this.#isMine = false;
    }
    return Math.abs(nowMs - this.#othersAtMs) < SILENT_TURNS * this.everyMs;
  }

  /** This process signed. Whether the one before was another's. */
  take(id: number): boolean {
    const isTakenOver = !this.#isMine;
    this.#seenId = id;
    this.#othersAtMs = Number.NEGATIVE_INFINITY;
    this.#isMine = true;
    return isTakenOver;
  }
}
