import { ConfigError } from '../../../gateway/config.js';
import { Accounts } from '../../../gateway/demand/budgets/account.js';
import { openBudgets } from '../../../gateway/demand/index.js';
import { type Answer, logInto } from '../../helpers/federation.js';
import { type DoorWithBudgets, NO_BUDGETS, startDoorWithBudgets } from './door-with-budgets.js';

/** 10:00 in Viet Nam. */
const MORNING = Date.parse('2026-11-02T03:00:00Z');
const AN = { subject: 'an' };
const BINH = { subject: 'binh' };

let nowMs = MORNING;
let door: DoorWithBudgets;
const doors: DoorWithBudgets[] = [];
const start = async (budgets: Parameters<typeof startDoorWithBudgets>[0]['budgets'], more = {}) => {
  nowMs = MORNING;
  door = await startDoorWithBudgets({ budgets, now: () => nowMs, ...more });
  doors.push(door);
  return door;
};
const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions?.code;
const expectRefused = (answer: Answer, budget: string, seconds: number) => {
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toBe(String(seconds));
  expect(answer.errors).toEqual([
    {
      message: expect.stringMatching(/Ask again (in \d+ s|tomorrow \(Viet Nam time\))\.$/),
      extensions: { code: 'BUDGET_SPENT', budget, retryAfterSeconds: seconds },
    },
  ]);
};
const expectAdmitted = (answer: Answer) => expect([answer.status, answer.errors]).toEqual([200, undefined]);
/** How many of so many requests one after another are let through. */
const admitted = async (times: number, who = AN) => {
  let count = 0;
  for (let time = 0; time < times; time += 1) count += (await door.ask(who)).status === 200 ? 1 : 0;
  return count;
};

afterEach(async () => {
  for (const each of doors.splice(0)) await each.stop();
});

describe('requests a second', () => {
  test('so many at once, then one whenever its time has come, to the millisecond', async () => {
    await start({ requestsASecond: 5, requestsBurst: 3 });
    expect(await admitted(10)).toBe(3);
    nowMs += 199;
    expect(await admitted(10)).toBe(0);
    nowMs += 1;
    expect(await admitted(10)).toBe(1);
    nowMs += 400;
    expect(await admitted(10)).toBe(2);
    nowMs += 3_600_000;
    expect(await admitted(10)).toBe(3);
  });

  test('over it: 429 with the seconds to wait, rounded up, and a sentence', async () => {
    await start({ requestsASecond: 5, requestsBurst: 3 });
    await admitted(3);
    const refused = await door.ask(AN);
    expectRefused(refused, 'requests', 1);
    expect(refused.errors?.[0]?.message).toBe(
      'You have sent more requests than 5 a second for too long. Ask again in 1 s.',
    );
    nowMs += 1_000;
    expectAdmitted(await door.ask(AN));
  });

  test('without a burst of its own it is as many as in a second', async () => {
    await start({ requestsASecond: 7 });
    expect(await admitted(20)).toBe(7);
  });

  test('a rate that is no whole number of milliseconds loses nothing', async () => {
    await start({ requestsASecond: 3 });
    expect(await admitted(9)).toBe(3);
    for (let second = 0; second < 30; second += 1) {
      nowMs += 1_000;
      expect(await admitted(5)).toBe(3);
    }
  });

  test('each caller has one, by subject, department and role', async () => {
    await start({ requestsASecond: 1 });
    const others = [AN, BINH, { ...AN, department: 'tax' }, { ...AN, role: 'auditor' as const }];
    for (const who of others) expectAdmitted(await door.ask(who));
    for (const who of others) expectRefused(await door.ask(who), 'requests', 1);
  });

  test('what two callers are called cannot be put together to the same', async () => {
    await start({ requestsASecond: 1 });
    expectAdmitted(await door.ask({ department: 'a', subject: 'b\nc' }));
    expectAdmitted(await door.ask({ department: 'a\nb', subject: 'c' }));
    expectAdmitted(await door.ask({ department: 'a","b', subject: 'c' }));
  });

  test('who says not who asks has none', async () => {
    await start({ requestsASecond: 1 });
    for (let time = 0; time < 20; time += 1) expectAdmitted(await door.ask(undefined));
  });

  test('a clock that is put back makes nobody wait for longer than the burst takes', async () => {
    await start({ requestsASecond: 1, requestsBurst: 3 });
    await admitted(3);
    nowMs -= 86_400_000;
    expect(await admitted(2)).toBe(0);
    nowMs += 3_000;
    expect(await admitted(5)).toBe(3);
  });

  test('of several operations in one request one that is over it makes an error of its own', async () => {
    await start({ requestsASecond: 2 }, { batchMax: 10 });
    const answers = await door.askAll(AN, Array(3).fill({ query: '{ hello }' }));
    expect(answers).toEqual([
      { data: {} },
      { data: {} },
      { errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'BUDGET_SPENT' }) })] },
    ]);
  });

  test('a GET is a request like any other', async () => {
    await start({ requestsASecond: 1 });
    const headers = {
      'x-caller': JSON.stringify({ ...AN, role: 'officer', scopes: [] }),
      'apollo-require-preflight': '1',
    };
    const get = () => fetch(`${door.url}/graphql?query=%7Bhello%7D`, { headers });
    expect((await get()).status).toBe(200);
    const refused = await get();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  });

  test('three hundred of one caller at one moment: not one more', async () => {
    await start({ requestsASecond: 20, requestsBurst: 40 });
    const answers = await Promise.all(Array.from({ length: 300 }, () => door.ask(AN)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(40);
    expect(door.budgets.stats()).toEqual({
      refused: { requests: 260, cost: 0, citizens: 0 },
      decided: { held: 0, redis: 0, process: 300 },
    });
  });
});

