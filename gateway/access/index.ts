export { type Callers, createCallers } from './callers.js';
export { contractOf } from './contract.js';
export type { DemoIssuer } from './demo-issuer.js';
export { type Explained, explain } from './explain.js';
export type { Grant } from './grant.js';
export { PoliciesError, readPolicies } from './read-policies.js';
export type { FormReads } from './standing.js';
export { type Access, createAccess } from './step.js';
