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
