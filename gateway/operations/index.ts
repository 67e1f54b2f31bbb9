import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Config } from '../config.js';
import type { LoadedSchema, Log, OperationStep } from '../context.js';
import { inTurn } from '../in-turn.js';
import type { KnownOperations, RegisteredText } from '../known-operations.js';
import { hasOwnSubgraph } from '../own-subgraph.js';
import { watchFolder } from '../watch-folder.js';
import { createCheck } from './check.js';
import { OperationsError } from './operations-error.js';
import { enforceDeclaredPurpose } from './purpose.js';
import { type Candidate, type Reading, readOperations } from './read-operations.js';

export { OperationsError } from './operations-error.js';

/** The texts of a folder, and those of a manifest, that are known from the start. */
export interface RegisteredOperations {
  /**
   * Reads and validates all on a new supergraph before it serves, so that one that no longer holds is found out at once and not
   * by a client: it is logged and left out. Rejects with an `OperationsError` when there is nothing to be read.
   */
  prepare(schema: LoadedSchema): Promise<void>;
  /**
   * Reads all anew while a supergraph serves. Whatever has changed is taken whole, at once, or not at all: then the log says why,
   * and what was registered serves on.
   */
  reload(schema: LoadedSchema): Promise<void>;
  /** Calls `reload` whenever a file may have changed; gives how to stop. */
  watch(current: () => LoadedSchema): () => void;
  readonly step: OperationStep;
}

interface Parts {
  folder: string;
  config: Pick<Config, 'operationsManifest' | 'registeredOnly' | 'introspection' | 'limits'>;
  log: Log;
  known: KnownOperations;
}

interface Checked {
  readonly registered: RegisteredText[];
  readonly problems: { file: string; problem: string }[];
}

/** How many texts are checked before others have their turn: it takes about a millisecond each. */
const CHECKED_AT_ONCE = 10;

export function createRegisteredOperations(parts: Parts): RegisteredOperations {
  const { folder, config, log, known } = parts;
  const { operationsManifest: manifest } = config;
  /** What was read last for a schema, taken or not. */
  const tried = new WeakMap<LoadedSchema, string>();
  let taken: Reading | undefined;

  const checkAll = async (candidates: readonly Candidate[], schema: LoadedSchema): Promise<Checked> => {
    const check = createCheck(schema, config);
    // Somebody else's graph has other fields, so what of our folder does not fit it is left out in silence.
    const tells = ({ named }: Candidate) => named !== undefined || hasOwnSubgraph(schema);
    const checked: Checked = { registered: [], problems: [] };
    for (const [index, candidate] of candidates.entries()) {
      if (index > 0 && index % CHECKED_AT_ONCE === 0) await setImmediate();
      const result = check(candidate);
      if (typeof result !== 'string') checked.registered.push(result);
      else if (tells(candidate)) checked.problems.push({ file: candidate.file, problem: result });
    }
    return checked;
  };
  const read = async (): Promise<Reading> => {
    const reading = await readOperations({ folder, manifest });
    const candidates = reading.candidates();
    return { key: reading.key, candidates: () => candidates };
  };

  const prepare = async (schema: LoadedSchema) => {
    const reading = await read().catch((error: unknown) => {
      if (!taken || !(error instanceof OperationsError)) throw error;
      log.error({ problem: error.message }, REFUSED);
      return taken;
    });
    const { registered, problems } = await checkAll(reading.candidates(), schema);
    for (const problem of problems) log.error({ ...problem, supergraph: schema.id }, NOT_REGISTERED);
    if (config.registeredOnly && registered.length === 0) log.warn({ supergraph: schema.id }, NOTHING_REGISTERED);
    known.register(schema, registered);
    tried.set(schema, reading.key);
    taken = reading;
  };

  const reload = async (schema: LoadedSchema) => {
    const isNew = (key: string) => tried.get(schema) !== key && Boolean(tried.set(schema, key));
    let reading: Reading | undefined;
    try {
      reading = await readOperations({ folder, manifest });
      if (!isNew(reading.key)) return;
      const { registered, problems } = await checkAll(reading.candidates(), schema);
      for (const problem of problems) log.error({ ...problem, supergraph: schema.id }, REFUSED);
      if (problems.length > 0) return;
      known.register(schema, registered);
      taken = reading;
      log.info({ operations: registered.length, supergraph: schema.id }, 'new registered operations serve');
    } catch (error) {
      if (!(error instanceof OperationsError)) throw error;
      // What could be read was new, or it would not have been looked into.
      if (reading || isNew(error.message)) log.error({ problem: error.message }, REFUSED);
    }
  };

  const reloadInTurn = inTurn(reload);
  return {
    prepare,
    reload: reloadInTurn,
    watch(current) {
      const folders = new Set([folder, ...(manifest === undefined ? [] : [dirname(manifest)])]);
      const callbacks = {
        onChange: () => reloadInTurn(current()),
        onError: (error: unknown) =>
          log.warn({ problem: String((error as { code?: unknown }).code) }, 'registered operations not watched'),
      };
      const stops = [...folders].map((each) => watchFolder(each, callbacks));
      return () => {
        for (const stop of stops) stop();
      };
    },
    step: enforceDeclaredPurpose(known),
  };
}

const NOT_REGISTERED = 'an operation does not fit the supergraph and is not registered; mend it or take it away';
const REFUSED = 'new registered operations were refused; the old ones serve on';
const NOTHING_REGISTERED =
  'no operation is registered, and nothing else is taken: put some into OPERATIONS_MANIFEST or schema/operations';
