import type { LoadedSchema } from './context.js';
import type { KnownOperation } from './known-operations.js';

/** What keeps plans. */
interface WarmEngine {
  warm(operation: KnownOperation): Promise<void>;
  retire(schema: LoadedSchema): Promise<void>;
}

/** Plans operations anew, for `withinMs` at most; one that cannot be planned on this schema is its next request's to hear of. */
export async function warm(engine: WarmEngine, operations: readonly KnownOperation[], withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeIsUp = new Promise((resolve) => {
    timer = setTimeout(resolve, withinMs);
  });
  await Promise.race([Promise.allSettled(operations.map((operation) => engine.warm(operation))), timeIsUp]);
  clearTimeout(timer);
}

/** Requests that began on a supergraph may still need a plan on it. */
export function retireLater(engine: WarmEngine, schema: LoadedSchema, afterMs: number): void {
  setTimeout(() => void engine.retire(schema), afterMs).unref();
}
