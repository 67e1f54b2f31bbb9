import type { Clock, SupergraphState } from './context.js';

/** Several balancers may ask at once; the registries are asked once in this time. */
const FRESH_MS = 1_000;
const PING_TIMEOUT_MS = 1_000;

export interface Readiness {
  ready: boolean;
  body: {
    status: 'ready' | 'degraded' | 'not ready';
    /** Why not ready or degraded, for people. */
    reasons: string[];
    registries: Record<string, string>;
    supergraph: SupergraphState;
    /** Absent: nothing is recorded. */
    audit?: AuditHealth;
  };
}

/** How the audit log is kept. */
export interface AuditHealth {
  /** Why it is not as it should be, for people. */
  readonly reasons: readonly string[];
  /** Whether nothing personal is read for it. */
  readonly refuses: boolean;
  readonly keeps: 'store' | 'journal' | 'nothing';
  readonly journalBytes: number;
  /** How old the newest checkpoint is; `null`: there is none yet. */
  readonly checkpointAgeSeconds: number | null;
}

/**
 * Whether this gateway should get requests. One dead registry costs only its own fields, so it makes the gateway degraded,
 * not unready: were it unready, one dead registry would take every gateway away. With none alive there is nothing to serve.
 */
export function createHealth(options: {
  /** Asks every registry for a sign of life: `undefined` is one, a sentence is why not. */
  ping(timeoutMs: number): Promise<Map<string, string | undefined>>;
  supergraph(): SupergraphState;
  draining(): boolean;
  audit?(): AuditHealth;
  clock: Clock;
}): () => Promise<Readiness> {
  const { ping, clock } = options;
  let asked: { atMs: number; signs: ReturnType<typeof ping> } | undefined;

  return async () => {
    const now = clock.now();
    if (!asked || now - asked.atMs > FRESH_MS) asked = { atMs: now, signs: ping(PING_TIMEOUT_MS) };
    const signs = await asked.signs;
    const supergraph = options.supergraph();
    const dead = [...signs].filter(([, problem]) => problem !== undefined);
    const reasons = dead.map(([name, problem]) => `the registry ${name} does not answer (${problem})`);
    if (supergraph.phase === 'serving old') {
      reasons.push((supergraph.refusedId ? 'a newer supergraph was refused: ' : '') + supergraph.problem);
    }
    const audit = options.audit?.();
    reasons.push(...(audit?.reasons ?? []));
    const isUp = supergraph.phase !== 'not loaded' && dead.length < Math.max(1, signs.size);
    // Another gateway may still have room in its journal.
    const ready = isUp && !options.draining() && !audit?.refuses;
    if (options.draining()) reasons.push('the server is stopping');
    return {
      ready,
      body: {
        status: !ready ? 'not ready' : reasons.length > 0 ? 'degraded' : 'ready',
        reasons,
        registries: Object.fromEntries([...signs].map(([name, problem]) => [name, problem ?? 'ready'])),
        supergraph,
        ...(audit ? { audit } : {}),
      },
    };
  };
}

/** For those who may not be told of the schema: what is wrong with a supergraph names types and fields. */
export function withoutProblem(state: SupergraphState): SupergraphState {
  return state.phase === 'serving old' ? { ...state, problem: 'the log says why' } : state;
}
