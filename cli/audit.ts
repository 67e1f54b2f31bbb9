import { parseArgs } from 'node:util';
import { wrong } from './audit/arguments.js';
import { HELP } from './audit/help.js';
import { main } from './main.js';

type Command = (args: string[]) => Promise<number>;

/** Each loads what it needs and no more: an inspector's machine opens no database. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  verify: async () => (await import('./audit/verify.js')).verify,
  check: async () => (await import('./audit/check.js')).check,
  witness: async () => (await import('./audit/witness.js')).witness,
  keys: async () => (await import('./audit/own-key.js')).keys,
  checkpoint: async () => (await import('./audit/checkpoint.js')).checkpoint,
  prove: async () => (await import('./audit/prove.js')).prove,
  'who-read': async () => (await import('./audit/who-read.js')).whoRead,
  explain: async () => (await import('./audit/explain.js')).explain,
  export: async () => (await import('./audit/export.js')).exportLog,
  embargo: async () => (await import('./audit/embargo.js')).embargo,
  erase: async () => (await import('./audit/erase.js')).erase,
  'give-up': async () => (await import('./audit/give-up.js')).giveUp,
  retire: async () => (await import('./audit/retire.js')).retire,
};

async function run(args: string[]): Promise<number> {
  const [name = '', ...rest] = args;
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load && (rest.includes('--help') || rest.includes('-h'))) return help();
  if (load) return (await load())(rest);
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } }, allowPositionals: true });
  if (values.help) return help();
  throw wrong(`name one of ${Object.keys(COMMANDS).join(', ')}`);
}

function help(): number {
  process.stdout.write(HELP);
  return 0;
}

if (require.main === module) main(run, HELP);
