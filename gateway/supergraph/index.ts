import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ApolloGateway, type SupergraphSdlHook } from '@apollo/gateway';
import type { GraphQLSchema } from 'graphql';
import { disableVendorTelemetry } from '../config.js';
import type { Clock, LoadedSchema, Log, SupergraphState } from '../context.js';
import { inTurn } from '../in-turn.js';
import { watchFolder } from '../watch-folder.js';
import { forApolloGateway, loadSchema, supergraphId } from './load.js';

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

export interface SupergraphOptions {
  file: string;
  log: Log;
  clock: Clock;
  /** `serving`: the one that serves meanwhile, if any does. */
  check(schema: LoadedSchema, serving: LoadedSchema | undefined): Promise<void>;
  /** `before`: the one that serves no longer. */
  onServe(schema: LoadedSchema, before: LoadedSchema | undefined): void;
}

/**
 * Watches a supergraph file. `check` is called with each valid supergraph before it serves, refuses it by throwing, and does
 * all that can fail and all that takes time; a refused one, or a file that cannot be read, leaves the old one serving, says why in
 * the log and in `state()`, and drops no request. `onServe` is called just before the first request on a supergraph.
 */
export function createSupergraph(options: SupergraphOptions): SupergraphLife {
  const { file, log, clock } = options;
  const byApi = new WeakMap<GraphQLSchema, LoadedSchema>();
  let checked: LoadedSchema | undefined;
  let serving: LoadedSchema | undefined;
  let state: SupergraphState = { phase: 'not loaded' };
  let update: ((supergraphSdl: string) => void) | undefined;

  const check = async (text: string): Promise<string> => {
    const loaded = loadSchema(text);
    await options.check(loaded, serving);
    checked = loaded;
    return forApolloGateway(text);
  };
  const keepOld = (message: string, { problem, refusedId }: { problem: string; refusedId?: string }) => {
    log.error({ refused: refusedId, serving: serving?.id, problem }, `${message}; the old one serves on`);
    if (serving) state = { phase: 'serving old', id: serving.id, refusedId, problem, sinceMs: clock.now() };
  };
  const onText = async (text: string) => {
    const id = supergraphId(text);
    if (serving?.id === id) {
      if (state.phase === 'serving old') state = { phase: 'serving', id, sinceMs: clock.now() };
      return;
    }
    if (state.phase === 'serving old' && state.refusedId === id) return;
    try {
      const taken = await check(text);
      update?.(taken);
      // ApolloGateway keeps to itself what its listeners throw.
      if (update && serving?.id !== id) throw new Error('it could not be taken into use');
      log.info({ supergraph: id }, 'a new supergraph serves');
    } catch (error) {
      keepOld('a new supergraph was refused', { problem: messageOf(error), refusedId: id });
    }
  };
  const onUnreadable = (error: unknown) => {
    const problem = `the supergraph file cannot be read (${codeOf(error)})`;
    const isKnown = state.phase === 'serving old' && state.problem === problem;
    if (!isKnown) keepOld('supergraph not readable', { problem });
  };

  const read = inTurn(() => readFile(file, 'utf8').then(onText, onUnreadable));

  const gateway = createApolloGateway(log, async (life) => {
    const taken = await check(await readFile(file, 'utf8'));
    update = life.update;
    const onError = (error: unknown) => log.warn({ problem: codeOf(error) }, 'supergraph not watched');
    const stop = watchFolder(dirname(file), { onChange: read, onError });
    return { supergraphSdl: taken, cleanup: async () => stop() };
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    if (!checked || forApolloGateway(checked.supergraphSdl) !== coreSupergraphSdl) {
      throw new Error('a supergraph came into use that was not checked');
    }
    const before = serving === checked ? undefined : serving;
    options.onServe(checked, before);
    byApi.set(apiSchema, checked);
    serving = checked;
    state = { phase: 'serving', id: checked.id, sinceMs: clock.now() };
  });

  return {
    gateway,
    state: () => state,
    of: (api) => byApi.get(api) ?? current(serving),
    current: () => current(serving),
    reload: read,
  };
}

/** `ApolloGateway`, told what its supergraph is by `supergraphSdl`, and without a way to the network of its own. */
function createApolloGateway(log: Log, supergraphSdl: SupergraphSdlHook): ApolloGateway {
  disableVendorTelemetry();
  return new ApolloGateway({
    supergraphSdl,
    // The fetch steps ask the subgraphs; ApolloGateway only wants to know that someone does.
    buildService: ({ name }) => ({
      process: () => Promise.reject(new Error(`${name} is asked through the fetch steps`)),
    }),
    logger: { debug() {}, info() {}, warn: (m) => log.warn({}, m), error: (m) => log.error({}, m) },
  });
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function current(schema: LoadedSchema | undefined): LoadedSchema {
  if (!schema) throw new Error('no supergraph is loaded yet');
  return schema;
}
