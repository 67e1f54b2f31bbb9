export { type Callers, createCallers } from './callers.js';
export type { DemoIssuer } from './demo-issuer.js';
