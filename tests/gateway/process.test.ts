import { connect } from 'node:net';
import { hangs, json } from '../helpers/faulty-subgraph.js';
import { type Federation, startFederation, until } from '../helpers/federation.js';
import { type GatewayProcess, startGatewayProcess } from '../helpers/gateway-process.js';

const SUBGRAPHS = { one: { sdl: 'type Query { one: Int }', resolvers: { Query: { one: () => 1 } } } };

let federation: Federation;
let started: GatewayProcess | undefined;
/** What the last answer said of its connection. */
let connection: string | null = null;
beforeAll(async () => {
  federation = await startFederation({ subgraphs: SUBGRAPHS });
});
afterAll(() => federation?.stop());
afterEach(async () => {
  federation.subgraph('one').behave();
  started?.child.kill('SIGKILL');
  await started?.ended;
});

const start = (options: { env?: Record<string, string>; preload?: string } = {}) => {
  started = startGatewayProcess({ args: ['--supergraph', federation.supergraphFile], ...options });
  return started;
};
const ask = async (url: string) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ one }"}',
  });
  connection = response.headers.get('connection');
  return response.json();
};
const refusesConnections = async (url: string): Promise<boolean> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const refused = await new Promise<boolean>((resolve) => {
    socket.on('connect', () => resolve(false));
    socket.on('error', () => resolve(true));
  });
  socket.destroy();
  return refused;
};

/** Writes a line to standard error for each name that is looked up, each connection and each `fetch`. */
const RECORD = `
  const net = require('node:net'), dns = require('node:dns');
  const note = (what) => process.stderr.write('WENT OUT TO ' + what + '\\n');
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (...args) {
    const [to] = Array.isArray(args[0]) ? args[0] : args;
    note(to && typeof to === 'object' ? (to.path ?? to.host + ':' + to.port) : String(to));
    return connect.apply(this, args);
  };
  for (const api of [dns, dns.promises])
    for (const name of Object.keys(api).filter((key) => /^(lookup|resolve)/.test(key) && typeof api[key] === 'function')) {
      const real = api[name];
      api[name] = function (host, ...rest) { note('dns ' + host); return real.call(this, host, ...rest); };
    }
  const { fetch } = globalThis;
  globalThis.fetch = (url, ...rest) => { note('fetch ' + url); return fetch(url, ...rest); };
`;

describe('nothing phones home', () => {
  test('a gateway connects to its subgraphs and to nothing else', async () => {
    const { url, child, ended } = start({ preload: RECORD });
    expect(await ask(await url)).toEqual({ data: { one: 1 } });
    await fetch(`${await url}/health/ready`);
    child.kill('SIGTERM');
    const { output } = await ended;
    const went = [...output.matchAll(/WENT OUT TO (.*)/g)].map(([, where]) => where!);
    const { host } = new URL(federation.subgraph('one').url);
    expect(went).toContain(host);
    expect(went.filter((where) => where !== host && where !== 'dns 127.0.0.1')).toEqual([]);
  });

  test("the vendor's telemetry is switched off before its gateway is constructed, whatever the environment says", async () => {
    const preload = `
      const Module = require('node:module');
      const load = Module._load;
      Module._load = function (request, ...rest) {
        const loaded = load.call(this, request, ...rest);
        if (request !== '@apollo/gateway') return loaded;
        const { ApolloGateway } = loaded;
        return new Proxy(loaded, { get: (target, key) => key !== 'ApolloGateway' ? target[key] : class extends ApolloGateway {
          constructor(...args) {
            process.stderr.write('TELEMETRY DISABLED ' + process.env.APOLLO_TELEMETRY_DISABLED + '\\n');
            super(...args);
          }
        } });
      };`;
    const { url, child, ended } = start({ preload, env: { APOLLO_TELEMETRY_DISABLED: 'false' } });
    await url;
    child.kill('SIGTERM');
    expect((await ended).output).toContain('TELEMETRY DISABLED true');
  });
});

