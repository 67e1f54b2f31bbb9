import { parse, validate } from 'graphql';
import { compose } from '../../../gateway/supergraph/compose.js';
import { generateFederation } from './generate-federation.js';
import { type Asking, generateQuery } from './generate-query.js';
import { type FederationModel, nameOf, subgraphSdl } from './model.js';
import { createOracle, type Oracle } from './oracle.js';
import { createRandom } from './random.js';
import { type EngineAnswer, type RunningEngine, startEngine } from './run-engine.js';
import { type RunningSubgraph, startSubgraph } from './subgraph.js';
import { createWorld, findTruth, hasFields } from './world.js';

/** A federation that runs, with its oracle beside it. */
export interface RunningFederation {
  readonly model: FederationModel;
  readonly supergraphSdl: string;
  readonly oracle: Oracle;
  readonly engine: RunningEngine;
  /** The same engine behind which everything is remembered. */
  readonly remembering: RunningEngine;
  readonly subgraphs: ReadonlyMap<string, RunningSubgraph>;
}

/** Composes and starts a federation; `undefined` when it is none: subgraphs that do not compose, or a field without a value. */
export async function startFederation(model: FederationModel): Promise<RunningFederation | undefined> {
  if (!isTold(model)) return undefined;
  const files = model.subgraphs.map((subgraph) => {
    return {
      name: subgraph.name,
      url: `http://${subgraph.name}`,
      file: `${subgraph.name}.graphql`,
      text: subgraphSdl(subgraph),
    };
  });
  const composition = compose(files);
  if (!composition.ok) return undefined;
  const world = createWorld(model);
  return {
    model,
    supergraphSdl: composition.supergraphSdl,
    oracle: createOracle(composition.apiSdl, world),
    engine: await startEngine(composition.supergraphSdl),
    remembering: await startEngine(composition.supergraphSdl, { remembers: true }),
    subgraphs: new Map(model.subgraphs.map((subgraph) => [subgraph.name, startSubgraph(subgraph, world)])),
  };
}

/** Whether every field that answers an interface or a union has a type that all its subgraphs know. */
function isTold(model: FederationModel): boolean {
  return model.subgraphs.every(({ types }) =>
    types.every(({ kind, name, interfaceObject, fields }) =>
      fields.every((field) => {
        if (kind === 'interface' || interfaceObject || !hasFields(nameOf(field.type))) return true;
        return findTruth(model, name, field.name).possible.length > 0;
      }),
    ),
  );
}

/** The first federation of a seed that composes. */
export async function federationOf(seed: string): Promise<RunningFederation> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const federation = await startFederation(generateFederation(createRandom(`${seed}/${attempt}`)));
    if (federation) return federation;
  }
  throw new Error(`of 20 federations made of the seed ${seed} none composes`);
}

export function queryOf(seed: string, { oracle }: RunningFederation): Asking {
  const asking = generateQuery(oracle.schema, createRandom(seed));
  const [mistake] = validate(oracle.schema, parse(asking.query));
  if (mistake) throw new Error(`the query of ${seed} is not valid: ${mistake.message}\n${asking.query}`);
  return asking;
}

/** Every subgraph answers honestly and at once. */
export function askEngine(
  { engine, subgraphs }: RunningFederation,
  { query, variables }: Asking,
): Promise<EngineAnswer> {
  return engine.run(query, variables, (asked) => subgraphs.get(asked.subgraph)!.answer(asked));
}
