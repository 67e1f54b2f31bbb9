export { createLedger } from './ledger.js';
export { publishProvenance } from './publish.js';
export { recordProvenance } from './record.js';
