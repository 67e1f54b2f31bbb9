import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';

const ROOT = join(__dirname, '../..');
let compiled: string | undefined;
afterAll(() => {
  if (compiled !== undefined) rmSync(compiled, { recursive: true, force: true });
  compiled = undefined;
});

export interface GatewayProcess {
  child: ChildProcess;
  /** Resolves with the address when it listens; rejects with what it said when it ends without. */
  url: Promise<string>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }>;
}

/** Runs `npm run gateway` in a process of its own, from files compiled for this test. */
export function startGatewayProcess(options: {
  args: string[];
  env?: Record<string, string>;
  /** A script that runs before it. */
  preload?: string;
}): GatewayProcess {
  const folder = compiledFolder();
  const preload = join(folder, 'preload.js');
  writeFileSync(preload, options.preload ?? '');
  const child = spawn(process.execPath, ['--require', preload, join(folder, 'cli/gateway.js'), ...options.args], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: '0', ...options.env },
  });
  let output = '';
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
  const url = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        output += data;
        const [, address] = /GraphQL at (\S+)\/graphql/.exec(output) ?? [];
        if (address) resolve(address);
      });
    }
    void ended.then(() => reject(new Error(output)));
  });
  url.catch(() => {});
  return { child, url, ended };
}

/** Where the sources lie compiled, as in `dist`, for the processes of this test file. */
export function compiledFolder(): string {
  compiled ??= compile();
  return compiled;
}

function compile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-gateway-'));
  for (const part of ['gateway', 'cli', 'subgraphs']) {
    for (const file of readdirSync(join(ROOT, part), { recursive: true, encoding: 'utf8' })) {
      if (file.endsWith('.sql')) cpSync(join(ROOT, part, file), join(folder, part, file));
      if (!file.endsWith('.ts')) continue;
      const { code } = transformSync(readFileSync(join(ROOT, part, file), 'utf8'), {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      });
      const target = join(folder, part, file.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, code);
    }
  }
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  for (const name of ['node_modules', 'schema', 'console']) symlinkSync(join(ROOT, name), join(folder, name));
  return folder;
}
