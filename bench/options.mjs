import { parseArgs } from 'node:util';

/** A script each. */
export const QUESTIONS = ['stock', 'start', 'seed'];

const HELP = `npm run bench [-- OPTIONS]

Measures, and prints a table a question:
  stock   how many times as many requests as stock @apollo/server + @apollo/gateway?  (bench/stock.mjs)
  start   how long until npm start answers?                                           (bench/start.mjs)
  seed    how long does it take to make citizens?                                     (bench/seed.mjs)

  --question NAME    only this question
  --seconds N        how long each gateway is measured in each round  (5)
  --rounds N         how often the two gateways take turns            (5)
  --connections N    requests in flight at a time                     (16)
  --people N         how many different couples are asked about       (300)
  --postgres URL     a PostgreSQL server on which a database may be created and dropped; default: TEST_POSTGRES_URL.
                     Without it the registries use the embedded store.
  --citizens N       how many citizens are seeded into PostgreSQL     (1000000)
  --help
`;

const NUMBERS = { seconds: 5, rounds: 5, connections: 16, people: 300, citizens: 1_000_000 };

/** The options of a bench script. Prints the help, or what is wrong with the options, and ends the process. */
export function readOptions(args = process.argv.slice(2)) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        ...Object.fromEntries(Object.keys(NUMBERS).map((name) => [name, { type: 'string' }])),
        question: { type: 'string' },
        postgres: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    const { question, postgres = process.env.TEST_POSTGRES_URL } = values;
    if (question && !QUESTIONS.includes(question)) throw new Error(`--question is one of ${QUESTIONS.join(', ')}`);
    const numbers = Object.entries(NUMBERS).map(([name, usual]) => [name, numberOf(name, values[name], usual)]);
    return { ...Object.fromEntries(numbers), question, postgres };
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

function numberOf(name, text, usual) {
  if (text === undefined) return usual;
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new Error(`--${name} takes a whole number from 1 to 99999999`);
  return Number(text);
}
