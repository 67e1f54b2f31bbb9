import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SubjectKey } from '../gateway/audit/subject-keys.js';
import { type Config, ConfigError } from '../gateway/config.js';
import { isSigningKey } from '../gateway/signing-key.js';

/** What the audit log is signed with, and what people and parcels are hashed with in it. */
export interface AuditKeys {
  readonly signer: { readonly name: string; readonly privateKeyPem: string };
  /** Newest first: new entries are written under the first, and old ones are looked for under all. */
  readonly subjectKeys: readonly [SubjectKey, ...SubjectKey[]];
}

const SIGNING_FILE = 'audit-key.pem';
const SUBJECTS_FILE = 'audit-subject-keys';
const SUBJECT_KEY_BYTES = 32;
const ID = /^[\w-]{1,32}$/;
/** A name of a key in a C2SP signed note; it is the checkpoints' origin too, so it is one line of what can be seen. */
const ORIGIN = /^[!-*,-~]{1,200}$/;
const NEW_SUBJECT_KEY = 'NAME:KEY, with a KEY made by: openssl rand -base64 32';

interface Where {
  readonly config: Config;
  readonly dataDir: string;
  /** Whether keys that are not there are made. */
  readonly make: boolean;
}

/**
 * The keys of the audit log: as the configuration says, or else this machine's own, which are made once and kept in `dataDir`; all
 * processes that ask at the same time get the same. Throws a `ConfigError` with the cure, and nothing of a key, for what is none, and
 * in production for keys of this machine: a log whose key lies beside it proves little.
 */
export function readAuditKeys(config: Config, dataDir: string): AuditKeys {
  const problems: string[] = [];
  const read = <Result>(from: (where: Where) => Result): Result | undefined => {
    try {
      return from({ config, dataDir, make: true });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
  };
  const signer = read(readSigner);
  const subjectKeys = read(readSubjectKeys);
  if (!signer || !subjectKeys) throw new ConfigError(problems);
  return { signer, subjectKeys };
}

/** What signs alone. Throws likewise. */
export function readSigner({ config, dataDir, make }: Where): AuditKeys['signer'] {
  const { origin, signingKey } = config.audit;
  if (!ORIGIN.test(origin)) {
    throw new ConfigError([
      'AUDIT_ORIGIN must be a name like gateway.example.vn/audit: printable ASCII without spaces and "+".',
    ]);
  }
  if (!signingKey) refuseInProduction(config, 'set AUDIT_SIGNING_KEY, or AUDIT_SIGNING_KEY_FILE.');
  const file = join(dataDir, SIGNING_FILE);
  const pem = signingKey ?? readKept(file, make ? newSigningKey : undefined);
  if (!isSigningKey(pem)) {
    const where = signingKey ? 'AUDIT_SIGNING_KEY' : file;
    throw new ConfigError([
      `${where} must be an Ed25519 private key in PEM (openssl genpkey -algorithm ed25519 writes one).`,
    ]);
  }
  return { name: origin, privateKeyPem: pem };
}

/** What hashes people and parcels alone. Throws likewise. */
export function readSubjectKeys({ config, dataDir, make }: Where): [SubjectKey, ...SubjectKey[]] {
  const { subjectKeys } = config.audit;
  if (!subjectKeys) {
    refuseInProduction(config, `set AUDIT_SUBJECT_KEYS, or AUDIT_SUBJECT_KEYS_FILE, to ${NEW_SUBJECT_KEY}.`);
  }
  const file = join(dataDir, SUBJECTS_FILE);
  const read = parseSubjectKeys(subjectKeys ?? readKept(file, make ? newSubjectKeys : undefined));
  if (typeof read === 'string') throw new ConfigError([`${subjectKeys ? 'AUDIT_SUBJECT_KEYS' : file} ${read}`]);
  return read;
}

function refuseInProduction({ production }: Config, cure: string): void {
  if (production) throw new ConfigError([`NODE_ENV=production makes no key of its own for the audit log: ${cure}`]);
}

/** The keys, or what is wrong with them. */
function parseSubjectKeys(list: string): [SubjectKey, ...SubjectKey[]] | string {
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
  return keys as [SubjectKey, ...SubjectKey[]];
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
