import { UsageError } from '../main.js';

/** Asks a gateway; gives its answer as it came. Rejects with a `Refusal`. */
export type Ask = (path: string, body?: string) => Promise<string>;

/** Why there is no answer, in a sentence with the cure. */
export class Refusal extends UsageError {
  constructor(
    message: string,
    /** The gateway's code; absent: no gateway said it. */
    readonly code?: string,
  ) {
    super(message, 1);
  }
}

const TIMEOUT_MS = 10_000;
/** What a header can hold and is the same when it arrives. */
const TOKEN = /^[!-~]([ -~]*[!-~])?$/;

/** Asks the gateway at `base`, an address that `baseOf` gave. The token MUST NOT be in any message. */
export function askGateway({
  base,
  token,
  timeoutMs = TIMEOUT_MS,
}: {
  base: string;
  token: string | undefined;
  timeoutMs?: number;
}): Ask {
  if (!token)
    throw new UsageError('CACHE_TOKEN is not set: set it in the environment to the CACHE_TOKEN of the gateway.');
  if (!TOKEN.test(token)) {
    throw new UsageError(
      'CACHE_TOKEN cannot be sent: use printable ASCII, without a space or a line break at either end, here and there.',
    );
  }
  return async (path, body) => {
    const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
    const method = body === undefined ? 'GET' : 'POST';
    const signal = AbortSignal.timeout(timeoutMs);
    let answer: { status: number; text: string };
    try {
      const response = await fetch(base + path, { method, headers, body, signal, redirect: 'manual' });
      answer = { status: response.status, text: await response.text() };
    } catch (error) {
      throw new Refusal(unreachable(error as Error, { base, timeoutMs }));
    }
    refuseErrors(answer, base);
    return answer.text;
  };
}

/** What the paths of a gateway begin with, of its address or that of its GraphQL; `undefined`: it is none, or holds a password. */
export function baseOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, username, password, search, hash, origin, pathname } = new URL(url);
  if (!/^https?:$/.test(protocol) || username || password || search || hash) return undefined;
  return `${origin}${pathname}`.replace(/\/(graphql\/?)?$/, '');
}

/** OpenSSL's names for a certificate that leads to no authority that Node knows. */
const UNTRUSTED = /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)/;

function unreachable(error: Error, { base, timeoutMs }: { base: string; timeoutMs: number }): string {
  if (error.name === 'TimeoutError') {
    return `${base} did not answer within ${timeoutMs / 1000} seconds: see whether the gateway there is well, then try again.`;
  }
  const { code, message } = (error.cause ?? error) as { code?: string; message: string };
  if (code && UNTRUSTED.test(code)) {
    return `${base} shows a certificate that is not trusted here (${code}): set NODE_EXTRA_CA_CERTS to the file of its authority.`;
  }
  return `${base} cannot be reached (${code ?? message}): is a gateway running there? Start one, or set --url (or GATEWAY_URL) to where it is.`;
}

function refuseErrors({ status, text }: { status: number; text: string }, base: string): void {
  const answer = parsed(text) as { errors?: { message?: string; extensions?: { code?: string } }[] } | undefined;
  if (status === 200 && typeof answer === 'object' && answer !== null) return;
  const [error] = Array.isArray(answer?.errors) ? answer.errors : [];
  const { message, extensions: { code } = {} } = error ?? {};
  if (!message || !code) {
    throw new Refusal(
      `What answers at ${base} is no gateway with a cache to ask (status ${status}): set --url (or GATEWAY_URL).`,
    );
  }
  const hint = code === 'UNAUTHENTICATED' ? '\nCACHE_TOKEN is another here than there.' : '';
  throw new Refusal(`${message} (${code})${hint}`, code);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
