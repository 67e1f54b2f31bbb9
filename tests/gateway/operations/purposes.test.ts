import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'graphql';
import { schemaFolder } from '../../../cli/config.js';
import { GatewayError } from '../../../gateway/errors.js';
import { NOBODY } from '../../../gateway/identity.js';
import { declaredAbove, registrationOf } from '../../../gateway/operations/declarations.js';
import { enforceDeclaredPurpose } from '../../../gateway/operations/purpose.js';
import { type FrontDoorOfTest, startFrontDoor } from '../../helpers/front-door.js';

/** A registered operation is run for the purposes that it was registered for. */

const HELLO = 'query Hello { hello }';
const REGISTERED = [
  { name: 'Hello', text: HELLO, owner: 'the registry office', purposes: new Set(['1.000894', '1.004222']) },
  { name: 'Anything', text: 'query Anything { hello }' },
];

let door: FrontDoorOfTest;
beforeAll(async () => {
  door = await startFrontDoor({
    sdl: 'type Query { hello: String }',
    // The purpose as a header of the test's own: how a real one is read is not this step's matter.
    identify: ({ headers }) =>
      headers.procedure ? { ...NOBODY, purpose: { procedure: String(headers.procedure) } } : NOBODY,
    run: (exchange) =>
      enforceDeclaredPurpose(door.known)(exchange as never, () => Promise.resolve({ data: { hello: 'x' } }) as never),
  });
  door.known.register(
    door.schema,
    REGISTERED.map(({ name, ...registered }) => ({
      ...registered,
      document: parse(registered.text),
      ids: [{ id: name, operationName: name }],
    })),
  );
});
afterAll(() => door?.stop());

async function ask(body: Record<string, string>, procedure?: string, method = 'POST') {
  const headers = { 'content-type': 'application/json', ...(procedure ? { procedure } : {}) };
  const response = await (method === 'POST'
    ? fetch(`${door.url}/graphql`, { method, headers, body: JSON.stringify(body) })
    : fetch(`${door.url}/graphql?${new URLSearchParams(body)}`, { headers }));
  return { status: response.status, json: JSON.parse(await response.text()) };
}
const ANSWERED = { status: 200, json: { data: { hello: 'x' } } };

describe.each(['POST', 'GET'])('by %s', (method) => {
  test.each(['1.000894', '1.004222'])('for the procedure %s, which is declared, it is answered', async (procedure) => {
    expect(await ask({ documentId: 'Hello' }, procedure, method)).toEqual(ANSWERED);
    expect(await ask({ query: HELLO }, procedure, method)).toEqual(ANSWERED);
  });

  test.each(['1.000893', '1.00089', 'any', '__proto__', '1.000894, 1.004222'])(
    'for %s, which is not, it is refused with the cure',
    async (procedure) => {
      for (const body of [{ documentId: 'Hello' }, { query: HELLO }] as Record<string, string>[]) {
        const { status, json } = await ask(body, procedure, method);
        expect([status, json.data, json.errors.length]).toEqual([403, undefined, 1]);
        expect(json.errors[0].extensions).toEqual({ code: 'NOT_PERMITTED' });
        expect(json.errors[0].message).toContain('1.000894, 1.004222');
        expect(json.errors[0].message).toContain('the registry office');
        expect(json.errors[0].message).not.toContain('1.000893');
      }
    },
  );

  test('without a purpose it is not refused here', async () => {
    expect(await ask({ documentId: 'Hello' }, undefined, method)).toEqual(ANSWERED);
  });

  test('what declares none, and what is not registered, is not refused here', async () => {
    expect(await ask({ documentId: 'Anything' }, '1.000893', method)).toEqual(ANSWERED);
    expect(await ask({ query: `${HELLO} ` }, '1.000893', method)).toEqual(ANSWERED);
  });
});

test('one that is registered for another purpose from now on is refused for the old one, though its text is the same', async () => {
  const document = parse(HELLO);
  const register = (purposes: string[]) =>
    door.known.register(door.schema, [
      { text: HELLO, document, ids: [{ id: 'Hello', operationName: 'Hello' }], purposes: new Set(purposes) },
    ]);
  register(['2.000635']);
  expect((await ask({ documentId: 'Hello' }, '1.000894')).status).toBe(403);
  expect(await ask({ documentId: 'Hello' }, '2.000635')).toEqual(ANSWERED);
});

test('it is a refusal on purpose, which reaches the client', async () => {
  const step = enforceDeclaredPurpose({ registrationOf: () => ({ purposes: new Set(['1.000894']) }) });
  const exchange = { context: { identity: { ...NOBODY, purpose: { procedure: '2.000635' } } } } as never;
  await expect(step(exchange, () => Promise.reject(new Error('passed on')))).rejects.toBeInstanceOf(GatewayError);
});

describe('every operation of ours', () => {
  const FOLDER = join(schemaFolder, 'operations');
  /** The form of a dossier says what it is for; what is asked of the audit log has no form, and its rule names the purpose. */
  const FOR_ANY = /^(dossier|audit-.*|my-data-uses)\.graphql$/;
  const forms = new Set(readdirSync(join(schemaFolder, 'forms')).map((file) => file.replace('.json', '')));
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.graphql'));

  test.each(files)('%s has an owner and purposes, each a procedure that there is a form for', (file) => {
    const registration = registrationOf(declaredAbove(readFileSync(join(FOLDER, file), 'utf8')), true);
    if (typeof registration === 'string') throw new Error(registration);
    expect(registration.owner).toBeTruthy();
    for (const purpose of registration.purposes ?? []) expect(forms.has(purpose)).toBe(true);
    expect(registration.purposes === undefined).toBe(FOR_ANY.test(file));
  });
});
