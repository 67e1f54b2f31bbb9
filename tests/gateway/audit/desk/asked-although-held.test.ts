import { askedAlthoughHeld, heldWhy } from '../../../../gateway/audit/desk/asked-although-held.js';
import { EntryReader } from '../../../../gateway/audit/desk/read-entries.js';
import type { ShapeField } from '../../../../gateway/audit/entry.js';
import { MemoryLog } from '../../../helpers/audit-reader-of-test.js';
import { askDesk, WORDS } from './asked-desk.js';

const QUERY = `query ($from: DateTime!, $until: DateTime!, $procedure: ID) {
  askedAlthoughHeld(from: $from, until: $until, procedure: $procedure) {
    forms isWhole fields { procedure key label labelEn why count of }
  }
}`;
const DAY = { from: '2026-11-02', until: '2026-11-03' };

const form = (outcomes: Record<string, string>): ShapeField[] =>
  Object.entries(outcomes).map(([key, outcome]) => [`form ${key}`, [], outcome]);

function logOfForms(): MemoryLog {
  const log = new MemoryLog();
  const full = form({ 'groom.fullName': 'shown', 'groom.residence': 'shown', 'dossier.copies': 'missing ASK_CITIZEN' });
  const broken = form({
    'groom.fullName': 'shown CONFLICT',
    'groom.residence': 'missing REGISTRY_UNAVAILABLE',
    'dossier.copies': 'missing ASK_CITIZEN',
  });
  for (const fields of [full, broken, broken, full]) log.write({ fields });
  log.write({ fields: form({ 'holder.share': 'refused grant' }), why: { procedure: '1.013831' }, count: 3 });
  // No form, and a form that was read another day.
  log.write({ fields: [['citizen.fullName', [], 'missing REGISTRY_UNAVAILABLE']] });
  log.write({ fields: broken, at: Date.parse('2026-11-05T03:00:00Z') });
  return log;
}

test('fields are counted that the state holds and a form had to ask, with the reason', async () => {
  const { data, errors } = await askDesk(logOfForms(), QUERY, { variables: DAY });
  expect(errors).toEqual([]);
  const marriage = { procedure: '1.000894', count: 2, of: 4 };
  expect(data.askedAlthoughHeld).toEqual({
    forms: 7,
    isWhole: true,
    fields: [
      expect.objectContaining({ procedure: '1.013831', key: 'holder.share', why: 'grant', count: 3, of: 3 }),
      { ...marriage, key: 'groom.fullName', label: 'Họ, chữ đệm, tên', labelEn: 'Full name', why: 'CONFLICT' },
      { ...marriage, key: 'groom.residence', label: 'Nơi cư trú', labelEn: 'Residence', why: 'REGISTRY_UNAVAILABLE' },
    ],
  });
});

test('of one procedure only its forms are counted', async () => {
  const { data } = await askDesk(logOfForms(), QUERY, { variables: { ...DAY, procedure: '1.013831' } });
  expect(data.askedAlthoughHeld).toMatchObject({ forms: 3, fields: [{ key: 'holder.share' }] });
  const none = await askDesk(logOfForms(), QUERY, { variables: { ...DAY, procedure: '2.000635' } });
  expect(none.data.askedAlthoughHeld).toEqual({ forms: 0, isWhole: true, fields: [] });
});

test.each<[string, string | undefined]>([
  ['shown', undefined],
  ['masked MIDDLE', undefined],
  ['missing NO_RECORD', undefined],
  ['missing ASK_CITIZEN', undefined],
  ['shown CONFLICT', 'CONFLICT'],
  ['missing DEADLINE', 'DEADLINE'],
  ['missing SOURCE_DOWN', 'SOURCE_DOWN'],
  ['refused', 'NOT_PERMITTED'],
  ['refused scopes', 'scopes'],
])('%s was asked because of %s', (outcome, why) => {
  expect(heldWhy(outcome)).toBe(why);
});

test('more entries than the bound are not counted, and that is said', async () => {
  const entries = new EntryReader(logOfForms());
  const asked = { fromMs: 0, untilMs: Date.parse('2026-12-01'), words: WORDS };
  expect(await askedAlthoughHeld(entries, { ...asked, entriesMax: 3 })).toMatchObject({ isWhole: false });
  expect(await askedAlthoughHeld(entries, { ...asked, entriesMax: 100 })).toMatchObject({ isWhole: true, forms: 8 });
});

test.each([
  { from: '2026-11-03', until: '2026-11-02' },
  { from: '2026-11-02', until: '2026-11-02' },
])('the time %j is refused', async (variables) => {
  const { errors } = await askDesk(logOfForms(), QUERY, { variables });
  expect(errors).toEqual([{ code: 'BAD_USER_INPUT', message: expect.any(String) }]);
});
