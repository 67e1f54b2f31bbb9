import { parseArgs } from 'node:util';

/** A script each. */
export const QUESTIONS = [
  ...['stock', 'engine', 'cache', 'cold', 'zipf', 'hit-ratio', 'room', 'stampede'],
  ...['latency', 'provenance', 'access', 'audit', 'audit-lookup', 'workers', 'memory', 'start', 'seed'],
];

const HELP = `npm run bench [-- OPTIONS]

Measures, and prints a table a question:
  stock       how many times as many requests as stock @apollo/server + @apollo/gateway?  (bench/stock.mjs)
  engine      how do the gateways of the JavaScript world compare, all registries remote? (bench/engine.mjs)
  cache       what does the cache save, of the same people again and again?               (bench/cache.mjs)
  cold        what does the cache cost where it never helps?                              (bench/cold.mjs)
  zipf        how often does the cache help, if few are asked about often and most hardly ever? (bench/zipf.mjs)
  hit-ratio   ... beside plain LRU, and with exports in between?                          (bench/hit-ratio.mjs)
  room        does the cache take as much memory as it may, and no more?                  (bench/room.mjs)
  stampede    how often are the registries asked when everybody wants the same at once?   (bench/stampede.mjs)
  latency     how slow are the slowest at half of the greatest load?                      (bench/latency.mjs)
  provenance  what does it cost to know where each value came from?                       (bench/provenance.mjs)
  access      what does it cost to know who asks, and to say so to the registries?        (bench/access.mjs)
  audit       what does it cost to write down who read what, before each answer leaves?   (bench/audit.mjs)
  workers     how much more do two processes answer than one?                             (bench/workers.mjs)
  memory      does memory stay flat over many different operations?                       (bench/memory.mjs)
  start       how long until npm start answers?                                           (bench/start.mjs)
  seed        how long does it take to make citizens?                                     (bench/seed.mjs)
  audit-lookup  who read person X, among ten million entries of the audit log?            (bench/audit-lookup.mjs)

  --question NAME    only this question
  --seconds N        how long each gateway is measured in each round, and warmed up before  (5)
  --rounds N         how often the gateways take turns                                      (5)
  --connections N    requests in flight at a time                          (stock 16, audit 128, else 32)
  --people N         how many men, and how many women, are asked about (stock, memory 300; latency, engine and others 1000;
                     access, audit, cache, cold, zipf, room, stampede 100)
  --postgres URL     a PostgreSQL server on which a database may be created and dropped; default: TEST_POSTGRES_URL.
                     Without it the registries use the embedded store.
  --citizens N       seed: how many citizens are seeded into PostgreSQL                     (1000000)
  --scenario A,B     engine, access, audit, cache, latency, provenance, workers: only these of
                     pre-fill, ad-hoc (pre-fill with every operation through Apollo Server), dossier, parcels, shop
  --peers A,B        engine: only these of ours, stock, hive, hive-rust
  --sharing HOW      engine: what concurrent requests share: off (nothing), fetches (identical ones), requests (identical
                     ones as a whole, too); default: off for every scenario, and shop the other ways besides
  --profile          engine, access, audit: also profiles ours in each scenario, and says where the time goes; in a file of one's own:
                     node bench/profile.mjs FILE.cpuprofile
  --population N     zipf, hit-ratio: how many people could be asked about                  (1000000)
  --requests N       memory: how many requests                                              (1000000)
                     hit-ratio: how many after half as many; zipf: how many of each phase   (2000000; 200000)
  --operations N     memory: how many different operations                                  (10000)
  --entries N        audit-lookup: how many entries of a month                              (10000000)
  --help

One thing, fast:  npm run bench -- --question engine --scenario pre-fill --peers ours,stock --rounds 2 --seconds 2 --people 200
`;

const NUMBERS = {
  seconds: 5,
  rounds: 5,
  connections: 32,
  people: 1_000,
  citizens: 1_000_000,
  requests: 1_000_000,
  operations: 10_000,
  population: 1_000_000,
  entries: 10_000_000,
};
export const SCENARIOS = ['pre-fill', 'ad-hoc', 'dossier', 'parcels', 'shop'];
export const SHARING = ['off', 'fetches', 'requests'];
export const PEERS = ['ours', 'stock', 'hive', 'hive-rust'];
const LISTS = { scenario: SCENARIOS, peers: PEERS };

/**
 * The options of a bench script; `usual` holds the numbers and lists that are this script's own. Prints the help, or what is
 * wrong with the options, and ends the process.
 */
export function readOptions(usual = {}) {
  try {
    const texts = [...Object.keys(NUMBERS), ...Object.keys(LISTS), 'question', 'postgres', 'sharing'];
    const { values } = parseArgs({
      options: {
        ...Object.fromEntries(texts.map((name) => [name, { type: 'string' }])),
        profile: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    const { question, postgres = process.env.TEST_POSTGRES_URL, sharing, profile } = values;
    if (question) oneOf('question', question, QUESTIONS);
    if (sharing) oneOf('sharing', sharing, SHARING);
    const numbers = Object.entries({ ...NUMBERS, ...pick(usual, NUMBERS) });
    const lists = Object.entries({ ...LISTS, ...pick(usual, LISTS) });
    return {
      ...Object.fromEntries(numbers.map(([name, number]) => [name, numberOf(name, values[name], number)])),
      ...Object.fromEntries(lists.map(([name, list]) => [name, listOf(name, values[name], list)])),
      question,
      postgres,
      sharing,
      profile,
    };
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

const pick = (from, names) => Object.fromEntries(Object.entries(from).filter(([name]) => name in names));

function numberOf(name, text, usual) {
  if (text === undefined) return usual;
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new Error(`--${name} takes a whole number from 1 to 99999999`);
  return Number(text);
}

function listOf(name, text, usual) {
  if (text === undefined) return usual;
  return text.split(',').map((each) => oneOf(name, each, LISTS[name]));
}

function oneOf(name, text, choice) {
  if (!choice.includes(text)) throw new Error(`--${name} takes ${choice.join(', ')}`);
  return text;
}
