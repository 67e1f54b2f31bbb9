import { randomFillSync } from 'node:crypto';

const ID_BYTES = 12;
/** Drawn at once for many ids, for which the system is asked once. */
const pool = Buffer.alloc(128 * ID_BYTES);
let drawn = pool.length;

/**
 * 12 random bytes in base64url. Not with a dash in front, which a command line would take for an option, nor with what could be a
 * number of somebody: whoever is sent the id back would not take it.
 */
export function newId(): string {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  const id = pool.toString('base64url', drawn, drawn + ID_BYTES);
  drawn += ID_BYTES;
  return /^-|\d{9}/.test(id) ? newId() : id;
}
