import { openCache } from '../../../gateway/cache/index.js';
import { readCacheKeys } from '../../../gateway/cache/seal.js';
import { ConfigError, DEFAULTS } from '../../../gateway/config.js';
import { parseRedisUrl } from '../../../gateway/ioredis.js';
import { logInto } from '../../helpers/federation.js';
import { KEYS } from '../../helpers/redis-store.js';

const open = (redisUrl: string, keys?: string) => {
  const logLines: string[] = [];
  const config = { ...DEFAULTS.cache, redisUrl, ...(keys ? { keys } : {}) };
  const cache = openCache(config, {
    clock: { now: () => 0 },
    log: logInto(logLines),
    requestMs: 30_000,
    changes: () => () => new Promise(() => {}),
    isLeftOut: () => false,
  });
  cache?.close();
  return logLines;
};

test.each([
  ['redis://cache', { kind: 'single', hosts: [{ host: 'cache', port: 6379 }], db: 0, isSecure: false }],
  [
    'rediss://me:p%40ss@[::1]:7000/2',
    { kind: 'single', username: 'me', password: 'p@ss', hosts: [{ host: '::1', port: 7000 }], db: 2, isSecure: true },
  ],
  [
    'redis://:only@a,b:7001',
    {
      kind: 'cluster',
      password: 'only',
      hosts: [
        { host: 'a', port: 6379 },
        { host: 'b', port: 7001 },
      ],
    },
  ],
  [
    'rediss+sentinel://a,b:7/main',
    {
      kind: 'sentinel',
      hosts: [
        { host: 'a', port: 26379 },
        { host: 'b', port: 7 },
      ],
      name: 'main',
      isSecure: true,
    },
  ],
])('REDIS_URL %s', (url, address) => {
  expect(parseRedisUrl(url)).toMatchObject(address);
});

test('settings that cannot be are told all at once, with the cure and without what they hold', () => {
  const wrong = [
    'http://secret-host',
    'redis://',
    'redis://secret-host/x',
    'redis+sentinel://secret-host',
    'redis://a%zz@secret-host',
  ];
  for (const url of wrong) {
    let problems: readonly string[] = [];
    try {
      open(url, 'secret:tooshort');
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      ({ problems } = error as ConfigError);
    }
    expect(problems).toEqual([
      expect.stringMatching(/^REDIS_URL must be /),
      expect.stringMatching(/openssl rand -base64 32/),
    ]);
    expect(problems.join()).not.toContain('secret');
  }
  expect(() => readCacheKeys(`${KEYS.one},${KEYS.one}`)).toThrow('an id of its own');
});

test('without a key the cache does not use Redis, and the log says how to make one', () => {
  expect(open('redis://127.0.0.1:1')).toEqual([expect.stringContaining('openssl rand -base64 32')]);
});

test('that there is no Redis is said once, however often it is tried', async () => {
  const logLines: string[] = [];
  const config = { ...DEFAULTS.cache, redisUrl: 'redis://127.0.0.1:1', keys: KEYS.one };
  const cache = openCache(config, {
    clock: { now: () => 0 },
    log: logInto(logLines),
    requestMs: 30_000,
    changes: () => () => new Promise(() => {}),
    isLeftOut: () => false,
  })!;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  cache.close();
  expect(logLines).toEqual([expect.stringContaining('ECONNREFUSED')]);
  expect(logLines.join()).not.toContain('127.0.0.1');
});
