import { dirname } from 'node:path';
import type { Config } from '../config.js';
import type { LoadedSchema, Log, OperationStep } from '../context.js';
import { inTurn } from '../in-turn.js';
import type { KnownOperations } from '../known-operations.js';
import { watchFolder } from '../watch-folder.js';
import { checkAll } from './check.js';
import { OperationsError } from './operations-error.js';
import { enforceDeclaredPurpose } from './purpose.js';
import { type Reading, readOperations } from './read-operations.js';

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
  /** Told, when others serve than before, a hash of them all. */
  onReplaced?(hash: string): void;
}

export function createRegisteredOperations({ folder, config, log, known, onReplaced }: Parts): RegisteredOperations {
  const manifest = config.operationsManifest;
  let last: Reading | undefined;
  const read = async () => (last = await readOperations({ folder, manifest }, last));
  /** What was read last for a schema, taken or not. */
  const tried = new WeakMap<LoadedSchema, string>();
  let taken: Reading | undefined;

  const prepare = async (schema: LoadedSchema) => {
    const reading = await read().catch((error: unknown) => {
      if (!taken || !(error instanceof OperationsError)) throw error;
      log.error({ problem: error.message }, REFUSED);
      return taken;
    });
    const { registered, problems } = await checkAll(reading.candidates, schema, config);
    for (const problem of problems) log.error({ ...problem, supergraph: schema.id }, NOT_REGISTERED);
    if (config.registeredOnly && registered.length === 0) log.warn({ supergraph: schema.id }, NOTHING_REGISTERED);
    known.register(schema, registered);
    tried.set(schema, reading.key);
    taken = reading;
  };

  const reload = inTurn(async (schema: LoadedSchema) => {
    const isNew = (key: string) => tried.get(schema) !== key && Boolean(tried.set(schema, key));
    try {
      const reading = await read();
      if (!isNew(reading.key)) return;
      const { registered, problems } = await checkAll(reading.candidates, schema, config);
      for (const problem of problems) log.error({ ...problem, supergraph: schema.id }, REFUSED);
      if (problems.length > 0) return;
      known.register(schema, registered);
      taken = reading;
      onReplaced?.(reading.key);
      log.info({ operations: registered.length, supergraph: schema.id }, 'new registered operations serve');
    } catch (error) {
      if (!(error instanceof OperationsError)) throw error;
      if (isNew(error.message)) log.error({ problem: error.message }, REFUSED);
    }
  });

  const watch = (current: () => LoadedSchema) => {
    const folders = new Set([folder, ...(manifest === undefined ? [] : [dirname(manifest)])]);
    const onChange = () => reload(current());
    const onError = (error: unknown) =>
      log.warn({ problem: String((error as { code?: unknown }).code) }, 'registered operations not watched');
    const stops = [...folders].map((each) => watchFolder(each, { onChange, onError }));
    return () => {
      for (const stop of stops) stop();
    };
  };
  return { prepare, reload, watch, step: enforceDeclaredPurpose(known) };
}

const NOT_REGISTERED = 'an operation does not fit the supergraph and is not registered; mend it or take it away';
const REFUSED = 'new registered operations were refused; the old ones serve on';
const NOTHING_REGISTERED =
  'no operation is registered, and nothing else is taken: put some into OPERATIONS_MANIFEST or schema/operations';
