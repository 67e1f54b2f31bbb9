import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import {
  buildSchema,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';
import { schemaFolder } from '../../cli/config.js';
import { startGatewayProcess } from '../helpers/gateway-process.js';
import { newSigningKey } from '../helpers/product.js';

/**
 * A scanner that guesses names and reads what comes back, as tools do that put a schema together from its error messages. Half of
 * what it guesses is there; all of it is asked for in a way that cannot be run, so that it costs nobody a fetch.
 */

interface Guess {
  readonly kind: string;
  readonly name: string;
  readonly isReal: boolean;
  readonly body: object;
}

const GUESSES = 10_000;
const AT_ONCE = 16;

/** A way to ask for a name, and the names of that kind that there are. */
interface Way {
  readonly kind: string;
  readonly names: string[];
  ask(name: string): object;
}

function waysOf(schema: GraphQLSchema): Way[] {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const objects = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = objects.flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })));
  const values = types.filter(isEnumType).flatMap((type) => type.getValues().map(({ name }) => name));
  const inputs = types.filter(isInputObjectType).flatMap((type) => Object.keys(type.getFields()));
  const q = (query: string, variables?: object) => ({ query, variables });
  const onTypes = objects.map(({ name }) => ({
    kind: `a field of ${name}`,
    names: fields.filter(({ type }) => type.name === name).map(({ field }) => field.name),
    ask: (field: string) => q(`{ ...F } fragment F on ${name} { f: ${field}(nothing: 1) { nothing } }`),
  }));
  const ways: Way[] = [
    ...onTypes,
    { kind: 'a type', names: objects.map(({ name }) => name), ask: (name) => q(`{ ... on ${name} { nothing } }`) },
    {
      kind: 'the type of a variable',
      names: types.map(({ name }) => name),
      ask: (name) => q(`query ($v: ${name}) { procedures { code } nothing }`),
    },
    {
      kind: 'an argument',
      names: fields.flatMap(({ field }) => field.args.map(({ name }) => name)),
      ask: (name) => q(`{ citizen(${name}: {}) { nothing } dossier(${name}: {}) { nothing } }`),
    },
    { kind: 'an enum value', names: values, ask: (name) => q(`{ parcel(id: ${name}) { status } }`) },
    {
      kind: 'a field of an input',
      names: inputs,
      ask: (name) => q(`{ dossier(procedure: "x", parties: [{ ${name}: [] }]) { procedure { code } } }`),
    },
    {
      kind: 'a field of an input in a variable',
      names: inputs,
      ask: (name) =>
        q('query ($p: [PartyInput!]!) { dossier(procedure: "x", parties: $p) { procedure { code } } }', {
          p: [{ [name]: [] }],
        }),
    },
    {
      kind: 'a directive',
      names: ['skip', 'include', 'defer'],
      ask: (name) => q(`{ procedures @${name}(x: 1) { code } }`),
    },
    ...['Citizen', 'Parcel'].map((type) => ({
      kind: `a field of ${type}, asked for rightly`,
      names: fields
        .filter(
          ({ type: { name }, field }) =>
            name === type && field.args.length === 0 && isLeafType(getNamedType(field.type)),
        )
        .map(({ field }) => field.name),
      ask: (name: string) =>
        q(
          `{ ${type === 'Citizen' ? 'citizen(personalId: "048090000001")' : 'parcel(id: "w6ugqk2zr5bp")'} { ${name} } }`,
        ),
    })),
    ...['{ __typename', '{ procedures { code }'].map((open) => ({
      kind: `a field of Citizen, beside ${open.slice(2)}`,
      names: fields
        .filter(({ type: { name }, field }) => name === 'Citizen' && isLeafType(getNamedType(field.type)))
        .map(({ field }) => field.name),
      ask: (name: string) => q(`${open} citizen(personalId: "048090000001") { ${name} } }`),
    })),
    {
      kind: 'a field of Citizen, with variables over a limit',
      names: fields
        .filter(({ type: { name }, field }) => name === 'Citizen' && isLeafType(getNamedType(field.type)))
        .map(({ field }) => field.name),
      ask: (name) =>
        q(`query ($p: ID!) { citizen(personalId: $p) { ${name} } }`, { p: Array.from({ length: 200 }, () => 'x') }),
    },
    {
      kind: 'a registered operation',
      names: ['Citizen', 'CivilStatus', 'Household', 'ParcelWithRights', 'Dossier'],
      ask: (documentId) => ({ documentId }),
    },
    {
      kind: 'a variable of a registered operation',
      names: ['personalId'],
      ask: (name) => ({ documentId: 'Citizen', variables: { [name]: [] } }),
    },
  ];
  return ways.filter(({ names }) => names.length > 0);
}

/** Real names and names that are near them, in turn, by every way. */
function guessesOf(schema: GraphQLSchema): Guess[] {
  const ways = waysOf(schema);
  return Array.from({ length: GUESSES }, (_, index) => {
    const { kind, names, ask } = ways[Math.floor(index / 2) % ways.length]!;
    const round = Math.floor(index / 2 / ways.length);
    const real = names[round % names.length]!;
    const isReal = index % 2 === 0;
    const name = isReal ? real : near(real, round);
    return { kind, name, isReal: names.includes(name), body: ask(name) };
  });
}

