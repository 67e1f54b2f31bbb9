import fc from 'fast-check';
import { detailHash, fieldKey, parseEntry, valueDigest, valuesHash } from '../../../../gateway/audit/entry.js';
import { readCheckpoint } from '../../../../gateway/audit/verify/checkpoint.js';
import { cosign } from '../../../../gateway/audit/verify/cosignature.js';
import { NoteError } from '../../../../gateway/audit/verify/note.js';
import { verifyProof, writeProof } from '../../../../gateway/audit/verify/proof.js';
import { TileReader } from '../../../../gateway/audit/verify/tile-reader.js';
import { proveValue, verifyValue } from '../../../../gateway/audit/verify/value.js';
import { A, AuditLogOfTest, flipped, readOf, SHAPE, signerOf } from '../../../helpers/audit-log-of-test.js';

const LOG = new AuditLogOfTest().fill(300);
const WITNESS = signerOf('witness.example/inspectorate', 3);
const OLD = LOG.sign();
LOG.fill(700);
const NOTE = LOG.sign();
const { vkey } = LOG.signer;
const INDEX = 299;

async function proofOf(index: number, checkpoint = NOTE): Promise<string> {
  const line = LOG.lines[index]!;
  const { shape } = parseEntry(line);
  const proof = await new TileReader(readOf(LOG.publish()), 700).inclusionProof(index);
  return writeProof({ index, line, details: shape ? [LOG.details.get(shape)!] : [], proof, checkpoint });
}

