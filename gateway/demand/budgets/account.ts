import { LRUCache } from 'lru-cache';
import type { Caller } from '../../identity.js';
import type { BudgetsConfig } from '../../settings.js';
import { Citizens } from './citizens.js';
import { Meter } from './meter.js';

/** What one caller has spent, as far as this process knows. */
export class Account {
  readonly requests: Meter;
  readonly cost: Meter;
  readonly citizens = new Citizens();

  constructor(
    readonly caller: string,
    config: BudgetsConfig,
  ) {
    this.requests = new Meter({ aSecond: config.requestsASecond, burst: config.requestsBurst });
    this.cost = new Meter({ aSecond: config.costASecond, burst: config.costBurst });
  }
}

/** About 60 MiB of callers and identifiers. Who is forgotten has not asked for longer than all the others. */
const ROOM = 500_000;
const ROOM_OF_ACCOUNT = 10;

/** The accounts of those who asked last. */
export class Accounts {
  private readonly accounts = new LRUCache<string, Account>({
    maxSize: ROOM,
    sizeCalculation: ({ citizens }) => ROOM_OF_ACCOUNT + citizens.size,
  });

  /** What each is called: whoever shows the same token is the same object, and to write a name costs more than to look for it. */
  private readonly names = new WeakMap<Caller, string>();

  constructor(private readonly config: BudgetsConfig) {}

  of(asking: Caller): Account {
    const caller = this.nameOf(asking);
    let account = this.accounts.get(caller);
    if (!account) this.accounts.set(caller, (account = new Account(caller, this.config)));
    return account;
  }

  private nameOf(caller: Caller): string {
    let name = this.names.get(caller);
    if (name === undefined) {
      const { role, department, subject } = caller;
      this.names.set(caller, (name = JSON.stringify([role, department, subject])));
    }
    return name;
  }

  /** Heeds that an account has more to remember. */
  weigh(account: Account): void {
    this.accounts.set(account.caller, account);
  }
}