describe('SIGTERM', () => {
  test('ends an idle gateway with 0', async () => {
    const { url, child, ended } = start();
    await url;
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, signal: null });
  });

  test('lets a request in flight finish and takes no new connections', async () => {
    const held: (() => void)[] = [];
    const { url, child, ended } = start();
    const address = await url;
    federation.subgraph('one').behave((asked) => {
      held.push(() => json({ data: { one: 11 } })(asked));
    });
    const asked = ask(address);
    await until(() => held.length === 1);
    child.kill('SIGTERM');
    await until(() => refusesConnections(address));
    held[0]!();
    expect(await asked).toEqual({ data: { one: 11 } });
    expect(connection).toBe('close');
    expect(await ended).toMatchObject({ code: 0, signal: null });
  });

  test('does not wait longer than drainMs', async () => {
    const { url, child, ended } = start({ env: { DRAIN_MS: '100', FETCH_MS: '60000', REQUEST_MS: '60000' } });
    const address = await url;
    federation.subgraph('one').behave(hangs);
    const before = federation.requestsTo('one').length;
    const asked = ask(address).catch(() => 'cut off');
    await until(() => federation.requestsTo('one').length > before);
    child.kill('SIGTERM');
    expect(await asked).toBe('cut off');
    expect(await ended).toMatchObject({ code: 0 });
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('a second signal, %s, ends it at once with %i', async (second, code) => {
    const { url, child, ended } = start({ env: { DRAIN_MS: '60000', FETCH_MS: '60000', REQUEST_MS: '60000' } });
    const address = await url;
    federation.subgraph('one').behave(hangs);
    const before = federation.requestsTo('one').length;
    const asked = ask(address).catch(() => 'cut off');
    await until(() => federation.requestsTo('one').length > before);
    child.kill('SIGTERM');
    await until(() => refusesConnections(address));
    child.kill(second);
    expect(await ended).toMatchObject({ code, signal: null });
    expect(await asked).toBe('cut off');
  });
});

describe('a gateway that cannot start says why in one sentence:', () => {
  const endOf = async (args: string[], env: Record<string, string> = {}) => {
    started = startGatewayProcess({ args, env });
    return started.ended;
  };

  test('no supergraph is named', async () => {
    const { code, output } = await endOf([]);
    expect(code).toBe(2);
    expect(output).toContain('--supergraph FILE is missing');
  });

  test('the supergraph does not exist', async () => {
    const { code, output } = await endOf(['--supergraph', 'nowhere.graphql']);
    expect(code).toBe(2);
    expect(output).toContain('nowhere.graphql does not exist');
  });

  test('the port is taken', async () => {
    const { port } = new URL(federation.url);
    const { code, output } = await endOf(['--supergraph', federation.supergraphFile, '--port', port]);
    expect(code).toBe(1);
    expect(output).toContain(`port ${port} is taken`);
    expect(output).not.toContain('    at ');
  });

  test('the host is none of this machine', async () => {
    const { code, output } = await endOf(['--supergraph', federation.supergraphFile], { HOST: '192.0.2.1' });
    expect(code).toBe(1);
    expect(output).toContain('HOST 192.0.2.1 is no address of this machine: set HOST');
    expect(output).not.toContain('    at ');
  });

  test('settings are wrong: all at once', async () => {
    const { code, output } = await endOf(['--supergraph', federation.supergraphFile], {
      FETCH_MS: 'x',
      INTROSPECTION: 'x',
    });
    expect(code).not.toBe(0);
    expect(output).toContain('FETCH_MS');
    expect(output).toContain('INTROSPECTION');
  });

  test('an unknown option', async () => {
    expect(await endOf(['--nonsense'])).toMatchObject({
      code: 2,
      output: expect.stringContaining('--supergraph FILE'),
    });
  });
});
