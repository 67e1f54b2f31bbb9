import { parseArgs } from 'node:util';
import { openRegistryDatabase } from '../subgraphs/kit/open-registry.js';
import { citizensMin } from '../subgraphs/kit/population/population.js';
import type { SeedReport } from '../subgraphs/kit/population/write.js';
import { type DatabaseConfig, REGISTRY_NAMES, readDatabaseConfig } from './config.js';
import { main, UsageError } from './main.js';
import { createProgress } from './progress.js';
import { type RegistryDatabases, seedRegistries } from './seed-registries.js';

const CITIZENS = 10_000;
/** Beyond it the series of numbers run out; Viet Nam has a hundred million people. */
const CITIZENS_MAX = 20_000_000;
const SEED = 1;
const DEFECTS_PERCENT = 2;

const HELP = `npm run seed -- [--citizens N] [--seed S] [--defects PERCENT] [--replace]

Fills the three registries with synthetic people who agree across them, the demo people among them. The same numbers give the
same people, on any machine, for ever. Nobody in it exists; every number is made up.

  --citizens N        how many people with a number, ${citizensMin()} to ${CITIZENS_MAX}; default ${CITIZENS}
  --seed S            another S gives other people, 0 or more; default ${SEED}
  --defects PERCENT   how many of a hundred citizens have one defect, 0 to 100; default ${DEFECTS_PERCENT}
  --replace           remove ALL records of the three registries first; without it, a registry that holds any is refused

CITIZEN_IDENTITY_DATABASE_URL, CIVIL_STATUS_DATABASE_URL, LAND_DATABASE_URL   postgres://…; unset: the embedded store
DATA_DIR                                                                      its folder, default .data
`;

interface SeedArguments {
  citizens: number;
  seed: number;
  defectsPercent: number;
  replace: boolean;
}

async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      citizens: { type: 'string' },
      seed: { type: 'string' },
      defects: { type: 'string' },
      replace: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const options = readArguments(values);
  const config = readDatabaseConfig();
  const { databases, close } = await openAll(config);
  try {
    const started = performance.now();
    const report = await seedRegistries({
      databases,
      ...options,
      onProgress: createProgress('seeding', process.stderr),
    });
    const seconds = (performance.now() - started) / 1000;
    process.stdout.write(describe(report, { ...options, seconds }));
    return 0;
  } finally {
    await close();
  }
}

/** All problems at once, each with what to write instead. */
export function readArguments(values: {
  citizens?: string;
  seed?: string;
  defects?: string;
  replace?: boolean;
}): SeedArguments {
  const problems: string[] = [];
  const number = (
    name: 'citizens' | 'seed' | 'defects',
    of: { whole: boolean; least: number; most: number; unset: number },
  ) => {
    const text = values[name];
    if (text === undefined) return of.unset;
    const value = Number(text);
    const plain = of.whole ? /^\d+$/ : /^\d+(\.\d+)?$/;
    if (plain.test(text) && value >= of.least && value <= of.most) return value;
    const kind = of.whole ? 'a whole number' : 'a number';
    problems.push(
      `--${name} "${text}": write ${kind} from ${of.least} to ${of.most}, digits only, e.g. --${name} ${of.unset}`,
    );
    return of.unset;
  };
  const read = {
    citizens: number('citizens', { whole: true, least: citizensMin(), most: CITIZENS_MAX, unset: CITIZENS }),
    seed: number('seed', { whole: true, least: 0, most: Number.MAX_SAFE_INTEGER, unset: SEED }),
    defectsPercent: number('defects', { whole: false, least: 0, most: 100, unset: DEFECTS_PERCENT }),
    replace: values.replace ?? false,
  };
  if (problems.length > 0) throw new UsageError(`${problems.join('\n')}\n`);
  return read;
}

async function openAll({
  urls,
  dataDir,
}: DatabaseConfig): Promise<{ databases: RegistryDatabases; close(): Promise<void> }> {
  const opened: Partial<RegistryDatabases> = {};
  const close = async () => {
    for (const database of Object.values(opened)) await database.close();
  };
  try {
    for (const name of REGISTRY_NAMES) {
      opened[name] = await openRegistryDatabase(name, { url: urls[name], dataDir, log: () => {} }).catch(
        (error: Error) => {
          throw new UsageError(`the database of ${name}: ${error.message}\n`, 1);
        },
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { databases: opened as RegistryDatabases, close };
}

/** What was written, as aligned lines. */
export function describe(report: SeedReport, of: { seed: number; seconds: number }): string {
  const format = (value: number) => value.toLocaleString('en-US');
  const lines: [string, string][] = [];
  let total = 0;
  for (const [registry, tables] of Object.entries(report.rows)) {
    for (const [table, rows] of Object.entries(tables)) {
      lines.push([`${registry} ${table}`, format(rows)]);
      total += rows;
    }
  }
  lines.push(['all rows', format(total)], ['', ''], ['defects', '']);
  for (const [kind, count] of Object.entries(report.defects)) lines.push([`  ${kind}`, format(count)]);
  const width = Math.max(...lines.map(([name]) => name.length));
  const head = `${format(report.citizens)} citizens in ${format(report.families)} families, seed ${of.seed}, ${of.seconds.toFixed(1)} s`;
  return `${head}\n\n${lines.map(([name, count]) => `${name.padEnd(width)} ${count.padStart(12)}`.trimEnd()).join('\n')}\n`;
}

if (require.main === module) main(run, HELP);
