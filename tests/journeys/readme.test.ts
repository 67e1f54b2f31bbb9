import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Product, startProduct } from '../helpers/product.js';
import { projectFiles } from '../helpers/project-files.js';
import {
  blockToPaste,
  linesNotAnswered,
  printJson,
  README,
  ROOT,
  readmeAnswer,
  readmeQuery,
} from '../helpers/readme-answer.js';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const documents = ['README.md', 'SECURITY.md', ...markdownIn('docs'), ...markdownIn('docs/decisions')];
/** What a build or a start makes. */
const made = read('.gitignore').split('\n').filter(Boolean);
const tracked = projectFiles();

function markdownIn(folder: string): string[] {
  const files = readdirSync(join(ROOT, folder)).filter((file) => file.endsWith('.md'));
  return files.map((file) => `${folder}/${file}`);
}

/** What stands between backticks, code blocks left out. */
function quoted(text: string): string[] {
  return [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
}

describe('the query that README shows', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct();
  });
  afterAll(() => product?.stop());

  const ask = async () => {
    const { data, errors } = await product.ask(readmeQuery());
    expect(errors).toBeUndefined();
    return { data };
  };

  test('is answered as README prints it', async () => {
    const answer = await ask();
    const block = readmeAnswer();
    const cure = `Put this under <!-- answer --> in README.md, in a json block:\n${blockToPaste(answer)}`;
    if (block === undefined) throw new Error(`README prints no answer. ${cure}`);
    const strange = linesNotAnswered(block, answer);
    if (strange.length > 0) throw new Error(`The answer has no such lines:\n${strange.join('\n')}\n${cure}`);
  });

  test('and another answer would be noticed', async () => {
    const answer = await ask();
    const block = blockToPaste(answer);
    expect(linesNotAnswered(block, answer)).toEqual([]);
    const other = structuredClone(answer);
    other.data.dossier.fields[0].value = 'NGUYỄN VĂN A';
    expect(linesNotAnswered(block, other)).toHaveLength(1);
    expect(linesNotAnswered(block.split('\n').reverse().join('\n'), answer).length).toBeGreaterThan(0);
    expect(JSON.parse(printJson(answer))).toEqual(answer);
  });
});

test.each(documents)('every npm command that %s names is in package.json', (file) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const text = read(file);
  const named = [...text.matchAll(/npm (?:run (?:-s )?([a-z][a-z:-]*)|(start|test)\b)/g)].map(
    (match) => match[1] ?? match[2]!,
  );
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test('every setting that README names is read, and every setting that is read README names', () => {
  const settings = README.split('## Settings')[1]!.split('\n## ')[0]!;
  const rows = settings.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) => quoted(row.split('|')[1]!)).map((name) => name.split('=')[0]!);
  const sources = ['gateway/config.ts', 'gateway/environment.ts', 'cli/config.ts'].map(read).join('\n');
  const known = [...sources.matchAll(/\benv(?:ironment)?\.([A-Z][A-Z_]+)\b(?! = )|^ {2}([A-Z][A-Z_]+): /gm)]
    .map((match) => match[1] ?? match[2]!)
    .filter((name) => name !== 'APOLLO_TELEMETRY_DISABLED');
  expect([...new Set(named)].sort()).toEqual([...new Set(known)].sort());
});

test.each(documents)('every file and folder that %s names exists', (file) => {
  const paths = quoted(read(file)).filter(isPath);
  expect(paths.filter((path) => !exists(path))).toEqual([]);
});

test('a file that does not exist would be noticed', () => {
  expect(['gateway/nothing.ts', 'docs/NOTHING.md', 'gateway/pipeline.ts'].filter((path) => !exists(path))).toEqual([
    'gateway/nothing.ts',
    'docs/NOTHING.md',
  ]);
});

/** Something with a folder or an ending; not an address, a package, a pattern or a command. */
function isPath(text: string): boolean {
  if (/[\s*<>{}()[\]:@=$|]|^\/|^\.{1,2}$/.test(text)) return false;
  // A part in nothing but capitals stands for something: `DATA_DIR/audit-journal`, `tile/L/N`.
  if (/(^|\/)[A-Z_]+(\/|$)/.test(text)) return false;
  return /^[\w.-]+(\/[\w.-]*)+$/.test(text) || /\.(md|ts|mjs|js|json|graphql|sql|ya?ml)$/.test(text);
}

/** From the root, or as the documents shorten it: without its folder, or without its ending. */
function exists(path: string): boolean {
  const wanted = path.replace(/\/$/, '');
  if (made.includes(`${wanted}/`)) return true;
  return tracked.some(
    (file) =>
      file === wanted ||
      file.endsWith(`/${wanted}`) ||
      file.startsWith(`${wanted}/`) ||
      file.includes(`/${wanted}/`) ||
      file.startsWith(`docs/${wanted}-`),
  );
}
