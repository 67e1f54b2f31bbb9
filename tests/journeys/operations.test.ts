import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'graphql';
import { schemaFolder } from '../../cli/config.js';
import type { Identity } from '../../gateway/identity.js';
import { ANYBODY, everythingTo, identityOf } from '../helpers/callers.js';
import { DEMO } from '../helpers/demo-people.js';
import { type Product, startProduct } from '../helpers/product.js';

const FOLDER = join(schemaFolder, 'operations');
/** Those that ask the audit log, tests/gateway/audit/desk asks. */
const FILES = readdirSync(FOLDER).filter((file) => /^(?!audit-|my-data-uses).*\.graphql$/.test(file));

let product: Product;
let identity: Identity = ANYBODY;
let variables: Record<string, unknown>;
beforeAll(async () => {
  product = await startProduct({ access: { identify: () => identity, grants: () => [everythingTo('officer')] } });
  const { data } = await product.ask(`{ citizen(personalId: "${DEMO.husband}") { landRights { parcel { id } } } }`);
  const [id] = data.citizen.landRights.map((right: { parcel: { id: string } }) => right.parcel.id);
  variables = {
    personalId: DEMO.husband,
    id,
    procedure: '1.000894',
    parties: [
      { role: 'groom', personalId: DEMO.groom },
      { role: 'bride', personalId: DEMO.bride },
    ],
  };
});
afterAll(() => product?.stop());

const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

/** Somebody who may read everything, for the first purpose that an operation is registered for. */
function forPurposeOf(text: string): Identity {
  const [, procedure] = /^# purpose: ([\d.]+)/m.exec(text) ?? [];
  return procedure === undefined ? ANYBODY : identityOf({}, procedure);
}

/** The demo value of each variable that the operation declares. */
function variablesFor(text: string): Record<string, unknown> {
  const [operation] = parse(text).definitions;
  if (operation?.kind !== 'OperationDefinition') throw new Error('the file does not begin with an operation');
  const names = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  return Object.fromEntries(names.map((name) => [name, variables[name] ?? fail(name)]));
}

function fail(name: string): never {
  throw new Error(`no demo value is known for $${name}: add one here`);
}

/** Whether anything but keys came back. */
function isFilled(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  return typeof value === 'object' ? Object.values(value).filter(isFilled).length > 1 : true;
}

test('there are operations for the person, the household, civil status, land and the dossier', () => {
  expect(FILES).toEqual(
    expect.arrayContaining(
      ['citizen', 'household', 'civil-status', 'parcel-with-rights', 'dossier'].map((name) => `${name}.graphql`),
    ),
  );
});

test.each(FILES)('%s answers for the demo people without an error', async (file) => {
  identity = forPurposeOf(read(file));
  const { status, data, errors } = await product.ask(read(file), variablesFor(read(file)));
  expect({ status, errors }).toEqual({ status: 200, errors: undefined });
  expect(Object.values(data).every(isFilled)).toBe(true);
});

test.each(FILES)('%s says what is wrong when its variables are missing', async (file) => {
  identity = forPurposeOf(read(file));
  const { status, errors } = await product.ask(read(file), {});
  expect(status).toBe(400);
  expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  expect(errors?.[0]?.message).toMatch(/\$(personalId|id|procedure)/);
});
