import { generateKeyPairSync } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519';
import fc from 'fast-check';
import {
  NoteError,
  openSigner,
  openTimeVerifier,
  openVerifier,
  parseNote,
  verifiedBy,
} from '../../../../gateway/audit/verify/note.js';
import { flipped, pemOf } from '../../../helpers/audit-log-of-test.js';

// The key, the text and the signature that the first implementation of signed notes publishes with its code.
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const PETER_SEED = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const ENOCH = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop';
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER_LINE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const ENOCH_LINE =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';
const NOTE = `${TEXT}\n${PETER_LINE}${ENOCH_LINE}`;

// The example of c2sp.org/tlog-cosignature.
const COSIGNED = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

const names = (note: string, ...vkeys: string[]) =>
  verifiedBy(parseNote(note), vkeys.map(openVerifier)).map(({ name }) => name);

describe('known answers of signed notes', () => {
  test('the published key makes the published signature', () => {
    const signer = openSigner('PeterNeumann', pemOf(PETER_SEED));
    expect(signer.vkey).toBe(PETER);
    expect(signer.sign(TEXT)).toBe(PETER_LINE);
  });

  test('both published signatures are verified, each by its key', () => {
    expect(names(NOTE, PETER, ENOCH)).toEqual(['PeterNeumann', 'EnochRoot']);
    expect(names(NOTE, ENOCH)).toEqual(['EnochRoot']);
    expect(names(NOTE)).toEqual([]);
  });

  test('a signature that stands there twice counts once', () => {
    expect(names(`${TEXT}\n${PETER_LINE}${PETER_LINE}`, PETER, PETER)).toEqual(['PeterNeumann']);
  });

  test('no part of the key, and no key with one letter changed, is a key', () => {
    for (let from = 0; from <= PETER.length; from += 1) {
      for (let until = from; until <= PETER.length; until += 1) {
        if (until - from < PETER.length) expect(() => openVerifier(PETER.slice(from, until))).toThrow(NoteError);
      }
      const next = String.fromCharCode(PETER.charCodeAt(from) + 1);
      if (from < PETER.length)
        expect(() => openVerifier(PETER.slice(0, from) + next + PETER.slice(from + 1))).toThrow(NoteError);
    }
  });

  test.each([
    ['without a signature', TEXT],
    ['without a line of one', `${TEXT}\n`],
    ['without its last line end', NOTE.slice(0, -1)],
    ['with a control character', `\u0001${NOTE}`],
    ['with a carriage return', NOTE.replace('\n', '\r\n')],
    ['with a name of two words', `${TEXT}\n— Bad Name ${PETER_LINE.split(' ')[2]}`],
    ['with a name with a plus', `${TEXT}\n— Bad+Name ${PETER_LINE.split(' ')[2]}`],
    ['with another line', `${TEXT}\n${PETER_LINE}Unexpected line.\n`],
    ['with a minus for a dash', `${TEXT}\n${PETER_LINE.replace('—', '-')}`],
    ['with base64 of too few bytes', `${TEXT}\n— PeterNeumann x08go/==\n`],
    ['with base64 that has bits left over', `${TEXT}\n${PETER_LINE.replace('AM=', 'AN=')}`],
    ['with too many signatures', `${TEXT}\n${PETER_LINE.repeat(101)}`],
  ])('a note %s is none', (_, note) => {
    expect(() => parseNote(note)).toThrow(NoteError);
  });

  test('a hundred signatures are read; the text may hold empty lines', () => {
    expect(parseNote(`${TEXT}\n${TEXT}\n${PETER_LINE.repeat(100)}`)).toMatchObject({ text: `${TEXT}\n${TEXT}` });
    expect(parseNote(NOTE)).toMatchObject({ text: TEXT, signatures: [{ keyId: 0xc74f20a3 }, { keyId: 0xaf0cfe78 }] });
  });

  test('a known key with a wrong signature spoils the note, though another signature is right', () => {
    const wrong = `${PETER_LINE.slice(0, 60)}ABCD${PETER_LINE.slice(64)}`;
    expect(() => names(`${TEXT}\n${wrong}${ENOCH_LINE}`, PETER, ENOCH)).toThrow(
      'the signature of PeterNeumann does not fit its text',
    );
    expect(names(`${TEXT}\n${wrong}${ENOCH_LINE}`, ENOCH)).toEqual(['EnochRoot']);
    expect(() => names(NOTE.replace('answer', 'ANSWER'), PETER)).toThrow(NoteError);
  });
});

