import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedIn } from '../../../cli/open-audit.js';
import { Publisher } from '../../../gateway/audit/store/publish.js';
import { openSigner } from '../../../gateway/audit/verify/note.js';
import { openEmbedded } from '../../../subgraphs/kit/pglite.js';
import { entriesOf, problemsOfAnswers, problemsOfTree } from '../../helpers/answered-entries.js';
import { AuditedLoad, type Questions } from '../../helpers/audited-load.js';
import { START_MS } from '../../helpers/audited-scene.js';
import { type BuiltProduct, buildProduct, type Command } from '../../helpers/command.js';
import { DEMO } from '../../helpers/demo-people.js';
import { until } from '../../helpers/federation.js';
import { freePort } from '../../helpers/redis-server.js';
import { CheckpointCollector } from '../../helpers/seen-checkpoints.js';

const READY = /GraphQL at (http:\/\/127\.0\.0\.1:\d+)\/graphql/;
const ORIGIN = 'workers.example/audit';
const privateKeyPem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const signer = openSigner(ORIGIN, privateKeyPem);

const QUESTIONS: Questions = [
  () => ({ kind: 'read', query: `{ citizen(personalId: "${DEMO.bride}") { fullName } }` }),
  (count) => ({ kind: 'read', query: `query Again${count % 9} { citizen(personalId: "${DEMO.groom}") { fullName } }` }),
  () => ({ kind: 'refused', query: '{ citizen(personalId: "1") { nonsense } }' }),
];

let product: BuiltProduct;
let folder: string;
let env: Record<string, string>;
let started: Command | undefined;
beforeAll(async () => {
  product = buildProduct();
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-audited-workers-'));
  env = {
    DATA_DIR: join(folder, 'data'),
    PORT: `${await freePort()}`,
    WORKERS: '2',
    DRAIN_MS: '2000',
    BUDGET_REQUESTS_A_SECOND: '0',
    BUDGET_COST_A_SECOND: '0',
    AUDIT_ORIGIN: ORIGIN,
    AUDIT_SIGNING_KEY: privateKeyPem,
    AUDIT_SUBJECT_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    AUDIT_SEQUENCE_MS: '200',
  };
  const seeded = await product.run('seed', { args: ['--citizens', '50'], env }).ended;
  expect(seeded.code).toBe(0);
}, START_MS * 3);
afterEach(async () => {
  started?.child.kill('SIGKILL');
  await started?.ended;
});
afterAll(() => {
  product?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<{ command: Command; url: string; token: string }> {
  started = product.run('start', { env });
  const url = (await started.wrote(READY))[1]!;
  const [, token] = /authorization: Bearer (\S+?)'/.exec(started.output())!;
  return { command: started, url, token: token! };
}

/** Every worker that has begun to answer, whether or not it lives. */
function workersOf(command: Command): number[] {
  const lines = command.output().match(/^\{.*"a worker answers".*\}$/gm) ?? [];
  return lines.map((line) => (JSON.parse(line) as { worker: number }).worker);
}

/** Stops it in order, and says what is wrong between what was answered, what was seen, and the log in its folder. */
async function conclude(command: Command, load: AuditedLoad, collector: CheckpointCollector) {
  await load.end();
  const seen = await collector.end();
  command.child.kill('SIGTERM');
  expect((await command.ended).code).toBe(0);
  const database = await openEmbedded({ dataDir: embeddedIn(env.DATA_DIR!) });
  const publisher = new Publisher(database, signer.vkey);
  const tree = { read: (path: string) => publisher.read(path), vkey: signer.vkey, seen };
  const entries = await entriesOf(tree);
  const problems = [...problemsOfAnswers(load.answered, entries), ...(await problemsOfTree(tree))];
  await database.close();
  const reads = entries.filter(({ kind }) => kind === 'read');
  return { problems, seen, writers: new Set(reads.map(({ w }) => w)) };
}

const dataSince = ({ answered }: AuditedLoad, ms: number) =>
  answered.filter(({ hasData, atMs }) => hasData && atMs > ms).length;

test(
  'the entries of two workers over the embedded store are in one tree, and a worker that is killed takes none with it',
  async () => {
    const { command, url, token } = await start();
    const load = new AuditedLoad({ token, questions: QUESTIONS }).add({ name: 'product', url }, { clients: 6 });
    const collector = new CheckpointCollector([{ name: 'product', url }]);
    await until(() => dataSince(load, 0) > 20, START_MS);
    for (const round of [0, 1]) {
      process.kill(workersOf(command)[round]!, 'SIGKILL');
      await until(() => workersOf(command).length === 3 + round, START_MS);
      const replacedMs = Date.now();
      await until(() => dataSince(load, replacedMs) > 20, START_MS);
    }
    const { problems, seen, writers } = await conclude(command, load, collector);
    expect(problems.slice(0, 20)).toEqual([]);
    expect(seen.length).toBeGreaterThan(3);
    // The two that were killed, and at least one of those in their places.
    expect(writers.size).toBeGreaterThanOrEqual(3);
  },
  START_MS * 4,
);

test(
  'the process that has the store takes none with it either',
  async () => {
    const first = await start();
    const load = new AuditedLoad({ token: first.token, questions: QUESTIONS, ids: 'primary' });
    load.add({ name: 'product', url: first.url }, { clients: 6 });
    const collector = new CheckpointCollector([{ name: 'product', url: first.url }]);
    await until(() => dataSince(load, 0) > 20, START_MS);
    first.command.child.kill('SIGKILL');
    await first.command.ended;
    const { command } = await start();
    const startedMs = Date.now();
    await until(() => dataSince(load, startedMs) > 20, START_MS);
    const { problems } = await conclude(command, load, collector);
    expect(problems.slice(0, 20)).toEqual([]);
  },
  START_MS * 4,
);