describe('cost a second', () => {
  const costs = (cost: Record<string, number>) => ({
    costOf: ({ operation }: { operation: { name?: { value: string } } }) => cost[operation.name?.value ?? ''] ?? 1,
  });

  test('waiting as long as is said lets it through, and not waiting so long does not', async () => {
    await start({ costASecond: 1, costBurst: 10 }, costs({ Dear: 8 }));
    expectAdmitted(await door.ask(AN, 'query Dear { hello }'));
    expectRefused(await door.ask(AN, 'query Dear { hello }'), 'cost', 6);
    nowMs += 5_999;
    expectRefused(await door.ask(AN, 'query Dear { hello }'), 'cost', 1);
    nowMs += 1;
    expectAdmitted(await door.ask(AN, 'query Dear { hello }'));
  });

  test('what is refused costs nothing, and something cheaper may go on', async () => {
    await start({ costASecond: 1, costBurst: 10, requestsASecond: 1, requestsBurst: 3 }, costs({ Dear: 8 }));
    expectAdmitted(await door.ask(AN, 'query Dear { hello }'));
    for (let time = 0; time < 5; time += 1) expectRefused(await door.ask(AN, 'query Dear { hello }'), 'cost', 6);
    expectAdmitted(await door.ask(AN));
    expectAdmitted(await door.ask(AN));
    // Both are spent; it is the one that takes longer.
    expectRefused(await door.ask(AN, 'query Dear { hello }'), 'cost', 8);
    expectRefused(await door.ask(AN), 'requests', 1);
  });

  test('what costs more than can be had at once costs all of it, and is not refused for good', async () => {
    await start({ costASecond: 1, costBurst: 10 }, costs({ Huge: 5_000 }));
    expectAdmitted(await door.ask(AN, 'query Huge { hello }'));
    expectRefused(await door.ask(AN), 'cost', 1);
    expectRefused(await door.ask(AN, 'query Huge { hello }'), 'cost', 10);
    nowMs += 10_000;
    expectAdmitted(await door.ask(AN, 'query Huge { hello }'));
  });
});

