import { join } from 'node:path';
import { type DemoIssuer, openDemoIssuer } from '../gateway/access/demo-issuer.js';
import { type Config, ConfigError } from '../gateway/config.js';
import { readDataDir } from './config.js';
import { say } from './serve.js';

/** A trial lasts longer than a day, and what was pasted at its beginning should hold to its end. */
export const DEMO_TOKEN_SECONDS = 7 * 86_400;

/** Who may see what the first query asks for: an officer who registers a marriage. */
const DEMO_CALLER = { sub: 'demo-officer', role: 'officer', procedure: '1.000894' };

/** What is sensitive and stands in forms: officers fill them. */
const OFFICER_SCOPE = 'sensitive:ethnicity sensitive:cause-of-death';

/** The scope that a demo token has when none is asked for. */
export function scopeOf(role: string | undefined): { scope?: string } {
  return role === 'officer' ? { scope: OFFICER_SCOPE } : {};
}

/** What a demo issuer gives out when the gateway starts. */
export interface Demo {
  readonly issuer: DemoIssuer;
  readonly token: string;
}

/**
 * The demo issuer of this machine, its key in `DATA_DIR`; `undefined`: the tokens of a real one are believed. Rejects in production,
 * where whoever can read that file could be anybody.
 */
export async function openDemoIssuerOf(config: Config): Promise<DemoIssuer | undefined> {
  if (config.access.jwksUrl) return undefined;
  if (config.production) {
    throw new ConfigError([
      'NODE_ENV=production needs JWKS_URL, JWT_ISSUER and JWT_AUDIENCE: set them to those of your issuer; the demo issuer is for trials.',
    ]);
  }
  return openDemoIssuer(join(readDataDir(), 'demo-issuer.json'));
}

export async function openDemo(config: Config): Promise<Demo | undefined> {
  const issuer = await openDemoIssuerOf(config);
  if (!issuer) return undefined;
  const claims = { ...DEMO_CALLER, ...scopeOf(DEMO_CALLER.role) };
  return { issuer, token: await issuer.sign(claims, { nowMs: Date.now(), expiresInSeconds: DEMO_TOKEN_SECONDS }) };
}

/** What GraphiQL opens with. Whoever can open the page can read it, so only where that is nobody but this machine. */
export function headersOfPage(demo: Demo | undefined, { host }: Config): Record<string, string> | undefined {
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
  return demo && isHere ? { authorization: `Bearer ${demo.token}` } : undefined;
}

export function sayToken({ token }: Demo): void {
  say('a token of the demo issuer, for an officer who registers a marriage, good for 7 days (others: npm run token):');
  say(`\n${token}\n\ncurl: -H 'authorization: Bearer ${token}'\n`);
}
