import { parse } from 'graphql';
import type { OperationExchange } from '../../../gateway/context.js';
import { openBudgets } from '../../../gateway/demand/index.js';
import type { Caller } from '../../../gateway/identity.js';
import { runOperation } from '../../../gateway/pipeline.js';
import { createLedger } from '../../../gateway/provenance/index.js';
import type { BudgetsConfig } from '../../../gateway/settings.js';
import { type Answer, ask, logInto } from '../../helpers/federation.js';
import { type Run, startFrontDoor } from '../../helpers/front-door.js';

/** The ways in, as our graph has them. */
const SDL = `
  type Query {
    hello: String
    citizen(personalId: ID!): Citizen
    parcel(id: ID!): Parcel
    dossier(procedure: ID!, parties: [PartyInput!]!): Dossier!
  }
  type Citizen { personalId: ID! }
  type Parcel { id: ID! }
  type Dossier { ok: Boolean }
  input PartyInput { role: String! personalId: ID parcelId: ID }
`;

/** What a dossier asks of the registries. */
const READ_BY_DOSSIER = parse('query ($a: ID!) { citizen(personalId: $a) { personalId } hello }');

export const NO_BUDGETS: BudgetsConfig = {
  requestsASecond: 0,
  requestsBurst: 0,
  costASecond: 0,
  costBurst: 0,
  citizensADay: 0,
};

export interface DoorWithBudgets {
  readonly url: string;
  readonly logLines: string[];
  readonly budgets: NonNullable<ReturnType<typeof openBudgets>>;
  /** Operations that were let through, those of dossiers included. */
  readonly passed: OperationExchange[];
  ask(who: Partial<Caller> | undefined, query?: string, variables?: Record<string, unknown>): Promise<Answer>;
  askAll(who: Partial<Caller>, bodies: readonly unknown[]): Promise<unknown[]>;
  stop(): Promise<void>;
}

/** The real front door with budgets behind it; what costs what, the clock and who asks are the test's. */
export async function startDoorWithBudgets(options: {
  budgets: Partial<BudgetsConfig>;
  now?: () => number;
  costOf?: (exchange: OperationExchange) => number;
  redisUrl?: string;
  redisMs?: number;
  keys?: string;
  batchMax?: number;
}): Promise<DoorWithBudgets> {
  const { now = Date.now, costOf, redisUrl, redisMs = 200, keys = 'one:key' } = options;
  const logLines: string[] = [];
  const passed: OperationExchange[] = [];
  const budgets = openBudgets(
    { ...NO_BUDGETS, ...options.budgets },
    { clock: { now }, log: logInto(logLines), costOf, redis: { redisUrl, redisMs, keys } },
  );
  if (!budgets) throw new Error('no budget was set');
  const run: Run = (asked) =>
    runOperation([budgets.step], { ...asked, provenance: createLedger() }, async (exchange) => {
      passed.push(exchange);
      const [party] = (exchange.variables.parties as { personalId: string }[] | undefined) ?? [];
      if (party) await exchange.context.run(READ_BY_DOSSIER, { a: party.personalId });
      return { data: {}, provenance: exchange.provenance };
    });
  const door = await startFrontDoor({
    sdl: SDL,
    run,
    config: { limits: { batchMax: options.batchMax ?? 0 } },
    identify({ headers }) {
      const caller = headers['x-caller'] && (JSON.parse(String(headers['x-caller'])) as Caller);
      return { ...(caller ? { caller } : {}), callerClass: '', untilMs: Number.POSITIVE_INFINITY };
    },
  });
  const headersOf = (who: Partial<Caller> | undefined): Record<string, string> =>
    who ? { 'x-caller': JSON.stringify({ subject: 'an', role: 'officer', scopes: [], ...who }) } : {};
  return {
    url: door.url,
    logLines,
    budgets,
    passed,
    ask: (who, query = '{ hello }', variables) => ask(door.url, { query, variables }, headersOf(who)),
    async askAll(who, bodies) {
      const { text } = await ask(door.url, bodies, headersOf(who));
      return JSON.parse(text);
    },
    async stop() {
      budgets.close();
      await door.stop();
    },
  };
}