describe('citizens a day', () => {
  const ID = (last: number) => `0480900000${String(last).padStart(2, '0')}`;
  const BY_VARIABLE = 'query ($id: ID!) { citizen(personalId: $id) { personalId } }';
  const DOSSIER = 'query ($parties: [PartyInput!]!) { dossier(procedure: "1.000894", parties: $parties) { ok } }';
  const of = (last: number) => door.ask(AN, BY_VARIABLE, { id: ID(last) });

  test('so many different ones; those may be asked for again, others tomorrow', async () => {
    await start({ citizensADay: 2 });
    for (const last of [1, 2, 1, 2, 1]) expectAdmitted(await of(last));
    const refused = await of(3);
    // 14 hours until midnight in Viet Nam.
    expectRefused(refused, 'citizens', 14 * 3_600);
    expect(refused.errors?.[0]?.message).toBe(
      'You have asked for as many different people and parcels today as you may, 2; those can still be asked for. Ask again tomorrow (Viet Nam time).',
    );
    expectAdmitted(await of(1));
    expectAdmitted(await door.ask(AN));
    expectAdmitted(await door.ask(BINH, BY_VARIABLE, { id: ID(3) }));
  });

  test('the day begins at midnight in Viet Nam, and not before', async () => {
    await start({ citizensADay: 1 });
    expectAdmitted(await of(1));
    nowMs = Date.parse('2026-11-02T16:59:59.999Z');
    expectRefused(await of(2), 'citizens', 1);
    nowMs += 1;
    expectAdmitted(await of(2));
    expectRefused(await of(1), 'citizens', 86_400);
  });

  test('a parcel counts like a person, and nothing counts that names nobody', async () => {
    await start({ citizensADay: 2 });
    expectAdmitted(await of(1));
    expectAdmitted(await door.ask(AN, '{ parcel(id: "w6ugm5dppy5w") { id } }'));
    expect(codeOf(await door.ask(AN, '{ parcel(id: "w6ugm5dppy5x") { id } }'))).toBe('BUDGET_SPENT');
    expectAdmitted(await door.ask(AN, '{ parcel(id: "no such parcel") { id } }'));
  });

  test.each([
    [
      'aliases',
      `{ a: citizen(personalId: "${ID(1)}") { personalId } b: citizen(personalId: "${ID(2)}") { personalId } }`,
    ],
    [
      'variables',
      'query ($a: ID!, $b: ID!) { a: citizen(personalId: $a) { personalId } b: citizen(personalId: $b) { personalId } }',
    ],
    [
      'defaults',
      `query ($b: ID = "${ID(2)}", $a: ID!) { a: citizen(personalId: $a) { personalId } b: citizen(personalId: $b) { personalId } }`.replace(
        '$b: ID =',
        '$b: ID! =',
      ),
    ],
    ...['constructor', '__proto__'].map((name) => [
      `a default of a variable called ${name}`,
      `query ($${name}: ID! = "${ID(2)}", $a: ID!) { a: citizen(personalId: $a) { personalId } b: citizen(personalId: $${name}) { personalId } }`,
    ]),
    [
      'fragments',
      `{ ...A ... on Query { b: citizen(personalId: "${ID(2)}") { personalId } } } fragment A on Query { citizen(personalId: "${ID(1)}") { personalId } }`,
    ],
    [
      'a dossier by literals',
      `{ dossier(procedure: "1", parties: [{ role: "a", personalId: "${ID(1)}" }, { role: "b", personalId: "${ID(2)}" }]) { ok } }`,
    ],
    [
      'a dossier by variables in it',
      `query ($a: ID!, $b: ID!) { dossier(procedure: "1", parties: [{ role: "a", personalId: $a }, { role: "b", personalId: $b }]) { ok } }`,
    ],
  ])('by %s', async (_how, query) => {
    await start({ citizensADay: 2 });
    const variables = Object.fromEntries(
      ['a', 'b'].flatMap((name, at) => (query.includes(`$${name}: ID!`) ? [[name, ID(at + 1)]] : [])),
    );
    expectAdmitted(await door.ask(AN, query, variables));
    for (const last of [1, 2]) expectAdmitted(await of(last));
    expectRefused(await of(3), 'citizens', 14 * 3_600);
  });

  test('what is left out by @skip and @include does not count, what is not does', async () => {
    await start({ citizensADay: 1 });
    const query = `query ($yes: Boolean!, $no: Boolean = false) {
      a: citizen(personalId: "${ID(1)}") @include(if: $no) { personalId }
      ... @skip(if: $yes) { b: citizen(personalId: "${ID(2)}") { personalId } }
      c: citizen(personalId: "${ID(3)}") @include(if: $yes) @skip(if: $no) { personalId }
    }`;
    expectAdmitted(await door.ask(AN, query, { yes: true }));
    expectAdmitted(await of(3));
    expect(codeOf(await door.ask(AN, query, { yes: false }))).toBe('BUDGET_SPENT');
  });

  test('a dossier counts its parties, and what it reads of them nothing more', async () => {
    await start({ citizensADay: 3, requestsASecond: 1, requestsBurst: 2 });
    const parties = [
      { role: 'groom', personalId: ID(1) },
      { role: 'bride', personalId: ID(2) },
      { role: 'home', parcelId: 'w6ugm5dppy5w' },
    ];
    expectAdmitted(await door.ask(AN, DOSSIER, { parties }));
    // The dossier, and its own read.
    expect(door.passed.map(({ isPart }) => isPart === true)).toEqual([false, true]);
    expectAdmitted(await door.ask(AN, DOSSIER, { parties: parties.slice(0, 1) }));
    expectRefused(await door.ask(AN), 'requests', 1);
    nowMs += 2_000;
    expect(codeOf(await of(4))).toBe('BUDGET_SPENT');
  });

  test('all of an operation or nothing: what was refused has counted nobody', async () => {
    await start({ citizensADay: 3 });
    const both =
      'query ($a: ID!, $b: ID!) { a: citizen(personalId: $a) { personalId } b: citizen(personalId: $b) { personalId } }';
    for (const last of [1, 2]) expectAdmitted(await of(last));
    expectRefused(await door.ask(AN, both, { a: ID(3), b: ID(4) }), 'citizens', 14 * 3_600);
    expectAdmitted(await of(4));
    expectRefused(await of(3), 'citizens', 14 * 3_600);
  });

  test('more in one operation than are given in a day: waiting is no use, and is not said to be', async () => {
    await start({ citizensADay: 1 });
    const query = `{ a: citizen(personalId: "${ID(1)}") { personalId } b: citizen(personalId: "${ID(2)}") { personalId } }`;
    const refused = await door.ask(AN, query);
    expect([refused.status, codeOf(refused), refused.headers.get('retry-after')]).toEqual([
      400,
      'OPERATION_TOO_LARGE',
      null,
    ]);
  });

  test('no message and no line of the log holds a number or a caller', async () => {
    await start({ citizensADay: 1 });
    const texts = [(await of(1)).text, (await of(2)).text, ...door.logLines].join();
    expect(texts).not.toMatch(/04809|"an"/);
  });
});

describe('what is kept', () => {
  const config = { ...NO_BUDGETS, requestsASecond: 1 };

  test('of very many callers those who asked last, of few all', () => {
    const accounts = new Accounts(config);
    const of = (number: number) => accounts.of({ subject: `${number}`, role: 'citizen', scopes: [] });
    const first = of(0);
    expect(of(0)).toBe(first);
    for (let number = 1; number <= 60_000; number += 1) of(number);
    expect(of(60_000)).toBe(of(60_000));
    expect(of(0)).not.toBe(first);
  });

  test('without any budget there is nothing to keep, and nobody is connected to', () => {
    const surroundings = { clock: { now: () => 0 }, log: logInto([]), redis: { redisUrl: 'no url', redisMs: 10 } };
    expect(openBudgets(NO_BUDGETS, surroundings)).toBeUndefined();
    expect(() => openBudgets(config, surroundings)).toThrow('REDIS_URL must be');
    expect(() => openBudgets(config, surroundings)).toThrow(ConfigError);
  });
});
