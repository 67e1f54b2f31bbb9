import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  SignJWT,
} from './jose.js';

/** Gives out tokens for trials, to whoever can read its key. Whoever believes it MUST NOT hold data of real people. */
export interface DemoIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** What its tokens are verified with. */
  readonly keys: JSONWebKeySet;
  sign(claims: JWTPayload, times: { nowMs: number; expiresInSeconds: number }): Promise<string>;
}

const ISSUER = 'urn:lien-thong:demo-issuer';
const AUDIENCE = 'urn:lien-thong:gateway';
const ALGORITHM = 'EdDSA';

/** An issuer with a new key that nobody else has. */
export async function createDemoIssuer(): Promise<DemoIssuer> {
  return issuerOf(await newKey());
}

/**
 * The issuer whose private key is in `file`, made when there is none. All processes that open it get the same, also those that
 * make it at the same time. Rejects, with the cure, when the file holds something else.
 */
export async function openDemoIssuer(file: string): Promise<DemoIssuer> {
  if (readIfThere(file) === undefined) keepFirst(file, JSON.stringify(await newKey()));
  try {
    return await issuerOf(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    const loss = 'what tokens it has signed no longer hold then';
    throw new Error(`${file} holds no key of the demo issuer: delete it and a new one is made; ${loss}`);
  }
}

async function issuerOf(key: JWK): Promise<DemoIssuer> {
  if (key.d === undefined) throw new TypeError('no private key');
  const signingKey = await importJWK(key, ALGORITHM);
  const { kty, crv, x } = key;
  const kid = await calculateJwkThumbprint(key);
  return {
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: { keys: [{ kty, crv, x, kid, alg: ALGORITHM, use: 'sig' }] },
    sign(claims, { nowMs, expiresInSeconds }) {
      const nowSeconds = Math.floor(nowMs / 1000);
      return new SignJWT({ ...claims, jti: randomUUID() })
        .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'at+jwt' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt(nowSeconds)
        .setExpirationTime(nowSeconds + expiresInSeconds)
        .sign(signingKey);
    },
  };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return exportJWK(privateKey);
}

/** The file appears whole or not at all: it is written aside, and `link` fails when the name is there. */
function keepFirst(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${file}.${randomUUID()}`;
  writeFileSync(mine, text, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(mine, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(mine);
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
