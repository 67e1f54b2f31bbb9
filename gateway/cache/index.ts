export { MemoryStore } from './memory.js';
export { type OpenCache, openCache } from './open.js';
export { type Cache, createCache } from './step.js';
