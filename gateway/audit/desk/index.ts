export { createEmbargo, type Embargo, type RecordAct } from './embargo.js';
export { exportRoute } from './export-http.js';
export { dataTrackerRoutes } from './find-usage-http.js';
export { AUDIT_PROCEDURE, requireAuditor } from './may-read.js';
export { type AuditDeskOptions, type AuditResolvers, createAuditResolvers } from './resolvers.js';
export type { SubjectKey } from './subject-keys.js';
export { findUnusual } from './unusual.js';
export { UNUSUAL_RULES, type UnusualRules } from './unusual-rules.js';
export { readWords, type Words } from './words.js';
