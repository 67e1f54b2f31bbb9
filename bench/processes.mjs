import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The repository's root: where commands of the product are run. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const READY_MS_MAX = 120_000;
const POLL_MS = 50;
/** Clock ticks a second in /proc/PID/stat: 100 on every Linux that Node runs on. */
const TICKS_A_SECOND = 100;

/** What is measured has the last core to itself; load and registries share the others. Without taskset nothing is pinned. */
const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;
const lastCore = availableParallelism() - 1;
export const pinning = canPin
  ? `the gateway measured on core ${lastCore}, load and registries on ${lastCore === 1 ? 'core 0' : `cores 0 to ${lastCore - 1}`}`
  : 'not pinned';

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

/** Moves this process, and what it starts from now on, off the core that is kept for what is measured. */
export function leaveMeasuredCore() {
  if (canPin)
    execFileSync('taskset', ['-a', '-c', '-p', `0-${lastCore - 1}`, String(process.pid)], { stdio: 'ignore' });
}

/**
 * Starts a Node process and waits for a line of its standard error that `ready` matches, or for `readyAt` to answer 200; its
 * standard output goes nowhere. Rejects with what it wrote when it ends before, or is not ready in two minutes. With
 * `inspected` its handle can `ask` what only the process itself knows: see inside.mjs; what a `loud` one writes is passed on.
 */
export function startNode(args, { ready, readyAt, env = {}, measured = false, inspected = false, loud = false }) {
  const command = measured && canPin ? ['taskset', '-c', String(lastCore), process.execPath] : [process.execPath];
  const inside = inspected ? ['--expose-gc', '--import', './bench/inside.mjs'] : [];
  const child = spawn(command[0], [...command.slice(1), ...inside, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', ...(inspected ? ['ipc'] : [])],
  });
  running.add(child);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  ended.then(() => running.delete(child));
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return new Promise((resolve, reject) => {
    let said = '';
    let isOver = false;
    const settle = (how) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      how();
    };
    const refuse = (why) => settle(() => reject(new Error(`${args.join(' ')}: ${why}\n${said}`)));
    const timer = setTimeout(() => refuse('was not ready in time'), READY_MS_MAX);
    ended.then((code) => refuse(`ended with ${code}`));
    const accept = (match) => settle(() => resolve({ match, pid: child.pid, stop, ask: asking(child) }));
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text) => {
      if (said.length < 10_000) said += text;
      const match = ready?.exec(said);
      if (isOver && loud) process.stderr.write(text);
      else if (match) accept(match);
    });
    if (readyAt) pollUntil(readyAt, () => isOver).then(accept);
  });
}

/** Asks the part of us that was loaded into a process, one question at a time. */
function asking(child) {
  return (question) =>
    new Promise((resolve, reject) => {
      child.once('message', ({ error, ...answer }) => (error ? reject(new Error(error)) : resolve(answer)));
      child.send(question);
    });
}

async function pollUntil(url, isOver) {
  while (!isOver()) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Memory that a process holds now and held at most, MiB; undefined where there is no /proc. */
export function memoryOf(pid) {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return {};
  const text = readFileSync(file, 'utf8');
  const mib = (name) => {
    const kib = new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)?.[1];
    return kib && Number(kib) / 1024;
  };
  return { now: mib('VmRSS'), most: mib('VmHWM') };
}

/** CPU time that a process has used, milliseconds; undefined where there is no /proc. */
export function cpuOf(pid) {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  const fields = readFileSync(file, 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_A_SECOND;
}

/** A process and all that it started, as far as /proc tells. */
export function familyOf(pid) {
  const file = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean) : [];
  return [pid, ...children.flatMap(familyOf)];
}
