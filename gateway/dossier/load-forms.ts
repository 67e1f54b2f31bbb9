import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Basis, describeProblem, type Form, type Problem } from './form.js';
import { isObject, type Json, JsonReader } from './json-reader.js';
import { parseBasis, parseForm, type Shared } from './parse-form.js';

/** The forms cannot be used. The message lists every problem with its file and field. */
export class FormsError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(`The forms have ${problems.length} problem(s):\n${problems.map(describeProblem).join('\n')}`);
    this.name = 'FormsError';
  }
}

/**
 * Reads every form in the folder, `<code>.json`, and what they share, `shared/bases.json` and `shared/questions.json`.
 * Throws a `FormsError` with all problems of all files.
 */
export function loadForms(folder: string): Form[] {
  const problems: Problem[] = [];
  const shared = readShared(folder, problems);
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const forms = files.sort().map((file) => parseForm(file, readJson(folder, file, problems), { shared, problems }));
  if (problems.length > 0) throw new FormsError(problems);
  return forms;
}

function readShared(folder: string, problems: Problem[]): Shared {
  const bases = new Map<string, Basis>();
  const questions = new Map<string, Json>();
  for (const [key, value] of entriesOf(folder, 'shared/bases.json', problems)) {
    bases.set(key, parseBasis(new JsonReader(value, { file: 'shared/bases.json', at: key }, problems)));
  }
  for (const [key, value] of entriesOf(folder, 'shared/questions.json', problems)) questions.set(key, value);
  return { bases, questions };
}

function entriesOf(folder: string, file: string, problems: Problem[]): [string, Json][] {
  const json = readJson(folder, file, problems);
  return Object.entries(isObject(json) ? json : {}).flatMap(([key, value]): [string, Json][] => {
    if (isObject(value)) return [[key, value]];
    problems.push({ file, at: key, problem: 'must be an object' });
    return [];
  });
}

function readJson(folder: string, file: string, problems: Problem[]): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, file), 'utf8'));
  } catch (error) {
    problems.push({ file, at: '', problem: `cannot be read: ${(error as Error).message}` });
    return {};
  }
}
