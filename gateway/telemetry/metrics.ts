import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { BreakerState } from '../context.js';

/** What `GET /metrics` tells, in Prometheus' text format. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Counter<'status'>;
  readonly operationSeconds: Histogram<'outcome'>;
  readonly fetchSeconds: Histogram<'subgraph' | 'outcome'>;
  readonly requestsInFlight: Gauge;
  /** 1 for the supergraph that serves. */
  readonly supergraph: Gauge<'id'>;
  /** 1 while a newer supergraph was refused, or none can be read, and the old one serves on. */
  readonly supergraphRefused: Gauge;
  /** 0 closed, 1 half open, 2 open. */
  readonly breaker: Gauge<'subgraph'>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BREAKER_VALUE: Record<BreakerState, number> = { closed: 0, 'half-open': 1, open: 2 };

/** A registry of its own for each gateway, so that two in one process don't add to each other's figures. */
export function createMetrics(breakers: () => Map<string, BreakerState>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Counter({
      name: 'lien_thong_http_requests_total',
      help: 'HTTP requests answered, by status',
      labelNames: ['status'],
      registers,
    }),
    requestsInFlight: new Gauge({
      name: 'lien_thong_http_requests_in_flight',
      help: 'HTTP requests being answered',
      registers,
    }),
    operationSeconds: new Histogram({
      name: 'lien_thong_operation_seconds',
      help: 'Time an operation took, from its first step to its last',
      labelNames: ['outcome'],
      buckets: SECONDS,
      registers,
    }),
    fetchSeconds: new Histogram({
      name: 'lien_thong_fetch_seconds',
      help: 'Time a fetch from a subgraph took, retries included',
      labelNames: ['subgraph', 'outcome'],
      buckets: SECONDS,
      registers,
    }),
    supergraph: new Gauge({
      name: 'lien_thong_supergraph_info',
      help: '1 for the supergraph that serves',
      labelNames: ['id'],
      registers,
    }),
    supergraphRefused: new Gauge({
      name: 'lien_thong_supergraph_refused',
      help: '1 while a newer supergraph was refused, or none can be read, and the old one serves on',
      registers,
    }),
    breaker: new Gauge({
      name: 'lien_thong_breaker_state',
      help: '0 closed, 1 half open, 2 open',
      labelNames: ['subgraph'],
      registers,
      collect() {
        this.reset();
        for (const [subgraph, state] of breakers()) this.set({ subgraph }, BREAKER_VALUE[state]);
      },
    }),
  };
}