describe('a proof file', () => {
  test('proves an entry, with what it names, to whoever has the key', async () => {
    const file = await proofOf(INDEX);
    const [first, extra, index] = file.split('\n');
    expect([first, index]).toEqual(['c2sp.org/tlog-proof@v1', `index ${INDEX}`]);
    expect(Buffer.from(extra!.slice('extra '.length), 'base64').toString()).toBe(
      `${LOG.lines[INDEX]}\n${JSON.stringify(SHAPE)}`,
    );
    const proved = verifyProof(file, { vkey });
    expect(proved).toMatchObject({ index: INDEX, line: LOG.lines[INDEX], entry: { w: A, kind: 'read' } });
    expect([...proved.details]).toEqual([[detailHash(JSON.stringify(SHAPE)), JSON.stringify(SHAPE)]]);
    expect(proved.checkpoint).toMatchObject({ origin: LOG.signer.name, size: 700, atMs: expect.any(Number) });
  });

  test('of every kind of place in the tree', async () => {
    for (const index of [0, 1, 255, 256, 511, 512, 699]) {
      expect(verifyProof(await proofOf(index), { vkey }).line).toBe(LOG.lines[index]);
    }
    const one = new AuditLogOfTest(LOG.signer).fill(1);
    const file = writeProof({ index: 0, line: one.lines[0]!, details: [], proof: [], checkpoint: one.sign() });
    expect(verifyProof(file, { vkey }).entry.kind).toBe('begin');
  });

  test('with cosignatures of as many witnesses as are asked for', async () => {
    const text = NOTE.slice(0, NOTE.indexOf('\n\n') + 1);
    const file = await proofOf(INDEX, NOTE + WITNESS.cosign(text, LOG.atMs));
    const keys = { vkey, witnesses: [WITNESS.cosignerVkey] };
    expect(verifyProof(file, { ...keys, quorum: 1 }).checkpoint.witnesses).toEqual([
      { name: WITNESS.name, atMs: Math.floor(LOG.atMs / 1000) * 1000 },
    ]);
    expect(() => verifyProof(file, { ...keys, quorum: 2 })).toThrow('cosigned by 1 of the 2 witnesses asked for');
    const plain = await proofOf(INDEX);
    expect(() => verifyProof(plain, { ...keys, quorum: 1 })).toThrow('cosigned by 0 of the 1 witnesses asked for');
  });

  test('a bit turned anywhere, and it proves nothing, or just as much without the time', async () => {
    const file = Buffer.from(await proofOf(INDEX));
    const timeLine = file.lastIndexOf('— ');
    fc.assert(
      fc.property(fc.nat(file.length * 8 - 1), (bit) => {
        const changed = new TextDecoder().decode(flipped(file, bit));
        let proved: ReturnType<typeof verifyProof> | undefined;
        try {
          proved = verifyProof(changed, { vkey });
        } catch (error) {
          expect(error).toBeInstanceOf(NoteError);
        }
        // What is changed in the name of the second signature makes it that of a key which nobody knows.
        if (proved) expect(bit / 8).toBeGreaterThan(timeLine);
        if (proved) expect(proved).toMatchObject({ line: LOG.lines[INDEX], checkpoint: { atMs: undefined } });
      }),
      { numRuns: 1000 },
    );
  });

  test('of another entry, another place, with other details or another key', async () => {
    const file = await proofOf(INDEX);
    const lines = file.split('\n');
    const extra = (text: string) => lines.with(1, `extra ${Buffer.from(text).toString('base64')}`).join('\n');
    const line = LOG.lines[INDEX]!;
    const isNot = `the entry in it is not leaf ${INDEX} of the log: the entry, its place or the proof was changed`;
    expect(() => verifyProof(extra(line.replace('officer-17', 'officer-18')), { vkey })).toThrow(isNot);
    expect(() => verifyProof(lines.with(2, 'index 298').join('\n'), { vkey })).toThrow('is not leaf 298');
    expect(() => verifyProof(lines.with(3, lines[4]!).join('\n'), { vkey })).toThrow(isNot);
    expect(() => verifyProof(extra(`${line}\n{"v":1}`), { vkey })).toThrow(
      'it holds details that the entry does not name, or that were changed',
    );
    expect(verifyProof(extra(line), { vkey }).details.size).toBe(0);
    expect(() => verifyProof(file, signerOf(LOG.signer.name, 9))).toThrow(
      'it is not signed by the key of audit.example/da-nang',
    );
    expect(() => verifyProof(file.replace(NOTE, OLD), { vkey })).toThrow(isNot);
  });

  test.each([
    ['nothing', () => '', 'it does not begin with c2sp.org/tlog-proof@v1'],
    ['another version', (file: string) => file.replace('@v1', '@v2'), 'it does not begin with c2sp.org/tlog-proof@v1'],
    ['no entry', (file: string) => file.replace(/extra .*\n/, ''), 'it does not hold the entry (extra)'],
    ['no place', (file: string) => file.replace(/index .*\n/, ''), "it does not say the entry's place (index)"],
    [
      'a place with a zero before',
      (file: string) => file.replace('index ', 'index 0'),
      "it does not say the entry's place (index)",
    ],
    [
      'a line that is no hash',
      (file: string) => file.replace(/(index .*\n)/, '$1abc\n'),
      'it has a line that is no hash',
    ],
    ['no checkpoint', (file: string) => file.slice(0, file.indexOf('\n\n') + 2), 'it is not a signed note'],
  ])('%s', async (_, change, message) => {
    const file = await proofOf(INDEX);
    expect(() => verifyProof(change(file), { vkey })).toThrow(message);
  });
});

