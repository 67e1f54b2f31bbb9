import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuiltProduct, buildProduct, type Command } from '../helpers/command.js';
import { prefilledBy } from '../helpers/prefilled.js';
import { createScratchPostgres, describeOnPostgres, type ScratchPostgres } from '../helpers/scratch-postgres.js';

const READY = /GraphQL at (http:\/\/127\.0\.0\.1:\d+)\/graphql/;
/** Filling the store takes its time on a small machine. */
const FILL_MS = 300_000;

let product: BuiltProduct;
let folder: string;
beforeAll(() => {
  product = buildProduct();
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-start-'));
});
afterAll(() => {
  product?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const start = (env: Record<string, string>) => product.run('start', { env: { PORT: '0', ...env } });
const urlOf = async (command: Command) => (await command.wrote(READY))[1]!;

async function stop(command: Command): Promise<void> {
  command.child.kill('SIGTERM');
  expect((await command.ended).code).toBe(0);
}

describe('on an empty folder', () => {
  const env = () => ({ DATA_DIR: join(folder, 'first') });

  test(
    'a first start that is killed while it fills is made good by the next, which serves',
    async () => {
      const killed = start(env());
      await killed.wrote(/seeding: [1-9]\d* %/);
      killed.child.kill('SIGKILL');
      await killed.ended;

      const next = start(env());
      expect(await prefilledBy(next, await urlOf(next))).toBeGreaterThan(20);
      expect(next.output()).toMatch(/filling/);
      await stop(next);
    },
    FILL_MS,
  );

  test(
    'a later start fills nothing and serves the same',
    async () => {
      const later = start(env());
      expect(await prefilledBy(later, await urlOf(later))).toBeGreaterThan(20);
      expect(later.output()).not.toMatch(/filling|seeding/);
      await stop(later);
    },
    FILL_MS,
  );
});

describe('a seed that was interrupted', () => {
  const numbers = ['--citizens', '1500', '--seed', '7', '--defects', '1'];

  /** Begins a seed and kills it in the middle. */
  async function interrupt(env: Record<string, string>): Promise<void> {
    const seed = product.run('seed', { args: numbers, env });
    await seed.wrote(/seeding: [1-9]\d* %/);
    seed.child.kill('SIGKILL');
    await seed.ended;
  }

  test(
    'is made anew in the embedded store with the numbers that it was given',
    async () => {
      const env = { DATA_DIR: join(folder, 'interrupted') };
      await interrupt(env);
      const next = start(env);
      await urlOf(next);
      expect(next.output()).toMatch(/interrupted: filling .*\(--citizens 1500 --seed 7 --defects 1\)/);
      expect(next.output()).not.toMatch(/first start/);
      await stop(next);
      const later = start(env);
      await urlOf(later);
      expect(later.output()).not.toMatch(/filling|seeding/);
      await stop(later);
    },
    FILL_MS,
  );

  describeOnPostgres('on PostgreSQL', () => {
    let scratch: ScratchPostgres;
    let env: Record<string, string>;
    beforeAll(async () => {
      scratch = await createScratchPostgres();
      const { url } = scratch;
      env = { CITIZEN_IDENTITY_DATABASE_URL: url, CIVIL_STATUS_DATABASE_URL: url, LAND_DATABASE_URL: url };
    });
    afterAll(() => scratch.drop());

    test('an empty database is told from one whose seed was interrupted, each with what to run', async () => {
      const empty = start(env);
      await urlOf(empty);
      expect(empty.output()).toMatch(/hold no records: npm run seed -- --citizens N/);
      await stop(empty);
      await interrupt(env);
      const half = start(env);
      await urlOf(half);
      expect(half.output()).toMatch(
        /interrupted.*npm run seed -- --citizens 1500 --seed 7 --defects 1 --replace removes ALL records/,
      );
      expect(half.output()).not.toMatch(/no records|filling/);
      await stop(half);
    }, 60_000);
  });
});

describe('on a store that is filled', () => {
  let env: Record<string, string>;
  beforeAll(async () => {
    env = { DATA_DIR: join(folder, 'small') };
    const seeded = await product.run('seed', { args: ['--citizens', '100'], env }).ended;
    expect(seeded).toMatchObject({ code: 0, output: expect.stringMatching(/citizen-identity person/) });
  }, FILL_MS);

  test('a request that is under way when the signal comes is answered, then it ends with 0', async () => {
    const command = start(env);
    const { port } = new URL(await urlOf(command));
    const body = JSON.stringify({ query: '{ procedures { code } }' });
    const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
    await once(socket, 'connect');
    const head = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    socket.write(head + body.slice(0, 10));
    // Another request is answered after this one has begun: the server has seen it.
    await fetch(`http://127.0.0.1:${port}/health/live`);
    command.child.kill('SIGTERM');
    await command.wrote(/stopping/);
    socket.write(body.slice(10));
    let answer = '';
    for await (const part of socket) answer += part;
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*"1\.000894"/);
    expect((await command.ended).code).toBe(0);
  });

  test('while another process has the store, a start says who and what to do, and ends with 1', async () => {
    const holder = start(env);
    await urlOf(holder);
    const second = await start(env).ended;
    expect(second.code).toBe(1);
    expect(second.output).toMatch(new RegExp(`in use by process ${holder.child.pid}.*DATA_DIR`));
    expect(second.output).not.toMatch(/\n\s+at /);
    expect((await fetch(`${await urlOf(holder)}/health/ready`)).status).toBe(200);
    await stop(holder);
  });

  test('after a process that was killed, the store opens again', async () => {
    const killed = start(env);
    await urlOf(killed);
    killed.child.kill('SIGKILL');
    await killed.ended;
    const next = start(env);
    expect(await prefilledBy(next, await urlOf(next))).toBeGreaterThan(20);
    await stop(next);
  });

  test('on a port that is taken it says so, before it fills anything, and what to do, and ends with 1', async () => {
    const taken: Server = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const refused = await start({ DATA_DIR: join(folder, 'unfilled'), PORT: String(port) }).ended;
    taken.close();
    expect(refused.output).not.toMatch(/filling|seeding/);
    expect(existsSync(join(folder, 'unfilled'))).toBe(false);
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(new RegExp(`port ${port} is taken.*PORT`));
    expect(refused.output).not.toMatch(/\n\s+at /);
  });
});

describe('with settings that cannot be', () => {
  const refused = async (env: Record<string, string>) => {
    const { code, output } = await start(env).ended;
    expect(code).toBe(1);
    expect(output).not.toMatch(/\n\s+at |GraphQL at/);
    return output;
  };

  test('all that is wrong is said at once, without the secrets in it', async () => {
    const secret = 'mysql://clerk:s3cret@db/land';
    const settings = { PORT: 'x', FETCH_MS: '1', GRAPHIQL: 'yes', LAND_DATABASE_URL: secret };
    const output = await refused({ DATA_DIR: join(folder, 'never'), ...settings });
    for (const name of Object.keys(settings)) expect(output).toMatch(new RegExp(`^${name} `, 'm'));
    expect(output).not.toMatch(/s3cret/);
  });

  test('a folder that cannot be written is named, with what to do', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const DATA_DIR of [file, join(file, 'below'), '/proc/x']) {
      expect(await refused({ DATA_DIR })).toMatch(/^DATA_DIR .*cannot be written.*another/m);
    }
  });

  test('a database that does not answer is named by its variable', async () => {
    const output = await refused({
      DATA_DIR: join(folder, 'other'),
      LAND_DATABASE_URL: 'postgres://u:s3cret@127.0.0.1:9/l',
    });
    expect(output).toMatch(/LAND_DATABASE_URL.*ECONNREFUSED/);
    expect(output).not.toMatch(/s3cret/);
  });
});
