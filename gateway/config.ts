import { readFileSync } from 'node:fs';
import { corsProblems } from './cors.js';
import { NUMBERS, SWITCHES, TEXTS } from './environment.js';
import { type Config, DEFAULTS } from './settings.js';
import { TLS_SETTINGS, tlsProblems } from './tls.js';

export * from './settings.js';

/**
 * `@apollo/gateway` sends usage figures to its vendor and asks cloud metadata addresses where it runs, unless this is set
 * before it is constructed. Nothing phones home.
 */
export function disableVendorTelemetry(): void {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
}

/** Headers that say something of one connection or one message, or that the gateway sets itself. */
const OWN_HEADERS =
  /^(accept|connection|content-.*|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-request-id)$/;

/** Several settings that cannot be; `problems` holds a sentence with the cure for each. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

/**
 * The configuration that the environment asks for. With `NODE_ENV=production` introspection and GraphiQL are off unless they
 * are switched on; `given` (a command's options) goes before it. Throws a `ConfigError` that names every problem at once.
 */
export function readConfig(given: Record<string, string | undefined> = {}, environment = process.env): Config {
  const env = { ...environment };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) env[name] = value;
  const production = env.NODE_ENV === 'production';
  const config: Config = {
    ...structuredClone(DEFAULTS),
    production,
    introspection: !production,
    graphiql: !production,
  };
  const problems: string[] = [];
  for (const [name, set] of Object.entries(TEXTS)) {
    const text = env[name] || readFileOf(name, env, problems);
    if (text) set(config, text);
  }
  for (const [name, { set, least, most }] of Object.entries(NUMBERS)) {
    const text = env[name];
    if (text === undefined || text === '') continue;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) set(config, value);
    else problems.push(`${name} must be a whole number from ${least} to ${most}; unset it for the default.`);
  }
  for (const [name, set] of Object.entries(SWITCHES)) {
    const text = env[name];
    if (text === undefined || text === '') continue;
    if (text === 'on' || text === 'off') set(config, text === 'on');
    else problems.push(`${name} must be "on" or "off"; unset it for the default.`);
  }
  if (env.OPERATIONS && env.OPERATIONS !== 'registered') {
    problems.push('OPERATIONS must be "registered"; unset it for any operation.');
  }
  config.registeredOnly = env.OPERATIONS === 'registered';
  config.forwardHeaders = (env.FORWARD_HEADERS ?? '')
    .toLowerCase()
    .split(',')
    .flatMap((part) => part.trim() || []);
  if (config.forwardHeaders.some((name) => !/^[\w-]+$/.test(name) || OWN_HEADERS.test(name))) {
    problems.push(
      'FORWARD_HEADERS must be names of headers with commas between, none of them one of the connection or message; unset it to forward none.',
    );
  }
  const files = TLS_SETTINGS.filter(([, name]) => !env[name] && env[`${name}_FILE`]);
  if (files.length > 0) {
    config.http.tlsFiles = Object.fromEntries(files.map(([field, name]) => [field, env[`${name}_FILE`]]));
  }
  // Of a file that cannot be read it was said already.
  if (!problems.some((problem) => problem.startsWith('TLS_'))) problems.push(...tlsProblems(config.http));
  problems.push(...corsProblems(config.http.corsOrigins));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** What stands in the file that `NAME_FILE` names: how secrets are handed in that are not to be seen among the variables. */
function readFileOf(name: string, env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    problems.push(`${name}_FILE names a file that cannot be read; name one that can, or unset it.`);
  }
}
