import { type Day, day } from './calendar.js';
import { demoFamilies } from './demo-people.js';
import { makeFamily, makeSingle } from './family.js';
import type { Family } from './model.js';
import { Numbers } from './numbers.js';
import { Random } from './random.js';

/** The day on which every seed ends, whenever it is run: seeds are the same for ever. */
export const REFERENCE_DAY: Day = day(2026, 11, 1);

export interface PopulationOptions {
  /** How many people with a number, living and dead, demo people included. */
  citizens: number;
  seed: number;
  today?: Day;
}

/**
 * Made-up families, the demo people first, then one by one until there are exactly `citizens` people with a number; the last
 * few households are single people, to make it exact. Nothing is kept of a family that has been handed out. The families of
 * a smaller population are the first ones of a larger one with the same seed, but for those last single people.
 */
export function* population({ citizens, seed, today = REFERENCE_DAY }: PopulationOptions): Generator<Family> {
  const numbers = new Numbers();
  let left = citizens;
  for (const family of demoFamilies()) {
    left -= citizensOf(family);
    yield family;
  }
  if (left < 0)
    throw new RangeError(`a population has at least ${citizens - left} citizens: the demo people and their families`);
  let index = 1;
  for (let filling = false; left > 0; index += 1) {
    const random = new Random(`population ${seed} family ${index}`);
    const begun: Family = { index, persons: [], marriages: [], households: [], parcels: [] };
    const making = { random, numbers, today, family: begun };
    const family = filling ? makeSingle(making) : makeFamily(making);
    const size = citizensOf(family);
    if (size > left) {
      filling = true;
      continue;
    }
    left -= size;
    yield family;
  }
}

export function citizensOf(family: Family): number {
  return family.persons.reduce((count, person) => count + (person.personalId ? 1 : 0), 0);
}

/** The fewest citizens a population can have. */
export function citizensMin(): number {
  return demoFamilies().reduce((count, family) => count + citizensOf(family), 0);
}
