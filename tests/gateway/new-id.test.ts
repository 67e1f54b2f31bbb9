import { newId } from '../../gateway/new-id.js';

test('an id is 12 bytes that no other has, and nothing that a command line would take for an option', () => {
  const ids = Array.from({ length: 10_000 }, newId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^\w[\w-]{15}$/);
  // Every character may stand at every place, but for the dash in front.
  for (let place = 0; place < 16; place += 1) {
    expect(new Set(ids.map((id) => id[place])).size).toBe(place === 0 ? 63 : 64);
  }
});
