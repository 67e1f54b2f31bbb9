import { type OperationDefinitionNode, parse } from 'graphql';
import type { Grant } from '../../gateway/access/index.js';
import type { AuditParts } from '../../gateway/audit/index.js';
import { DEFAULTS } from '../../gateway/config.js';
import type { Identity } from '../../gateway/identity.js';
import { createGateway, type Gateway } from '../../gateway/index.js';
import { post } from './answered-leaves.js';
import { type LogOfTest, openLog } from './audit-log.js';
import { everythingTo, identityOf, NO_BUDGETS } from './callers.js';
import { createEmbeddedStore } from './embedded-store.js';
import { type ConfigOfTest, configOf, type Federation, logInto, startFederation, until } from './federation.js';
import { KEYS } from './redis-store.js';
import { type Stamp, Stamping } from './stamped-registries.js';

const MASKED = `{ personalId name @masked(as: MIDDLE) home land parcel { id area @masked(as: MIDDLE) }
  children { personalId name @masked(as: MIDDLE) } }`;
const [LESS_READ] = parse(`{ citizen ${MASKED} desk ${MASKED} }`).definitions as [OperationDefinitionNode];
const LESS: Grant = {
  ...everythingTo('department-system'),
  ...{ name: 'DepartmentsReadLess', reads: 'SELECTION', selection: LESS_READ.selectionSet },
};

/** Who asks, by the header `x-who`. Two officers may read everything alike, a department some things masked and others not. */
export const WHO: Readonly<Record<string, Identity>> = {
  one: identityOf({ subject: 'officer-1' }, '1.000894'),
  two: identityOf({ subject: 'officer-2' }, '1.000894'),
  less: identityOf({ role: 'department-system', department: 'tax', subject: 'tax-7' }, '1.004222'),
};

export interface StampedScene {
  readonly log: LogOfTest;
  readonly federation: Federation;
  /** One, or with Redis two. */
  readonly urls: readonly string[];
  /** The clock of all, which stands still unless somebody moves it; each answer of a registry takes it some milliseconds on. */
  nowMs: number;
  /** What the stamps are to say. */
  readonly step: number;
  gateway: number;
  /** Another step begins, so much later. */
  next(afterMs: number): void;
  readonly stamps: readonly Stamp[];
  stamp(registry: string, number: number): Stamp | undefined;
  /** Whom everybody was told to forget. */
  readonly forgotten: { readonly id: string; readonly step: number }[];
  /** From now on the registry closes every connection. */
  readonly failing: Set<string>;
  /** Answers of the registry wait until what this gives is called. */
  hold(registry: string): () => void;
  /** Until the registry was asked for so many times in all. */
  asked(registry: string, times: number): Promise<void>;
  timesAsked(registry: string): number;
  /** Nothing is remembered any more, nor known of what was asked. */
  reset(): Promise<void>;
  /** Until all gateways know of each other's changes. */
  heard(): Promise<void>;
  stop(): Promise<void>;
}

const TOKEN = 'a token of the test';

/** Has what is remembered of somebody forgotten. */
export async function forget(
  { federation, forgotten, step }: StampedScene,
  personalId: string,
  registries: readonly string[] = ['people', 'land'],
): Promise<void> {
  forgotten.push({ id: personalId, step });
  const changes = [{ type: 'Citizen', key: { personalId } }];
  for (const subgraph of registries) await invalidate(federation.url, { subgraph, changes });
}

async function invalidate(url: string, what: object): Promise<void> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const { status } = await fetch(`${url}/cache/invalidate`, { method: 'POST', headers, body: JSON.stringify(what) });
  if (status !== 200) throw new Error(`nothing was forgotten: ${status}`);
}

let strangers = 48_190_000_000;

/** Until one gateway gives what the other has asked for: Redis may still be connecting. */
async function share([one, other]: readonly string[]): Promise<void> {
  await until(async () => {
    const body = { query: `{ desk(of: "0${(strangers += 1)}") { home } }`, extensions: { provenance: true } };
    await post(one!, body);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return (await post(other!, body)).text.includes('"REDIS"');
  });
}

/**
 * Until a gateway has heard all that was forgotten before, by itself as well: it hears one after another. What it had remembered of
 * somebody whom another gateway forgets now is gone then.
 */
async function hears(url: string, other: string): Promise<void> {
  const personalId = `0${(strangers += 1)}`;
  const body = { query: `{ desk(of: "${personalId}") { home } }`, extensions: { provenance: true } };
  const isRemembered = async () => (await post(url, body)).text.includes('"MEMORY"');
  await until(isRemembered);
  await invalidate(other, { subgraph: 'people', changes: [{ type: 'Citizen', key: { personalId } }] });
  await until(async () => !(await isRemembered()));
}

/** Gateways with an audit log over real registries. */
export async function startStamped(given: { redisUrl?: string; config?: ConfigOfTest } = {}): Promise<StampedScene> {
  const registries = new Stamping();
  const database = await createEmbeddedStore();
  const opened = await openLog(database);
  const cache = {
    ...DEFAULTS.cache,
    token: TOKEN,
    ...(given.redisUrl ? { redisUrl: given.redisUrl, keys: KEYS.one, redisMs: 2_000 } : {}),
  };
  const { config = {} } = given;
  const settings: ConfigOfTest = {
    ...{ breaker: { failuresMax: 1_000, openMs: 50 }, cache, budgets: { ...DEFAULTS.budgets, ...NO_BUDGETS } },
    audit: { ...DEFAULTS.audit, lateMs: Number.MAX_SAFE_INTEGER },
    ...config,
    limits: { batchMax: 5, ...config.limits },
  };
  const common = (parts: AuditParts) => ({
    clock: { now: () => registries.nowMs },
    audit: parts,
    identify: ({ headers }: { headers: Record<string, unknown> }) => WHO[String(headers['x-who'])] ?? WHO.one!,
    grants: () => [everythingTo('officer'), LESS],
  });
  const federation = await startFederation({
    subgraphs: registries.subgraphs,
    config: settings,
    gateway: common(opened.parts),
  });
  for (const name of ['people', 'land']) federation.subgraph(name).behave(registries.answering(name));
  const others: Gateway[] = [];
  const urls = [federation.url];
  if (given.redisUrl) {
    const { supergraphFile } = federation;
    const parts = { ...opened.parts, journalDir: `${opened.parts.journalDir}-other` };
    const other = await createGateway({
      config: configOf(settings),
      supergraphFile,
      log: logInto([]),
      ...common(parts),
    });
    others.push(other);
    urls.push((await other.listen()).url);
  }
  const heard = async () => {
    for (const url of given.redisUrl ? urls : []) {
      await until(async () => /cache_heard\{subgraph=""\} 1/.test(await (await fetch(`${url}/metrics`)).text()));
    }
  };
  await heard();
  if (given.redisUrl) await share(urls);
  const log = opened.ofTest(logInto([]), () => registries.nowMs);
  return Object.assign(registries, {
    ...{ log, federation, urls, heard },
    async reset() {
      registries.failing.clear();
      await invalidate(federation.url, { subgraph: 'people', all: true });
      await heard();
      if (given.redisUrl) {
        const [one, other] = urls as [string, string];
        await share(urls);
        await hears(one, other);
        await hears(other, one);
      }
      registries.stamps.length = 0;
    },
    async stop() {
      await federation.stop();
      for (const other of others) await other.stop();
      await database.close();
      opened.remove();
    },
  });
}
