export { type OpenBudgets, openBudgets } from './budgets/index.js';
export { estimateCost, limitCost } from './cost.js';
export { limitFields } from './document.js';
export { limitLists } from './lists.js';
export { refuseDeepBody, refuseText } from './text.js';
