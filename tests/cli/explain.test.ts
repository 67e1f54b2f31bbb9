import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { type BuiltProduct, buildProduct } from '../helpers/command.js';

const folder = mkdtempSync(join(tmpdir(), 'lien-thong-explain-'));
const file = join(folder, 'operation.graphql');
const MINE = '048090000001';
const PERSON = 'query ($id: ID!) { citizen(personalId: $id) { fullName religion { name } } }';
let built: BuiltProduct;
beforeAll(() => {
  built = buildProduct();
});
afterAll(() => {
  built.remove();
  rmSync(folder, { recursive: true });
});

async function run(command: 'explain' | 'contract', args: string[], operation?: string) {
  if (operation !== undefined) writeFileSync(file, operation);
  const { code, output } = await built.run(command, { args: [...args, ...(operation ? ['--operation', file] : [])] })
    .ended;
  return { code, output };
}

const officer = ['--role', 'officer', '--procedure', '1.000894'];

test('explain says of each field whether it may be read, and by which rule', async () => {
  const { code, output } = await run('explain', officer, PERSON);
  expect(code).toBe(0);
  expect(output).toMatch(/^allowed +citizen\.fullName +OfficersReadWhatTheFormNeeds \(Luật/m);
  expect(output).toMatch(/^refused +citizen\.religion +grant: No rule/m);
});

test('explain knows masks, departments, days and whom a citizen asks for', async () => {
  const parcel = 'query ($id: ID!) { parcel(id: $id) { landRights { holder { personalId } } } }';
  const tax = ['--role', 'department-system', '--procedure', '1.013831', '--json'];
  const ofTax = await run('explain', [...tax, '--department', 'tax'], parcel);
  expect(ofTax.output).toMatch(/"path":"parcel.landRights.holder.personalId".*"result":"masked".*MIDDLE/);
  expect((await run('explain', [...tax, '--department', 'culture'], parcel)).output).toMatch(
    /"path":"parcel".*"refused"/,
  );
  expect((await run('explain', [...tax, '--department', 'tax', '--day', '2020-01-01'], parcel)).output).toMatch(
    /"refused"/,
  );
  const citizen = ['--role', 'citizen', '--procedure', '1.000894', '--citizen', MINE, '--variables'];
  expect((await run('explain', [...citizen, `{"id":"${MINE}"}`], PERSON)).output).toMatch(
    /^allowed +citizen\.fullName/m,
  );
  expect((await run('explain', [...citizen, '{"id":"048192000002"}'], PERSON)).output).toMatch(/^refused +citizen /m);
});

test.each([
  [['--role', 'king', '--procedure', '1'], { operation: PERSON, code: 2, cure: /--role takes one of officer/ }],
  [['--role', 'officer'], { operation: PERSON, code: 2, cure: /--procedure CODE is missing/ }],
  [officer, { operation: undefined, code: 2, cure: /--operation FILE is missing/ }],
  [officer, { operation: '{ citizen(personalId: "1") { age } }', code: 1, cure: /Cannot query field "age"/ }],
  [officer, { operation: '{ citizen', code: 1, cure: /Syntax Error/ }],
  [officer, { operation: 'query A { __typename } query B { __typename }', code: 2, cure: /--name OPERATION/ }],
  [[...officer, '--variables', '[]x'], { operation: PERSON, code: 2, cure: /--variables takes a JSON object/ }],
  [[...officer, '--day', 'tomorrow'], { operation: PERSON, code: 2, cure: /--day takes YYYY-MM-DD/ }],
])('explain %j of %j ends with the cure', async (args, { operation, code, cure }) => {
  const result = await run('explain', args, operation);
  expect(result).toMatchObject({ code });
  expect(result.output).toMatch(cure);
});

test('contract prints a schema of what a department may read, and of nothing else', async () => {
  const { code, output } = await run('contract', ['--department', 'tax']);
  expect(code).toBe(0);
  const schema = buildSchema(output);
  const fields = (type: string) =>
    Object.keys((schema.getType(type) as { getFields(): object } | undefined)?.getFields() ?? {});
  expect(fields('Query')).toEqual(['procedures', 'parcel']);
  expect(fields('LandRightHolder')).toEqual(['name', 'personalId']);
  expect(fields('Parcel')).not.toContain('mortgages');
  expect(schema.getType('Citizen')).toBeUndefined();
});

test('contract of a department that fills forms has the dossier, with its inputs', async () => {
  const { output } = await run('contract', ['--department', 'justice', '--procedure', '1.000894']);
  const schema = buildSchema(output);
  expect(Object.keys(schema.getQueryType()!.getFields())).toEqual(expect.arrayContaining(['dossier', 'citizen']));
  expect(schema.getType('PartyInput')).toBeDefined();
  expect(output).not.toMatch(/ {2}ethnicity: /);
  const scoped = await run('contract', [
    '--department',
    'justice',
    '--procedure',
    '1.000894',
    '--scope',
    'sensitive:ethnicity',
  ]);
  expect(scoped.output).toMatch(/ {2}ethnicity: /);
});

test('contract of a department that no rule names says so', async () => {
  const { code, output } = await run('contract', ['--department', 'culture']);
  expect(code).toBe(1);
  expect(output).toMatch(/those that are named are justice, land-registration, tax/);
  expect(await run('contract', [])).toMatchObject({ code: 2 });
});
