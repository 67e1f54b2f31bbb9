import fc from 'fast-check';
import { readEntryBundle, writeEntryBundle } from '../../../../gateway/audit/verify/tiles.js';
import { verifyLog } from '../../../../gateway/audit/verify/verify.js';
import { AuditLogOfTest, type Folder, flipped, readOf } from '../../../helpers/audit-log-of-test.js';

const LOG = new AuditLogOfTest();
for (const size of [100, 256, 300]) LOG.fill(size).sign();
const PATHS = [...LOG.publish().keys()];
const check = (files: Folder) => verifyLog({ read: readOf(files), vkey: LOG.signer.vkey });
const numbers = LOG.lines.map((line) => JSON.parse(line) as { w: string; n: number });

test('a bit turned in any file is found', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PATHS), fc.nat(), async (path, bit) => {
      const files = LOG.publish();
      const report = await check(files.set(path, flipped(files.get(path)!, bit % (files.get(path)!.length * 8))));
      expect(report.findings.length).toBeGreaterThan(0);
    }),
    { numRuns: 150 },
  );
});

test('a file that is missing, cut off or longer is found', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...PATHS),
      fc.nat(),
      fc.constantFrom('cut', 'longer', 'gone'),
      async (path, at, how) => {
        // Details of which there are none at all, and checkpoints from before, may be left out.
        fc.pre(how !== 'gone' || !/^(details|checkpoints)/.test(path));
        const files = LOG.publish();
        const bytes = files.get(path)!;
        // Of the checkpoints from before, all after one may be left out too: the newest follows within the hour.
        fc.pre(!(path === 'checkpoints' && how === 'cut'));
        if (how === 'gone') files.delete(path);
        if (how === 'cut') files.set(path, bytes.subarray(0, at % bytes.length));
        if (how === 'longer') files.set(path, Buffer.concat([bytes, Buffer.alloc(1 + (at % 50), 65)]));
        expect((await check(files)).findings.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 100 },
  );
});

const anyChange = fc.tuple(fc.constantFrom('delete', 'edit', 'repeat', 'swap', 'empty'), fc.nat(), fc.nat());

test('whatever is done to entries is found, and no entry is accused that nobody touched', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyChange, { minLength: 1, maxLength: 4 }), async (changes) => {
      const files = LOG.publish();
      const path = 'tile/entries/000';
      const whole: Buffer[] = readEntryBundle(files.get(path)!).map((entry) => Buffer.from(entry));
      let entries: Buffer[] = [...whole];
      const touched = new Set<number>();
      for (const [what, a, b] of changes) {
        const [at, other] = [a % entries.length, b % entries.length];
        for (const one of what === 'swap' ? [at, other] : [at]) touched.add(whole.indexOf(entries[one]!));
        if (what === 'delete') entries = entries.toSpliced(at, 1);
        if (what === 'edit')
          entries = entries.with(at, flipped(entries[at]!, b % Math.max(1, entries[at]!.length * 8)));
        if (what === 'repeat') entries = entries.toSpliced(other, 0, entries[at]!);
        if (what === 'swap') entries = entries.with(at, entries[other]!).with(other, entries[at]!);
        if (what === 'empty') entries = entries.with(at, Buffer.alloc(0));
      }
      fc.pre(!touched.has(-1) && !Buffer.concat(entries).equals(Buffer.concat(whole)));
      const report = await check(files.set(path, writeEntryBundle(entries)));
      expect(report.findings.length).toBeGreaterThan(0);
      const accused = report.findings.filter(
        ({ kind, leaf }) => kind === 'changed' || (kind === 'missing' && leaf !== undefined),
      );
      // Of two beside each other, one changed and one deleted, hashes do not tell which is which.
      const names = [...touched].map((leaf) => `${numbers[leaf]!.w} ${numbers[leaf]!.n}`);
      for (const { leaf, writer, n } of accused) {
        expect([...touched]).toContain(leaf);
        if (writer !== undefined) expect(names).toContain(`${writer} ${n}`);
      }
    }),
    { numRuns: 150 },
  );
});
