import { type DocumentNode, type GraphQLFormattedError, Kind, parse } from 'graphql';
import { createCacheStep, LookUps, MemoryStore, WholeAnswers } from '../../../gateway/cache/index.js';
import { DEFAULTS } from '../../../gateway/config.js';
import type { Fetch, RequestContext } from '../../../gateway/context.js';
import { createEngine, planInThisThread } from '../../../gateway/execution/index.js';
import { NOBODY } from '../../../gateway/identity.js';
import { createLedger } from '../../../gateway/provenance/index.js';
import { loadSchema } from '../../../gateway/supergraph/load.js';
import { logInto } from '../../helpers/federation.js';
import type { Answered, Asked } from './subgraph.js';

export interface EngineAnswer {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFormattedError[];
}

export interface RunningEngine {
  /** Forgets what it remembers, if it does. */
  forget(): void;
  /** Runs one operation; `fetch` stands for the subgraphs. */
  run(
    query: string,
    variables: Record<string, unknown>,
    fetch: (asked: Asked) => Promise<Answered>,
  ): Promise<EngineAnswer>;
}

/**
 * The engine alone, without the steps around it, on one supergraph; with `remembers` the cache stands between it and the subgraphs
 * and forgets nothing by itself. All that these tests know of their interfaces is here.
 */
export async function startEngine(supergraphSdl: string, { remembers = false } = {}): Promise<RunningEngine> {
  const schema = loadSchema(supergraphSdl);
  const fetches = new WeakMap<RequestContext, (asked: Asked) => Promise<Answered>>();
  const store = new MemoryStore(1e9);
  const wire: Fetch = ({ context, subgraph, request: { query, operationName }, variables, representations }) => {
    const lists = representations.map(({ variable, texts }) => [variable, texts.map((text) => JSON.parse(text))]);
    const sent = JSON.parse(JSON.stringify({ ...variables, ...Object.fromEntries(lists) }));
    return fetches.get(context)!({ subgraph, query, operationName, variables: sent });
  };
  const common = { clock: { now: () => 0 }, trust: { sinceMs: () => 0 }, lookUps: new LookUps() };
  const answers = new WholeAnswers({ room: store.room, ...common });
  const cacheStep = createCacheStep({
    ...{ ...common, store, answers },
    undeclaredMs: 1e9,
    absentMs: 1e9,
    isLeftOut: () => false,
  });
  const fetch: Fetch = remembers ? (exchange) => cacheStep(exchange, wire) : wire;
  const engine = createEngine(fetch, { openPlanner: async (text) => planInThisThread(text) });
  await engine.prepare(schema);
  // A plan belongs to the document it was made for: the same query is planned once.
  const documents = new Map<string, DocumentNode>();

  return {
    forget: () => store.clear(),
    async run(query, variables, answer) {
      const document = documents.get(query) ?? parse(query);
      documents.set(query, document);
      const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
      if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('there is nothing to run');
      const context: RequestContext = {
        requestId: 'test',
        identity: NOBODY,
        config: DEFAULTS,
        clock: { now: () => 0 },
        log: logInto([]),
        forwarded: {},
        signal: new AbortController().signal,
        deadlineAtMs: Number.MAX_SAFE_INTEGER,
        run: () => Promise.reject(new Error('no operation within an operation')),
      };
      fetches.set(context, answer);
      const execute = (provenance = createLedger()) => {
        const asked = { document, operation, variables, schema, provenance, context };
        const exchange = { ...asked, wantsProvenance: false, acceptsParts: false };
        return remembers ? answers.step(exchange, () => engine.execute(exchange)) : engine.execute(exchange);
      };
      let { data, errors } = await execute();
      // What was remembered field by field at the second time is remembered whole at the third.
      for (let time = 1; remembers && time < 3; time += 1) ({ data, errors } = await execute());
      // What the client gets is JSON.
      return JSON.parse(JSON.stringify({ data, errors })) as EngineAnswer;
    },
  };
}
