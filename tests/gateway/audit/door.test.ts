import { randomBytes } from 'node:crypto';
import { DoorRefusals } from '../../../gateway/audit/door.js';
import { SubjectKeys } from '../../../gateway/audit/subject-keys.js';
import { Members } from '../../../gateway/audit/write/members.js';
import type { Draft } from '../../../gateway/audit/write/writer.js';
import { identityOf } from '../../helpers/callers.js';

const keys = new SubjectKeys([{ id: 'k1', key: randomBytes(32) }]);
const members = new Members(keys);

function refusals(fails = false) {
  const written: Record<string, unknown>[] = [];
  const append = async ({ kind, members: said }: Draft) => {
    if (fails) throw new Error('nothing can be written');
    written.push(JSON.parse(`{"kind":"${kind}"${said}}`));
  };
  return { written, door: new DoorRefusals({ writer: { append }, members, keys }) };
}

test('a refused request is written down with its code, its caller and the hash of its text, and without the text', async () => {
  const { written, door } = refusals();
  const who = identityOf({ subject: 'officer 048090000001', department: 'H48' }, '1.000894');
  await door.write({ requestId: 'r1', traceId: 'ab'.repeat(16), who, code: 'BAD_USER_INPUT', text: '{ citizen }' });
  const entry = written[0]!;
  expect(entry).toMatchObject({
    kind: 'refused',
    req: 'r1',
    trace: 'ab'.repeat(16),
    who: { role: 'officer', dept: 'H48' },
    why: { procedure: '1.000894' },
    code: 'BAD_USER_INPUT',
  });
  expect((entry.who as { sub: string }).sub).toMatch(/^officer ~[\w-]{16}$/);
  expect(JSON.stringify(entry)).not.toMatch(/048090000001|citizen \}/);
});

test('who says nothing of themselves cannot fill the log: beyond a bound refusals are counted, and the count is written', async () => {
  const { written, door } = refusals();
  for (let index = 0; index < 50; index++) await door.write({ requestId: `r${index}`, code: 'UNAUTHENTICATED' });
  expect(written).toHaveLength(20);
  await door.settle();
  expect(written.at(-1)).toEqual({ kind: 'refused', code: 'UNAUTHENTICATED', count: 30 });
  expect(written.reduce((sum, { count = 1 }) => sum + Number(count), 0)).toBe(50);
  // The next second has a bound of its own; nothing counted is written twice.
  await door.settle();
  await door.write({ requestId: 'r', code: 'UNAUTHENTICATED' });
  expect(written).toHaveLength(22);
  await door.settle();
});

test('whoever says who they are has an entry for each, and none is refused without one', async () => {
  const { written, door } = refusals();
  const who = identityOf({});
  for (let index = 0; index < 50; index++) await door.write({ requestId: `r${index}`, who, code: 'BAD_USER_INPUT' });
  expect(written).toHaveLength(50);
  await expect(refusals(true).door.write({ requestId: 'r', who, code: 'BAD_USER_INPUT' })).rejects.toThrow();
});
