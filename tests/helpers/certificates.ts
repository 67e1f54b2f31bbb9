import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Pair {
  cert: string;
  key: string;
  /** SHA-256 of the DER, base64url. */
  thumbprint: string;
}

/** An authority of a test's own. */
export interface Authority {
  readonly ca: string;
  readonly caFile: string;
  readonly folder: string;
  /** A pair for the server at 127.0.0.1 and localhost, or for a client; of an expired one the last day has passed. */
  issue(name: string, options?: { expired?: boolean }): Pair;
  remove(): void;
}

const isThere = spawnSync('openssl', ['version']).status === 0;

/** `describe` for tests that need certificates. Without `openssl` they are skipped, aloud; in CI (`CI=true`) that is a failure. */
export function describeOverTls(name: string, tests: () => void): void {
  if (isThere || process.env.CI === 'true') {
    describe(name, tests);
    return;
  }
  process.stderr.write(`\nSKIPPED: "${name}": install openssl to test over TLS too.\n\n`);
  describe.skip(name, tests);
}

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-certificates-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const read = (file: string) => readFileSync(join(folder, file), 'utf8').trim();
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-subj',
    '/CN=authority of a test',
    '-days',
    '2',
  );
  writeFileSync(
    join(folder, 'names'),
    'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n',
  );
  let serial = 0;
  return {
    ca: read('ca.crt'),
    caFile: join(folder, 'ca.crt'),
    folder,
    issue(name, { expired = false } = {}) {
      serial += 1;
      const file = `${name}-${serial}`;
      openssl('req', ...newKey, '-keyout', `${file}.key`, '-out', `${file}.csr`, '-subj', `/CN=${name}`);
      const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-set_serial', String(serial), '-extfile', 'names'];
      // OpenSSL takes a day before today for an end that has passed.
      openssl('x509', '-req', '-in', `${file}.csr`, '-out', `${file}.crt`, ...by, '-days', expired ? '-1' : '2');
      const cert = read(`${file}.crt`);
      const thumbprint = createHash('sha256').update(new X509Certificate(cert).raw).digest('base64url');
      return { cert, key: read(`${file}.key`), thumbprint };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
