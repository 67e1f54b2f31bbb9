export { limitLists } from './lists.js';
export { refuseDeepNesting } from './text.js';
