import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from '@swc/core';

const KIT = join(__dirname, '../../subgraphs/kit');
let compiled: string | undefined;
afterAll(() => {
  if (compiled !== undefined) rmSync(compiled, { recursive: true, force: true });
  compiled = undefined;
});

export interface KitProcess {
  child: ChildProcess;
  /** Resolves with what it wrote so far when it has written `text`; rejects when it ends without. */
  wrote(text: string): Promise<string>;
  ended: Promise<{ code: number | null; output: string }>;
}

/** Runs a CommonJS script in a node process of its own, beside the compiled files of `subgraphs/kit`. */
export function startKitProcess(script: string): KitProcess {
  compiled ??= compileKit();
  const child = spawn(process.execPath, ['-e', script], {
    cwd: compiled,
    env: { ...process.env, NODE_PATH: join(__dirname, '../../node_modules') },
  });
  let output = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data;
      for (const watch of watchers) watch();
    });
  }
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output }));
  });
  const wrote = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const watch = () => output.includes(text) && resolve(output);
      watchers.add(watch);
      watch();
      void ended.then(() => reject(new Error(`the process ended without writing ${text}: ${output}`)));
    });
  return { child, wrote, ended };
}

function compileKit(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-kit-'));
  for (const file of readdirSync(KIT).filter((name) => name.endsWith('.ts'))) {
    const { code } = transformSync(readFileSync(join(KIT, file), 'utf8'), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    });
    writeFileSync(join(folder, file.replace(/\.ts$/, '.js')), code);
  }
  return folder;
}
