import type { EngineAnswer } from './run-engine.js';

type Path = readonly (string | number)[];

/**
 * What is wrong with an answer that was given while a subgraph failed: a value that is not the truth, or a value that is not
 * given and that no error at, above or below its place explains.
 */
export function faultsOf({ data, errors = [] }: EngineAnswer, truth: Record<string, unknown>): string[] {
  const found: string[] = [];
  const isExplained = (path: Path) => errors.some((error) => meet(error.path ?? [], path));
  const compare = (given: unknown, right: unknown, path: Path): void => {
    const at = path.join('.') || 'data';
    if (given === null || given === undefined) {
      if (right !== null && !isExplained(path)) found.push(`no value and no reason at ${at}`);
    } else if (Array.isArray(right) && Array.isArray(given)) {
      if (given.length !== right.length) found.push(`${given.length} items instead of ${right.length} at ${at}`);
      else for (const [index, item] of right.entries()) compare(given[index], item, [...path, index]);
    } else if (isObject(right) && isObject(given)) {
      // A field that is left out altogether, because nobody could say what the object is, is a value not given, too.
      const names = Object.keys(right).filter((name) => Object.hasOwn(given, name));
      // Their order hangs on the type of the object, which an error may have left unknown.
      const keys = Object.keys(given);
      const isOther = isExplained(path)
        ? [...keys].sort().join() !== [...names].sort().join()
        : keys.join() !== names.join();
      if (isOther) found.push(`other fields than ${names} at ${at}`);
      else
        for (const name of Object.keys(right)) {
          const value = Object.hasOwn(given, name) ? given[name] : undefined;
          compare(value, right[name], [...path, name]);
        }
    } else if (given !== right) {
      found.push(`${JSON.stringify(given)} instead of ${JSON.stringify(right)} at ${at}`);
    }
  };
  compare(data, truth, []);
  return found;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function meet(one: Path, other: Path): boolean {
  return one.slice(0, other.length).every((part, index) => part === other[index]);
}

/** An answer as a text that is the same whatever the order of its errors. */
export function textOf({ data, errors = [] }: EngineAnswer): string {
  const sorted = errors.map((error) => JSON.stringify(error)).sort();
  return [JSON.stringify(data), ...sorted].join('\n');
}
