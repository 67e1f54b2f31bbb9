import { readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { projectFiles } from './helpers/project-files.js';

const ROOT = join(__dirname, '..');
const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;

interface Rule {
  name: string;
  /** What a finding tells its author to do. */
  wayOut: string;
  /** Lines (from 1) of the file that break the rule. */
  breaks(file: string, text: string): number[];
}

const sources = projectFiles().filter((file) => /\.(ts|mjs|js)$/.test(file) && !file.includes('/generated/'));

/** The modules that a file names, with the line: relative ones as paths from the root, packages as they are. */
function importsOf(file: string, text: string): { line: number; target: string }[] {
  const pattern = /(?:from|import|require(?:\.resolve)?\(|import\()\s*['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => {
    const name = match[1] ?? '';
    const target = name.startsWith('.') ? normalize(join(dirname(file), name)) : name;
    return { line: lineAt(text, match.index), target };
  });
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function linesWith(pattern: RegExp): Rule['breaks'] {
  return (_file, text) => text.split('\n').flatMap((line, index) => (pattern.test(line) ? [index + 1] : []));
}

function importRule(from: RegExp, forbidden: (target: string, file: string) => boolean): Rule['breaks'] {
  return (file, text) =>
    from.test(file)
      ? importsOf(file, text)
          .filter(({ target }) => forbidden(target, file))
          .map(({ line }) => line)
      : [];
}

/** The lines at which a function or method begins that is too long: it ends at the next brace at its own indentation. */
function longFunctions(text: string): number[] {
  const lines = text.split('\n');
  const begins =
    /^( *)(?:export )?(?:default )?(?:(?:async )?function\b|(?:const \w+ = .*=> \{|(?:async )?\w+\(.*\).* \{)$)/;
  const isStatement = /^ *(?:if|for|while|switch|describe|test)\b/;
  return lines.flatMap((line, index) => {
    const indentation = begins.exec(line)?.[1];
    if (indentation === undefined || isStatement.test(line)) return [];
    const ends = new RegExp(`^${indentation}\\}(?!\\)| =>|\\):|: )[;,)]*$`);
    const length = lines.slice(index + 1).findIndex((later) => ends.test(later)) + 2;
    const blanks = lines.slice(index, index + length).filter((inside) => inside.trim() === '').length;
    return length - blanks > FUNCTION_LINES_MAX ? [index + 1] : [];
  });
}

const folderOf = (file: string, depth: number) => file.split('/').slice(0, depth).join('/');
const REGISTRY = /^subgraphs\/(citizen-identity|civil-status|land)\//;
const DRIVERS = ['ioredis', 'pg', '@electric-sql/pglite', 'jose', 'undici', 'cockatiel', 'pino', 'prom-client'];
/** The one file of each driver; `cockatiel`'s and `pino`'s are named after what they do here. */
const DRIVER_FILES: Record<string, string> = {
  pg: 'subgraphs/kit/postgres.ts',
  '@electric-sql/pglite': 'subgraphs/kit/pglite.ts',
  undici: 'gateway/sources/undici.ts',
  cockatiel: 'gateway/breaker.ts',
  ioredis: 'gateway/ioredis.ts',
  jose: 'gateway/access/jose.ts',
  pino: 'gateway/telemetry/log.ts',
  'prom-client': 'gateway/telemetry/metrics.ts',
};

const rules: Rule[] = [
  {
    name: 'subgraphs import nothing of gateway, cli or each other',
    wayOut: 'move what both need to subgraphs/kit, or take it as a parameter',
    breaks: importRule(/^subgraphs\//, (target, file) => {
      if (/^(gateway|cli)\//.test(target)) return true;
      return REGISTRY.test(target) && folderOf(target, 2) !== folderOf(file, 2);
    }),
  },
  {
    name: 'gateway imports nothing of subgraphs or cli',
    wayOut: 'take a data source as a parameter',
    breaks: importRule(/^gateway\//, (target) => /^(subgraphs|cli)\//.test(target)),
  },
  {
    name: 'a feature of the gateway imports no sister feature',
    wayOut: 'go through the context',
    breaks: importRule(/^gateway\/[^/]+\//, (target, file) => {
      const isFeature = /^gateway\/[^/]+\//.test(target) || /^gateway\/[^/]+$/.test(target) === false;
      return target.startsWith('gateway/') && isFeature && folderOf(target, 2) !== folderOf(file, 2);
    }),
  },
  {
    name: 'of the root files of the gateway only index.ts and pipeline.ts import features',
    wayOut: 'take what the feature offers as a parameter',
    breaks: importRule(
      /^gateway\/(?!index\.ts|pipeline\.ts)[^/]+\.ts$/,
      (target) => target.startsWith('gateway/') && target.split('/').length > 2,
    ),
  },
  {
    name: 'console and bench import neither gateway nor subgraphs',
    wayOut: 'speak HTTP',
    breaks: importRule(/^(console|bench)\//, (target) => /^(gateway|subgraphs|cli)\//.test(target)),
  },
  {
    name: 'a driver is imported by one file',
    wayOut: 'use what that file exports',
    breaks: importRule(
      /^(gateway|subgraphs|cli)\//,
      (target, file) => DRIVERS.includes(target) && DRIVER_FILES[target] !== file,
    ),
  },
  {
    name: 'process.env is read only in config.ts',
    wayOut: 'add a setting to config.ts and take it as a parameter',
    breaks: (file, text) =>
      /^(gateway|subgraphs|cli)\//.test(file) && basename(file) !== 'config.ts'
        ? linesWith(/process\.env\b/)(file, text)
        : [],
  },
  {
    name: 'the clock and the random source are parameters',
    wayOut: 'take a clock from the context',
    breaks: (file, text) =>
      /^(gateway|subgraphs)\//.test(file) && !/(^|\/)(index|open-registry|store-lock)\.ts$/.test(file)
        ? linesWith(/\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b/)(file, text)
        : [],
  },
  {
    name: `a file has at most ${FILE_LINES_MAX} lines`,
    wayOut: 'split it after what its parts are called',
    breaks: (file, text) =>
      /^(gateway|subgraphs|cli|console|bench)\//.test(file) && text.split('\n').length > FILE_LINES_MAX + 1
        ? [FILE_LINES_MAX + 1]
        : [],
  },
  {
    name: `a function has at most ${FUNCTION_LINES_MAX} lines`,
    wayOut: 'split it after what its steps are called',
    breaks: (file, text) => (/^(gateway|subgraphs|cli)\//.test(file) ? longFunctions(text) : []),
  },
  {
    name: 'a file is named in kebab-case after the one thing it holds',
    wayOut: 'name the thing; utils, helpers, common, manager and service name nothing',
    breaks: (file) => {
      const path = file.startsWith('tests/helpers/') ? basename(file) : file;
      const name = basename(file).replace(/(\.test|\.config|\.browser\.test|\.d)?\.(ts|mjs|js)$/, '');
      const empty = /(^|[/-])(utils?|helpers?|common|manager|service)([/.-]|$)/.test(path);
      return empty || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ? [1] : [];
    },
  },
  {
    name: 'no work is promised in a comment',
    wayOut: 'do it, or file an issue',
    breaks: (file, text) =>
      file === 'tests/tidy.test.ts' ? [] : linesWith(/\b(TODO|FIXME|XXX|HACK)\b|not (yet )?implemented/)(file, text),
  },
  {
    name: 'no test is left out by hand',
    wayOut: 'mend it or delete it',
    breaks: (file, text) =>
      file.startsWith('tests/') && file !== 'tests/tidy.test.ts'
        ? linesWith(/\b(it|test|describe)\.only\(|\bxit\(|\bxdescribe\(|\bfdescribe\(|\bfit\(/)(file, text)
        : [],
  },
];

test.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_name, rule) => {
  const findings = sources.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return rule.breaks(file, text).map((line) => `${file}:${line}: ${rule.name}: ${rule.wayOut}`);
  });
  expect(findings).toEqual([]);
});

test('no file names a path of one machine', () => {
  const texts = projectFiles().filter((file) => !/\.(png|woff2?|ico)$/.test(file) && file !== 'tests/tidy.test.ts');
  const findings = texts.flatMap((file) =>
    linesWith(/(^|[^a-z])\/(work|root|home\/[a-z]+)\//)(file, readFileSync(join(ROOT, file), 'utf8')).map(
      (line) => `${file}:${line}`,
    ),
  );
  expect(findings).toEqual([]);
});

test('the rules find what they forbid', () => {
  const rule = (name: string) => rules.find((candidate) => candidate.name.includes(name));
  const feature = rule('no sister feature');
  expect(feature?.breaks('gateway/audit/index.ts', "import { a } from '../cache/index.js';")).toEqual([1]);
  expect(feature?.breaks('gateway/audit/index.ts', "import { a } from '../context.js';")).toEqual([]);
  expect(rule('subgraphs import')?.breaks('subgraphs/land/a.ts', "import '../civil-status/b.js';")).toEqual([1]);
  expect(rule('subgraphs import')?.breaks('subgraphs/land/a.ts', "import '../kit/b.js';")).toEqual([]);
  expect(rule('driver')?.breaks('gateway/a.ts', "import { Pool } from 'undici';")).toEqual([1]);
  expect(rule('process.env')?.breaks('gateway/a.ts', '\nprocess.env.PORT')).toEqual([2]);
  expect(rule('clock')?.breaks('gateway/a.ts', 'const now = Date.now();')).toEqual([1]);
  const functionOf = (lines: number) =>
    `\nexport async function a(): Promise<void> {\n${'  b();\n'.repeat(lines - 2)}}\n`;
  expect(rule('a function')?.breaks('gateway/a.ts', functionOf(70))).toEqual([]);
  expect(rule('a function')?.breaks('gateway/a.ts', functionOf(71))).toEqual([2]);
  expect(rule('kebab')?.breaks('gateway/utils.ts', '')).toEqual([1]);
  expect(rule('kebab')?.breaks('gateway/readFile.ts', '')).toEqual([1]);
});
