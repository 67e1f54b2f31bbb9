import { Kind, parse } from 'graphql';
import { DEFAULTS } from '../../../gateway/config.js';
import type { Fetch, RequestContext } from '../../../gateway/context.js';
import { createEngine, planInThisThread } from '../../../gateway/execution/index.js';
import { NOBODY } from '../../../gateway/identity.js';
import { createLedger } from '../../../gateway/provenance/index.js';
import { loadSchema } from '../../../gateway/supergraph/load.js';
import { logInto } from '../../helpers/federation.js';
import type { Answered, Asked } from '../differential/subgraph.js';
import { applied, type Piece, type Whole } from './parts.js';

export interface EngineInParts {
  /** Runs one operation and puts its parts together; `wasInParts` tells whether there were any. */
  run(
    query: string,
    variables: Record<string, unknown>,
    answer: (asked: Asked) => Promise<Answered>,
  ): Promise<Whole & { wasInParts: boolean }>;
}

/** The engine alone on one supergraph, for a client that takes parts. */
export async function startEngineInParts(supergraphSdl: string): Promise<EngineInParts> {
  const schema = loadSchema(supergraphSdl);
  let answerOf: (asked: Asked) => Promise<Answered>;
  const fetch: Fetch = ({ subgraph, request: { query, operationName }, variables, representations }) => {
    const lists = representations.map(({ variable, texts }) => [variable, texts.map((text) => JSON.parse(text))]);
    const sent = JSON.parse(JSON.stringify({ ...variables, ...Object.fromEntries(lists) }));
    return answerOf({ subgraph, query, operationName, variables: sent });
  };
  const engine = createEngine(fetch, { openPlanner: async (text) => planInThisThread(text) });
  await engine.prepare(schema);

  return {
    async run(query, variables, answer) {
      answerOf = answer;
      const document = parse(query);
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
      const { data, errors, later } = await engine.execute({
        document,
        operation,
        variables,
        schema,
        provenance: createLedger(),
        wantsProvenance: false,
        acceptsParts: true,
        context,
      });
      const first = { data, errors: errors ?? [] };
      if (!later) return { ...plain(first), first: plain({ ...first, path: [] }), entries: [], wasInParts: false };
      const pieces: Piece[] = [plain({ ...first, hasNext: true })];
      for await (const incremental of later) pieces.push(plain({ incremental, hasNext: true } as Piece));
      return { ...applied([...pieces, { hasNext: false }]), wasInParts: true };
    },
  };
}

/** What the client gets is JSON. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
