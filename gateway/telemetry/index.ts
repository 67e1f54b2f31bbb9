export { createLog } from './log.js';
export { measureFetch, measureOperation } from './measure.js';
export { createMetrics, createMetricsPage, type Metrics, type PoolMetrics } from './metrics.js';
