import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defaultFieldResolver, Kind, parse, visit } from 'graphql';
import { DEFAULTS } from '../../gateway/config.js';
import type { Fault, Resolvers } from './faulty-subgraph.js';
import { type Answer, type ConfigOfTest, type Federation, type SubgraphOfTest, startFederation } from './federation.js';
import { createOracle, type Oracle, type OracleAnswer } from './oracle.js';
import { type StockGateway, startStockGateway } from './stock-gateway.js';

export interface Question {
  /** Ends the sentence that the scenario begins. */
  name: string;
  query: string;
  variables?: Record<string, unknown>;
  /** How many errors the oracle answers with, which no resolver was told to throw. */
  errors?: number;
  /** Fields (`Type.field`) whose resolvers throw, in every subgraph and in the oracle alike. */
  failing?: readonly string[];
  /** Why the stock gateway's data is not the oracle's. It must be true: the day it is not, the test says so. */
  stockDiffers?: string;
  /**
   * What `@apollo/query-planner` plans wrongly, so that no executor of its plans can answer right. It must be true, too: stock's
   * answer is then not the oracle's, and ours is a refusal.
   */
  misplanned?: string;
}

export interface Scenario {
  about: string;
  subgraphs: Record<string, SubgraphOfTest>;
  /** Resolvers of the whole graph over the same data, written without a thought of who holds which field. */
  oracle: Resolvers;
  questions: readonly Question[];
  config?: ConfigOfTest;
  /** How subgraphs answer otherwise than honestly. */
  faults?: Record<string, Fault>;
  /** Why the stock gateway cannot take part. */
  withoutStock?: string;
  /** Fields that the plan needs for others, beyond those that the SDL names: to fail them is another question. */
  needed?: readonly string[];
}

type Path = readonly (string | number)[];

interface Running {
  federation: Federation;
  oracle: Oracle;
  stock?: StockGateway;
  failing: Set<string>;
}

/** The folders that hold a `scenario.ts`. */
export function scenarioFolders(directory: string): string[] {
  return readdirSync(directory).filter((name) => existsSync(join(directory, name, 'scenario.ts')));
}

/** Runs the scenarios of the folders whose names match: two files share them, so that two processes do. */
export function describeScenarios(directory: string, names: RegExp): void {
  for (const folder of scenarioFolders(directory).filter((name) => names.test(name))) {
    const { scenario } = require(join(directory, folder, 'scenario.ts')) as { scenario: Scenario };
    describeScenario({ ...scenario, about: `${folder}: ${scenario.about}` });
  }
}

/** Puts every question of a scenario to the gateway, over HTTP, and to the oracle, and expects one answer. */
export function describeScenario(scenario: Scenario): void {
  describe(scenario.about, () => {
    let running: Running;
    beforeAll(async () => {
      running = await start(scenario);
    });
    afterAll(async () => {
      await running?.stock?.stop();
      await running?.federation.stop();
    });

    for (const question of scenario.questions) {
      test(question.name, async () => {
        const { failing } = running;
        for (const field of question.failing ?? []) failing.add(field);
        try {
          await expectOneAnswer(question, running);
        } finally {
          failing.clear();
        }
      });
    }

    test('with any one resolver failing, the error is at its field and the rest is answered', async () => {
      expect(await differencesWithFailures(scenario, running)).toEqual([]);
    });
  });
}

/**
 * Puts every question of a scenario three times to a gateway that remembers everything, all in a row, so that most are answered from what
 * others have brought, wholly or in part; and expects the oracle's answers all the same.
 */
export function describeRemembered(directory: string): void {
  for (const folder of scenarioFolders(directory)) {
    const { scenario } = require(join(directory, folder, 'scenario.ts')) as { scenario: Scenario };
    const config = {
      ...scenario.config,
      cache: { ...DEFAULTS.cache, memoryBytesMax: 1e8, undeclaredMs: 3_600_000, absentMs: 3_600_000 },
    };
    test(`${folder}: ${scenario.about}`, async () => {
      const running = await start({ ...scenario, config, withoutStock: 'it remembers nothing' });
      const { federation, oracle } = running;
      const found: string[] = [];
      const { questions } = scenario;
      for (const { name, query, variables, failing, misplanned } of [...questions, ...questions, ...questions]) {
        if (failing || misplanned) continue;
        const expected = await oracle.ask(query, variables);
        const answer = await federation.ask(query, variables);
        found.push(...differences(answer, expected, { anyOfOnePlace: true }).map((each) => `${name}: ${each}`));
      }
      await federation.stop();
      expect(found).toEqual([]);
    });
  }
}

