import { describeScenarios, scenarioFolders } from '../helpers/oracle-scenario.js';

describeScenarios(__dirname, /^[n-z]/);

test('every feature of the planner has its scenario, and each is in one of the two halves', () => {
  const folders = scenarioFolders(__dirname);
  expect(folders.length).toBeGreaterThanOrEqual(50);
  expect(folders.filter((name) => !/^[a-z]/.test(name))).toEqual([]);
});
