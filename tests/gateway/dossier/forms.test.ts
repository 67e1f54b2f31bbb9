import { readdirSync } from 'node:fs';
import { type GraphQLSchema, Kind, print, TypeInfo, validate, visit, visitWithTypeInfo } from 'graphql';
import { compileForm } from '../../../gateway/dossier/compile.js';
import { loadForms } from '../../../gateway/dossier/load-forms.js';
import { readOwners } from '../../../gateway/dossier/owners.js';
import { validateForm } from '../../../gateway/dossier/validate-forms.js';
import { WORDS } from '../../../gateway/dossier/words.js';
import { ASKED_FOR } from './asked-for.js';
import { FORMS_FOLDER, loadedSchema } from './loaded-schema.js';

const PROCEDURES = [
  '1.000656',
  '1.000894',
  '1.001022',
  '1.001193',
  '1.004194',
  '1.004222',
  '1.004859',
  '1.004873',
  '1.004884',
  '1.012783',
  '1.012784',
  '1.012796',
  '1.013831',
  '1.013978',
  '2.000635',
];

const forms = loadForms(FORMS_FOLDER);
const { api, supergraphSdl } = loadedSchema();
const ownerOf = readOwners(supergraphSdl);

test('the fifteen procedures have a form each', () => {
  expect(forms.map(({ code }) => code).sort()).toEqual(PROCEDURES);
  expect(readdirSync(FORMS_FOLDER).filter((name) => name.endsWith('.json'))).toHaveLength(PROCEDURES.length);
});

describe.each(forms.map((form) => [form.code, form] as const))('form %s', (_code, form) => {
  test('fits the schema', () => {
    expect(validateForm(form, { api, ownerOf })).toEqual([]);
  });

  test.each(form.versions)(
    'of $effectiveFrom compiles to one valid operation for every set of optional parties',
    (version) => {
      const required = version.parties.filter((party) => party.required).map(({ role }) => role);
      const optional = version.parties.filter((party) => !party.required).map(({ role }) => role);
      for (let set = 0; set < 2 ** optional.length; set++) {
        const roles = new Set([...required, ...optional.filter((_, index) => set & (1 << index))]);
        const { document } = compileForm({ api, ownerOf, form, version, roles });
        expect(document!.definitions).toHaveLength(1);
        expect(validate(api, document!)).toEqual([]);
      }
    },
  );

  test('rests on provisions that nobody has confirmed, and says where each was read', () => {
    for (const version of form.versions) {
      expect([version.verified, version.readIn === '']).toEqual([false, false]);
      for (const { basis } of [...version.fields, ...version.checks]) {
        expect([basis.verified, basis.text === '', basis.readIn === '']).toEqual([false, false, false]);
      }
    }
  });
});

describe('every form holds what its official form asks for', () => {
  /** The groups of which the fields lack something: `group: the keys that are not there`. */
  const lackingIn = (code: string, keys: readonly string[]) =>
    Object.entries(ASKED_FOR[code] ?? { 'what it asks for': ['in asked-for.ts'] })
      .map(([group, wanted]) => [group, wanted.filter((key) => !keys.includes(key))] as const)
      .filter(([, lacking]) => lacking.length > 0)
      .map(([group, lacking]) => `${group}: ${lacking.join(', ')}`);

  test.each(
    forms.flatMap(({ code, versions }) => versions.map((version) => [code, version.effectiveFrom, version] as const)),
  )('%s of %s', (code, _from, version) => {
    const keys = version.fields.map(({ key }) => key);
    expect(lackingIn(code, keys)).toEqual([]);
  });

  test('and one without them would be noticed, group by group', () => {
    expect(Object.keys(ASKED_FOR).sort()).toEqual(PROCEDURES);
    for (const code of PROCEDURES) expect(lackingIn(code, [])).toHaveLength(Object.keys(ASKED_FOR[code]!).length);
    const [version] = forms.find(({ code }) => code === '1.013978')!.versions;
    const keys = version!.fields.map(({ key }) => key).filter((key) => key !== 'dossier.coUsers');
    expect(lackingIn('1.013978', keys)).toEqual(['co-users 15a: dossier.coUsers']);
  });
});

test('marriage asks for a groom and a bride, and for each one name, birth, residence and marital status', () => {
  const [version] = forms.find(({ code }) => code === '1.000894')!.versions;
  expect(version!.parties.map(({ role, required }) => [role, required])).toEqual([
    ['groom', true],
    ['bride', true],
  ]);
  const keys = version!.fields.map(({ key }) => key);
  for (const role of ['groom', 'bride']) {
    for (const key of [
      'fullName',
      'dateOfBirth',
      'ethnicity',
      'nationality',
      'residence',
      'idNumber',
      'maritalStatus',
    ]) {
      expect(keys).toContain(`${role}.${key}`);
    }
  }
  // Whether they live, are of age and of the sexes that the law wants, and that nobody marries themselves.
  expect(version!.checks.map(({ key }) => key)).toEqual([
    'groom.alive',
    'groom.ofAge',
    'groom.male',
    'groom.unmarried',
    'bride.alive',
    'bride.ofAge',
    'bride.female',
    'bride.unmarried',
    'groom.notSamePerson',
  ]);
});

