import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeOnPostgres } from '../helpers/scratch-postgres';

const SCRIPT = join(__dirname, '..', '..', '.ci', 'services.sh');

/** Needs the servers' programs, which are there when the tests' own PostgreSQL is. */
describeOnPostgres('the services of several runs', () => {
  let folder: string;
  let script: string;
  const redisPort = 20_000 + (process.pid % 20_000);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lien-thong-services-test-'));
    chmodSync(folder, 0o755);
    script = join(folder, 'services.sh');
    const text = readFileSync(SCRIPT, 'utf8')
      .replace(/^lt_folder=.*$/m, `lt_folder='${folder}/run'`)
      .replace(/^lt_postgres_port=.*$/m, `lt_postgres_port=${redisPort + 20_000}`)
      .replace(/^lt_redis_port=.*$/m, `lt_redis_port=${redisPort}`);
    writeFileSync(script, text, { mode: 0o755 });
  });
  afterAll(() => {
    spawnSync(script, ['stop']);
    rmSync(folder, { recursive: true, force: true });
  });

  const bash = (text: string): string[] => {
    const up = `up() { redis-cli -p ${redisPort} ping 2>/dev/null | grep -q PONG && echo up || echo down; }\n`;
    const { stdout } = spawnSync('bash', ['-c', up + text], { encoding: 'utf8', env: { ...process.env, S: script } });
    return stdout.trim().split('\n');
  };

  test('a run that ends leaves them to the one that is still under way, whose end stops them', () => {
    const second = `bash -c '. $S start >/dev/null; trap "$S stop" EXIT; true'`;
    expect(bash(`. $S start >/dev/null; ${second}; up; $S stop; up`)).toEqual(['up', 'down']);
  }, 60_000);

  test('those that were started by hand outlive a run, until they are stopped by hand', () => {
    const run = `bash -c '. $S start >/dev/null; trap "$S stop" EXIT; true'`;
    expect(bash(`eval "$($S start)"; ${run}; up; $S stop; up`)).toEqual(['up', 'down']);
  }, 60_000);
});
