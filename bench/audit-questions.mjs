import { cpuOf } from './processes.mjs';
import { printTable } from './table.mjs';

export const MONTH = { since: '2026-03-01Z', days: 31 };
const MONTH_MS = Date.parse(MONTH.since);
const DAY_MS = 86_400_000;
/** Of all entries, those before which an officer and a portal were there that left no others. */
export const LEFT_AFTER = 0.1;

/** What the issue wants of looking up. */
const MS_MAX = 50;
const PAGE = 100;
const TIMES = 200;

/** The same questions in every run. */
let state = 1;
const draw = (below) => {
  state = (state * 48_271) % 2_147_483_647;
  return state % below;
};

/** Of whatever there are many, somebody else is asked about each time: what was read before helps only with what all have in common. */
function questionsOf({ entries, people, requests, markOf }) {
  const of = (...marks) => ({ anyOf: [marks.map(([name, value]) => markOf(name, value))] });
  const person = () => people[draw(people.length)];
  const within = (days) => {
    const fromMs = MONTH_MS + draw(MONTH.days - days) * DAY_MS;
    return { fromMs, untilMs: fromMs + days * DAY_MS };
  };
  const department = () => ['department', `department-${1 + draw(20)}`];
  return [
    ['a person', () => of(['subject', person().hash])],
    ['a person, the oldest first', () => ({ ...of(['subject', person().hash]), order: 'oldest first' })],
    ['a record', () => of(['record', `civil-status/b${person().id}`])],
    ['a person, a department, a week', () => ({ ...of(['subject', person().hash], department()), ...within(7) })],
    ['a request', () => of(['request', requests[draw(requests.length)]])],
    ['a dossier', () => of(['dossier', `H48.2026.${String(draw(Math.floor(entries / 4))).padStart(8, '0')}`])],
    ['somebody nobody read', () => of(['subject', `nobody-${draw(1e9)}`])],
    ['the busiest officer (1 %)', () => of(['actor', 'officer-1'])],
    ['… a page deep inside', () => ({ ...of(['actor', 'officer-1']), afterLeaf: draw(entries) })],
    ['… on one day', () => ({ ...of(['actor', 'officer-1']), ...within(1) })],
    ['… when refused (0.03 %)', () => of(['actor', 'officer-1'], ['outcome', 'refused'])],
    ['some officer (0.3 %)', () => of(['actor', `officer-${3 + draw(298)}`])],
    ['one who left on the fourth day (0.1 %)', () => of(['actor', 'officer-2'])],
    ['a portal closed on the fourth day (3 %)', () => of(['system', 'old-portal'])],
    ['a role that nearly all have (96 %)', () => of(['role', 'officer'])],
    ['… a page deep inside', () => ({ ...of(['role', 'officer']), afterLeaf: draw(entries) })],
    ['a department’s refusals (0.15 %)', () => of(['outcome', 'refused'], department())],
    ['a day', () => within(1)],
  ];
}

/**
 * Asks, and prints how long it took, and how much of a processor: here and in the server's process `pid`, if it runs on this machine.
 * `chill`, if given, makes the first questions of a kind wait for the disk.
 */
export async function measureQuestions({ reader, pid, chill, ...given }) {
  const cpuMs = () => (cpuOf(pid) ?? Number.NaN) + cpuOf(process.pid);
  const rows = [];
  for (const [what, find] of questionsOf(given)) {
    const ask = async () => {
      const asked = { order: 'newest first', first: PAGE, ...find() };
      const began = performance.now();
      const found = await reader.find(asked);
      return { ms: performance.now() - began, found: found.length };
    };
    const cold = [];
    for (let time = 0; chill && time < 3; time += 1) {
      await chill();
      cold.push((await ask()).ms);
    }
    const first = await ask();
    const asked = [];
    const before = cpuMs();
    for (let time = 0; time < TIMES; time += 1) asked.push(await ask());
    const cpu = (cpuMs() - before) / TIMES;
    const ms = asked.map((each) => each.ms).sort((a, b) => a - b);
    const found = asked.reduce((sum, each) => sum + each.found, 0) / TIMES;
    const [p50, p99] = [ms[TIMES / 2], ms[Math.ceil(TIMES * 0.99) - 1]];
    const coldest = chill ? [Math.max(...cold).toFixed(0)] : [];
    rows.push(
      [what, found.toFixed(0), p50, p99, cpu, first.ms, ...coldest].map((cell) =>
        typeof cell === 'number' ? cell.toFixed(1) : cell,
      ),
    );
    rows.at(-1).push(p99 < MS_MAX ? 'yes' : '**no**');
    process.stderr.write(`${rows.at(-1).join('  ')}\n`);
  }
  printTable(
    `Looking up in ${given.entries.toLocaleString('en')} entries of a month, a page of ${PAGE}; each ${TIMES} times`,
    [
      'what is looked up',
      'found',
      'p50 ms',
      'p99 ms',
      'CPU ms',
      'first time ms',
      ...(chill ? ['from disk ms'] : []),
      `p99 under ${MS_MAX} ms`,
    ],
    rows,
  );
}
