import { parseArgs } from 'node:util';
import { type Ask, askGateway, baseOf } from './cache/ask.js';
import { type EntityToForget, forgetEntities, readEntities, readKey } from './cache/changes.js';
import { readGatewayToAsk } from './cache/config.js';
import { describeForgotten, describeShown, describeStats } from './cache/describe.js';
import { main, UsageError } from './main.js';
import { createProgress } from './progress.js';

const HELP = `npm run cache -- invalidate --subgraph NAME --type TYPE --key JSON [--key JSON]...
npm run cache -- invalidate --subgraph NAME --file FILE|-
npm run cache -- invalidate --subgraph NAME --all
npm run cache -- show --subgraph NAME --type TYPE --key JSON
npm run cache -- stats

Asks a running gateway to forget what has changed in a registry that cannot tell it by itself, or what it remembers.

  invalidate        forget entities in all gateways that share a Redis; without Redis in the gateway that answers, which refuses if it
                    has several WORKERS, since they could not tell each other
  show              what is remembered of an entity: when and from which record, no value
  stats             what the cache did and holds, in the process that answers

  --subgraph NAME   as the supergraph names it, e.g. land
  --type TYPE       a type with a @key in this subgraph, e.g. Parcel; Query for a field of the root
  --key JSON        all fields of one of its keys, e.g. '{"id": "w6ugq4zbn2d1"}'; of Query '{"field": "parcel", "args": {…}}'
  --file FILE       a line each entity: {"type": "Parcel", "key": {"id": "w6ugq4zbn2d1"}}; -: standard input, where, unlike in an
                    argument, nobody else on this machine sees a number
  --all             forget everything, of the other subgraphs as well
  --url URL         where the gateway is; default: GATEWAY_URL, or http://127.0.0.1:4000
  --json            print the gateway's answers as they came, one a line (npm run -s cache: and nothing else)

CACHE_TOKEN   that of the gateway; there is no option for it, since others could see it

Exit code 0: done; 1: the gateway could not; 2: the command line, a file or CACHE_TOKEN is wrong, and nothing was sent.
`;

const OPTIONS = {
  subgraph: { type: 'string' },
  type: { type: 'string' },
  key: { type: 'string', multiple: true },
  file: { type: 'string' },
  all: { type: 'boolean' },
  url: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/** What a command is told besides where the gateway is and how to print. */
const COMMANDS: Record<string, { takes: readonly string[]; run(values: Values, ask: Ask): Promise<string> }> = {
  invalidate: { takes: ['subgraph', 'type', 'key', 'file', 'all'], run: invalidate },
  show: { takes: ['subgraph', 'type', 'key'], run: show },
  stats: { takes: [], run: stats },
};

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [name = '', ...others] = positionals;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command || others.length > 0) throw wrong(`name one of ${Object.keys(COMMANDS).join(', ')}`);
  const takes = [...command.takes, 'url', 'json'];
  const strange = Object.keys(values).filter((option) => !takes.includes(option));
  if (strange.length > 0) throw wrong(`${name} takes no ${strange.map((option) => `--${option}`).join(', ')}`);
  const { url, token } = readGatewayToAsk();
  const base = baseOf(values.url ?? url);
  if (base === undefined) throw wrong('--url (or GATEWAY_URL) takes http://host:port, without a password or a query');
  process.stdout.write(await command.run(values, askGateway({ base, token })));
  return 0;
}

async function invalidate(values: Values, ask: Ask): Promise<string> {
  const { subgraph, type, key: keys, file, all, json } = values;
  if (!subgraph) throw wrong('--subgraph NAME is missing');
  const ways = [all, file !== undefined, type !== undefined || keys !== undefined].filter(Boolean);
  if (ways.length !== 1) throw wrong('invalidate takes either --type with --key, or --file, or --all');
  const answers = all
    ? [await ask('/cache/invalidate', JSON.stringify({ subgraph, all }))]
    : await forgetWithProgress(file === undefined ? namedEntities(values) : await readEntities(file, process.stdin), {
        subgraph,
        ask,
      });
  return printed(answers, { json, describe: (each) => describeForgotten(each as never, subgraph) });
}

/** A bar that is not drawn to its end MUST NOT run into the sentence that says why. */
async function forgetWithProgress(
  entities: readonly EntityToForget[],
  to: { subgraph: string; ask: Ask },
): Promise<string[]> {
  const progress = createProgress('forgetting', process.stderr);
  let isShown = false;
  const onProgress = (done: number, total: number) => {
    // What is done at once needs none.
    if (done < total || isShown) progress(done, total);
    isShown = done < total;
  };
  try {
    return await forgetEntities(entities, { ...to, onProgress });
  } catch (error) {
    if (isShown && process.stderr.isTTY) process.stderr.write('\n');
    throw error;
  }
}

async function show(values: Values, ask: Ask): Promise<string> {
  const { subgraph, type, json } = values;
  if (!subgraph) throw wrong('--subgraph NAME is missing');
  const [entity, ...others] = namedEntities(values);
  if (!entity || others.length > 0) throw wrong('show takes one --key');
  const answer = await ask('/cache/show', JSON.stringify({ subgraph, ...JSON.parse(entity.json) }));
  return printed([answer], { json, describe: ([shown]) => describeShown(shown as never, `${type} of ${subgraph}`) });
}

async function stats({ json }: Values, ask: Ask): Promise<string> {
  const answer = await ask('/cache/stats');
  return printed([answer], { json, describe: ([told]) => describeStats(told as never) });
}

/** The entities that `--type` and each `--key` name. */
function namedEntities({ type, key: keys = [] }: Values): EntityToForget[] {
  if (!type || keys.length === 0) throw wrong('--type TYPE and --key JSON are needed, both');
  return keys.map((text, index) => {
    const from = keys.length === 1 ? '--key' : `--key number ${index + 1}`;
    const key = readKey(text);
    if (!key) throw wrong(`${from} is not a JSON object; write it in quotes, e.g. --key '{"id": "w6ugq4zbn2d1"}'`);
    return { json: JSON.stringify({ type, key }), from };
  });
}

function printed(
  answers: readonly string[],
  { json, describe }: { json: boolean | undefined; describe(answers: unknown[]): string },
): string {
  if (json) return answers.map((answer) => `${answer}\n`).join('');
  try {
    return describe(answers.map((answer): unknown => JSON.parse(answer)));
  } catch {
    throw new UsageError('The gateway answered otherwise than this command knows; --json prints it as it is.', 1);
  }
}

function wrong(message: string): UsageError {
  return new UsageError(`${message}\n\n${HELP}`);
}

if (require.main === module) main(run, HELP);
