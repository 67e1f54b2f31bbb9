import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSupergraph } from '../../gateway/supergraph/index.js';
import { hangs, json } from '../helpers/faulty-subgraph.js';
import { composeOrFail, type Federation, logInto, startFederation, until } from '../helpers/federation.js';

const one = { sdl: 'type Query { one: Int }', resolvers: { Query: { one: () => 1 } } };
const two = { sdl: 'type Query { two: Int }', resolvers: { Query: { two: () => 2 } } };

let federation: Federation;
beforeEach(async () => {
  federation = await startFederation({ subgraphs: { one, two }, config: { limits: { fetchMs: 10_000 } } });
});
afterEach(() => federation?.stop());

const ready = async () => {
  const response = await fetch(`${federation.url}/health/ready`);
  return (await response.json()) as { status: string; reasons: string[]; supergraph: Record<string, string> };
};
const metrics = async () => (await fetch(`${federation.url}/metrics`)).text();
const serves = async (query: string) => (await federation.ask(query)).status === 200;
/** The same supergraph with another text, and so with another id. */
const variant = (number: number) => `${federation.supergraphSdl}\n# variant ${number}\n`;

test('a supergraph that is renamed over the old one serves within moments', async () => {
  expect(await serves('{ two }')).toBe(true);
  federation.replaceSupergraph({ one });
  await until(async () => !(await serves('{ two }')));
  expect(await serves('{ one }')).toBe(true);
});

test('a supergraph that is written in place serves, too', async () => {
  writeFileSync(
    federation.supergraphFile,
    composeOrFail({ one }, () => federation.subgraph('one').url),
  );
  await until(async () => !(await serves('{ two }')));
});

test('twenty swaps under load drop no request', async () => {
  let swapping = true;
  const failures: unknown[] = [];
  let answered = 0;
  const client = async () => {
    while (swapping) {
      const { data, errors, status } = await federation.ask('{ one two }');
      answered += 1;
      if (status !== 200 || errors || data.one !== 1 || data.two !== 2) failures.push({ status, errors });
    }
  };
  const clients = [client(), client(), client(), client()];
  for (let swap = 0; swap < 20; swap += 1) {
    federation.writeSupergraph(variant(swap));
    await federation.gateway.reload();
    const before = answered;
    await until(() => answered > before + 4);
  }
  swapping = false;
  await Promise.all(clients);
  expect(failures).toEqual([]);
  expect(federation.logLines.filter((line) => line.includes('a new supergraph serves'))).toHaveLength(20);
}, 60_000);

test('of two supergraphs the one that was written last serves, however the file is read', async () => {
  for (let round = 0; round < 10; round += 1) {
    federation.writeSupergraph(variant(round));
    const first = federation.gateway.reload();
    federation.replaceSupergraph(round % 2 === 0 ? { one } : { one, two });
    await Promise.all([first, federation.gateway.reload()]);
    expect(await serves('{ two }')).toBe(round % 2 === 1);
  }
});

test('a request in flight is finished on the supergraph on which it began', async () => {
  const held: (() => void)[] = [];
  federation.subgraph('two').behave((asked) => {
    held.push(() => json({ data: { two: 22 } })(asked));
  });
  const asked = federation.ask('{ two }');
  await until(() => held.length === 1);
  federation.replaceSupergraph({ one });
  await federation.gateway.reload();
  expect(await serves('{ two }')).toBe(false);
  held[0]!();
  expect((await asked).data).toEqual({ two: 22 });
});

