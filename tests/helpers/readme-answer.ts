import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');
export const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** What stands for lines that are left out. */
const ELIDED = '…';
const LINE_MAX = 128;

/** The query that README shows first. */
export function readmeQuery(readme = README): string {
  return /```graphql\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
}

/** The answer that README prints under `<!-- answer -->`; undefined when it prints none. */
export function readmeAnswer(readme = README): string | undefined {
  return /<!-- answer -->\s*```json\n([\s\S]*?)```/.exec(readme)?.[1];
}

/** JSON as README prints it: whatever fits into a line stands in one. */
export function printJson(value: unknown, indent = ''): string {
  const oneLine = printOneLine(value);
  if (indent.length + oneLine.length <= LINE_MAX - INNER || typeof value !== 'object' || value === null) return oneLine;
  const deeper = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const items = Array.isArray(value)
    ? value.map((item) => (item === ELIDED ? ELIDED : printJson(item, deeper)))
    : Object.entries(value).map(([key, item]) => `"${key}": ${printJson(item, deeper)}`);
  const lines = items.map((item, index) => `${deeper}${item}${index < items.length - 1 && item !== ELIDED ? ',' : ''}`);
  return `${open}\n${lines.join('\n')}\n${indent}${close}`;
}

/** Room for the key before a value and the comma after it. */
const INNER = 20;

function printOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printOneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = Object.entries(value).map(([key, item]) => `"${key}": ${printOneLine(item)}`);
  return `{ ${inner.join(', ')} }`;
}

interface Answered {
  data: { dossier: { coverage: object; checks: object[]; fields: { reason: string | null }[] } };
}

/** The block to paste into README: the coverage, the first check, two fields, and one that only the citizen can say. */
export function blockToPaste({ data: { dossier } }: Answered): string {
  const { coverage, checks, fields } = dossier;
  const asked = fields.findIndex(({ reason }) => reason === 'ASK_CITIZEN');
  const some = {
    coverage,
    checks: [checks[0], ELIDED],
    fields: [...fields.slice(0, 2), ELIDED, fields[asked], ...(asked < fields.length - 1 ? [ELIDED] : [])],
  };
  return printJson({ data: { dossier: some } });
}

/** The lines of the printed block that the real answer does not have, in its order; blanks and commas at an end count nothing. */
export function linesNotAnswered(block: string, answer: unknown): string[] {
  const real = printJson(answer).split('\n').map(normalised);
  const strange: string[] = [];
  let from = 0;
  for (const line of block.split('\n').map(normalised)) {
    if (line === '' || line === ELIDED) continue;
    const at = real.indexOf(line, from);
    if (at < 0) strange.push(line);
    else from = at + 1;
  }
  return strange;
}

function normalised(line: string): string {
  return line.trim().replace(/\s+/g, ' ').replace(/,$/, '');
}
