import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import type { QueryPlan } from '@apollo/query-planner';
import { Lexer, Source, TokenKind } from 'graphql';
import { DEFAULTS } from '../../../gateway/config.js';
import { refuseDeepNesting } from '../../../gateway/demand/text.js';
import type { OperationToPlan } from '../../../gateway/execution/build-plan.js';
import { openPlanner, type Planner, planInThisThread } from '../../../gateway/execution/planner.js';
import { composeOrFail, logInto } from '../../helpers/federation.js';
import { compiledFolder } from '../../helpers/gateway-process.js';

const ROOT = join(__dirname, '../../..');

/** Four registries that all have the same thing, so that there are many ways to gather it: the planner tries 10,000. */
const SHARED = composeOrFail(
  Object.fromEntries(
    ['a', 'b', 'c', 'd'].map((name) => {
      const thing = `id: ID!  next: Thing @shareable  x: Int @shareable  only_${name}: Int`;
      return [name, { sdl: `type Query { thing: Thing @shareable } type Thing @key(fields: "id") { ${thing} }` }];
    }),
  ),
  (name) => `http://${name}`,
);
const ALL = 'only_a only_b only_c only_d x';

/** Plans for about 75 ms an alias, up to 30 s for 400. */
function hostile(aliases: number): OperationToPlan {
  const things = Array.from({ length: aliases }, (_, index) => `t${index}: thing { ${ALL} next { ${ALL} } }`);
  return operation(`{ ${things.join(' ')} }`);
}

function operation(text: string, more: Partial<OperationToPlan> = {}): OperationToPlan {
  return { text, overrides: [], defer: false, ...more };
}

const HONEST = operation('{ thing { only_b } }');
const TOO_LARGE = { extensions: { code: 'OPERATION_TOO_LARGE', http: { status: 400 } } };

const planners: Planner[] = [];
const lines: string[] = [];
afterEach(async () => {
  await Promise.all(planners.splice(0).map((planner) => planner.close()));
  lines.length = 0;
});

async function open(options: { planMs?: number; heapMb?: number; sdl?: string } = {}): Promise<Planner> {
  const { sdl = SHARED, planMs = 500, heapMb } = options;
  const planner = await openPlanner(sdl, { planMs, heapMb, log: logInto(lines) });
  planners.push(planner);
  return planner;
}

const fetchesOf = (plan: QueryPlan) =>
  [...JSON.stringify(plan).matchAll(/"serviceName":"(\w+)"/g)].map(([, name]) => name);

test('the hostile operation is one that the limits on its text let through', () => {
  const { text } = hostile(400);
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  while (lexer.advance().kind !== TokenKind.EOF) tokens += 1;
  expect(tokens).toBeLessThan(DEFAULTS.limits.tokensMax);
  expect(() => refuseDeepNesting(text, DEFAULTS.limits)).not.toThrow();
});

test('a plan from the thread is the one that is built in this thread', async () => {
  const sdl = readFileSync(join(ROOT, 'schema/supergraph.graphql'), 'utf8');
  const here = planInThisThread(sdl);
  const planner = await open({ sdl, planMs: 10_000 });
  const folder = join(ROOT, 'schema/operations');
  const operations = readdirSync(folder).map((file) => operation(readFileSync(join(folder, file), 'utf8')));
  operations.push(operation('{ citizen(personalId: "1") { fullName ... @defer { maritalStatus } } }', { defer: true }));
  expect(operations.length).toBeGreaterThan(4);
  const plans = await Promise.all(operations.map((each) => planner.plan(each)));
  expect(plans).toEqual(await Promise.all(operations.map((each) => here.plan(each))));
  expect(plans.every(({ node }) => node !== undefined)).toBe(true);
});

test('an operation that takes too long to plan is refused, and this thread is free all the while', async () => {
  const planner = await open({ planMs: 1_000 });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await expect(planner.plan(hostile(100))).rejects.toMatchObject(TOO_LARGE);
  delay.disable();
  expect(delay.max / 1e6).toBeLessThan(500);
  expect(fetchesOf(await planner.plan(HONEST))).toEqual(['b']);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      level: 'warn',
      msg: expect.any(String),
      operation: expect.stringMatching(/^[0-9a-f]{64}$/),
      limit: 'time',
      planMs: 1_000,
    },
  ]);
});

test('what one operation costs is not counted against those that wait behind it', async () => {
  const planner = await open({ planMs: 1_000 });
  const settled = await Promise.allSettled([
    planner.plan(hostile(100)),
    planner.plan(hostile(101)),
    ...Array.from({ length: 20 }, (_, index) => planner.plan(operation(`{ a${index}: thing { only_a } }`))),
    planner.plan(hostile(102)),
  ]);
  const fates = settled.map(({ status }) => status);
  expect(fates).toEqual(['rejected', 'rejected', ...Array(20).fill('fulfilled'), 'rejected']);
});

test('however many hostile operations came before it, an honest one waits for those in hand only', async () => {
  const planner = await open();
  const order: string[] = [];
  const refused = Array.from({ length: 8 }, (_, index) =>
    planner.plan(hostile(100 + index)).catch(() => order.push('refused')),
  );
  const honest = planner.plan(HONEST).then(() => order.push('planned'));
  await Promise.all([...refused, honest]);
  expect(order).toHaveLength(9);
  expect(order.indexOf('planned')).toBeLessThanOrEqual(2);
});

