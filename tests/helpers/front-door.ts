import { admission, createApolloServer } from '../../gateway/apollo-server.js';
import type { LoadedSchema, OperationExchange, OperationResult, RequestContext } from '../../gateway/context.js';
import { forClient } from '../../gateway/for-client.js';
import { type FrontDoor, graphqlOverHttp } from '../../gateway/graphql-http.js';
import { createHttpServer } from '../../gateway/http.js';
import { NOBODY } from '../../gateway/identity.js';
import { createKnownOperations, type KnownOperations } from '../../gateway/known-operations.js';
import { drain, listen } from '../../gateway/listen.js';
import { createContext } from '../../gateway/request-context.js';
import { loadSchema } from '../../gateway/supergraph/load.js';
import { type ConfigOfTest, composeOrFail, configOf, logInto } from './federation.js';

export type Run = (exchange: Omit<OperationExchange, 'provenance'>) => Promise<OperationResult>;

export interface FrontDoorOfTest {
  readonly url: string;
  readonly known: KnownOperations;
  readonly schema: LoadedSchema;
  readonly logLines: string[];
  /** The contexts of the requests that came through, in their order. */
  readonly contexts: RequestContext[];
  stop(): Promise<void>;
}

/** A loaded supergraph of one subgraph that nobody serves. */
export function schemaOf(sdl: string): LoadedSchema {
  return loadSchema(composeOrFail({ one: { sdl } }, () => 'http://127.0.0.1:1'));
}

/** The front door as the gateway has it, with `run` in the place of the operation steps. */
export async function startFrontDoor(parts: {
  sdl: string;
  run: Run;
  config?: ConfigOfTest;
  /** Absent: everybody is nobody. */
  identify?: FrontDoor['identify'];
}): Promise<FrontDoorOfTest> {
  const schema = schemaOf(parts.sdl);
  const config = configOf(parts.config);
  const logLines: string[] = [];
  const log = logInto(logLines);
  const known = createKnownOperations(config.limits);
  const life = {
    gateway: {
      onSchemaLoadOrUpdate(callback: (of: { apiSchema: LoadedSchema['api']; coreSupergraphSdl: string }) => void) {
        listeners.push(callback);
        return () => {};
      },
      async load() {
        for (const listener of listeners) listener({ apiSchema: schema.api, coreSupergraphSdl: schema.supergraphSdl });
        return { executor: null };
      },
      stop: async () => {},
    },
    of: () => schema,
    current: () => schema,
  };
  const listeners: ((of: { apiSchema: LoadedSchema['api']; coreSupergraphSdl: string }) => void)[] = [];
  const server = createApolloServer({ config, log, life, known });
  await server.start();
  const run = forClient(parts.run, log);
  const contexts: RequestContext[] = [];
  const onFault = (error: unknown, requestId: string) => log.error({ requestId, error: String(error) }, 'a fault');
  const route = graphqlOverHttp({
    known,
    current: life.current,
    admit: (request) => admission(server, request),
    run,
    identify: parts.identify ?? (() => NOBODY),
    contextOf(asked, identity) {
      const context = createContext(asked, identity, { config, log, clock: { now: Date.now }, life, run });
      contexts.push(context);
      return context;
    },
    refuseBody: () => {},
    refuseText: () => {},
    batchMax: config.limits.batchMax,
    shortWay: true,
    registeredOnly: config.registeredOnly,
    schemaDetails: config.schemaDetails,
    asksWho: () => false,
    onFault,
  });
  const http = createHttpServer({ limits: config.limits, http: config.http, log, route, onFault, onAnswer: () => {} });
  const { url } = await listen(http, { host: '127.0.0.1', port: 0 });
  return {
    url,
    known,
    schema,
    logLines,
    contexts,
    async stop() {
      await drain(http, 100);
      await server.stop();
    },
  };
}
