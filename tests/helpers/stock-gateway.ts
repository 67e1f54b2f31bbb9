import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import { disableVendorTelemetry } from '../../gateway/config.js';
import type { Answer, Federation } from './federation.js';

interface StockAnswer {
  data: unknown;
  errors?: GraphQLFormattedError[];
  extensions?: Record<string, unknown>;
}

export interface StockGateway {
  ask(query: string, variables?: Record<string, unknown>): Promise<StockAnswer>;
  stop(): Promise<void>;
}

/** `ApolloGateway` as it comes, with its own executor, over the very same subgraphs: what our answers are compared with. */
export async function startStockGateway({ supergraphSdl }: { supergraphSdl: string }): Promise<StockGateway> {
  disableVendorTelemetry();
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const server = new ApolloServer({ gateway: new ApolloGateway({ supergraphSdl, logger: quiet }), logger: quiet });
  await server.start();
  return {
    async ask(query, variables) {
      const { body } = await server.executeOperation({ query, variables });
      if (body.kind !== 'single') throw new Error('an answer in parts was not asked for');
      return JSON.parse(JSON.stringify(body.singleResult));
    },
    stop: () => server.stop(),
  };
}

/** Expects our answer to hold what the stock gateway's holds, and an error wherever that has one, at a path as precise. */
export async function expectStockAnswer(
  { federation, stock }: { federation: Federation; stock: StockGateway },
  query: string,
  variables?: Record<string, unknown>,
): Promise<Answer> {
  const theirs = await stock.ask(query, variables);
  const ours = await federation.ask(query, variables);
  expect(ours.data).toEqual(theirs.data);
  for (const { path = [] } of theirs.errors ?? []) {
    const concrete = ours.errors?.some((error) => isAsPreciseAs(error.path ?? [], path));
    expect({ path, ours: ours.errors, concrete }).toMatchObject({ concrete: true });
  }
  // Where the stock gateway leaves out a field without a word because an entity is unknown, ours says so.
  const faults = ours.errors?.filter(({ extensions }) => extensions?.code !== 'NO_RECORD') ?? [];
  if (!theirs.errors) expect(faults).toEqual([]);
  return ours;
}

/** The stock gateway writes `@` for any index of a list, and nothing for the field that a failed fetch leaves empty. */
function isAsPreciseAs(ours: readonly (string | number)[], theirs: readonly (string | number)[]): boolean {
  return theirs.every((part, at) => ours[at] === part || (part === '@' && typeof ours[at] === 'number'));
}