describe('a supergraph that is broken', () => {
  const broken: [name: string, text: () => string][] = [
    ['is no GraphQL', () => 'type Query {'],
    ['is empty', () => ''],
    ['is no supergraph', () => 'type Query { a: Int }'],
    ['refers to a type that does not exist', () => federation.supergraphSdl.replace('one: Int', 'one: Nothing')],
    ['names a subgraph without a URL', () => federation.supergraphSdl.replace(/url: "[^"]*"/, 'url: ""')],
    [
      'names a subgraph that is not asked over HTTP',
      () => federation.supergraphSdl.replace(/url: "[^"]*"/, 'url: "file:///x"'),
    ],
  ];

  test.each(broken)('because it %s leaves the old one serving, and says so', async (_name, text) => {
    const { id } = (await ready()).supergraph;
    federation.writeSupergraph(text());
    await federation.gateway.reload();
    expect((await federation.ask('{ one two }')).data).toEqual({ one: 1, two: 2 });
    const state = await ready();
    expect(state.status).toBe('degraded');
    expect(state.supergraph).toMatchObject({ phase: 'serving old', id });
    expect(state.reasons.join()).toContain('a newer supergraph was refused');
    expect(federation.logLines.filter((line) => line.includes('was refused'))).toHaveLength(1);
    expect(await metrics()).toContain('lien_thong_supergraph_refused 1');
    expect(await metrics()).toContain(`lien_thong_supergraph_info{id="${id}"} 1`);
  });

  test('is forgotten when a good one comes, and when the old one comes back', async () => {
    for (const good of [variant(1), variant(1)]) {
      federation.writeSupergraph('broken');
      await federation.gateway.reload();
      expect((await ready()).status).toBe('degraded');
      federation.writeSupergraph(good);
      await federation.gateway.reload();
      expect(await ready()).toMatchObject({ status: 'ready', reasons: [], supergraph: { phase: 'serving' } });
      expect(await metrics()).toContain('lien_thong_supergraph_refused 0');
    }
  });

  test('is logged once, however often the file is read', async () => {
    federation.writeSupergraph('broken');
    await federation.gateway.reload();
    await federation.gateway.reload();
    expect(federation.logLines.filter((line) => line.includes('was refused'))).toHaveLength(1);
  });

  test('keeps a gateway from starting', async () => {
    const subgraphs = { one };
    await expect(
      startFederation({ subgraphs, gateway: { supergraphFile: '/nowhere/supergraph.graphql' } }),
    ).rejects.toThrow('ENOENT');
  });
});

test('the same file again is no swap', async () => {
  federation.writeSupergraph(federation.supergraphSdl);
  await federation.gateway.reload();
  expect(federation.logLines.filter((line) => line.includes('supergraph'))).toEqual([]);
});

test('a file that is gone leaves the supergraph serving', async () => {
  rmSync(federation.supergraphFile);
  await until(() => federation.logLines.some((line) => line.includes('supergraph not readable')));
  expect(await serves('{ one }')).toBe(true);
  expect(await ready()).toMatchObject({
    status: 'degraded',
    reasons: ['the supergraph file cannot be read (ENOENT)'],
    supergraph: { phase: 'serving old' },
  });
  expect(await metrics()).toContain('lien_thong_supergraph_refused 1');
  federation.writeSupergraph(federation.supergraphSdl);
  await federation.gateway.reload();
  expect(await ready()).toMatchObject({ status: 'ready', reasons: [] });
});

test('a supergraph that fails when it is taken into use leaves the old one serving, and says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-'));
  const file = join(folder, 'supergraph.graphql');
  writeFileSync(file, federation.supergraphSdl);
  let fails = false;
  const life = createSupergraph({
    file,
    log: logInto([]),
    clock: Date,
    async check() {},
    onServe() {
      if (fails) throw new Error('no room');
    },
  });
  await life.gateway.load();
  const { id } = life.current();
  fails = true;
  writeFileSync(file, variant(1));
  await life.reload();
  expect(life.state()).toMatchObject({ phase: 'serving old', id, problem: 'it could not be taken into use' });
  expect(life.current().id).toBe(id);
  await life.gateway.stop();
  rmSync(folder, { recursive: true });
});

test('a subgraph that is removed is no longer pinged, and comes back when it is named again', async () => {
  federation.subgraph('two').behave(hangs);
  federation.replaceSupergraph({ one });
  await federation.gateway.reload();
  await until(async () => (await ready()).status === 'ready');
  federation.subgraph('two').behave();
  federation.writeSupergraph(federation.supergraphSdl);
  await federation.gateway.reload();
  expect((await federation.ask('{ two }')).data).toEqual({ two: 2 });
});

test('a subgraph that moves is asked at its new place', async () => {
  const moved = federation.supergraphSdl.replaceAll(federation.subgraph('two').url, federation.subgraph('one').url);
  federation.writeSupergraph(moved);
  await federation.gateway.reload();
  await federation.ask('{ two }');
  expect(federation.requestsTo('two')).toHaveLength(0);
  expect(federation.requestsTo('one')).toHaveLength(1);
});
