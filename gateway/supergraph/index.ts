import { readFile } from 'node:fs/promises';
import { ApolloGateway } from '@apollo/gateway';
import type { GraphQLSchema } from 'graphql';
import { disableVendorTelemetry } from '../config.js';
import type { Clock, LoadedSchema, Log, SupergraphState } from '../context.js';
import { loadSchema, supergraphId } from './load.js';
import { watchFile } from './watch.js';

export { loadSchema } from './load.js';

/** The life of the supergraph: read, validate, serve, watch, swap. `ApolloGateway` owns the schema that the server serves. */
export interface SupergraphLife {
  readonly gateway: ApolloGateway;
  state(): SupergraphState;
  /** The loaded schema behind an API schema that the server hands to its executor. */
  of(api: GraphQLSchema): LoadedSchema;
  /** The schema that serves new requests. */
  current(): LoadedSchema;
  /** Reads the file now instead of when the watcher sees it: for tests and for a signal. */
  reload(): Promise<void>;
}

/**
 * Watches a supergraph file. `check` is called with each valid supergraph before it serves and refuses it by throwing; a
 * refused one leaves the old one serving, says why in the log and in `state()`, and drops no request. `onServe` is called
 * just before the first request on it.
 */
export function createSupergraph(options: {
  file: string;
  log: Log;
  clock: Clock;
  check(schema: LoadedSchema): void;
  onServe(schema: LoadedSchema): void;
}): SupergraphLife {
  const { file, log, clock } = options;
  const byApi = new WeakMap<GraphQLSchema, LoadedSchema>();
  let candidate: LoadedSchema | undefined;
  let serving: LoadedSchema | undefined;
  let state: SupergraphState = { phase: 'not loaded' };
  let update: ((supergraphSdl: string) => void) | undefined;

  const check = (text: string) => {
    candidate = loadSchema(text);
    options.check(candidate);
  };

  const onText = async (text: string) => {
    const id = supergraphId(text);
    if (serving?.id === id) {
      if (state.phase === 'serving old') state = { phase: 'serving', id, sinceMs: clock.now() };
      return;
    }
    if (state.phase === 'serving old' && state.refusedId === id) return;
    try {
      check(text);
      update?.(text);
      log.info({ supergraph: id }, 'a new supergraph serves');
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (serving) state = { phase: 'serving old', id: serving.id, refusedId: id, problem, sinceMs: clock.now() };
      log.error({ refused: id, serving: serving?.id, problem }, 'a new supergraph was refused; the old one serves on');
    }
  };

  // One after another: a text that was read before another MUST NOT serve after it.
  let last: Promise<unknown> = Promise.resolve();
  const read = () => {
    const reading = last.then(async () => onText(await readFile(file, 'utf8')));
    last = reading.catch(() => {});
    return reading;
  };

  disableVendorTelemetry();
  const gateway = new ApolloGateway({
    async supergraphSdl(life) {
      const text = await readFile(file, 'utf8');
      check(text);
      update = life.update;
      const stop = watchFile(file, {
        onChange: read,
        onError: (error) => log.warn({ problem: String((error as { code?: string }).code) }, 'supergraph not readable'),
      });
      return { supergraphSdl: text, cleanup: async () => stop() };
    },
    // The fetch steps ask the subgraphs; ApolloGateway only wants to know that someone does.
    buildService: ({ name }) => ({
      process: () => Promise.reject(new Error(`${name} is asked through the fetch steps`)),
    }),
    logger: { debug() {}, info() {}, warn: (m) => log.warn({}, m), error: (m) => log.error({}, m) },
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    const id = supergraphId(coreSupergraphSdl);
    const loaded = candidate?.id === id ? candidate : loadSchema(coreSupergraphSdl);
    byApi.set(apiSchema, loaded);
    serving = loaded;
    options.onServe(loaded);
    state = { phase: 'serving', id, sinceMs: clock.now() };
  });

  return {
    gateway,
    state: () => state,
    of: (api) => byApi.get(api) ?? current(serving),
    current: () => current(serving),
    reload: read,
  };
}

function current(schema: LoadedSchema | undefined): LoadedSchema {
  if (!schema) throw new Error('no supergraph is loaded yet');
  return schema;
}
