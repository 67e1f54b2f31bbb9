import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuiltProduct, buildProduct } from '../helpers/command.js';
import { README, ROOT } from '../helpers/readme-answer.js';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
/** The commands of README's table that node runs. */
const COMMANDS = [...README.matchAll(/^\| `npm (?:run )?(?:-s )?([a-z]+)/gm)].map((match) => match[1]!);

let product: BuiltProduct;
beforeAll(() => {
  product = buildProduct();
});
afterAll(() => product?.remove());

/** What package.json says of a command: the options of node, and the file that it runs. */
function partsOf(command: string): { options: string[]; file: string } {
  const [node, ...words] = scripts[command]!.split(' ');
  expect(node).toBe('node');
  return { options: words.slice(0, -1), file: words.at(-1)! };
}

/** Runs what package.json says; a command of `cli/` from the sources as they are. */
async function run(command: string, args: string[]): Promise<{ code: number | null; output: string }> {
  const { file } = partsOf(command);
  const [, name] = /^dist\/cli\/([a-z-]+)\.js$/.exec(file) ?? [];
  if (name) return product.run(name, { args }).ended;
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { cwd: ROOT, encoding: 'utf8' });
  return { code: status, output: stdout + stderr };
}

test('README’s table names the commands', () => {
  expect(COMMANDS).toEqual(expect.arrayContaining(['start', 'gateway', 'subgraph', 'compose', 'seed', 'codegen']));
});

test.each(COMMANDS)('npm run %s gives node no option that node does not know', (command) => {
  const { options } = partsOf(command);
  const { status, stderr } = spawnSync(process.execPath, [...options, '--eval', ''], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test.each(COMMANDS)('npm run %s -- --help says what it does and ends with 0', async (command) => {
  const { code, output } = await run(command, ['--help']);
  expect(output).toMatch(new RegExp(`^npm (run )?(-s )?${command}`));
  expect(code).toBe(0);
});

test.each(COMMANDS)(
  'npm run %s refuses an option that it does not know, with its help, and ends with 2',
  async (command) => {
    const { code, output } = await run(command, ['--unknown-option']);
    expect(output).toContain('--unknown-option');
    expect(output).toMatch(new RegExp(`npm (run )?(-s )?${command}`));
    expect(output).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  },
);
