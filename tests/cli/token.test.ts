import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemaFolder } from '../../cli/config.js';
import { createCallers } from '../../gateway/access/callers.js';
import { openDemoIssuer } from '../../gateway/access/demo-issuer.js';
import type { Asked } from '../../gateway/http.js';
import type { Identity } from '../../gateway/identity.js';
import { type BuiltProduct, buildProduct, type Command } from '../helpers/command.js';
import { ask, composeOrFail, configOf, logInto } from '../helpers/federation.js';

const OWN_SUPERGRAPH = join(schemaFolder, 'supergraph.graphql');
const OFFICER = ['--role', 'officer', '--procedure', '1.000894'];

let product: BuiltProduct;
let folder: string;
beforeAll(() => {
  product = buildProduct();
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-token-'));
});
afterAll(() => {
  product?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const dataDir = (name: string) => join(folder, name);

/** Runs `npm run token`, with its two streams apart. */
async function token(args: string[], env: Record<string, string>) {
  const command = product.run('token', { args, env });
  let stdout = '';
  command.child.stdout?.on('data', (text: string) => (stdout += text));
  const { code, output } = await command.ended;
  return { code, stdout, output };
}

/** Who a printed token is of, to a gateway that looks for the key where the command did. */
async function whoIs(printed: string, name: string): Promise<Identity> {
  const demoIssuer = await openDemoIssuer(join(dataDir(name), 'demo-issuer.json'));
  const { access } = configOf();
  const callers = createCallers({ access, demoIssuer, clock: { now: Date.now }, log: logInto([]) });
  return callers.identify({ headers: { authorization: `Bearer ${printed.trim()}` } } as unknown as Asked);
}

describe('npm run token', () => {
  test('prints a token and nothing else, before anything was started', async () => {
    const { code, stdout, output } = await token(OFFICER, { DATA_DIR: dataDir('first') });
    expect({ code, output }).toEqual({ code: 0, output: stdout });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(await whoIs(stdout, 'first')).toMatchObject({
      caller: { subject: 'demo-officer', role: 'officer', scopes: ['sensitive:cause-of-death', 'sensitive:ethnicity'] },
      purpose: { procedure: '1.000894' },
    });
  });

  test('says all of a caller that it is told', async () => {
    const args = ['--role', 'citizen', '--procedure', '2.002635', '--dossier', 'H48.1', '--department', 'so-tu-phap'];
    const more = ['--citizen', '048090000001', '--scope', 'religion', '--scope', 'ethnicity', '--subject', 'bình'];
    expect((await token([...args, ...more], { DATA_DIR: dataDir('first') })).code).toBe(2);
    more[more.length - 1] = 'binh';
    const { stdout } = await token([...args, ...more, '--expires-in', '60'], { DATA_DIR: dataDir('first') });
    const identity = await whoIs(stdout, 'first');
    expect(identity).toMatchObject({
      caller: {
        subject: 'binh',
        role: 'citizen',
        department: 'so-tu-phap',
        citizen: '048090000001',
        scopes: ['ethnicity', 'religion'],
      },
      purpose: { procedure: '2.002635', dossier: 'H48.1' },
    });
    expect(identity.untilMs - Date.now()).toBeLessThanOrEqual(90_000);
  });

  test('that is run several times at once in an empty folder makes one issuer', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => token(OFFICER, { DATA_DIR: dataDir('at-once') })));
    for (const { stdout } of all) expect(await whoIs(stdout, 'at-once')).toHaveProperty('caller');
    expect(readdirSync(dataDir('at-once'))).toEqual(['demo-issuer.json']);
  });

  test.each([
    [[], '--role must be one of officer, department-system, auditor, citizen, operator'],
    [['--role', 'emperor'], '--role must be one of'],
    [['--role', 'citizen', '--citizen', '123'], '--citizen must be a personal identification number, 12 digits'],
    [['--role', 'officer', '--procedure', 'a b'], '--procedure must be the code of a procedure'],
    [['--role', 'officer', '--scope', '"'], '--scope must be'],
    [['--role', 'officer', '--subject', ''], '--subject must be'],
    [['--role', 'officer', '--expires-in', '0'], '--expires-in must be a whole number of seconds'],
    [['--role', 'officer', '--expires-in', '1.5'], '--expires-in must be a whole number of seconds'],
    [['--rôle', 'officer'], 'npm run -s token -- --role ROLE'],
    [['--role', 'officer', 'stray'], 'npm run -s token -- --role ROLE'],
  ])('refuses %j, and makes no key for it', async (args, cure) => {
    const { code, stdout, output } = await token(args as string[], { DATA_DIR: dataDir('never') });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(output).toContain(cure);
    expect(readdirSync(folder)).not.toContain('never');
  });

  test.each([
    [{ NODE_ENV: 'production' }, /NODE_ENV=production needs JWKS_URL/],
    [{ JWKS_URL: 'https://issuer.test/keys', JWT_ISSUER: 'a', JWT_AUDIENCE: 'b' }, /get a token from that issuer/],
    [{ DATA_DIR: '/proc/nowhere' }, /DATA_DIR .* cannot be written/],
  ])('with %j there is no demo issuer, and it says why', async (env, why) => {
    const { code, stdout, output } = await token(OFFICER, { DATA_DIR: dataDir('never'), ...env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(output).toMatch(why);
    expect(readdirSync(folder)).not.toContain('never');
  });

  test('--help says how', async () => {
    expect(await token(['--help'], {})).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--expires-in SECONDS'),
    });
  });
});

