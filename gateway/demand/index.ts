export { type OpenBudgets, openBudgets } from './budgets/index.js';
export { limitFields } from './fields.js';
export { limitLists } from './lists.js';
export { refuseDeepNesting } from './text.js';
