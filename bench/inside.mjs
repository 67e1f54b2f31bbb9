// Loaded into a gateway that is looked into (`startNode` with `inspected`): answers, over the channel to its parent, what only
// the process itself can tell. It must not keep the process alive.
import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';

const SAMPLE_MICROSECONDS = 200;
let session;

const ANSWERS = {
  /** Memory after a full collection, bytes: what is still held, not what is still lying about. */
  async memory() {
    globalThis.gc();
    const { heapUsed, rss, external } = process.memoryUsage();
    return { heapUsed, rss, external };
  },

  async startProfile() {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_MICROSECONDS });
    await session.post('Profiler.start');
  },

  async stopProfile({ file }) {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    await writeFile(file, JSON.stringify(profile));
  },
};

process.on('message', ({ what, ...more }) => {
  ANSWERS[what](more).then(
    (answer = {}) => process.send(answer),
    (error) => process.send({ error: String(error) }),
  );
});
process.channel.unref();
