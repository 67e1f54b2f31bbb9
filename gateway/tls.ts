import { constants, createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import type { Log } from './context.js';
import type { HttpConfig } from './settings.js';

export const TLS_SETTINGS = [
  ['tlsCert', 'TLS_CERT'],
  ['tlsKey', 'TLS_KEY'],
  ['tlsClientCa', 'TLS_CLIENT_CA'],
] as const;

type Pems = Pick<HttpConfig, 'tlsCert' | 'tlsKey' | 'tlsClientCa'>;

/** TLS 1.3, or 1.2 with forward secrecy and authenticated encryption only (RFC 9325, section 4.2). */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** What a TLS server is made of. */
export function secureOptions({ tlsCert, tlsKey, tlsClientCa }: Pems): SecureContextOptions {
  return {
    cert: tlsCert,
    key: tlsKey,
    ca: tlsClientCa,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    // A connection is who it was at its beginning.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
}

/** What is wrong with certificate, key and authority, each with its cure and without a word of what they hold. */
export function tlsProblems({ tlsCert, tlsKey, tlsClientCa }: Pems): string[] {
  if (!tlsCert && !tlsKey) {
    return tlsClientCa ? ['TLS_CLIENT_CA needs TLS_CERT and TLS_KEY; set them, or unset it.'] : [];
  }
  if (!tlsCert) return ['TLS_CERT is missing: set it to the certificate of TLS_KEY, with its chain; or unset TLS_KEY.'];
  if (!tlsKey) return ['TLS_KEY is missing: set it to the private key of TLS_CERT; or unset TLS_CERT.'];
  const certificate = attempt(() => new X509Certificate(tlsCert));
  const key = attempt(() => createPrivateKey(tlsKey));
  const problems: string[] = [];
  if (!certificate) problems.push('TLS_CERT is no certificate; set it to one in PEM, the chain behind it.');
  if (!key) problems.push('TLS_KEY is no private key that can be read; set it to one in PEM, without a password.');
  if (certificate && key && !certificate.checkPrivateKey(key)) {
    problems.push('TLS_KEY is not the key of the first certificate in TLS_CERT; set both to those of one pair.');
  }
  if (tlsClientCa && !certificatesIn(tlsClientCa)) {
    problems.push(
      'TLS_CLIENT_CA is no certificate, or holds one that cannot be read; set it to one or several in PEM.',
    );
  }
  if (problems.length === 0 && !attempt(() => createSecureContext(secureOptions({ tlsCert, tlsKey, tlsClientCa })))) {
    problems.push(
      'TLS_CERT and TLS_KEY cannot be used: set them to a whole chain, with keys of 2048 bits (RSA) or 256 (ECDSA) or more.',
    );
  }
  return problems;
}

function attempt<Value>(make: () => Value): Value | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** Whether a text is certificates and no other block; what lies between them is comment (RFC 7468, section 5.2). */
function certificatesIn(text: string): boolean {
  const blocks = text.match(/-----BEGIN [^-]+-----[^-]*-----END [^-]+-----/g) ?? [];
  return blocks.length > 0 && blocks.every((block) => attempt(() => new X509Certificate(block)));
}

const FILES_MS = 5_000;

/**
 * Certificates live for weeks, a gateway for months: what was given as files is read again when it changes, for the connections
 * that come. A deployment writes one file after the other, so two that do not fit are left alone until the next change.
 */
export function followTlsFiles(server: Server, { http, log }: { http: HttpConfig; log: Log }): void {
  const { tlsFiles = {} } = http;
  const given = TLS_SETTINGS.flatMap(([field, name]) =>
    tlsFiles[field] ? [{ field, name, file: tlsFiles[field] }] : [],
  );
  if (given.length === 0) return;
  let serving: Pems = http;
  let tried = JSON.stringify(serving);
  const look = () => {
    const next = { ...serving };
    for (const { field, file } of given) next[field] = attempt(() => readFileSync(file, 'utf8').trim()) ?? '';
    if (JSON.stringify(next) === tried) return;
    tried = JSON.stringify(next);
    const unreadable = given.filter(({ field }) => !next[field]).map(({ name }) => `${name}_FILE cannot be read.`);
    const problems = unreadable.length > 0 ? unreadable : tlsProblems(next);
    if (problems.length > 0)
      return log.warn({ problems }, 'new TLS files are not used; those before them go on serving');
    serving = next;
    server.setSecureContext(secureOptions(next));
    log.info({}, 'new TLS files are used');
  };
  const timer = setInterval(look, FILES_MS).unref();
  server.on('close', () => clearInterval(timer));
}

const shown = new WeakMap<Socket, { readonly thumbprint?: string }>();

/**
 * The thumbprint of the certificate that the client of a connection has shown (RFC 8705, section 3.1: SHA-256 of the DER,
 * base64url); `undefined` for none, and for one that does not lead to `TLS_CLIENT_CA` or is out of its time.
 */
export function clientCertificateOf(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  let known = shown.get(socket);
  if (!known) {
    // A session that is taken up again without a certificate counts as authorized, so both are asked.
    const der = socket.authorized ? socket.getPeerX509Certificate()?.raw : undefined;
    known = der ? { thumbprint: createHash('sha256').update(der).digest('base64url') } : {};
    shown.set(socket, known);
  }
  return known.thumbprint;
}
