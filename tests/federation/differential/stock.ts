import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { disableVendorTelemetry } from '../../../gateway/config.js';
import type { EngineAnswer, RunningEngine } from './run-engine.js';
import type { Answered, Asked } from './subgraph.js';

/** `ApolloGateway` with its own executor over the same subgraphs, one operation at a time. */
export async function startStock(
  supergraphSdl: string,
): Promise<Pick<RunningEngine, 'run'> & { stop(): Promise<void> }> {
  disableVendorTelemetry();
  let fetch: (asked: Asked) => Promise<Answered>;
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: quiet,
    buildService: ({ name }) => ({
      async process({ request: { query, operationName, variables = {} } }) {
        const sent = JSON.parse(JSON.stringify(variables));
        return (await fetch({ subgraph: name, query: query!, operationName, variables: sent })) as never;
      },
    }),
  });
  const server = new ApolloServer({ gateway, logger: quiet });
  await server.start();
  return {
    async run(query, variables, answer) {
      fetch = answer;
      const { body } = await server.executeOperation({ query, variables });
      if (body.kind !== 'single') throw new Error('an answer in parts was not asked for');
      const { data, errors } = body.singleResult;
      return JSON.parse(JSON.stringify({ data, errors })) as EngineAnswer;
    },
    stop: () => server.stop(),
  };
}
