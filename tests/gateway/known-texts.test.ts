import { createHash } from 'node:crypto';
import { type DocumentNode, Kind, parse } from 'graphql';
import type { OperationExchange } from '../../gateway/context.js';
import { createKnownOperations, type KnownOperations } from '../../gateway/known-operations.js';
import { until } from '../helpers/federation.js';
import { schemaOf, startFrontDoor } from '../helpers/front-door.js';

const SDL = 'type Query { hello: String  bye: String }  type Mutation { say: String }';
const schema = schemaOf(SDL);
const MIB = 1024 * 1024;
const create = (operationsBytesMax = MIB) => createKnownOperations({ operationsBytesMax, tokensMax: 1_000 });
const remember = (known: KnownOperations, text: string, on = schema) => known.remember(on, text, parse(text));
const register = (known: KnownOperations, ...names: string[]) => known.register(schema, names.map(registered));
const registered = (name: string) => {
  const text = `query ${name} { hello }`;
  return { text, document: parse(text), ids: [{ id: name, operationName: name }] };
};
const find = (known: KnownOperations, text: string, on = schema) => known.find(on, { text, variables: {} });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a text', () => {
  test('has one document and one operation, however often it is remembered', () => {
    const known = create();
    const first = remember(known, '{ hello }');
    expect(remember(known, '{ hello }')).toBe(first);
    expect(find(known, '{ hello }')?.operation(undefined)).toBe(first.operation(undefined));
  });

  test('is known on the schema that it was validated on, and on no other', () => {
    const known = create();
    remember(known, '{ hello }');
    expect(find(known, '{ hello }', schemaOf('type Query { other: Int }'))).toBeUndefined();
  });

  test('of several operations gives each by its name, and none without', () => {
    const text = remember(create(), 'query A { hello } query B { bye }');
    expect(text.operation(undefined)).toBeUndefined();
    expect(text.operation('B')?.operation.name?.value).toBe('B');
    expect(text.operation('A')?.document).toBe(text.operation('B')?.document);
    expect(text.operation('C')).toBeUndefined();
  });

  test('keeps nothing of its source beside the text itself', () => {
    const document = remember(
      create(),
      'query A($a: Int = 1) { hello @skip(if: true) ...F } fragment F on Query { bye }',
    ).operation('A')?.document as DocumentNode;
    expect(JSON.stringify(document)).not.toContain('"loc":');
    expect(document.definitions.map(({ kind }) => kind)).toEqual([Kind.OPERATION_DEFINITION, Kind.FRAGMENT_DEFINITION]);
  });

  test("is found by its hash, unless the hash is another text's", () => {
    const known = create();
    const text = remember(known, '{ hello }');
    const hash = sha256('{ hello }');
    expect(known.find(schema, { hash, variables: {} })).toBe(text);
    expect(known.find(schema, { text: '{ hello }', hash, variables: {} })).toBe(text);
    expect(known.find(schema, { text: '{ hello }', hash: sha256('{ bye }'), variables: {} })).toBeUndefined();
    expect(known.find(schema, { hash: sha256('{ bye }'), variables: {} })).toBeUndefined();
  });
});

