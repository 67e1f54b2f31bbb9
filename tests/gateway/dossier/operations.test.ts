import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse, validate } from 'graphql';
import { FORMS_FOLDER, loadedSchema } from './loaded-schema.js';

const FOLDER = join(FORMS_FOLDER, '..', 'operations');
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.graphql'));
const NAMES: Record<string, string> = {
  'citizen.graphql': 'Citizen',
  'civil-status.graphql': 'CivilStatus',
  'dossier.graphql': 'Dossier',
  'household.graphql': 'Household',
  'parcel-with-rights.graphql': 'ParcelWithRights',
};

test('the portal has its registered operations', () => {
  expect(files).toEqual(expect.arrayContaining(Object.keys(NAMES)));
});

test.each(files)('%s is one named operation that the schema allows', (file) => {
  const document = parse(readFileSync(join(FOLDER, file), 'utf8'));
  expect(validate(loadedSchema().api, document)).toEqual([]);
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  expect(operations).toHaveLength(1);
  expect(operations[0]!.name?.value).toBe(NAMES[file] ?? operations[0]!.name!.value);
});
