import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemaFolder } from '../../../../cli/config.js';
import { DEFAULTS } from '../../../../gateway/config.js';
import { createGateway, type Gateway } from '../../../../gateway/index.js';
import { compose } from '../../../../gateway/supergraph/compose.js';
import type { Database } from '../../../../subgraphs/kit/database.js';
import { openPostgres } from '../../../../subgraphs/kit/postgres.js';
import { serveSubgraph } from '../../../../subgraphs/kit/serve.js';
import { openLand } from '../../../../subgraphs/land/index.js';
import { createRandom } from '../../../federation/differential/random.js';
import { NO_BUDGETS, NO_MATTER_WHO } from '../../../helpers/callers.js';
import { configOf, logInto, until } from '../../../helpers/federation.js';
import { freePort, type RedisServer, startRedis } from '../../../helpers/redis-server.js';
import { KEYS } from '../../../helpers/redis-store.js';
import { type RegistryProxy, startRegistryProxy } from '../../../helpers/registry-proxy.js';
import { createScratchPostgres } from '../../../helpers/scratch-postgres.js';
import { startTcpProxy, type TcpProxy } from '../../../helpers/tcp-proxy.js';

/** A gateway, and its own ways to the registry and to Redis. */
export interface GatewayOfStage {
  readonly name: string;
  readonly url: string;
  readonly registry: RegistryProxy;
  readonly redis: TcpProxy;
  /** Stops it and starts it anew, with nothing remembered in it, at the same address. */
  restart(downMs: number): Promise<void>;
  stop(): Promise<void>;
}

export interface Stage {
  readonly gateways: readonly GatewayOfStage[];
  readonly redis: RedisServer;
  /** The registry's database, by connections of the writers' own. */
  readonly database: Database;
  readonly logLines: string[];
  stop(): Promise<void>;
}

/** All of the stage is one process, which must not take itself for a Redis that is slow. */
const REDIS_MS = 100;
/** After a registry was away it is asked again soon, so that more of a run is spent with what it then says. */
const BREAKER_MS = 500;
/** Of a hundred answers of the registry, how many are on their way for longer, and for how long at most. */
const SLOW_PERCENT = 25;
const SLOW_MS_MAX = 600;

/** The land registry on PostgreSQL, and two gateways that share one Redis, each behind proxies of its own. */
export async function openStage(seed: string): Promise<Stage> {
  const closings: (() => unknown)[] = [];
  const close = async () => {
    for (const closing of closings.splice(0).reverse()) await closing();
  };
  try {
    const scratch = await createScratchPostgres();
    closings.push(() => scratch.drop());
    const registry = await openLand({ database: openPostgres(scratch.options({ poolMax: 20 })), log: () => {} });
    closings.push(() => registry.subgraph.close());
    const server = await serveSubgraph(registry.subgraph, {
      host: '127.0.0.1',
      port: 0,
      trust: 'anyone',
      log: () => {},
    });
    closings.push(() => server.stop(0));
    const database = openPostgres(scratch.options({ poolMax: 20 }));
    closings.push(() => database.close());
    const redis = await startRedis();
    closings.push(() => redis.stop());
    const folder = mkdtempSync(join(tmpdir(), 'lien-thong-linearizable-'));
    closings.push(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(join(schemaFolder, 'forms/shared'), join(folder, 'shared'), { recursive: true });
    writeFileSync(join(folder, 'supergraph.graphql'), supergraphOf('land', server.url));
    const parts = { folder, logLines: [] as string[] };
    const ways: Pick<GatewayOfStage, 'name' | 'registry' | 'redis'>[] = [];
    for (const name of ['A', 'B']) {
      const random = createRandom(`${seed} way to ${name}`);
      const delayMs = () => (random.chance(SLOW_PERCENT / 100) ? random.int(SLOW_MS_MAX) : 0);
      const toRegistry = await startRegistryProxy(server.url, delayMs);
      closings.push(() => toRegistry.stop());
      const toRedis = await startTcpProxy(redis.port);
      closings.push(() => toRedis.stop());
      ways.push({ name, registry: toRegistry, redis: toRedis });
    }
    const gateways: GatewayOfStage[] = [];
    closings.push(() => Promise.all(gateways.map((gateway) => gateway.stop())));
    for (const way of ways) gateways.push(await startGateway({ ...way, ...parts }));
    // From when they have heard that nothing has changed.
    await until(() => gateways.every(({ registry: { told } }) => told >= 2));
    return { gateways, redis, database, logLines: parts.logLines, stop: close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Surroundings extends Pick<GatewayOfStage, 'name' | 'registry' | 'redis'> {
  /** Where the supergraph is, and what all forms share, but no form. */
  readonly folder: string;
  readonly logLines: string[];
}

async function startGateway({ name, folder, registry, redis, logLines }: Surroundings): Promise<GatewayOfStage> {
  const port = await freePort();
  const cache = { ...DEFAULTS.cache, redisMs: REDIS_MS, redisUrl: `redis://127.0.0.1:${redis.port}`, keys: KEYS.one };
  const breaker = { ...DEFAULTS.breaker, openMs: BREAKER_MS };
  const open = async (): Promise<Gateway> => {
    const gateway = await createGateway({
      config: configOf({ port, cache, breaker, graphiql: false, budgets: NO_BUDGETS }),
      supergraphFile: join(folder, 'supergraph.graphql'),
      formsFolder: folder,
      operationsFolder: join(folder, 'shared'),
      urls: new Map([['land', registry.url]]),
      log: logInto(logLines),
      ...NO_MATTER_WHO,
    });
    await gateway.listen();
    return gateway;
  };
  let gateway = await open();
  return {
    ...{ name, registry, redis },
    url: `http://127.0.0.1:${port}`,
    async restart(downMs) {
      await gateway.stop();
      await new Promise((resolve) => setTimeout(resolve, downMs));
      gateway = await open();
    },
    stop: () => gateway.stop(),
  };
}

/** The committed schema of one registry and the gateway, as the product composes it. */
function supergraphOf(registry: string, url: string): string {
  const urls = { gateway: 'local:gateway', [registry]: url };
  const composition = compose(
    Object.entries(urls).map(([name, url]) => {
      const file = `${name}.graphql`;
      return { name, url, file, text: readFileSync(join(schemaFolder, file), 'utf8') };
    }),
  );
  if (!composition.ok) throw new Error(composition.problems.join('\n'));
  return composition.supergraphSdl;
}
