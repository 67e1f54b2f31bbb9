import { describeScenarios } from '../helpers/oracle-scenario.js';

describeScenarios(__dirname, /^[a-m]/);
