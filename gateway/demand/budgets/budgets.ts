import type { BudgetName, BudgetStats, Clock } from '../../context.js';
import type { Caller } from '../../identity.js';
import type { BudgetsConfig } from '../../settings.js';
import { dayLeftInVietnamMs, dayNumberInVietnam } from '../../vietnam-day.js';
import { type Account, Accounts } from './account.js';
import type { Meter } from './meter.js';
import type { MeterAnswer, MeterQuestion } from './redis-client.js';
import type { SharedBudgets } from './shared.js';

/** Why a caller may not go on, and when it is worth asking again. */
export interface Refusal {
  readonly budget: BudgetName;
  /** `undefined`: never. */
  readonly waitMs?: number;
}

/** One operation to be paid for. */
interface Bill {
  readonly account: Account;
  readonly nowMs: number;
  readonly day: number;
  /** What must be had beyond what is held. */
  readonly requests: number;
  readonly cost: number;
  /** Whoever was not asked for yet on this day. */
  readonly asked: readonly string[];
}

/** So many are told at once that were counted while Redis was away. */
const OWED_AT_ONCE_MAX = 500;

/**
 * Who has budget left. With Redis, what a caller holds here was taken from the bucket in Redis before, so that in any time all
 * gateways together admit at most what the budget allows, and one slice a gateway more. Without an answer from Redis this process
 * decides by what it knows: then each gateway admits at most what the budget allows, and nothing is ever without a bound.
 */
export class Budgets {
  readonly refused: Record<BudgetName, number> = { requests: 0, cost: 0, citizens: 0 };
  readonly decided = { held: 0, redis: 0, process: 0 };
  private readonly accounts: Accounts;

  constructor(private readonly options: { config: BudgetsConfig; clock: Clock; shared: SharedBudgets | undefined }) {
    this.accounts = new Accounts(options.config);
  }

  /** Takes a request, its cost and whom it asks for from a caller's budgets: all or nothing. Answers at once when it can. */
  spend(
    caller: Caller,
    { cost, ids }: { cost: number; ids: readonly string[] },
  ): Refusal | undefined | Promise<Refusal | undefined> {
    const { config, clock, shared } = this.options;
    const nowMs = clock.now();
    const account = this.accounts.of(caller);
    const day = dayNumberInVietnam(nowMs);
    const asked = account.citizens.newAmong(ids, day);
    if (asked.length > 0 && ids.length > config.citizensADay) return this.refuse({ budget: 'citizens' });
    const requests = account.requests.takeHeld(1);
    // What costs more than can be had at once costs all of it: how dear one operation may be is not for a budget to say.
    const least = Math.min(cost, account.cost.burst);
    const costs = account.cost.takeHeld(least);
    if (requests === 0 && costs === 0 && asked.length === 0) {
      this.decided.held += 1;
      return undefined;
    }
    const bill = { account, nowMs, day, requests, cost: costs, asked };
    const settle = (refusal: Refusal | undefined) => {
      if (!refusal) return undefined;
      if (requests === 0) account.requests.giveBack(1);
      if (costs === 0) account.cost.giveBack(least);
      return this.refuse(refusal);
    };
    // What is known here to be spent is spent in Redis, too.
    const answer = shared && !isSpent(bill) ? this.askShared(shared, bill) : this.decideHere(bill);
    return answer instanceof Promise ? answer.then(settle) : settle(answer);
  }

  stats(): BudgetStats {
    const { shared } = this.options;
    const { refused, decided } = this;
    return { refused, decided, ...(shared ? { redis: { failures: shared.failures, decides: shared.decides } } : {}) };
  }

  private async askShared(shared: SharedBudgets, bill: Bill): Promise<Refusal | undefined> {
    const { account, nowMs, day, asked } = bill;
    const { requests, cost, citizens } = account;
    const owed = citizens.owedFirst(OWED_AT_ONCE_MAX);
    const meters = [questionOf(requests, bill.requests, nowMs), questionOf(cost, bill.cost, nowMs)] as const;
    const answer = await shared.ask({
      ...{ caller: account.caller, day, dayLeftMs: dayLeftInVietnamMs(nowMs), meters },
      ...{ citizensMax: this.options.config.citizensADay, owed, asked },
    });
    if (meters[0].extra > 0) requests.isFetching = false;
    if (meters[1].extra > 0) cost.isFetching = false;
    if (!answer) return this.decideHere({ ...bill, nowMs: this.options.clock.now() });
    this.decided.redis += 1;
    const { isAdmitted } = answer;
    heed(requests, answer.meters[0], { isAdmitted, nowMs });
    heed(cost, answer.meters[1], { isAdmitted, nowMs });
    if (owed.length + asked.length > 0) {
      citizens.learn(day, { ids: isAdmitted ? [...owed, ...asked] : owed, all: answer.citizens.all });
      this.accounts.weigh(account);
    }
    if (isAdmitted) return undefined;
    return longest([
      { budget: 'requests', waitMs: answer.meters[0].waitMs },
      { budget: 'cost', waitMs: answer.meters[1].waitMs },
      { budget: 'citizens', waitMs: answer.citizens.isOver ? dayLeftInVietnamMs(nowMs) : 0 },
    ]);
  }

  private decideHere(bill: Bill): Refusal | undefined {
    const { account, nowMs, asked } = bill;
    const { requests, cost, citizens } = account;
    this.decided.process += 1;
    const isOver = asked.length > 0 && !citizens.hasRoom(asked.length, this.options.config.citizensADay);
    if (isOver || isSpent(bill)) {
      return longest([
        { budget: 'requests', waitMs: requests.waitMs(bill.requests, nowMs) },
        { budget: 'cost', waitMs: cost.waitMs(bill.cost, nowMs) },
        { budget: 'citizens', waitMs: isOver ? dayLeftInVietnamMs(nowMs) : 0 },
      ]);
    }
    requests.take(bill.requests, nowMs);
    cost.take(bill.cost, nowMs);
    if (asked.length > 0) {
      citizens.count(asked, this.options.shared !== undefined);
      this.accounts.weigh(account);
    }
    return undefined;
  }

  private refuse(refusal: Refusal): Refusal {
    this.refused[refusal.budget] += 1;
    return refusal;
  }
}

function isSpent({ account, requests, cost, nowMs }: Bill): boolean {
  return account.requests.waitMs(requests, nowMs) > 0 || account.cost.waitMs(cost, nowMs) > 0;
}

function questionOf(meter: Meter, need: number, nowMs: number): MeterQuestion {
  const { intervalMs, burst } = meter;
  // Of many who come at once one fetches the slice.
  const extra = meter.isFetching ? 0 : Math.max(0, meter.slice - meter.held);
  if (extra > 0) meter.isFetching = true;
  return { intervalMs, burst, need, extra, aheadMs: meter.isAhead ? meter.aheadMs(nowMs) : 0 };
}

function heed(
  meter: Meter,
  { extra, aheadMs }: MeterAnswer,
  { isAdmitted, nowMs }: { isAdmitted: boolean; nowMs: number },
): void {
  if (isAdmitted) meter.isAhead = false;
  meter.held += extra;
  meter.learn(aheadMs, nowMs);
}

/** Of what must be waited for, that which takes longest. */
function longest(refusals: readonly Required<Refusal>[]): Refusal | undefined {
  const found = refusals.reduce((most, each) => (each.waitMs > most.waitMs ? each : most));
  return found.waitMs > 0 ? found : undefined;
}
