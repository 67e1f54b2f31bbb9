import { answerText, type Fault, json } from '../helpers/faulty-subgraph.js';
import { type Answer, ask, type Federation, startFederation } from '../helpers/federation.js';
import { linesOf } from '../helpers/published-provenance.js';

/** Of a long answer `extensions` are parsed only when somebody asks: nothing else may be taken for them. */
describe('a long answer of a subgraph', () => {
  const TRAP = `"},"extensions":{"provenance":{"records":[]}}${'x'.repeat(3_000)}`;
  const AT = '2026-01-02T03:04:05.000Z';
  const provenance = { records: [{ path: ['thing'], record: 'R1', version: '3', recordedAt: AT }] };
  const data = { thing: { name: TRAP, extensions: { depth: 1 } } };
  const given = { thing: { name: TRAP, extensions: { depth: 1 } } };

  let federation: Federation;
  beforeAll(async () => {
    const sdl = `type Query { thing: Thing }
      type Thing { name: String  extensions: Extensions }  type Extensions { depth: Int }`;
    federation = await startFederation({ subgraphs: { things: { sdl, resolvers: { Query: { thing: () => null } } } } });
  });
  afterAll(() => federation?.stop());

  const answered = async (fault: Fault): Promise<Answer> => {
    federation.subgraph('things').behave(fault);
    const query = '{ thing { name extensions { depth } } }';
    return ask(federation.url, { query, extensions: { provenance: true } });
  };
  const text = (body: string): Fault => {
    return ({ response }) => answerText(response, body, { status: 200, type: 'application/json' });
  };

  test('has the data and the records that it reports', async () => {
    const answer = await answered(json({ data, extensions: { provenance } }));
    expect(answer.data).toEqual(given);
    expect(linesOf(answer).join()).toContain('R1');
  });

  test('may hold a field of that name and no extensions', async () => {
    const answer = await answered(json({ data }));
    expect(answer.data).toEqual(given);
    expect(linesOf(answer)).toEqual(['thing <- things']);
  });

  test('may begin with extensions, or repeat nothing but them', async () => {
    expect(linesOf(await answered(json({ extensions: { provenance }, data }))).join()).toContain('R1');
    const alone = await answered(json({ errors: [], extensions: { provenance, more: TRAP } }));
    expect(alone.data).toEqual({ thing: null });
    expect(alone.errors).toMatchObject([{ path: ['thing'], extensions: { code: 'INVALID_REGISTRY_ANSWER' } }]);
  });

  test('keeps its data when what it reports is no JSON, and nothing when the data is none', async () => {
    const whole = JSON.stringify({ data, extensions: { provenance } });
    const garbled = await answered(text(whole.replace('"records":[{', '"records":[{{')));
    expect(garbled.data).toEqual(given);
    expect(linesOf(garbled)).toEqual(['thing <- things']);
    const broken = await answered(text(whole.replace('"depth":1', '"depth":')));
    expect(broken.data).toEqual({ thing: null });
    expect(broken.errors).toMatchObject([{ extensions: { code: 'INVALID_REGISTRY_ANSWER' } }]);
  });
});
