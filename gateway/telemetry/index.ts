export { createLog } from './log.js';
export { measureFetch, measureOperation } from './measure.js';
export { createMetrics, type Metrics } from './metrics.js';