/** A name one or two letters away. */
function near(name: string, round: number): string {
  const at = 1 + (round % name.length);
  const letter = 'etaoinshrdlu'[round % 12]!;
  return round % 3 === 0
    ? name.slice(0, at) + letter + name.slice(at)
    : `${name.slice(0, at)}${letter}${name.slice(at + 1)}${round % 10}`;
}

interface Seen {
  readonly guess: Guess;
  /** All that a client sees of an answer but its id and its date. */
  readonly answer: string;
  readonly ms: number;
}

async function scan(url: string, guesses: readonly Guess[]): Promise<Seen[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const left = [...guesses].reverse();
  const seen: Seen[] = [];
  const work = async () => {
    for (let guess = left.pop(); guess; guess = left.pop()) {
      const begun = performance.now();
      const answer = await ask(url, guess.body, agent);
      seen.push({ guess, answer, ms: performance.now() - begun });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  agent.destroy();
  return seen;
}

function ask(url: string, body: object, agent: Agent): Promise<string> {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () => {
        const { date: _, 'x-request-id': __, ...kept } = response.headers;
        resolve(JSON.stringify([response.statusCode, kept, text]));
      });
    });
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });
}

const schema = buildSchema(readFileSync(join(schemaFolder, 'api.graphql'), 'utf8'));
const guesses = guessesOf(schema);

/** What a scanner saw of a gateway in a process of its own, as its operators start it. */
async function seenOf(env: Record<string, string>, guesses: readonly Guess[]): Promise<Seen[]> {
  const { child, url, ended } = startGatewayProcess({ args: ['--supergraph', SUPERGRAPH], env });
  try {
    return await scan(await url, guesses);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

const SUPERGRAPH = join(schemaFolder, 'supergraph.graphql');
const PRODUCTION = {
  NODE_ENV: 'production',
  JWKS_URL: 'https://issuer.test/keys',
  JWT_ISSUER: 'https://issuer.test',
  JWT_AUDIENCE: 'gateway',
  AUDIT_SIGNING_KEY: newSigningKey(),
  AUDIT_SUBJECT_KEYS: `k1:${randomBytes(32).toString('base64')}`,
};
const TIMEOUT_MS = 120_000;
const answersOf = (seen: readonly Seen[]) => new Set(seen.map(({ answer }) => answer));
const medianMs = (seen: readonly Seen[]) =>
  seen.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(seen.length / 2)]!;

test('the guesses are what they are said to be', () => {
  expect(guesses).toHaveLength(GUESSES);
  expect(guesses.filter(({ isReal }) => isReal).length).toBeGreaterThan(4_900);
  expect(guesses.filter(({ isReal }) => !isReal).length).toBeGreaterThan(4_500);
  expect(new Set(guesses.map(({ name }) => name)).size).toBeGreaterThan(2_000);
});

test(
  '10,000 guesses at a gateway in production are answered with the same bytes, and as fast',
  async () => {
    const seen = await seenOf(PRODUCTION, guesses);
    expect(seen).toHaveLength(GUESSES);
    expect([...answersOf(seen)]).toEqual([expect.stringContaining('UNAUTHENTICATED')]);
    const real = medianMs(seen.filter(({ guess }) => guess.isReal));
    const unreal = medianMs(seen.filter(({ guess }) => !guess.isReal));
    expect(Math.max(real, unreal) / Math.min(real, unreal)).toBeLessThan(2);
  },
  TIMEOUT_MS,
);

test(
  'the same scanner learns the schema where details are on',
  async () => {
    const seen = await seenOf({}, guesses.slice(0, 2_000));
    expect(answersOf(seen).size).toBeGreaterThan(1_000);
    // What a field is missing on tells apart all that there is of what there is not.
    const ofFields = seen.filter(({ guess }) => guess.kind.startsWith('a field of ') && !guess.kind.includes('input'));
    const taken = ofFields.filter(
      ({ guess, answer }) => !answer.includes(`Cannot query field \\\\\\"${guess.name}\\\\\\"`),
    );
    expect(ofFields.length).toBeGreaterThan(1_000);
    expect(taken.map(({ guess }) => guess)).toEqual(ofFields.map(({ guess }) => guess).filter(({ isReal }) => isReal));
    // And where it only came near, it is told what it meant.
    expect(seen.filter(({ guess, answer }) => !guess.isReal && answer.includes('Did you mean')).length).toBeGreaterThan(
      500,
    );
  },
  TIMEOUT_MS,
);

test(
  'where only registered operations are taken it learns that, and nothing else',
  async () => {
    const seen = await seenOf({ ...PRODUCTION, OPERATIONS: 'registered' }, guesses.slice(0, 2_000));
    const [texts, ids] = [true, false].map((isText) => seen.filter(({ guess }) => 'query' in guess.body === isText));
    expect([...answersOf(texts!)]).toEqual([expect.stringContaining('OPERATION_NOT_REGISTERED')]);
    expect([...answersOf(ids!)]).toEqual([expect.stringContaining('UNAUTHENTICATED')]);
  },
  TIMEOUT_MS,
);