describe('the compiled operation is minimal', () => {
  const form = forms.find(({ code }) => code === '1.000894')!;
  const compile = (roles: string[]) =>
    compileForm({ api, ownerOf, form, version: form.versions[0]!, roles: new Set(roles) });

  test('it asks for nothing that no field and no check reads', () => {
    const { document, fields, checks } = compile(['groom', 'bride']);
    const read = new Set<string>();
    for (const reader of [
      ...fields.flatMap((each) => [...each.paths, ...each.agree]),
      ...checks.flatMap((each) => [...each.reads.values()]),
    ]) {
      const keys = reader.steps.map(({ key }) => key);
      for (const index of keys.keys()) read.add([reader.role, ...keys.slice(0, index + 1)].join('.'));
    }
    const asked = selectedPaths(document!, api).filter(({ type }) => type !== 'CodedValue' && type !== 'Address');
    expect(asked.filter(({ path }) => path.includes('.') && !read.has(path))).toEqual([]);
  });

  test('it asks for the code of a value only where two registries are compared', () => {
    const text = print(compile(['groom', 'bride']).document!);
    expect(text).toContain('ethnicity {');
    expect(text).not.toContain('religion');
    // A residence is compared with nothing, so the unit is not needed.
    expect(text).not.toContain('validFrom');
    expect(text).not.toContain('household');
  });

  test('a field that two paths need is asked for once', () => {
    const text = print(compile(['groom', 'bride']).document!);
    expect(text.match(/birth \{/g)).toHaveLength(2);
    expect(text.match(/maritalStatus/g)).toHaveLength(2);
  });

  test('other arguments get an alias, so that the two do not merge', () => {
    const extract = forms.find(({ code }) => code === '1.004873')!;
    const all = compileForm({
      api,
      ownerOf,
      form: extract,
      version: extract.versions[0]!,
      roles: new Set(['subject']),
    });
    expect(print(all.document!)).toContain('marriages(includeEnded: false)');
  });

  test('what concerns a party that was not given is left out', () => {
    const birth = forms.find(({ code }) => code === '1.001193')!;
    const compiled = compileForm({
      api,
      ownerOf,
      form: birth,
      version: birth.versions[0]!,
      roles: new Set(['requester', 'mother']),
    });
    expect(compiled.fields.some(({ field }) => field.key.startsWith('father.'))).toBe(false);
    expect(compiled.checks.map(({ check }) => check.key)).toEqual(['requester.alive']);
    expect(print(compiled.document!)).not.toContain('father:');
    // The child's native place may still come from the mother.
    expect(compiled.fields.find(({ field }) => field.key === 'child.homeTown')!.paths).toHaveLength(1);
  });
});

test('every value knows the one registry that supplies it', () => {
  for (const form of forms) {
    for (const version of form.versions) {
      const roles = new Set(version.parties.map(({ role }) => role));
      for (const { field, paths, agree, recordOf } of compileForm({ api, ownerOf, form, version, roles }).fields) {
        for (const reader of [...paths, ...agree]) {
          const registry = recordOf?.registry ?? reader.registry;
          expect([field.key, reader.text, registry]).toEqual([
            field.key,
            reader.text,
            expect.stringMatching(/^(citizen-identity|civil-status|land)$/),
          ]);
        }
      }
    }
  }
});

test('owners come from the join directives, through shared value types', () => {
  expect(ownerOf('Citizen', 'fullName')).toBe('citizen-identity');
  expect(ownerOf('Citizen', 'maritalStatus')).toBe('civil-status');
  expect(ownerOf('Citizen', 'landRights')).toBe('land');
  expect(ownerOf('Citizen', 'personalId')).toBeNull();
  expect(ownerOf('Address', 'textToday')).toBeNull();
  expect(ownerOf('Residence', 'address')).toBe('citizen-identity');
});

test('every word table has a word for each value of its enum, and no other', () => {
  for (const [name, words] of Object.entries(WORDS)) {
    const type = api.getType(name);
    expect(Object.keys(words).sort()).toEqual(
      (type as unknown as { getValues(): { name: string }[] })
        .getValues()
        .map((each) => each.name)
        .sort(),
    );
  }
});

function selectedPaths(document: Parameters<typeof visit>[0], schema: GraphQLSchema): { path: string; type: string }[] {
  const info = new TypeInfo(schema);
  const at: string[] = [];
  const found: { path: string; type: string }[] = [];
  visit(
    document,
    visitWithTypeInfo(info, {
      [Kind.FIELD]: {
        enter(node) {
          at.push(node.alias?.value ?? node.name.value);
          found.push({ path: at.join('.'), type: info.getParentType()!.name });
        },
        leave() {
          at.pop();
        },
      },
    }),
  );
  return found;
}
