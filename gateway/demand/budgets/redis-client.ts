import { connect, type OnRedisState, type RedisAddress, type RedisConnection } from '../../ioredis.js';

/** What is asked of one meter. */
export interface MeterQuestion {
  /** 0: it is not kept. */
  readonly intervalMs: number;
  readonly burst: number;
  readonly need: number;
  /** How many more are taken if they are there. */
  readonly extra: number;
  /** How far from full it is at least. */
  readonly aheadMs: number;
}

export interface Question {
  readonly meters: readonly [requests: MeterQuestion, cost: MeterQuestion];
  readonly citizens: {
    readonly most: number;
    /** How long the day's set is kept, milliseconds. */
    readonly keptMs: number;
    /** Counted before, whatever comes of the rest. */
    readonly owed: readonly string[];
    readonly asked: readonly string[];
  };
}

export interface MeterAnswer {
  readonly waitMs: number;
  /** How many were taken beyond need. */
  readonly extra: number;
  /** How far from full it is now. */
  readonly aheadMs: number;
}

export interface Answered {
  /** Whether all was there, and has been taken; else nothing has. */
  readonly isAdmitted: boolean;
  readonly meters: readonly [requests: MeterAnswer, cost: MeterAnswer];
  readonly citizens: { readonly isOver: boolean; readonly all: number };
}

export interface BudgetsClient {
  /** Decides on a request at once, by Redis' own clock: its cells, its cost, and whom it asks for. */
  spend(keys: { meters: string; citizens: string }, question: Question): Promise<Answered>;
  close(): void;
}

/**
 * The generic cell rate algorithm on two meters, and a set of a day's citizens: all is there and is taken, or nothing is. Microseconds
 * since 1970, which a double holds to a quarter. A bucket cannot be further from full than its burst: what says so was written by
 * another clock, or for another setting.
 */
const SPEND = `
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]
  local stored = redis.call('HMGET', KEYS[1], '1', '2')
  local answer, admitted, full, livesFor = {}, 1, {}, 0
  for m = 1, 2 do
    local at = (m - 1) * 5
    local interval, burst = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    local need, extra, ahead = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])
    local room = interval * burst
    local tat = math.min(math.max(now, tonumber(stored[m] or '') or 0, now + ahead), now + room)
    local left = now + room - tat
    local wait = 0
    if need > 0 and need * interval > left + 1 then
      wait = need * interval - left
      admitted = 0
    end
    if interval > 0 then extra = math.max(0, math.min(extra, math.floor((left - need * interval) / interval))) end
    full[m] = { tat, (need + extra) * interval }
    answer[m] = { wait, extra, tat - now }
  end

  local most, kept, owed = tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13])
  local all, over = 0, 0
  if #ARGV > 13 then
    for i = 14, 13 + owed do redis.call('SADD', KEYS[2], ARGV[i]) end
    all = redis.call('SCARD', KEYS[2])
    local new = 0
    for i = 14 + owed, #ARGV do new = new + 1 - redis.call('SISMEMBER', KEYS[2], ARGV[i]) end
    if new > 0 and all + new > most then over, admitted = 1, 0 end
    if admitted == 1 then
      for i = 14 + owed, #ARGV do redis.call('SADD', KEYS[2], ARGV[i]) end
      all = all + new
    end
    redis.call('PEXPIRE', KEYS[2], kept)
  end

  if admitted == 1 then
    for m = 1, 2 do
      local tat = full[m][1] + full[m][2]
      answer[m][3] = tat - now
      livesFor = math.max(livesFor, tat - now)
      if tat > now then redis.call('HSET', KEYS[1], m, string.format('%.2f', tat)) end
    end
    if livesFor > 0 then redis.call('PEXPIRE', KEYS[1], math.ceil(livesFor / 1000) + 1000) end
  else
    answer[1][2], answer[2][2] = 0, 0
  end
  return {
    admitted, over, all,
    math.ceil(answer[1][1]), answer[1][2], math.floor(answer[1][3]),
    math.ceil(answer[2][1]), answer[2][2], math.floor(answer[2][3])
  }
`;

type Client = RedisConnection & {
  ltSpend(...args: (string | number)[]): Promise<number[]>;
};

export function connectBudgets(address: RedisAddress, onState: OnRedisState): BudgetsClient {
  const scripts = { ltSpend: { lua: SPEND, numberOfKeys: 2 } };
  const connection = connect(address, { scripts, onState });
  const client = connection.client as Client;
  return {
    async spend(keys, { meters, citizens }) {
      const { most, keptMs, owed, asked } = citizens;
      const args = meters.flatMap((each) => [
        each.intervalMs * 1000,
        each.burst,
        each.need,
        each.extra,
        each.aheadMs * 1000,
      ]);
      const list = [...args, most, keptMs, owed.length, ...owed, ...asked];
      const told = await client.ltSpend(keys.meters, keys.citizens, ...list);
      const [admitted, over, all] = told as [number, number, number];
      const meterAt = (at: number): MeterAnswer => ({
        waitMs: told[at]! / 1000,
        extra: told[at + 1]!,
        aheadMs: told[at + 2]! / 1000,
      });
      return {
        isAdmitted: admitted === 1,
        meters: [meterAt(3), meterAt(6)],
        citizens: { isOver: over === 1, all },
      };
    },
    close: connection.close,
  };
}
