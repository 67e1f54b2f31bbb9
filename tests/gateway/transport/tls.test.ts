import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { type Config, type ConfigError, readConfig } from '../../../gateway/config.js';
import { createHttpServer } from '../../../gateway/http.js';
import { drain, listen } from '../../../gateway/listen.js';
import { type Authority, createAuthority, describeOverTls, type Pair } from '../../helpers/certificates.js';
import { configOf, type Federation, logInto, startFederation, until } from '../../helpers/federation.js';
import { compiledFolder, type GatewayProcess, startGatewayProcess } from '../../helpers/gateway-process.js';
import { connectRaw, sendRaw } from '../../helpers/raw-http.js';

describeOverTls('TLS', () => {
  let authority: Authority;
  let stranger: Authority;
  let pair: Pair;
  beforeAll(() => {
    authority = createAuthority();
    stranger = createAuthority();
    pair = authority.issue('server');
  });
  afterAll(() => {
    authority?.remove();
    stranger?.remove();
  });

  const configWith = (env: Record<string, string>): Config => {
    const { http } = readConfig({}, env);
    return { ...configOf({ limits: { requestReceiveMs: 500, drainMs: 100 } }), http };
  };
  const problemsOf = (env: Record<string, string>): readonly string[] => {
    try {
      readConfig({}, env);
      return [];
    } catch (error) {
      return (error as ConfigError).problems;
    }
  };

  const stops: (() => Promise<void>)[] = [];
  const logLines: string[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
    logLines.length = 0;
  });

  /** A server that tells each client by which certificate it knows it. */
  async function serve(env: Record<string, string>) {
    const config = configWith(env);
    const server = createHttpServer({
      limits: config.limits,
      http: config.http,
      log: logInto(logLines),
      route: async ({ clientCertificate = 'none' }) => ({ status: 200, body: clientCertificate }),
      onFault: (error) => logLines.push(`fault ${error}`),
      onAnswer: () => {},
    });
    stops.push(() => drain(server, 100));
    return listen(server, { host: '127.0.0.1', port: 0, http: config.http });
  }

  const GET = 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
  async function ask(
    port: number,
    options: ConnectionOptions = {},
  ): Promise<{ text: string; isReused: boolean; session?: Buffer }> {
    const socket = connect({ port, host: '127.0.0.1', ca: authority.ca, ...options });
    let session: Buffer | undefined;
    socket.on('session', (given) => (session = given));
    await once(socket, 'secureConnect');
    const isReused = socket.isSessionReused();
    let text = '';
    socket.on('data', (data) => (text += data));
    socket.write(GET);
    await once(socket, 'close');
    return { text: text.split('\r\n\r\n')[1] ?? '', isReused, session };
  }

  describe('what is set', () => {
    test('is taken from texts and from files', () => {
      expect(problemsOf({ TLS_CERT: pair.cert, TLS_KEY: pair.key, TLS_CLIENT_CA: authority.ca })).toEqual([]);
      const file = join(authority.folder, 'server.pem');
      writeFileSync(file, `${pair.key}\n`);
      const { http } = readConfig({}, { TLS_CERT: `${pair.cert}\n${authority.ca}`, TLS_KEY_FILE: file });
      expect(http.tlsKey).toBe(pair.key);
      expect(http.tlsFiles).toEqual({ tlsKey: file });
    });

    test.each<
      [string, (given: { cert: string; key: string; ca: string; other: string }) => Record<string, string>, RegExp]
    >([
      ['a certificate without a key', ({ cert }) => ({ TLS_CERT: cert }), /^TLS_KEY is missing: set it/],
      ['a key without a certificate', ({ key }) => ({ TLS_KEY: key }), /^TLS_CERT is missing: set it/],
      ['an authority alone', ({ ca }) => ({ TLS_CLIENT_CA: ca }), /^TLS_CLIENT_CA needs TLS_CERT and TLS_KEY/],
      ['the key of another', ({ cert, other }) => ({ TLS_CERT: cert, TLS_KEY: other }), /^TLS_KEY is not the key of/],
      [
        'a certificate that is none',
        ({ key }) => ({ TLS_CERT: 'x', TLS_KEY: key }),
        /^TLS_CERT is no certificate; set/,
      ],
      ['a key that is none', ({ cert }) => ({ TLS_CERT: cert, TLS_KEY: 'x' }), /^TLS_KEY is no private key .*set/],
      [
        'the certificate in the place of the key',
        ({ cert }) => ({ TLS_CERT: cert, TLS_KEY: cert }),
        /^TLS_KEY is no private/,
      ],
      [
        'a file that is not there',
        ({ cert }) => ({ TLS_CERT: cert, TLS_KEY_FILE: '/nowhere' }),
        /^TLS_KEY_FILE names a file/,
      ],
      [
        'an authority that is none',
        ({ cert, key }) => ({ TLS_CERT: cert, TLS_KEY: key, TLS_CLIENT_CA: 'x' }),
        /^TLS_CLIENT_CA is no certificate/,
      ],
      [
        'an authority of which half is broken',
        ({ cert, key, ca }) => ({
          TLS_CERT: cert,
          TLS_KEY: key,
          TLS_CLIENT_CA: `${ca}\n-----BEGIN CERTIFICATE-----\neA==\n-----END CERTIFICATE-----`,
        }),
        /^TLS_CLIENT_CA is no certificate, or holds one/,
      ],
    ])('%s stops the start with one sentence that holds the cure', (_name, envOf, said) => {
      const problems = problemsOf(envOf({ ...pair, ca: authority.ca, other: authority.issue('other').key }));
      expect(problems).toEqual([expect.stringMatching(said)]);
      expect(problems[0]).not.toMatch(/BEGIN|[A-Za-z0-9+/]{30}/);
    });
  });

  describe('a connection', () => {
    test('is by TLS 1.3, or 1.2 with forward secrecy, and by nothing older', async () => {
      const { port, url } = await serve({ TLS_CERT: pair.cert, TLS_KEY: pair.key });
      expect(url).toBe(`https://127.0.0.1:${port}`);
      const protocolOf = async (options: ConnectionOptions) => {
        const socket = connect({ port, host: '127.0.0.1', ca: authority.ca, ...options });
        await Promise.race([
          once(socket, 'secureConnect'),
          once(socket, 'error').then(([error]) => Promise.reject(error)),
        ]);
        const said = [socket.getProtocol(), socket.getCipher().name] as const;
        socket.destroy();
        return said;
      };
      expect((await protocolOf({}))[0]).toBe('TLSv1.3');
      expect(await protocolOf({ maxVersion: 'TLSv1.2' })).toEqual([
        'TLSv1.2',
        expect.stringMatching(/^ECDHE-.*(GCM|POLY1305)/),
      ]);
      const old = { ciphers: 'DEFAULT:@SECLEVEL=0', minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const;
      await expect(protocolOf(old)).rejects.toThrow();
      await expect(
        protocolOf({ maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:ECDHE-ECDSA-AES128-SHA' }),
      ).rejects.toThrow();
    });

    test('that does not speak TLS, or not to its end, is closed', async () => {
      const { port } = await serve({ TLS_CERT: pair.cert, TLS_KEY: pair.key });
      const address = `http://127.0.0.1:${port}`;
      expect(await sendRaw(address, GET)).not.toMatch(/^HTTP/);
      expect(await (await connectRaw(address)).closed()).toBe('');
      expect(await sendRaw(address, Buffer.from('16030100f8010000f40303', 'hex'))).not.toMatch(/^HTTP/);
      expect((await ask(port)).text).toBe('none');
    });

    test('in the middle of its handshake does not keep the server from stopping', async () => {
      const { port } = await serve({ TLS_CERT: pair.cert, TLS_KEY: pair.key });
      const socket = connectTcp(port, '127.0.0.1').on('error', () => {});
      await once(socket, 'connect');
      await stops.pop()!();
      if (!socket.closed) await once(socket, 'close');
    });

    test('beyond CONNECTIONS_MAX is closed before its handshake', async () => {
      const config = configWith({ TLS_CERT: pair.cert, TLS_KEY: pair.key });
      const server = createHttpServer({
        limits: { ...config.limits, connectionsMax: 3 },
        http: config.http,
        log: logInto(logLines),
        route: async () => ({ status: 200, body: 'ok' }),
        onFault: (error) => logLines.push(`fault ${error}`),
        onAnswer: () => {},
      });
      stops.push(() => drain(server, 100));
      const { port } = await listen(server, { host: '127.0.0.1', port: 0 });
      const held = await Promise.all([1, 2, 3].map(() => connectRaw(`http://127.0.0.1:${port}`)));
      const many = await Promise.all(Array.from({ length: 50 }, () => connectRaw(`http://127.0.0.1:${port}`)));
      for (const connection of many) expect(await connection.closed()).toBe('');
      expect(logLines.filter((line) => line.includes('CONNECTIONS_MAX'))).toHaveLength(1);
      for (const { socket } of held) socket.destroy();
      await until(async () => (await ask(port).catch(() => ({ text: '' }))).text === 'ok');
    });
  });

  describe('a client certificate', () => {
    const settings = () => ({ TLS_CERT: pair.cert, TLS_KEY: pair.key, TLS_CLIENT_CA: authority.ca });

    test('of the authority is told by its thumbprint, by both versions of TLS', async () => {
      const { port } = await serve(settings());
      const client = authority.issue('officer');
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        expect((await ask(port, { ...client, maxVersion })).text).toBe(client.thumbprint);
      }
    });

    test.each<[string, () => ConnectionOptions]>([
      ['none', () => ({})],
      ['one of another authority', () => stranger.issue('officer')],
      ['one that signed itself', () => ({ cert: stranger.ca, key: undefined })],
      ['one that is out of its time', () => authority.issue('officer', { expired: true })],
    ])('%s is none, and the client is a client like others', async (_name, options) => {
      const { port } = await serve(settings());
      const { cert, key } = options();
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        expect((await ask(port, key ? { cert, key, maxVersion } : { maxVersion })).text).toBe('none');
      }
    });

    test('is not asked for without TLS_CLIENT_CA', async () => {
      const { port } = await serve({ TLS_CERT: pair.cert, TLS_KEY: pair.key });
      expect((await ask(port, authority.issue('officer'))).text).toBe('none');
    });

    test('of a session that is taken up again is that of the session: its own, or none', async () => {
      const { port } = await serve(settings());
      const client = authority.issue('officer');
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        const first = await ask(port, { ...client, maxVersion });
        const again = await ask(port, { ...client, maxVersion, session: first.session });
        expect([again.text, again.isReused]).toEqual([client.thumbprint, true]);
        const anonymous = await ask(port, { maxVersion });
        const still = await ask(port, { maxVersion, session: anonymous.session });
        expect([still.text, still.isReused]).toEqual(['none', true]);
        const bad = await ask(port, { ...stranger.issue('officer'), maxVersion });
        expect((await ask(port, { maxVersion, session: bad.session })).text).toBe('none');
      }
    });
  });

  test('files that are replaced serve the connections that come; those that do not fit are left alone and logged once', async () => {
    const [certFile, keyFile] = ['cert.pem', 'key.pem'].map((name) => join(authority.folder, name)) as [string, string];
    const put = (file: string, text: string) => {
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    };
    put(certFile, pair.cert);
    put(keyFile, pair.key);
    const { port } = await serve({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile });
    const served = async () => {
      const socket = connect({ port, host: '127.0.0.1', ca: authority.ca });
      await once(socket, 'secureConnect');
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.destroy();
      return Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
    };
    expect(await served()).toBe(pair.thumbprint);
    const next = authority.issue('server');
    put(certFile, next.cert);
    await until(() => logLines.some((line) => line.includes('not used')), 20_000);
    expect(logLines.join()).toContain('TLS_KEY is not the key of');
    expect(await served()).toBe(pair.thumbprint);
    put(keyFile, next.key);
    await until(() => logLines.some((line) => line.includes('are used')), 20_000);
    expect(await served()).toBe(next.thumbprint);
    expect((await ask(port)).text).toBe('none');
    expect(logLines.filter((line) => line.includes('not used'))).toHaveLength(1);
    expect(logLines.join()).not.toMatch(/BEGIN|fault/);
  }, 60_000);

  describe('the commands', () => {
    let federation: Federation;
    let started: GatewayProcess | undefined;
    beforeAll(async () => {
      federation = await startFederation({
        subgraphs: { one: { sdl: 'type Query { one: Int }', resolvers: { Query: { one: () => 1 } } } },
      });
    });
    afterEach(async () => {
      started?.child.kill('SIGTERM');
      await started?.ended;
    });
    afterAll(() => federation?.stop());

    const get = (url: string, path: string) =>
      new Promise<string>((resolve, reject) => {
        const request = httpsRequest(`${url}${path}`, { ca: authority.ca, agent: false }, (response) => {
          let text = '';
          response.on('data', (data) => (text += data)).on('end', () => resolve(`${response.statusCode} ${text}`));
        });
        request.on('error', reject).end();
      });

    test.each(['1', '2'])(
      'serve over TLS with WORKERS=%s, health and metrics too, and npm run cache asks there',
      async (WORKERS) => {
        const env = { WORKERS, TLS_CERT: pair.cert, TLS_KEY: pair.key, CACHE_TOKEN: 'token-of-a-test' };
        started = startGatewayProcess({ args: ['--supergraph', federation.supergraphFile], env });
        const url = await started.url;
        expect(url).toMatch(/^https:/);
        for (const path of ['/health/live', '/health/ready', '/metrics']) expect(await get(url, path)).toMatch(/^200 /);
        const command = (extra: Record<string, string>) =>
          new Promise<string>((resolve) => {
            const child = spawn(process.execPath, [join(compiledFolder(), 'cli/cache.js'), 'stats', '--url', url], {
              env: { PATH: process.env.PATH, CACHE_TOKEN: 'token-of-a-test', ...extra },
            });
            let output = '';
            for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
            child.on('close', (code) => resolve(`${code} ${output}`));
          });
        expect(await command({ NODE_EXTRA_CA_CERTS: authority.caFile })).toMatch(/^0 Nothing was looked up/);
        expect(await command({})).toMatch(/^1 .*is not trusted here .*NODE_EXTRA_CA_CERTS/);
      },
    );

    test('do not start with a key that is not the certificate’s', async () => {
      const env = { TLS_CERT: pair.cert, TLS_KEY: authority.issue('other').key };
      started = startGatewayProcess({ args: ['--supergraph', federation.supergraphFile], env });
      const { code, output } = await started.ended;
      expect([code, output]).toEqual([1, expect.stringMatching(/^TLS_KEY is not the key of .*\n$/)]);
    });
  });
});
