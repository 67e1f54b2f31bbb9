import { parseArgs } from 'node:util';
import { wrong } from './audit/arguments.js';
import { check } from './audit/check.js';
import { checkpoint, keys } from './audit/checkpoint.js';
import { embargo } from './audit/embargo.js';
import { erase } from './audit/erase.js';
import { explain } from './audit/explain.js';
import { exportLog } from './audit/export.js';
import { HELP } from './audit/help.js';
import { prove } from './audit/prove.js';
import { retire } from './audit/retire.js';
import { verify } from './audit/verify.js';
import { whoRead } from './audit/who-read.js';
import { witness } from './audit/witness.js';
import { main } from './main.js';

const COMMANDS: Record<string, (args: string[]) => Promise<number>> = {
  verify,
  check,
  witness,
  keys,
  checkpoint,
  prove,
  'who-read': whoRead,
  explain,
  export: exportLog,
  embargo,
  erase,
  retire,
};

async function run(args: string[]): Promise<number> {
  const [name = '', ...rest] = args;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command && (rest.includes('--help') || rest.includes('-h'))) return help();
  if (command) return command(rest);
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } }, allowPositionals: true });
  if (values.help) return help();
  throw wrong(`name one of ${Object.keys(COMMANDS).join(', ')}`);
}

function help(): number {
  process.stdout.write(HELP);
  return 0;
}

if (require.main === module) main(run, HELP);