describe('known answers of cosignatures', () => {
  test('the example says its name, its key and when', () => {
    const { signatures } = parseNote(COSIGNED);
    expect(signatures.map(({ name }) => name)).toEqual(['example.com/behind-the-sofa', 'witness.example.com/w1']);
    expect(signatures[1]!.keyId).toBe(0x8d66cf3f);
    expect(signatures[1]!.bytes.length).toBe(8 + 64);
    expect(openSigner('witness.example.com/w1', pemOf(PETER_SEED)).cosignerVkey).toMatch(
      /^witness\.example\.com\/w1\+[\da-f]{8}\+B/,
    );
    expect(openTimeVerifier(PETER).timeOf(signatures[1]!.bytes)).toBe(1679315147_000);
  });
});

describe('a second implementation of Ed25519', () => {
  const anyText = fc.string({ minLength: 1, unit: 'grapheme' }).map((text) => `${text.replace(/\p{Cc}/gu, ' ')}\n`);
  const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const anySeconds = fc.integer({ min: 0, max: 2 ** 40 });

  test('verifies what is signed here, with and without a time, by the same public key', () => {
    fc.assert(
      fc.property(anySeed, anyText, anySeconds, (seed, text, seconds) => {
        const signer = openSigner('log.example', pemOf(seed));
        const publicKey = ed25519.getPublicKey(seed);
        expect(Buffer.from(signer.vkey.slice('log.example+12345678+'.length), 'base64').subarray(1)).toEqual(
          Buffer.from(publicKey),
        );
        const note = parseNote(`${text}\n${signer.sign(text)}${signer.cosign(text, seconds * 1000 + 999)}`);
        const [plain, timed] = note.signatures.map(({ bytes }) => bytes);
        expect(ed25519.verify(plain!, Buffer.from(text), publicKey)).toBe(true);
        const message = Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
        expect(timed!.readBigUInt64BE(0)).toBe(BigInt(seconds));
        expect(ed25519.verify(timed!.subarray(8), message, publicKey)).toBe(true);
        expect(ed25519.verify(timed!.subarray(8), Buffer.from(text), publicKey)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  test('signs what is verified here', () => {
    fc.assert(
      fc.property(anySeed, anyText, fc.nat(511), (seed, text, bit) => {
        const verifier = openVerifier(openSigner('log.example', pemOf(seed)).vkey);
        const signature = ed25519.sign(Buffer.from(text), seed);
        expect(verifier.verify(text, signature)).toBe(true);
        expect(verifier.verify(text, flipped(signature, bit))).toBe(false);
        expect(verifier.verify(`${text}\n`, signature)).toBe(false);
        expect(openTimeVerifier(verifier.vkey).verify(text, signature)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });
});

describe('signatures with a time', () => {
  const signer = openSigner('witness.example', pemOf(Buffer.alloc(32, 3)));
  const verifier = openVerifier(signer.cosignerVkey);
  const signed = (text: string, atMs: number) =>
    parseNote(`${text}\n${signer.cosign(text, atMs)}`).signatures[0]!.bytes;

  test('a bit turned in the time, the signature or the text is found', () => {
    fc.assert(
      fc.property(fc.nat((8 + 64) * 8 - 1), fc.nat(2 ** 31), (bit, seconds) => {
        const signature = signed('text\n', seconds * 1000);
        expect(verifier.verify('text\n', signature)).toBe(true);
        expect(verifier.timeOf(signature)).toBe(seconds * 1000);
        expect(verifier.verify('text\n', flipped(signature, bit))).toBe(false);
        expect(verifier.verify('tex\n', signature)).toBe(false);
        expect(verifier.verify('text\n', signature.subarray(0, 8))).toBe(false);
        expect(verifier.verify('text\n', signature.subarray(0, 4))).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test('the two ways of one key are not taken for each other', () => {
    expect(openTimeVerifier(signer.vkey).vkey).toBe(signer.cosignerVkey);
    expect(openTimeVerifier(signer.vkey).keyId).not.toBe(openVerifier(signer.vkey).keyId);
    const note = parseNote(`text\n\n${signer.cosign('text\n', 1000)}`);
    expect(verifiedBy(note, [openVerifier(signer.vkey)])).toEqual([]);
    expect(verifiedBy(note, [verifier])).toEqual([{ name: 'witness.example', vkey: signer.cosignerVkey, atMs: 1000 }]);
  });
});

test('a name with spaces or a plus, and a key of another algorithm, sign nothing', () => {
  const pem = pemOf(PETER_SEED);
  for (const name of ['', 'two words', 'a+b', 'a\u00a0b', 'a\nb'])
    expect(() => openSigner(name, pem)).toThrow(NoteError);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  expect(() => openSigner('log.example', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())).toThrow(
    'the key is for another algorithm than Ed25519',
  );
});