async function start(scenario: Scenario): Promise<Running> {
  const failing = new Set<string>();
  const subgraphs: Record<string, SubgraphOfTest> = {};
  for (const [name, { sdl, resolvers }] of Object.entries(scenario.subgraphs)) {
    subgraphs[name] = { sdl, resolvers: ableToFail(sdl, resolvers ?? {}, failing) };
  }
  const { config } = scenario;
  // Nobody says how long the lists of a scenario are, and fifteen of them in one another are taken for very dear.
  const federation = await startFederation({
    subgraphs,
    config: { ...config, limits: { costMax: 0, ...config?.limits } },
  });
  for (const [name, fault] of Object.entries(scenario.faults ?? {})) federation.subgraph(name).behave(fault);
  const oracle = createOracle({ subgraphs, resolvers: scenario.oracle, failing });
  const stock = scenario.withoutStock ? undefined : await startStockGateway(federation);
  return { federation, oracle, stock, failing };
}

async function expectOneAnswer(question: Question, { federation, oracle, stock }: Running): Promise<void> {
  const { query, variables, errors = 0, failing, stockDiffers, misplanned } = question;
  const expected = await oracle.ask(query, variables);
  if (failing) expect(expected.errors.length).toBeGreaterThan(0);
  else expect(expected.errors.map(({ message, path }) => [path, message])).toHaveLength(errors);
  const answer = await federation.ask(query, variables);
  const ours = differences(answer, expected, { anyOfOnePlace: Boolean(failing || errors) });
  if (!stock) return expect(ours).toEqual([]);
  const { data } = await stock.ask(query, variables).catch(() => ({ data: undefined }));
  if (misplanned) {
    expect(data).not.toEqual(JSON.parse(JSON.stringify(expected.data)));
    const codes = answer.errors?.map(({ extensions }) => extensions?.code);
    const { status } = answer;
    return expect({ status, data: answer.data, codes }).toEqual({
      status: 400,
      data: undefined,
      codes: ['OPERATION_CANNOT_BE_PLANNED'],
    });
  }
  const alike = JSON.stringify(data) === JSON.stringify(expected.data);
  const theirs = alike === !stockDiffers ? 'as expected' : (data ?? 'no data');
  expect({ ours, theirs }).toEqual({ ours: [], theirs: 'as expected' });
}

/**
 * What of an answer is not as the oracle has it: the bytes of the data, and the places of the errors. Where several errors
 * empty one place, GraphQL lets an answer name any of them: then at least one that the oracle names must be named there.
 */
export function differences(
  ours: Pick<Answer, 'status' | 'data' | 'errors' | 'text'>,
  oracle: Pick<OracleAnswer, 'data' | 'errors'>,
  { anyOfOnePlace = false } = {},
): string[] {
  const data = JSON.stringify(ours.data);
  const expectedData = JSON.stringify(oracle.data);
  const paths = pathsOf(ours.errors ?? []);
  const expectedPaths = pathsOf(oracle.errors);
  const sameErrors = anyOfOnePlace ? emptySamePlaces(ours, oracle) : paths.join() === expectedPaths.join();
  return [
    ...(ours.status === 200 ? [] : [`the status is ${ours.status}: ${ours.text}`]),
    ...(data === expectedData ? [] : [`the data is     ${data}`, `and should be   ${expectedData}`]),
    ...(sameErrors ? [] : [`the errors are at ${paths} (${messagesOf(ours)})`, `and should be at  ${expectedPaths}`]),
  ];
}

/** Two registries may fail at one place, each with its own error; one registry has no more than one there. */
function hasNoneTwice(errors: OracleAnswer['errors']): boolean {
  return new Set(errors.map(({ path, message }) => JSON.stringify([path, message]))).size === errors.length;
}

function pathsOf(errors: OracleAnswer['errors']): string[] {
  return errors.map(({ path }) => JSON.stringify(path)).sort();
}

const messagesOf = (answer: Pick<Answer, 'errors'>) =>
  [...new Set(answer.errors?.map(({ message }) => message))].join(' | ');