describe('a witness', () => {
  const atMs = LOG.atMs + 60_000;
  const last = readCheckpoint(OLD, { vkey });
  const proofFrom = (from: number) => new TileReader(readOf(LOG.publish()), 700).consistencyProof(from);

  test('cosigns what goes on from what it saw', async () => {
    const { line, checkpoint } = cosign({ note: NOTE, vkey, last, proof: await proofFrom(300), atMs }, WITNESS);
    expect(checkpoint).toMatchObject({ size: 700, root: LOG.root() });
    const cosigned = readCheckpoint(NOTE + line, { vkey, witnesses: [WITNESS.cosignerVkey] });
    expect(cosigned.witnesses).toEqual([{ name: WITNESS.name, atMs: Math.floor(atMs / 1000) * 1000 }]);
  });

  test('cosigns a log that it sees for the first time, and the same checkpoint again', () => {
    expect(cosign({ note: NOTE, vkey, proof: [], atMs }, WITNESS).line).toMatch(/^— witness\.example\/inspectorate /);
    expect(cosign({ note: OLD, vkey, last, proof: [], atMs }, WITNESS).checkpoint.size).toBe(300);
  });

  test('cosigns no shrunken log, no fork, no proof that is none, and nothing that the log did not sign', async () => {
    const proof = await proofFrom(300);
    const newest = readCheckpoint(NOTE, { vkey });
    expect(() => cosign({ note: OLD, vkey, last: newest, proof: [], atMs }, WITNESS)).toThrow(
      'the log has shrunk from 700 to 300 entries: an older state was put back',
    );
    const unproved = 'it is not proved that the log of 700 entries goes on from the one of 300 seen before';
    expect(() => cosign({ note: NOTE, vkey, last, proof: [], atMs }, WITNESS)).toThrow(unproved);
    expect(() => cosign({ note: NOTE, vkey, last, proof: proof.with(0, proof[1]!), atMs }, WITNESS)).toThrow(unproved);
    const other = new AuditLogOfTest(LOG.signer).fill(299);
    other.read(A, 'H48.19-261102-9999');
    const fork = readCheckpoint(other.sign(), { vkey });
    expect(() => cosign({ note: NOTE, vkey, last: fork, proof, atMs }, WITNESS)).toThrow(unproved);
    expect(() => cosign({ note: OLD, vkey, last: fork, proof: [], atMs }, WITNESS)).toThrow(
      'the log has signed two roots for the same 300 entries: a fork',
    );
    expect(() => cosign({ note: NOTE, vkey: signerOf(LOG.signer.name, 9).vkey, proof: [], atMs }, WITNESS)).toThrow(
      NoteError,
    );
  });
});

describe('one value of an answer', () => {
  const salt = Buffer.alloc(16, 9);
  const values = new Map([
    ['citizen.birth.dateOfBirth', '"1990-02-03"'],
    ['citizen.birth.ethnicity', 'null'],
  ]);
  const digests = Buffer.concat([...values].map(([path, json]) => valueDigest(fieldKey(salt, path), json)));
  const shape = JSON.stringify(SHAPE);
  const log = new AuditLogOfTest().fill(1);
  const logged = {
    entry: parseEntry(log.write(A, 'read', { shape: detailHash(shape), values: valuesHash(digests) })),
    shape,
  };
  const [path, json] = [...values][0]!;

  test('is proved, with nothing said of the others', () => {
    const proof = proveValue({ path, json }, { salt, digests }, logged);
    expect(() => verifyValue(proof, logged)).not.toThrow();
    expect(JSON.stringify(proof)).not.toContain(salt.toString('base64url'));
    expect(Buffer.from(proof.key, 'base64url')).toEqual(fieldKey(salt, path));
    // The key of one field is none of another: who has it cannot try values of that.
    expect(() => verifyValue({ ...proof, path: 'citizen.birth.ethnicity', json: 'null' }, logged)).toThrow(
      'another value was sent in this field',
    );
  });

  test('is not proved when it is another, of another field, or by other digests, key, shape or entry', () => {
    const proof = proveValue({ path, json }, { salt, digests }, logged);
    expect(() => proveValue({ path, json: '"1990-02-04"' }, { salt, digests }, logged)).toThrow(
      'another value was sent in this field',
    );
    expect(() => proveValue({ path: 'citizen.birth.sex', json }, { salt, digests }, logged)).toThrow(
      'the answer had no such field',
    );
    expect(() => proveValue({ path, json }, { salt: flipped(salt, 3), digests }, logged)).toThrow(
      'another value was sent in this field',
    );
    const not = 'the digests are not those that the entry was written with';
    for (const other of [flipped(digests, 200), digests.subarray(0, 16), Buffer.concat([digests, digests])]) {
      expect(() => verifyValue({ ...proof, digests: other.toString('base64url') }, logged)).toThrow(not);
    }
    for (const key of ['', 'AAAA', flipped(Buffer.from(proof.key, 'base64url'), 5).toString('base64url')]) {
      expect(() => verifyValue({ ...proof, key }, logged)).toThrow('another value was sent in this field');
    }
    expect(() => verifyValue(proof, { ...logged, shape: shape.replace('shown', 'masked AS') })).toThrow(
      'the shape is not the one that the entry names',
    );
    expect(() => verifyValue(proof, { ...logged, entry: { ...logged.entry, values: detailHash('other') } })).toThrow(
      not,
    );
  });
});