describe('the room for texts', () => {
  const textOf = (index: number) => `{ a${index}: hello }`;

  test('is bounded in bytes, and what was not used for longest goes first, its hash with it', () => {
    const known = create();
    remember(known, textOf(0));
    for (let index = 1; index < 2_000; index += 1) {
      remember(known, textOf(index));
      find(known, textOf(0));
    }
    const kept = Array.from({ length: 2_000 }, (_, index) => index).filter((index) => find(known, textOf(index)));
    expect(kept).toContain(0);
    expect(kept).toContain(1_999);
    expect(kept).not.toContain(1);
    expect(kept.length).toBeLessThan(MIB / 5_000);
    expect(known.find(schema, { hash: sha256(textOf(1)), variables: {} })).toBeUndefined();
    expect(known.find(schema, { hash: sha256(textOf(1_999)), variables: {} })).toBeDefined();
  });

  test('a text asked for by its hash counts as used', () => {
    const known = create();
    remember(known, textOf(0));
    for (let index = 1; index < 2_000; index += 1) {
      remember(known, textOf(index));
      known.find(schema, { hash: sha256(textOf(0)), variables: {} });
    }
    expect(find(known, textOf(0))).toBeDefined();
  });

  test('is not given to one text that would take much of it, which is run all the same', () => {
    const known = create();
    const long = `{ ${Array.from({ length: 300 }, (_, index) => `a${index}: hello`).join(' ')} }`;
    expect(remember(known, long).operation(undefined)).toBeDefined();
    expect(find(known, long)).toBeUndefined();
  });

  test('is taken up faster by operations with conditions, which have a plan for each combination of them', () => {
    const keptOf = (textAt: (index: number) => string) => {
      const known = create();
      for (let index = 0; index < 500; index += 1) remember(known, textAt(index));
      return Array.from({ length: 500 }, (_, index) => index).filter((index) => find(known, textAt(index))).length;
    };
    const variables = '$a: Boolean!, $b: Boolean!';
    const plain = keptOf((index) => `query (${variables}) { a${index}: hello b: bye @x(a: true) @x(b: true) }`);
    const conditional = keptOf(
      (index) => `query (${variables}) { a${index}: hello b: bye @skip(if: $a) @include(if: $b) }`,
    );
    expect(conditional).toBeGreaterThan(0);
    expect(conditional).toBeLessThan(plain / 2);
  });

  test('of 0 bytes holds nothing but what is registered', () => {
    const known = create(0);
    expect(remember(known, '{ hello }').operation(undefined)).toBeDefined();
    expect(find(known, '{ hello }')).toBeUndefined();
    register(known, 'R');
    expect(find(known, 'query R { hello }')).toBeDefined();
    expect(known.find(schema, { documentId: 'R', variables: {} })).toBeDefined();
  });

  test('is not taken from what is registered, however much else comes', () => {
    const known = create();
    register(known, 'R');
    for (let index = 1; index < 2_000; index += 1) remember(known, textOf(index));
    for (const by of [{ text: 'query R { hello }' }, { documentId: 'R' }, { hash: sha256('query R { hello }') }]) {
      expect(known.find(schema, { ...by, variables: {} })?.operation('R')).toBeDefined();
    }
  });
});