/** Each question again for each field that it asks for, with that field's resolver failing everywhere. */
async function differencesWithFailures(
  scenario: Scenario,
  { federation, oracle, failing }: Running,
): Promise<unknown[]> {
  const needed = fieldsOfDirectives(scenario);
  const supplied = fieldsOfSubgraphs(scenario);
  const found: unknown[] = [];
  for (const { query, variables, name, errors, misplanned } of scenario.questions) {
    if (errors || misplanned || /^\s*mutation\b/.test(query)) continue;
    const { resolved } = await oracle.ask(query, variables);
    for (const field of resolved) {
      if (!supplied.has(field) || needed.has(field.split('.')[1]!) || scenario.needed?.includes(field)) continue;
      failing.add(field);
      const [expected, ours] = await Promise.all([oracle.ask(query, variables), federation.ask(query, variables)]);
      failing.delete(field);
      const different = differences(ours, expected, { anyOfOnePlace: true });
      if (different.length > 0) found.push({ question: name, failing: field, different });
    }
  }
  return found;
}

type Answered = Pick<OracleAnswer, 'data' | 'errors'>;

function emptySamePlaces(ours: Pick<Answer, 'errors'>, oracle: Answered): boolean {
  const placeOf = (path: Path = []) => JSON.stringify(emptyPlace(oracle.data, path));
  const places = new Set(oracle.errors.map(({ path }) => placeOf(path)));
  const named = new Set(pathsOf(ours.errors ?? []));
  return (
    hasNoneTwice(ours.errors ?? []) &&
    (ours.errors ?? []).every(({ path }) => places.has(placeOf(path))) &&
    [...places].every((place) =>
      oracle.errors.some(({ path }) => placeOf(path) === place && named.has(JSON.stringify(path))),
    )
  );
}

/** The part of a path that leads to the null which an error at that path made. */
function emptyPlace(data: unknown, path: Path): Path {
  let value = data;
  for (const [depth, part] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, depth);
    value = (value as Record<string | number, unknown>)[part];
  }
  return path;
}

/** The fields that keys, `@requires`, `@provides` and the like name: what another subgraph answers rests on them. */
function fieldsOfDirectives({ subgraphs }: Scenario): Set<string> {
  const names = new Set<string>();
  for (const { sdl } of Object.values(subgraphs)) {
    visit(parse(sdl), {
      Directive(directive) {
        for (const { name, value } of directive.arguments ?? []) {
          if (value.kind !== Kind.STRING || (name.value !== 'fields' && name.value !== 'field')) continue;
          for (const [word] of value.value.matchAll(/\w+/g)) names.add(word);
        }
      },
      FieldDefinition(field) {
        if (field.directives?.some(({ name }) => name.value === 'external')) names.add(field.name.value);
      },
    });
  }
  return names;
}

/** What a subgraph has a resolver for; a field of an interface is there only where the interface is an object. */
function fieldsOfSubgraphs({ subgraphs }: Scenario): Set<string> {
  const fields = new Set<string>();
  for (const { sdl } of Object.values(subgraphs)) {
    for (const { typeName, names } of objectsIn(sdl)) for (const name of names) fields.add(`${typeName}.${name}`);
  }
  return fields;
}

function objectsIn(sdl: string): { typeName: string; names: string[] }[] {
  return parse(sdl).definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION
      ? [{ typeName: definition.name.value, names: (definition.fields ?? []).map(({ name }) => name.value) }]
      : [],
  );
}

/** The resolvers of a subgraph, of which each throws while its field is in `failing`. */
function ableToFail(sdl: string, resolvers: Resolvers, failing: ReadonlySet<string>): Resolvers {
  const able: Resolvers = { ...resolvers };
  for (const { typeName, names } of objectsIn(sdl)) {
    const ofType: Resolvers = { ...able[typeName] };
    for (const name of names) {
      const resolve = Object.hasOwn(ofType, name) ? ofType[name] : defaultFieldResolver;
      const field = `${typeName}.${name}`;
      ofType[name] = (...given: Parameters<typeof defaultFieldResolver>) => {
        if (failing.has(field)) throw new Error(`${field} fails`);
        return typeof resolve === 'function' ? resolve(...given) : resolve;
      };
    }
    able[typeName] = ofType;
  }
  return able;
}