describe('npm run gateway', () => {
  const READY = /GraphQL at (http:\S+)\/graphql/;
  const run = (supergraph: string, env: Record<string, string>) =>
    product.run('gateway', { args: ['--supergraph', supergraph, '--port', '0'], env });
  const urlOf = async (command: Command) => (await command.wrote(READY))[1]!;
  const query = { query: '{ procedures { code } }' };
  const askWith = (url: string, bearer: string) => ask(url, query, { authorization: `Bearer ${bearer}` });

  async function stop(command: Command): Promise<void> {
    command.child.kill('SIGTERM');
    expect((await command.ended).code).toBe(0);
  }

  test.each(['1', '2'])(
    'over our supergraph believes its tokens, in %s process(es), and no others',
    async (workers) => {
      const env = { DATA_DIR: dataDir(`gateway-${workers}`), WORKERS: workers };
      const command = run(OWN_SUPERGRAPH, env);
      const url = await urlOf(command);
      const { stdout } = await token(OFFICER, env);
      for (let at = 0; at < 4; at += 1) {
        // Each on a connection of its own, so that every worker is asked.
        expect(await askWith(url, stdout.trim())).toMatchObject({ status: 200 });
        expect(await askWith(url, `${stdout.trim()}x`)).toMatchObject({ status: 401 });
      }
      // The page opens with a token that holds.
      const page = await (await fetch(url)).text();
      expect(await askWith(url, /"Bearer ([^"]+)"/.exec(page)![1]!)).toMatchObject({ status: 200 });
      await stop(command);
      expect(command.output()).not.toContain(stdout.trim());
    },
    120_000,
  );

  test('to whoever can reach the page from elsewhere it gives no token', async () => {
    const command = run(OWN_SUPERGRAPH, { DATA_DIR: dataDir('elsewhere'), HOST: '0.0.0.0' });
    const { port } = new URL(await urlOf(command));
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).not.toContain('Bearer');
    await stop(command);
  });

  test('over our supergraph stops in production without an issuer, and says what to set', async () => {
    const { code, output } = await run(OWN_SUPERGRAPH, { NODE_ENV: 'production', DATA_DIR: dataDir('never') }).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/NODE_ENV=production needs JWKS_URL, JWT_ISSUER and JWT_AUDIENCE/);
  });

  test("over somebody else's needs none, makes no key, and leaves tokens alone", async () => {
    const supergraph = join(folder, 'theirs.graphql');
    writeFileSync(
      supergraph,
      composeOrFail({ one: { sdl: 'type Query { a: String }' } }, () => 'http://127.0.0.1:1'),
    );
    const command = run(supergraph, { NODE_ENV: 'production', DATA_DIR: dataDir('never') });
    const url = await urlOf(command);
    const answer = await ask(url, { query: '{ __typename }' }, { authorization: 'Bearer theirs' });
    expect(answer).toMatchObject({ status: 200, data: { __typename: 'Query' } });
    await stop(command);
    expect(readdirSync(folder)).not.toContain('never');
  });
});

describe('npm start', () => {
  test('stops in production without an issuer before it fills anything', async () => {
    const env = { NODE_ENV: 'production', DATA_DIR: dataDir('never'), PORT: '0' };
    const { code, output } = await product.run('start', { env }).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/NODE_ENV=production needs JWKS_URL/);
    expect(readdirSync(folder)).not.toContain('never');
  });

  test('prints a token to paste, and the header that it goes in, and they hold', async () => {
    const env = { DATA_DIR: dataDir('start'), PORT: '0' };
    expect((await product.run('seed', { args: ['--citizens', '100'], env }).ended).code).toBe(0);
    const command = product.run('start', { env });
    const url = (await command.wrote(/GraphQL at (http:\S+)\/graphql/))[1]!;
    const printed = /^([\w-]+\.[\w-]+\.[\w-]+)$/m.exec(command.output())![1]!;
    expect(command.output()).toContain(`-H 'authorization: Bearer ${printed}'`);
    const query = { query: '{ procedures { code } }' };
    expect(await ask(url, query, { authorization: `Bearer ${printed}` })).toMatchObject({ status: 200 });
    const { stdout } = await token(OFFICER, env);
    expect(await ask(url, query, { authorization: `Bearer ${stdout.trim()}` })).toMatchObject({ status: 200 });
    expect(await ask(url, query, { authorization: `Bearer ${stdout.trim()}x` })).toMatchObject({ status: 401 });
    expect(await (await fetch(url)).text()).toContain(printed);
    command.child.kill('SIGTERM');
    expect((await command.ended).code).toBe(0);
  }, 120_000);
});
