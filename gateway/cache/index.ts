export { LookUps } from './look-ups.js';
export { MemoryStore } from './memory.js';
export { type OpenCache, openCache } from './open.js';
export { createCacheStep } from './step.js';
export { WholeAnswers } from './whole-answers.js';
