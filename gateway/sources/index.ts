import type { Config } from '../config.js';
import type { BreakerState, Clock, Fetch, FetchExchange, LoadedSchema, ReadChanges } from '../context.js';
import { FetchError } from '../errors.js';
import { createEndurance, type Endurance } from './endure.js';
import { createLocalSource, type LocalSubgraph } from './in-process.js';
import { type Flights, shareFetches } from './share.js';
import { createSigner, type Sign } from './sign.js';
import { createRemoteSource, type RemoteSource } from './undici.js';

export type { LocalSubgraph } from './in-process.js';

export interface Sources {
  /** The end of the fetch steps: deadline, breaker and retry of the subgraph, then the wire. */
  endure(exchange: FetchExchange): Promise<Awaited<ReturnType<Fetch>>>;
  /** Refuses, by throwing, a supergraph that names a subgraph which could not be asked. */
  check(schema: LoadedSchema): void;
  /** Opens what a new supergraph names; what it no longer names is closed when the requests on the old one are over. */
  use(schema: LoadedSchema): void;
  /** Asks every subgraph for a sign of life: `undefined` is one, a sentence is why not. */
  ping(timeoutMs: number): Promise<Map<string, string | undefined>>;
  breakers(): Map<string, BreakerState>;
  /** What changed in a subgraph; `path`: where one over the network tells it. */
  changes(subgraph: string, path: string): ReadChanges;
  close(): Promise<void>;
}

interface Source {
  url: string;
  /** Deadline, breaker and retry, then the subgraph. */
  ask: Fetch;
  ping(timeoutMs: number): Promise<void>;
  changes(path: string): ReadChanges;
  close(): Promise<void>;
  breaker: Endurance['breaker'];
  isGateway: boolean;
}

interface SourcesOptions {
  config: Config;
  clock: Clock;
  local: ReadonlyMap<string, LocalSubgraph>;
  /** What the gateway itself adds, known by its URL: another graph may well have a subgraph of the same name. */
  own: { url: string; subgraph: LocalSubgraph };
  /** URLs that replace the supergraph's own, by subgraph. */
  urls: ReadonlyMap<string, string>;
}

/** All subgraphs of the supergraph in use. One named in `local` is called in this process, whatever its URL says. */
export function createSources(options: SourcesOptions): Sources {
  const { config, local, own, urls } = options;
  const sources = new Map<string, Source>();
  const parts = { ...options, flights: new Map(), signFor: createSigner(options) };
  let used = new Map<string, string>();

  /** Those no longer named; each is closed once, when the requests that began on the old supergraph are over. */
  const retiring = new Map<Source, NodeJS.Timeout>();
  const retire = (name: string, source: Source) => {
    const closeIt = () => {
      retiring.delete(source);
      if (sources.get(name) === source) sources.delete(name);
      void source.close();
    };
    retiring.set(source, setTimeout(closeIt, config.limits.requestMs).unref());
  };
  const keep = (source: Source) => {
    clearTimeout(retiring.get(source));
    retiring.delete(source);
  };

  return {
    async endure(exchange) {
      const source = sources.get(exchange.subgraph);
      if (!source)
        throw new FetchError('refused', 'the supergraph in use does not name it', { subgraph: exchange.subgraph });
      return source.ask(exchange);
    },
    check(schema) {
      for (const [name, { url: composed }] of schema.subgraphs) {
        const url = urls.get(name) ?? composed;
        if (url === own.url || local.has(name)) continue;
        if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
          throw new Error(
            `the subgraph ${name} has no http URL; compose it with one, or give it: --subgraph ${name}=URL`,
          );
        }
      }
    },
    use(schema) {
      const wanted = new Map([...schema.subgraphs].map(([name, { url }]) => [name, urls.get(name) ?? url]));
      for (const [name, source] of sources) {
        if (wanted.get(name) === source.url) {
          keep(source);
          continue;
        }
        if (wanted.has(name)) sources.delete(name);
        // A removed one stays: requests that began on the old supergraph may still ask it.
        if (!retiring.has(source)) retire(name, source);
      }
      for (const [name, url] of wanted) if (!sources.has(name)) sources.set(name, openSource(name, url, parts));
      used = wanted;
    },
    ping: async (timeoutMs) =>
      signsOf(
        [...sources].filter(([name, { isGateway }]) => used.has(name) && !isGateway),
        timeoutMs,
      ),
    changes: (subgraph, path) => async (asked) => {
      const source = sources.get(subgraph);
      if (!source) throw new FetchError('refused', 'the supergraph in use does not name it', { subgraph });
      return source.changes(path)(asked);
    },
    breakers: () => new Map([...sources].map(([name, { breaker }]) => [name, breaker()])),
    async close() {
      const open = new Set([...sources.values(), ...retiring.keys()]);
      for (const timer of retiring.values()) clearTimeout(timer);
      await Promise.all([...open].map((source) => source.close()));
    },
  };
}

function openSource(
  name: string,
  url: string,
  { config, own, local, flights, signFor }: SourcesOptions & { flights: Flights; signFor(name: string): Sign },
): Source {
  const { step, breaker } = createEndurance(name, { ...config, fetchMs: config.limits.fetchMs });
  const subgraph = url === own.url ? own.subgraph : local.get(name);
  if (subgraph) {
    const wire = createLocalSource(name, subgraph);
    const isGateway = subgraph.isGateway === true;
    const ask: Fetch = isGateway ? wire : (exchange) => step(exchange, wire);
    const ping = (timeoutMs: number) => subgraph.ping(timeoutMs);
    const changes = (): ReadChanges => async (asked) => {
      if (!subgraph.changes) throw toldNothing(name);
      return subgraph.changes.read(asked);
    };
    return { url, ask, breaker, ping, changes, close: async () => {}, isGateway };
  }
  const remote: RemoteSource = createRemoteSource({
    name,
    url,
    sign: signFor(name),
    answerBytesMax: config.limits.fetchBytesMax,
  });
  const alone: Fetch = (exchange) => step(exchange, remote.fetch);
  const shared = config.shareFetches ? shareFetches(name, alone, flights) : alone;
  // While a subgraph is left alone or on trial nobody waits for what another asks of it.
  const ask: Fetch = (exchange) => (breaker() === 'closed' ? shared(exchange) : alone(exchange));
  const { ping, changes, close } = remote;
  return { url, ask, breaker, ping, changes, close, isGateway: false };
}

const toldNothing = (subgraph: string) => new FetchError('refused', 'does not tell what has changed', { subgraph });

async function signsOf(
  sources: readonly [name: string, source: Source][],
  timeoutMs: number,
): Promise<Map<string, string | undefined>> {
  const signs = sources.map(async ([name, source]): Promise<[string, string | undefined]> => {
    const sign = await source.ping(timeoutMs).then(
      () => undefined,
      (error) => (error instanceof FetchError ? error.failure : 'does not answer'),
    );
    return [name, sign];
  });
  return new Map(await Promise.all(signs));
}
