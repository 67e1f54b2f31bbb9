import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Config, ConfigError } from '../gateway/config.js';
import { isSigningKey } from '../gateway/signing-key.js';

/** What the audit log is signed with, and what people and parcels are hashed with in it. */
export interface AuditKeys {
  readonly signer: { readonly name: string; readonly privateKeyPem: string };
  /** Newest first: new entries are written under the first, and old ones are looked for under all. */
  readonly subjectKeys: readonly SubjectKey[];
}

export interface SubjectKey {
  readonly id: string;
  readonly key: Buffer;
}

const SIGNING_FILE = 'audit-key.pem';
const SUBJECTS_FILE = 'audit-subject-keys';
const SUBJECT_KEY_BYTES = 32;
const ID = /^[\w-]{1,32}$/;
/** A name of a key in a C2SP signed note; it is the checkpoints' origin too, so it is one line of what can be seen. */
const ORIGIN = /^[!-*,-~]{1,200}$/;
const NEW_SUBJECT_KEY = 'NAME:KEY, with a KEY made by: openssl rand -base64 32';

/**
 * The keys of the audit log: as the configuration says, or else this machine's own, which are made once and kept in `dataDir`; all
 * processes that ask at the same time get the same. Throws a `ConfigError` with the cure, and nothing of a key, for what is none, and
 * in production for keys of this machine: a log whose key lies beside it proves little.
 */
export function readAuditKeys(config: Config, dataDir: string, { make = true } = {}): AuditKeys {
  const problems: string[] = [];
  const { origin, signingKey, subjectKeys } = config.audit;
  if (!ORIGIN.test(origin)) {
    problems.push('AUDIT_ORIGIN must be a name like gateway.example.vn/audit: printable ASCII without spaces and "+".');
  }
  const kept = (name: string, made: () => string, cure: string): string | undefined => {
    if (!config.production) return readKept(join(dataDir, name), make ? made : undefined);
    problems.push(`NODE_ENV=production makes no key of its own for the audit log: ${cure}`);
    return undefined;
  };
  const pem = signingKey ?? kept(SIGNING_FILE, newSigningKey, 'set AUDIT_SIGNING_KEY, or AUDIT_SIGNING_KEY_FILE.');
  const setSubjectKeys = `set AUDIT_SUBJECT_KEYS, or AUDIT_SUBJECT_KEYS_FILE, to ${NEW_SUBJECT_KEY}.`;
  const list = subjectKeys ?? kept(SUBJECTS_FILE, newSubjectKeys, setSubjectKeys);
  if (pem !== undefined && !isSigningKey(pem)) {
    const where = signingKey ? 'AUDIT_SIGNING_KEY' : join(dataDir, SIGNING_FILE);
    problems.push(`${where} must be an Ed25519 private key in PEM (openssl genpkey -algorithm ed25519 writes one).`);
  }
  const read = list === undefined ? [] : parseSubjectKeys(list);
  if (typeof read === 'string') {
    problems.push(`${subjectKeys ? 'AUDIT_SUBJECT_KEYS' : join(dataDir, SUBJECTS_FILE)} ${read}`);
  }
  if (problems.length > 0 || pem === undefined || typeof read === 'string') throw new ConfigError(problems);
  return { signer: { name: origin, privateKeyPem: pem }, subjectKeys: read };
}

/** The keys, or what is wrong with them. */
function parseSubjectKeys(list: string): SubjectKey[] | string {
  const keys: SubjectKey[] = [];
  for (const part of list.trim().split(',')) {
    const [id = '', base64 = '', ...more] = part.trim().split(':');
    const key = Buffer.from(base64, 'base64');
    // Node reads base64 generously; what is not written back as it came was cut or mistyped.
    const isWhole = key.length === SUBJECT_KEY_BYTES && key.toString('base64') === base64;
    if (!ID.test(id) || !isWhole || more.length > 0) {
      return `must be NAME:KEY with 32 bytes of base64 each and commas between, newest first: ${NEW_SUBJECT_KEY}.`;
    }
    keys.push({ id, key });
  }
  if (new Set(keys.map(({ id }) => id)).size < keys.length) return 'must give each key a name of its own.';
  return keys;
}

function newSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function newSubjectKeys(): string {
  return `${randomBytes(4).toString('hex')}:${randomBytes(SUBJECT_KEY_BYTES).toString('base64')}\n`;
}

/** What stands in a file, which is made if it is not there. */
function readKept(file: string, make: (() => string) | undefined): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new ConfigError([`${file} cannot be read: let this user read it, or set DATA_DIR to another folder.`]);
    }
    if (!make) {
      throw new ConfigError([
        `${file} is not there: the gateway makes it when it first starts; set DATA_DIR to its folder, or AUDIT_SIGNING_KEY and AUDIT_SUBJECT_KEYS.`,
      ]);
    }
  }
  keepFirst(file, make());
  return readFileSync(file, 'utf8');
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
