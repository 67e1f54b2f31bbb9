// A Redis of the bench's own: what is read and written there is the bench's alone, and gone when it ends. Like everything that is
// not measured, it keeps off the core of what is.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { freePort } from './processes.mjs';

const READY_MS_MAX = 5_000;
const AGAIN_MS = 20;

/** Starts it; `undefined`: there is no redis-server here. */
export async function startRedis() {
  const port = await freePort();
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--loglevel',
    'warning',
  ];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  let isGone = false;
  child.once('error', () => (isGone = true));
  child.once('exit', () => (isGone = true));
  process.once('exit', () => child.kill('SIGKILL'));
  for (const began = performance.now(); performance.now() - began < READY_MS_MAX && !isGone; ) {
    const answer = await say(port, 'PING').catch(() => undefined);
    if (answer?.includes('PONG')) return redis(port, child);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
  child.kill('SIGKILL');
  process.stderr.write('Redis is left out: there is no redis-server here (.ci/services.sh start installs it)\n');
  return undefined;
}

function redis(port, child) {
  const number = async (section, pattern) => Number(pattern.exec(await say(port, `INFO ${section}`))?.[1] ?? 0);
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid,
    /** How many values were written so far. */
    writes: () => number('commandstats', /cmdstat_evalsha:calls=(\d+)/),
    bytes: () => number('memory', /used_memory:(\d+)/),
    async empty() {
      await say(port, 'FLUSHALL');
    },
    stop: () => child.kill('SIGKILL'),
  };
}

/** The answer to one command, as it comes. */
function say(port, command) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let answer = '';
    socket.on('error', reject);
    socket.on('data', (data) => (answer += data));
    socket.on('end', () => resolve(answer));
    socket.write(`${command}\r\nQUIT\r\n`);
  });
}
