import { dirname, join } from 'node:path';
import { getNamedType, isObjectType, type SelectionSetNode } from 'graphql';
import { type Grant, readPolicies } from '../../../../gateway/access/index.js';
import { readRequirements } from '../../../../gateway/access/requirements.js';
import { AUDIT_PROCEDURE, createAuditResolvers } from '../../../../gateway/audit/desk/index.js';
import { LOG_READ } from '../../../../gateway/audit/marks.js';
import { loadedSchema } from '../../dossier/loaded-schema.js';
import { WORDS } from './asked-desk.js';

const POLICIES = join(dirname(require.resolve('#schema/gateway.graphql')), 'policies');
const schema = loadedSchema();
const grants = readPolicies(POLICIES, schema.api);
const ofAuditors = grants.filter(({ roles }) => roles.includes('auditor'));
const ofCitizens = grants.find(({ name }) => name === 'CitizensReadWhoLookedAtTheirData')!;
const { Query } = createAuditResolvers({
  reader: undefined,
  embargo: undefined,
  subjectKeys: [],
  words: WORDS,
  onFault() {},
});
const FIELDS = Object.keys(Query);

/** Every place below a type, as `a.b.c`, that a rule may let be read. */
function placesOf(typeName: string, above: string): string[] {
  const type = schema.api.getType(typeName);
  if (!isObjectType(type)) return [above];
  return Object.values(type.getFields()).flatMap(({ name, type: of }) =>
    placesOf(getNamedType(of).name, `${above}.${name}`),
  );
}

function placesIn(set: SelectionSetNode | undefined, above = ''): string[] {
  if (!set) return [above.slice(1)];
  return set.selections.flatMap((each) =>
    each.kind === 'Field' ? placesIn(each.selectionSet, `${above}.${each.name.value}`) : [],
  );
}

const root = (field: string) => placesOf(getNamedType(schema.api.getQueryType()!.getFields()[field]!.type).name, field);

test('auditors may read all of the log for an inspection, and nothing else', () => {
  expect(ofAuditors).toHaveLength(1);
  const [grant] = ofAuditors as [Grant];
  expect(grant).toMatchObject({ roles: ['auditor'], procedures: [AUDIT_PROCEDURE], reads: 'SELECTION' });
  const all = FIELDS.filter((field) => field !== 'myDataUses').flatMap(root);
  expect(placesIn(grant.selection).sort()).toEqual(all.sort());
});

test('citizens may read all that they are told of who looked, and none of the log', () => {
  expect(ofCitizens.roles).toEqual(['citizen']);
  expect(placesIn(ofCitizens.selection).sort()).toEqual(root('myDataUses').sort());
  for (const grant of grants.filter(({ roles }) => !roles.includes('auditor'))) {
    const others = placesIn(grant.selection).filter(
      (place) => LOG_READ.isField(place) && !place.startsWith('myDataUses.'),
    );
    expect([grant.name, others]).toEqual([grant.name, []]);
  }
});

test('everything of the log asks for a purpose, by its field and by each of its types', () => {
  const requirements = readRequirements(schema);
  const purpose = [{ kind: 'policies', anyOf: [['purpose']] }];
  for (const field of FIELDS) {
    expect([field, requirements.ofField('Query', field)]).toEqual([field, purpose]);
    const types = new Set<string>();
    const walk = (name: string) => {
      const type = schema.api.getType(name);
      if (!isObjectType(type) || types.has(name)) return;
      types.add(name);
      for (const each of Object.values(type.getFields())) walk(getNamedType(each.type).name);
    };
    walk(getNamedType(schema.api.getQueryType()!.getFields()[field]!.type).name);
    for (const type of types) expect([type, requirements.ofType(type)]).toEqual([type, purpose]);
  }
});

test('whatever reads the log is found by it', () => {
  for (const field of FIELDS) {
    expect(LOG_READ.isField(field)).toBe(true);
    expect(LOG_READ.isField(`${field}:2.edges`)).toBe(true);
    expect(LOG_READ.isField(`${field}Else`)).toBe(false);
  }
  expect([LOG_READ.isAct('log.export'), LOG_READ.isAct('embargo.set'), LOG_READ.isAct(undefined)]).toEqual([
    true,
    false,
    false,
  ]);
});

test('each purpose that our rules name has words', () => {
  for (const code of grants.flatMap(({ procedures = [] }) => procedures))
    expect([code, WORDS.procedure(code)]).toEqual([code, expect.any(Object)]);
  for (const code of grants.flatMap(({ departments = [] }) => departments))
    expect([code, WORDS.department(code)]).toEqual([code, expect.any(Object)]);
});
