import { deepStrictEqual } from 'node:assert';

const AT_ONCE = 16;
/** The real subgraphs may be slower, at first, than a gateway's patience; their answers are kept for the next time. */
const ATTEMPTS = 6;
const BETWEEN_ATTEMPTS_MS = 2_000;

/**
 * Asks every gateway every body once, so that the stand-ins have every answer ready, and makes sure that all gateways answer
 * alike: who answers something else may well be faster.
 * @returns the bytes of the first gateway's longest answer
 */
export async function askAll(gateways, { title, bodies }) {
  const [first, ...others] = [...gateways.values()];
  const expected = await answersOf(first, bodies);
  for (const other of others) {
    const answers = await answersOf(other, bodies);
    for (const [index, { data }] of answers.entries()) {
      const message = `${title}: ${other.peer} does not answer as ${first.peer} does\n${bodies[index].slice(0, 2_000)}\n`;
      deepStrictEqual({ message, data }, { message, data: expected[index].data });
    }
  }
  return Math.max(...expected.map(({ bytes }) => bytes));
}

async function answersOf({ url, peer, headers }, bodies) {
  const answers = [];
  let next = 0;
  const work = async () => {
    while (next < bodies.length) {
      const index = next;
      next += 1;
      answers[index] = await askAgain({ url, peer, headers }, bodies[index]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return answers;
}

async function askAgain(...request) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask(...request);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_ATTEMPTS_MS));
    }
  }
}

async function ask({ url, peer, headers }, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers?.[0], 'content-type': 'application/json', accept: 'application/json' },
    body,
  });
  const text = await response.text();
  const { data, errors } = JSON.parse(text);
  if (response.status !== 200 || errors || !data) {
    throw new Error(`${peer} answered ${response.status} ${text.slice(0, 2_000)} to ${body.slice(0, 2_000)}`);
  }
  return { data, bytes: Buffer.byteLength(text) };
}
