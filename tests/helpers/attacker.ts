import { createHash } from 'node:crypto';
import { NO_BUDGETS } from './callers.js';
import { DEMO } from './demo-people.js';
import { type Product, type ProductOptions, startProduct } from './product.js';
import { readSecrets } from './secrets.js';

/** One GraphQL request, before it is known by which door it comes. */
export interface Request {
  readonly query?: string;
  readonly documentId?: string;
  readonly operationName?: string;
  readonly variables?: unknown;
  readonly extensions?: Record<string, unknown>;
}

export type Headers = Record<string, string>;

export interface Seen {
  readonly status: number;
  readonly text: string;
}

export type Send = () => Promise<Seen>;

/** The product with real tokens, as somebody sees it who wants more than is theirs. */
export interface Target {
  readonly product: Product;
  /** Somebody else's parcel. */
  readonly parcel: string;
  bearer(token: string): Headers;
  /** Sends bytes as they are to `/graphql`. */
  post(body: string, headers?: Headers): Promise<Seen>;
  /** By each door through which this may be asked. */
  doors(request: Request, headers?: Headers): Record<string, Send>;
  /**
   * What is wrong with how an attack was met; empty: it got no data and no 5xx, left nothing personal in the log, and whoever asks
   * right after is answered. `sent`: what the attacker knew before.
   */
  wrongsOf(send: Send, sent?: string): Promise<string[]>;
  /** The median of the CPU that it costs this process, which is the client, the gateway and the registries, in milliseconds. */
  cpuMsOf(send: Send): Promise<number>;
  stop(): Promise<void>;
}

/** What identifies a request, not a person. */
const REQUEST_ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

export async function startTarget(options: ProductOptions = {}): Promise<Target> {
  const product = await startProduct({
    access: {},
    ...options,
    config: { budgets: NO_BUDGETS, ...options.config, limits: { batchMax: 5, ...options.config?.limits } },
  });
  const secrets = await readSecrets(product.database);
  const people = await product.database.query<{ id: string }>(
    'select distinct personal_id as id from citizen_identity.person',
  );
  secrets.push(...people.map(({ id }) => id));
  const [right] = await product.database.query<{ parcel_id: string }>(
    `select parcel_id from land.land_right where holder_id = '${DEMO.husband}' and until is null and replaced_at is null limit 1`,
  );
  const officer = await product.token({ role: 'officer', procedure: '1.000894' });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  const seen = async (response: Promise<Response>): Promise<Seen> => {
    const { status, text } = await response.then(async (each) => ({ status: each.status, text: await each.text() }));
    return { status, text };
  };
  const post = (body: string, headers: Headers = {}) =>
    seen(
      fetch(`${product.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      }),
    );
  const get = (request: Request, headers: Headers) => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(request)) {
      if (value !== undefined) search.set(name, typeof value === 'string' ? value : JSON.stringify(value));
    }
    return seen(
      fetch(`${product.url}/graphql?${search}`, { headers: { 'apollo-require-preflight': 'true', ...headers } }),
    );
  };
  const good = async () => {
    const query = `{ citizen(personalId: "${DEMO.bride}") { fullName } }`;
    const { status, text } = await post(JSON.stringify({ query }), bearer(officer));
    return status === 200 && JSON.parse(text).data.citizen.fullName === 'Lê Thị Thu Hà';
  };

  return {
    product,
    parcel: right!.parcel_id,
    bearer,
    post,
    doors(request, headers = {}) {
      const { query, ...rest } = request;
      const doors: Record<string, Send> = {
        POST: () => post(JSON.stringify(request), headers),
        GET: () => get(request, headers),
        'a list': () => post(JSON.stringify([request, request]), headers),
        parts: () => post(JSON.stringify(request), { accept: 'multipart/mixed', ...headers }),
      };
      if (query === undefined) return doors;
      const sha256Hash = createHash('sha256').update(query).digest('hex');
      const extensions = { ...rest.extensions, persistedQuery: { version: 1, sha256Hash } };
      const byHash = async () => {
        await post(JSON.stringify({ query: '{ procedures { code } }' }), headers);
        await post(JSON.stringify({ ...request, extensions }), headers);
        return post(JSON.stringify({ ...rest, extensions }), headers);
      };
      return { ...doors, 'a hash': byHash };
    },
    async wrongsOf(send, sent = '') {
      const logged = product.logLines.length;
      const { status, text } = await send();
      const wrongs: string[] = [];
      if (status >= 500) wrongs.push(`answered ${status}: ${text}`);
      const given = secrets.filter((secret) => text.includes(secret) && !sent.includes(secret));
      if (given.length > 0) wrongs.push(`told ${given.slice(0, 5).join(', ')}: ${text.slice(0, 500)}`);
      if (!(await good())) wrongs.push('a good request right after was not answered');
      for (const line of product.logLines.slice(logged)) {
        const bare = line.replace(REQUEST_ID, '');
        if (bare.includes('"level":"error"')) wrongs.push(`logged a fault: ${line}`);
        if (/\d{12}/.test(bare) || secrets.some((secret) => bare.includes(secret))) wrongs.push(`logged: ${line}`);
      }
      return wrongs;
    },
    async cpuMsOf(send) {
      await send();
      let best = Number.POSITIVE_INFINITY;
      // What the machine does meanwhile can only add to it: the least of three medians is what it costs.
      for (let round = 0; round < 3 && best > CPU_MS_MAX / 2; round += 1) {
        const costs: number[] = [];
        for (let run = 0; run < 3; run += 1) {
          const before = process.cpuUsage();
          await send();
          const { user, system } = process.cpuUsage(before);
          costs.push((user + system) / 1_000);
        }
        best = Math.min(best, costs.sort((a, b) => a - b)[1]!);
      }
      return best;
    },
    stop: () => product.stop(),
  };
}

/** Twice what an attack may cost the gateway: this process is the client and the registries as well, on a machine that others use. */
export const CPU_MS_MAX = 2 * 50;
