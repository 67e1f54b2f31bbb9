import { ConfigError, DEFAULTS, readConfig } from '../../gateway/config.js';

test('an empty environment gives the defaults', () => {
  expect(readConfig({})).toEqual(DEFAULTS);
  expect(readConfig({ PORT: '', FETCH_MS: '', INTROSPECTION: '' })).toEqual(DEFAULTS);
});

test('reading changes nothing of the defaults', () => {
  const before = structuredClone(DEFAULTS);
  readConfig({ PORT: '1', FETCH_MS: '500', BREAKER_FAILURES_MAX: '9', NODE_ENV: 'production' });
  expect(DEFAULTS).toEqual(before);
});

test('numbers and switches are read', () => {
  const config = readConfig({
    PORT: '0',
    HOST: '0.0.0.0',
    FETCH_MS: '500',
    PLAN_MS: '10',
    BREAKER_OPEN_MS: '20',
    RETRY_BUDGET_PERCENT: '0',
    GRAPHIQL: 'off',
  });
  expect(config).toMatchObject({
    port: 0,
    host: '0.0.0.0',
    graphiql: false,
    limits: { fetchMs: 500, planMs: 10 },
    breaker: { openMs: 20 },
    retry: { budgetPercent: 0 },
  });
});

test('in production introspection, GraphiQL and schema details are off, unless they are switched on', () => {
  expect(readConfig({ NODE_ENV: 'production' })).toMatchObject({
    production: true,
    introspection: false,
    graphiql: false,
    schemaDetails: false,
  });
  expect(readConfig({ NODE_ENV: 'production', INTROSPECTION: 'on' })).toMatchObject({
    introspection: true,
    graphiql: false,
    schemaDetails: false,
  });
  expect(readConfig({ NODE_ENV: 'production', SCHEMA_DETAILS: 'on' })).toMatchObject({ schemaDetails: true });
  expect(readConfig({ SCHEMA_DETAILS: 'off' })).toMatchObject({ schemaDetails: false, introspection: true });
  expect(readConfig({ NODE_ENV: 'test' })).toMatchObject({ production: false, introspection: true, graphiql: true });
});

test('every problem is told at once, with its cure and without its value', () => {
  const env = {
    PORT: '65536',
    FETCH_MS: 'secret',
    REQUEST_MS: '-1',
    PLAN_MS: '9',
    LIST_ITEMS_MAX: '1e3',
    DEPTH_MAX: '1.5',
    GRAPHIQL: 'yes',
  };
  let error: unknown;
  try {
    readConfig(env);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ConfigError);
  const { problems, message } = error as ConfigError;
  expect(problems).toHaveLength(7);
  for (const name of Object.keys(env)) expect(message).toContain(name);
  expect(message).toContain('FETCH_MS must be a whole number from 10 to 600000; unset it for the default.');
  expect(message).not.toContain('secret');
});

test.each(['0x10', ' 80', '80 ', '+80', '', '८०'])('the port %j is a number only if it is written as one', (PORT) => {
  if (PORT === '') expect(readConfig({ PORT }).port).toBe(DEFAULTS.port);
  else expect(() => readConfig({ PORT })).toThrow('PORT');
});

describe('whose tokens are believed', () => {
  const ISSUER = { JWKS_URL: 'https://issuer.test/keys', JWT_ISSUER: 'https://issuer.test', JWT_AUDIENCE: 'gateway' };
  const problemsOf = (env: Record<string, string>) => {
    try {
      readConfig(env);
      return [];
    } catch (error) {
      return (error as ConfigError).problems;
    }
  };

  test('an issuer is where its keys are, its name, and whom its tokens are for', () => {
    const access = { jwksUrl: ISSUER.JWKS_URL, issuer: ISSUER.JWT_ISSUER, audience: 'gateway', algorithms: ['ES256'] };
    expect(readConfig({ ...ISSUER, JWT_ALGORITHMS: ' ES256 ' }).access).toMatchObject(access);
  });

  test.each(['JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE'])('without %s the others mean nothing', (name) => {
    expect(problemsOf({ ...ISSUER, [name]: '' })).toEqual([expect.stringMatching(/belong together: set all three/)]);
  });

  test.each(['none', 'HS256', 'ES256,HS512', 'es256', ','])('JWT_ALGORITHMS %s is refused', (algorithms) => {
    expect(problemsOf({ JWT_ALGORITHMS: algorithms })).toEqual([
      expect.stringMatching(/JWT_ALGORITHMS must be of EdDSA/),
    ]);
  });

  test.each([
    ['issuer.test/keys', {}],
    ['file:///etc/keys', {}],
    ['https://user:pass@issuer.test/keys', {}],
    ['http://issuer.test/keys', { NODE_ENV: 'production' }],
    ['http://127.0.0.1.evil.test/keys', { NODE_ENV: 'production' }],
  ])('JWKS_URL %s is refused with %j, and not repeated', (url, env) => {
    const problems = problemsOf({ ...ISSUER, ...env, JWKS_URL: url });
    expect(problems).toEqual([expect.stringMatching(/JWKS_URL must be an https:\/\/ address/)]);
    expect(problems.join()).not.toContain('issuer.test');
  });

  test.each([
    ['http://keycloak:8080/keys', {}],
    ['http://localhost/keys', { NODE_ENV: 'production' }],
    ['http://127.0.0.1:8080/keys', { NODE_ENV: 'production' }],
    ['http://[::1]/keys', { NODE_ENV: 'production' }],
  ])('JWKS_URL %s is taken with %j', (url, env) => {
    expect(problemsOf({ ...ISSUER, ...env, JWKS_URL: url })).toEqual([]);
  });
});
