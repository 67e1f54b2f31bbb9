import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { QUESTIONS, readOptions } from './options.mjs';

const options = readOptions();
const folder = fileURLToPath(new URL('.', import.meta.url));

// The peers are installed when they are needed for the first time: they are no dependencies of the product.
if (!existsSync(`${folder}/node_modules`)) run('npm', ['ci', '--no-fund', '--no-audit']);

const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
process.stdout.write(`Node ${process.version}, ${availableParallelism()} cores, ${memory}, ${process.platform}\n`);
// Each question in a process of its own, so that none inherits another's memory or pinning.
for (const question of options.question ? [options.question] : QUESTIONS) {
  run(process.execPath, [`${question}.mjs`, ...process.argv.slice(2)]);
}

function run(command, args) {
  const { status, signal } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(signal ? 130 : (status ?? 1));
}
