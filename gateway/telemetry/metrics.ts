import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { BreakerState, BudgetStats, CacheStats } from '../context.js';
import type { AuditStats } from '../stats.js';
import { AUDIT_FIGURES } from './audit-metrics.js';
import { BUDGET_FIGURES } from './budget-metrics.js';
import { CACHE_FIGURES, type Figure } from './cache-metrics.js';

/** The figures of one process at one moment, as they can be sent to another. */
export type Figures = Pick<
  Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number],
  'name' | 'help' | 'type' | 'aggregator' | 'values'
>[];

/** A page in Prometheus' text format. */
export interface MetricsPage {
  body: string;
  contentType: string;
}

/**
 * Makes several gateways that answer at one address tell one sum: takes what reads this one's figures, gives what writes the
 * page of all.
 */
export type PoolMetrics = (readOwn: () => Promise<Figures>) => () => Promise<MetricsPage>;

/** What `GET /metrics` tells, in Prometheus' text format. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Counter<'status'>;
  readonly operationSeconds: Histogram<'outcome'>;
  /** What an operation was estimated to cost, and what its answer cost. */
  readonly operationCost: Histogram<'kind'>;
  readonly fetchSeconds: Histogram<'subgraph' | 'outcome'>;
  /** From a change in a registry until it is forgotten here. */
  readonly invalidationLag: Histogram<'subgraph'>;
  readonly requestsInFlight: Gauge;
  /** 1 for the supergraph that serves. */
  readonly supergraph: Gauge<'id'>;
  /** 1 while a newer supergraph was refused, or none can be read, and the old one serves on. */
  readonly supergraphRefused: Gauge;
  /** 0 closed, 1 half open, 2 open. */
  readonly breaker: Gauge<'subgraph'>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const COSTS = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000];
const BREAKER_VALUE: Record<BreakerState, number> = { closed: 0, 'half-open': 1, open: 2 };

/** A registry of its own for each gateway, so that two in one process don't add to each other's figures. */
export function createMetrics({
  breakers,
  cache,
  budgets,
  audit,
}: {
  breakers(): Map<string, BreakerState>;
  cache(): CacheStats | undefined;
  budgets(): BudgetStats | undefined;
  audit(): AuditStats | undefined;
}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const figure of CACHE_FIGURES) tell(figure, registers, cache);
  for (const figure of BUDGET_FIGURES) tell(figure, registers, budgets);
  for (const figure of AUDIT_FIGURES) tell(figure, registers, audit);
  return {
    registry,
    ...timesOf(registers),
    operationCost: new Histogram({
      name: 'lien_thong_operation_cost',
      help: 'What operations cost by @cost and @listSize: estimated before they ran, and actual by the lists as they came',
      labelNames: ['kind'],
      buckets: COSTS,
      registers,
    }),
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
    supergraph: new Gauge({
      name: 'lien_thong_supergraph_info',
      help: '1 for the supergraph that serves',
      labelNames: ['id'],
      aggregator: 'max',
      registers,
    }),
    supergraphRefused: new Gauge({
      name: 'lien_thong_supergraph_refused',
      help: '1 while a newer supergraph was refused, or none can be read, and the old one serves on',
      aggregator: 'max',
      registers,
    }),
    breaker: new Gauge({
      name: 'lien_thong_breaker_state',
      help: '0 closed, 1 half open, 2 open',
      labelNames: ['subgraph'],
      aggregator: 'max',
      registers,
      collect() {
        this.reset();
        for (const [subgraph, state] of breakers()) this.set({ subgraph }, BREAKER_VALUE[state]);
      },
    }),
  };
}

function timesOf(registers: Registry[]): Pick<Metrics, 'operationSeconds' | 'fetchSeconds' | 'invalidationLag'> {
  return {
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
    invalidationLag: new Histogram({
      name: 'lien_thong_cache_invalidation_lag_seconds',
      help: 'Time from a change in a registry, by its clock, until it was forgotten here',
      labelNames: ['subgraph'],
      buckets: SECONDS,
      registers,
    }),
  };
}

/** A figure that is read when somebody asks for the page. */
function tell<Stats>(
  { kind, name, help, labels, of }: Figure<Stats>,
  registers: Registry[],
  read: () => Stats | undefined,
) {
  const told = () => {
    const stats = read();
    return stats ? of(stats) : [];
  };
  const common = { name: `lien_thong_${name}`, help, labelNames: [...labels], registers };
  if (kind === 'counter') {
    new Counter({
      ...common,
      collect() {
        this.reset();
        for (const [values, value] of told()) this.inc(values, value);
      },
    });
    return;
  }
  new Gauge({
    ...common,
    // Of several processes one that fails is to be seen.
    ...(labels.length === 0 ? { aggregator: 'max' as const } : {}),
    collect() {
      this.reset();
      for (const [values, value] of told()) this.set(values, value);
    },
  });
}

/** What writes the page of a gateway: its own figures, or with `pool` those of all that answer at its address. */
export function createMetricsPage(
  { registry }: Metrics,
  { refresh, pool }: { refresh(): void; pool: PoolMetrics | undefined },
): () => Promise<MetricsPage> {
  const pooled = pool?.(() => {
    refresh();
    return registry.getMetricsAsJSON();
  });
  return async () => {
    if (pooled) return pooled();
    refresh();
    return { body: await registry.metrics(), contentType: registry.contentType };
  };
}

/** The figures of several processes as one page: sums, and of what cannot be added the mean, the least or the greatest. */
export async function writeSum(ofEach: readonly Figures[]): Promise<MetricsPage> {
  const sum = AggregatorRegistry.aggregate(ofEach.map(withoutHoles));
  return { body: await sum.metrics(), contentType: sum.contentType };
}

/** What stays true of processes that have ended: what they counted, in one. Their gauges told of a present that is over. */
export function sumOfCounts(ofEach: readonly Figures[]): Figures {
  const counts = ofEach.map((figures) => withoutHoles(figures.filter(({ type }) => COUNTING.has(String(type)))));
  const sum = AggregatorRegistry.aggregate(counts).getMetricsAsArray() as unknown as Figures;
  return sum.map(({ name, help, type, aggregator, values }) => ({ name, help, type, aggregator, values }));
}

const COUNTING = new Set(['counter', 'histogram']);

/** A mean of nothing is no number, and arrives from another process as null. */
function withoutHoles(figures: Figures): Figures {
  return figures.map((metric) => ({ ...metric, values: metric.values.filter(({ value }) => Number.isFinite(value)) }));
}
