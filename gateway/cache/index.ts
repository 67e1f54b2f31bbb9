export { MemoryStore } from './memory.js';
export { type Cache, createCache } from './step.js';