describe('what is registered', () => {
  const R = { text: 'query R { hello }', variables: {} };

  test('is replaced as a whole: what is no longer among it is known by nothing, and what stays keeps all that hangs on it', () => {
    const known = create();
    register(known, 'R', 'S');
    const before = find(known, R.text)?.operation('R');
    register(known, 'R', 'T');
    expect(find(known, R.text)?.operation('R')).toBe(before);
    for (const by of [{ documentId: 'S' }, { hash: sha256('query S { hello }') }, { text: 'query S { hello }' }]) {
      expect(known.find(schema, { ...by, variables: {} })).toBeUndefined();
    }
    expect(known.find(schema, { documentId: 'T', variables: {} })).toBeDefined();
    expect(['R', 'S', 'T'].map((name) => known.isRegistered(schema, `query ${name} { hello }`))).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('is not what was only remembered, and goes on being remembered when it is taken away, if it was', () => {
    const known = create();
    const document = remember(known, R.text).operation('R')!.document;
    expect([known.isRegistered(schema, R.text), known.registrationOf(schema, document)]).toEqual([false, undefined]);
    register(known, 'R');
    expect([known.isRegistered(schema, R.text), known.registrationOf(schema, document)]).toEqual([true, {}]);
    register(known);
    expect(known.isRegistered(schema, R.text)).toBe(false);
    expect(find(known, R.text)?.operation('R')?.document).toBe(document);
  });
});

describe('the hottest operations', () => {
  const USES = { '{ hello }': 5, '{ bye }': 9, '{ a: bye }': 1, '{ never: hello }': 0 };
  const used = (known: KnownOperations, on = schema) => {
    for (const [text, uses] of Object.entries(USES)) {
      const operation = remember(known, text, on).operation(undefined);
      for (let use = 0; use < uses; use += 1) known.use(operation!);
    }
    return known;
  };
  const texts = (operations: { text: string }[]) => operations.map(({ text }) => text);

  test('are those that were used most, most used first, and none that nobody used', () => {
    expect(texts(used(create()).hottest(schema, 2))).toEqual(['{ bye }', '{ hello }']);
    expect(texts(used(create()).hottest(schema, 10))).toEqual(['{ bye }', '{ hello }', '{ a: bye }']);
    expect(create().hottest(schema, 10)).toEqual([]);
  });

  test('are known on the next supergraph, if they still hold there, as operations of its own', () => {
    const known = used(create());
    const next = schemaOf('type Query { bye: String  more: Int }');
    const carried = known.carryOver(schema, next, 10);
    expect(texts(carried)).toEqual(['{ bye }', '{ a: bye }']);
    for (const operation of carried) {
      expect(operation.schema).toBe(next);
      expect(operation).toBe(find(known, operation.text, next)?.operation(undefined));
      expect(operation.document).not.toBe(find(known, operation.text)?.operation(undefined)?.document);
    }
    expect(find(known, '{ hello }', next)).toBeUndefined();
    expect(find(known, '{ never: hello }', next)).toBeUndefined();
    expect(texts(known.hottest(next, 10))).toEqual(['{ bye }', '{ a: bye }']);
  });

  test('are no more than were asked for, and one that is known there already keeps its document', () => {
    const known = used(create());
    const next = schemaOf(SDL);
    const already = remember(known, '{ bye }', next).operation(undefined);
    expect(known.carryOver(schema, next, 1)).toEqual([already]);
    expect(find(known, '{ hello }', next)).toBeUndefined();
  });

  test('give way to newer ones, if they are used no longer', () => {
    const known = used(create());
    const next = schemaOf(`${SDL} type A @shareable { a: Int }`);
    known.carryOver(schema, next, 10);
    const now = remember(known, '{ now: hello }', next).operation(undefined)!;
    for (let use = 0; use < 5; use += 1) known.use(now);
    expect(texts(known.hottest(next, 2))).toEqual(['{ now: hello }', '{ bye }']);
  });

  test('of one text with two operations stay two', () => {
    const known = create();
    const text = 'query A { hello } query B { bye }';
    for (const name of ['A', 'B']) known.use(remember(known, text).operation(name)!);
    const carried = known.carryOver(schema, schemaOf(SDL), 10);
    expect(carried.map(({ operation }) => operation.name?.value)).toEqual(['A', 'B']);
    expect(carried[0]?.document).toBe(carried[1]?.document);
  });
});

test('50 identical requests that nobody has sent before come to the engine with one document', async () => {
  const run: Omit<OperationExchange, 'provenance'>[] = [];
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const door = await startFrontDoor({
    sdl: SDL,
    run: async (exchange) => {
      run.push(exchange);
      await answered;
      return { data: { hello: 'x' }, provenance: undefined as never };
    },
  });
  try {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ hello }"}' };
    const sent = Promise.all(Array.from({ length: 50 }, () => fetch(`${door.url}/graphql`, init)));
    await until(() => run.length === 50);
    answer();
    expect((await sent).map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(new Set(run.map(({ document }) => document)).size).toBe(1);
    expect(new Set(run.map(({ operation }) => operation)).size).toBe(1);
    expect(door.known.hottest(door.schema, 1)[0]?.document).toBe(run[0]?.document);
  } finally {
    await door.stop();
  }
});
