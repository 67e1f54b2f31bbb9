import { restartDelayMs } from '../../cli/restarts.js';

const delays = (deaths: number, anotherIsSteady: boolean) =>
  Array.from({ length: deaths }, (_, before) => restartDelayMs(before + 1, anotherIsSteady));

test('a worker that had served for long, or died for the first time, is replaced at once', () => {
  expect(restartDelayMs(0, false)).toBe(0);
  expect(restartDelayMs(1, false)).toBe(0);
});

test('one that dies again and again is waited for longer each time, and given up when nobody else serves', () => {
  expect(delays(6, false)).toEqual([0, 200, 400, 800, undefined, undefined]);
});

test('while another serves steadily there is no giving up, and half a minute is the longest wait', () => {
  expect(delays(12, true)).toEqual([0, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000]);
});
