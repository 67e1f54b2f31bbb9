import { readFileSync } from 'node:fs';
import { corsProblems } from './cors.js';
import { NUMBERS, SWITCHES, TEXTS } from './environment.js';
import { type Config, DEFAULTS } from './settings.js';
import { isSigningKey } from './signing-key.js';
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
  /^(accept|connection|content-.*|expect|host|keep-alive|lien-thong-.*|proxy-.*|signature|signature-input|te|trailer|transfer-encoding|upgrade|x-request-id)$/;

/** Several settings that cannot be; `problems` holds a sentence with the cure for each. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

/**
 * The configuration that the environment asks for. With `NODE_ENV=production` introspection, GraphiQL and schema details in
 * errors are off unless they are switched on, and with `OPERATIONS=registered` the first two, for which nothing is registered;
 * `given` (a command's options) goes before it. Throws a `ConfigError` that names every problem at once.
 */
export function readConfig(given: Record<string, string | undefined> = {}, environment = process.env): Config {
  const env = { ...environment };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) env[name] = value;
  const production = env.NODE_ENV === 'production';
  const registeredOnly = env.OPERATIONS === 'registered';
  const config: Config = {
    ...structuredClone(DEFAULTS),
    production,
    introspection: !production && !registeredOnly,
    graphiql: !production && !registeredOnly,
    schemaDetails: !production,
    registeredOnly,
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
  if (config.signingKey && !isSigningKey(config.signingKey)) {
    problems.push(
      'SIGNING_KEY must be an Ed25519 private key in PEM (openssl genpkey -algorithm ed25519 writes one); unset it to sign nothing.',
    );
  }
  config.forwardHeaders = (env.FORWARD_HEADERS ?? '')
    .toLowerCase()
    .split(',')
    .flatMap((part) => part.trim() || []);
  if (config.forwardHeaders.some((name) => !/^[\w-]+$/.test(name) || OWN_HEADERS.test(name))) {
    problems.push(
      'FORWARD_HEADERS must be names of headers with commas between, none of them one of the connection or message or one that signs it; unset it to forward none.',
    );
  }
  problems.push(...problemsOfAccess(config));
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

/** Signatures that prove who signed: with an HMAC whoever can verify can sign as well. */
const SIGNATURE_ALGORITHMS = ['EdDSA', 'Ed25519', ...[256, 384, 512].flatMap((n) => [`ES${n}`, `RS${n}`, `PS${n}`])];

/** Who believes an issuer must know which, and what its tokens are for: RFC 8725, sections 3.8 and 3.9. */
function problemsOfAccess({ access, production }: Config): string[] {
  const { jwksUrl, issuer, audience, algorithms } = access;
  const problems: string[] = [];
  if (jwksUrl !== undefined && !isUrlOfKeys(jwksUrl, production)) {
    problems.push(
      'JWKS_URL must be an https:// address without a password (http:// only on this machine, or without NODE_ENV=production): who can change the keys can be anybody.',
    );
  }
  if (jwksUrl === undefined ? issuer !== undefined || audience !== undefined : !issuer || !audience) {
    problems.push('JWKS_URL, JWT_ISSUER and JWT_AUDIENCE belong together: set all three, or none for the demo issuer.');
  }
  if (algorithms.length === 0 || algorithms.some((name) => !SIGNATURE_ALGORITHMS.includes(name))) {
    problems.push(
      `JWT_ALGORITHMS must be of ${SIGNATURE_ALGORITHMS.join(', ')}, with commas between; unset it for the default.`,
    );
  }
  return problems;
}

function isUrlOfKeys(text: string, production: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return (protocol === 'https:' || (protocol === 'http:' && (isHere || !production))) && !username && !password;
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
