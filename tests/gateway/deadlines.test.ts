import { Deadlines } from '../../gateway/deadlines.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const expiring = () => ({ expire: jest.fn() });

test('what was added is told once when its time is up, not before, and at most two ticks later', () => {
  const deadlines = new Deadlines(10);
  // Wherever in a tick it begins.
  for (let begins = 0; begins < 10; begins += 1) {
    jest.advanceTimersByTime(1);
    const one = expiring();
    deadlines.add(one, 95);
    jest.advanceTimersByTime(95);
    expect(one.expire).not.toHaveBeenCalled();
    jest.advanceTimersByTime(20);
    expect(one.expire).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(1_000);
    expect(one.expire).toHaveBeenCalledTimes(1);
  }
});

test('what was removed is told nothing, and the others are', () => {
  const deadlines = new Deadlines(10);
  const [gone, stays, short] = [expiring(), expiring(), expiring()];
  const tick = deadlines.add(gone, 50);
  deadlines.add(stays, 50);
  deadlines.add(short, 10);
  deadlines.remove(gone, tick);
  jest.advanceTimersByTime(30);
  expect([short, stays].map(({ expire }) => expire.mock.calls.length)).toEqual([1, 0]);
  jest.advanceTimersByTime(100);
  expect([gone, stays].map(({ expire }) => expire.mock.calls.length)).toEqual([0, 1]);
});

test('after a pause of the whole process all that was missed is told', () => {
  const deadlines = new Deadlines(10);
  const many = [15, 25, 35, 45].map((ms) => {
    const one = expiring();
    deadlines.add(one, ms);
    return one;
  });
  // The clock goes on, the timer does not.
  const paused = performance.now() + 1_000;
  const clock = jest.spyOn(performance, 'now').mockReturnValue(paused);
  jest.advanceTimersByTime(10);
  expect(many.map(({ expire }) => expire.mock.calls.length)).toEqual([1, 1, 1, 1]);
  clock.mockRestore();
});

test('the timer stops when nothing waits, and starts again', () => {
  const deadlines = new Deadlines(10);
  const tick = deadlines.add(expiring(), 20);
  deadlines.remove(expiring(), tick);
  expect(jest.getTimerCount()).toBe(1);
  jest.advanceTimersByTime(100);
  expect(jest.getTimerCount()).toBe(0);
  const again = expiring();
  deadlines.add(again, 20);
  jest.advanceTimersByTime(50);
  expect(again.expire).toHaveBeenCalledTimes(1);
});