test('a plan that was ready in time is not refused because this thread was busy', async () => {
  const planner = await open();
  // From here on the event loop comes to its timers before it comes to its messages.
  await new Promise(setImmediate);
  const plan = planner.plan(HONEST);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 800);
  expect(fetchesOf(await plan)).toEqual(['b']);
});

test('an operation that was refused for its time costs no thread again', async () => {
  const planner = await open();
  await expect(planner.plan(hostile(100))).rejects.toMatchObject(TOO_LARGE);
  await planner.plan(HONEST);
  const again = Array.from({ length: 50 }, () => planner.plan(hostile(100)));
  expect((await Promise.allSettled(again)).every(({ status }) => status === 'rejected')).toBe(true);
  await expect(again[0]).rejects.toMatchObject(TOO_LARGE);
  expect(lines).toHaveLength(1);
});

test('the same hostile operation fifty times at once costs one thread, or two', async () => {
  const planner = await open();
  const all = await Promise.allSettled(Array.from({ length: 50 }, () => planner.plan(hostile(100))));
  expect(all.every(({ status }) => status === 'rejected')).toBe(true);
  expect(lines.length).toBeLessThanOrEqual(2);
});

test('a thread whose memory is exhausted takes one operation with it and no other', async () => {
  const planner = await open({ planMs: 60_000, heapMb: 64 });
  const [bad, good] = await Promise.allSettled([planner.plan(hostile(400)), planner.plan(HONEST)]);
  expect(bad).toMatchObject({ status: 'rejected', reason: TOO_LARGE });
  expect(good).toMatchObject({ status: 'fulfilled' });
  expect(lines.map((line) => JSON.parse(line).limit)).toEqual(['memory']);
});

test('when more waits than is taken, the largest are refused', async () => {
  const planner = await open({ planMs: 2_000 });
  const small = Array.from({ length: 1_000 }, (_, index) => planner.plan(operation(`{ a${index}: thing { only_a } }`)));
  const large = planner.plan(
    operation(`{ ${'a'.repeat(100)}: thing { only_a } ${'b'.repeat(100)}: thing { only_b } }`),
  );
  const larger = planner.plan(hostile(100));
  const [one, other] = await Promise.allSettled([large, larger]);
  expect(other).toMatchObject({
    status: 'rejected',
    reason: { message: expect.stringContaining('wait to be planned') },
  });
  expect(one?.status).toBe('fulfilled');
  expect(await Promise.all(small)).toHaveLength(1_000);
});

test('a fault of ours is an error that repeats nothing of the operation, and the thread goes on', async () => {
  const planner = await open();
  const error: Error = await planner.plan(operation('{ thing { secret_048090000001 } }')).then(
    () => new Error('it was planned'),
    (reason) => reason,
  );
  expect(error.message).toBe('an operation could not be planned');
  expect(error.stack).toMatch(/^\w*Error\b.*\n {4}at /);
  expect(`${error.message}${error.stack}`).not.toContain('048090000001');
  expect(error).not.toHaveProperty('extensions');
  expect(fetchesOf(await planner.plan(HONEST))).toEqual(['b']);
});

test('a schema that cannot be planned on is refused with the reason', async () => {
  await expect(openPlanner('type Query { a: Int }', { planMs: 1_000, log: logInto(lines) })).rejects.toThrow(
    /supergraph|join|core/i,
  );
  await expect(openPlanner('type Query {', { planMs: 1_000, log: logInto(lines) })).rejects.toThrow('Syntax Error');
});

test('a closed planner has finished what it had begun and takes no more', async () => {
  const planner = await open();
  const begun = [planner.plan(HONEST), planner.plan(operation('{ thing { only_c } }'))];
  await planner.close();
  expect((await Promise.all(begun)).map(fetchesOf)).toEqual([['b'], ['c']]);
  await expect(planner.plan(HONEST)).rejects.toThrow('closed');
  await planner.close();
});

test('closing waits for a hostile operation no longer than it may plan', async () => {
  const planner = await open();
  const hostiles = Array.from({ length: 5 }, (_, index) => planner.plan(hostile(100 + index)));
  const settled = Promise.allSettled(hostiles);
  await planner.close();
  expect((await settled).every(({ status }) => status === 'rejected')).toBe(true);
});

describe('a process with an open planner', () => {
  const script = `
    const { openPlanner } = require('./gateway/execution/planner.js');
    const [supergraphSdl, text] = JSON.parse(process.argv[1]);
    openPlanner(supergraphSdl, { planMs: 10000, log: {} }).then(async (planner) => {
      console.log('open');
      if (text) await planner.plan({ text, overrides: [], defer: false }).then(() => console.log('planned'));
    });`;

  test.each([
    ['ends when nothing waits for a plan', undefined, 'open\n'],
    ['ends only after the plan that is waited for', HONEST.text, 'open\nplanned\n'],
  ])('%s', async (_name, text, output) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, JSON.stringify([SHARED, text])], {
      cwd: compiledFolder(),
    });
    expect(stdout).toBe(output);
  });
});
