import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';

const ROOT = join(__dirname, '..', '..');
/** The built folder lies beside these, as in the repository. */
const BESIDE = ['package.json', 'node_modules', 'schema', 'gateway', 'subgraphs', 'console'];

/** A command of the product in a process of its own. */
export interface Command {
  readonly child: ChildProcess;
  /** All that it has written so far, on both streams. */
  output(): string;
  /** Resolves with the first match in what it writes; rejects when it ends without. */
  wrote(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }>;
}

export interface BuiltProduct {
  /** Runs `cli/<name>.ts`; the environment holds nothing of the caller's but what a process needs. */
  run(name: string, options?: { args?: string[]; env?: Record<string, string> }): Command;
  remove(): void;
}

/** The sources, compiled into a folder of their own, so that a test neither needs nor disturbs `dist`. */
export function buildProduct(): BuiltProduct {
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-built-'));
  for (const name of BESIDE) symlinkSync(join(ROOT, name), join(folder, name));
  for (const source of ['cli', 'gateway', 'subgraphs']) compile(source, join(folder, 'dist'));
  const running = new Set<ChildProcess>();
  return {
    run(name, { args = [], env = {} } = {}) {
      const { PATH = '', HOME = '' } = process.env;
      const child = spawn(process.execPath, [join(folder, 'dist', 'cli', `${name}.js`), ...args], {
        cwd: folder,
        env: { PATH, HOME, ...env },
      });
      running.add(child);
      child.on('close', () => running.delete(child));
      return watched(child);
    },
    remove() {
      for (const child of running) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function compile(source: string, into: string): void {
  for (const file of readdirSync(join(ROOT, source), { recursive: true, encoding: 'utf8' })) {
    const from = join(ROOT, source, file);
    const to = join(into, source, file.replace(/\.ts$/, '.js'));
    if (file.endsWith('.json')) cpSync(from, to);
    if (!file.endsWith('.ts')) continue;
    const { code } = transformSync(readFileSync(from, 'utf8'), {
      filename: from,
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
      swcrc: false,
    });
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, code);
  }
}

function watched(child: ChildProcess): Command {
  let output = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const watch of watchers) watch();
    });
  }
  const ended = new Promise<Awaited<Command['ended']>>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
  return {
    child,
    output: () => output,
    ended,
    wrote: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          const match = pattern.exec(output);
          if (match) resolve(match);
        };
        watchers.add(watch);
        watch();
        void ended.then(() => reject(new Error(`it ended without writing ${pattern}:\n${output}`)));
      }),
  };
}
