import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULTS } from '../../../gateway/config.js';
import { createDossierFeature, type FormsError } from '../../../gateway/dossier/index.js';
import type { PartyInput } from '../../../gateway/dossier/parties.js';
import { GatewayError } from '../../../gateway/errors.js';
import { BRIDE, COUPLE, citizen, createTrial, GROOM, PARCEL } from './dossier-trial.js';
import { FORMS_FOLDER, loadedSchema } from './loaded-schema.js';

async function refusalOf(procedure: string, parties: PartyInput[], trial = createTrial()): Promise<GatewayError> {
  const error = await trial.dossier(procedure, parties).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(GatewayError);
  expect(trial.asked).toEqual([]);
  return error as GatewayError;
}

describe('a citizen', () => {
  const { resolvers } = createTrial();

  test('is a reference by number', () => {
    expect(resolvers.Query.citizen(null, { personalId: GROOM })).toEqual({ __typename: 'Citizen', personalId: GROOM });
    const reference = { __typename: 'Citizen', personalId: GROOM };
    expect(resolvers.Citizen.__resolveReference(reference)).toBe(reference);
  });

  test.each([
    '',
    '04809000001',
    '0480900000012',
    '04809000000a',
    ' 048090000001',
    '048090000001\n',
    '０４８０９００００００１',
  ])('%j is no number; the error does not repeat it', (personalId) => {
    const ask = () => resolvers.Query.citizen(null, { personalId });
    expect(ask).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        message: 'personalId: a personal identification number has 12 digits.',
      }),
    );
  });
});

describe('procedures', () => {
  test('are those in force today, by code, with their roles', () => {
    const { resolvers, context } = createTrial();
    const procedures = resolvers.Query.procedures(null, {}, context);
    expect(procedures.map(({ code }) => code)).toEqual([...procedures.map(({ code }) => code)].sort());
    expect(procedures).toHaveLength(15);
    expect(procedures[1]).toMatchObject({
      code: '1.000894',
      nameEn: 'Marriage registration',
      parties: [{ role: 'groom', subject: 'CITIZEN', required: true }, { role: 'bride' }],
    });
  });

  test('are none before the first form is in force', () => {
    const { resolvers, context } = createTrial({ nowMs: Date.parse('2025-06-30T16:59:59Z') });
    expect(resolvers.Query.procedures(null, {}, context)).toEqual([]);
  });
});

test('an unknown procedure is told the nearest codes, and not its own', async () => {
  const error = await refusalOf('1.000895', COUPLE);
  expect(error.code).toBe('UNKNOWN_PROCEDURE');
  expect(error.message).toContain('1.000894');
  expect(error.message).not.toContain('1.000895');
});

test('a procedure that is not in force is told since when it is', async () => {
  const error = await refusalOf('1.000894', COUPLE, createTrial({ nowMs: Date.parse('2025-01-01T00:00:00Z') }));
  expect([error.code, error.message]).toEqual([
    'PROCEDURE_NOT_IN_FORCE',
    'The form 1.000894 is not in force today; it is from 2025-07-01.',
  ]);
});

describe('parties', () => {
  const [groom, bride] = COUPLE as [PartyInput, PartyInput];

  test.each<[string, PartyInput[], string]>([
    [
      'a wrong role',
      [groom, bride, { role: 'witness', personalId: GROOM }],
      "parties[2]: the role is not one of this procedure's, groom, bride.",
    ],
    ['a missing party', [groom], 'the role bride is missing; give it a personalId.'],
    ['the same role twice', [groom, bride, groom], 'parties[2]: the role groom is given more than once.'],
    ['a parcel for a citizen', [groom, { role: 'bride', parcelId: PARCEL }], 'parties[1]: bride takes a personalId.'],
    [
      'both identifiers',
      [groom, { ...bride, parcelId: PARCEL }],
      'parties[1]: give only personalId, not both identifiers.',
    ],
    ['no identifier', [groom, { role: 'bride' }], 'parties[1]: give the personalId of the bride.'],
    [
      'nulls',
      [groom, { role: 'bride', personalId: null, parcelId: null }],
      'parties[1]: give the personalId of the bride.',
    ],
  ])('%s is refused', async (_name, parties, message) => {
    const error = await refusalOf('1.000894', parties);
    expect([error.code, error.message]).toEqual(['INVALID_PARTIES', message]);
  });

  test('a citizen for a parcel is refused', async () => {
    const error = await refusalOf('1.012783', [
      { role: 'holder', personalId: GROOM },
      { role: 'parcel', personalId: GROOM },
    ]);
    expect([error.code, error.message]).toEqual(['INVALID_PARTIES', 'parties[1]: parcel takes a parcelId.']);
  });

  test.each([
    [
      '1.000894',
      [groom, { role: 'bride', personalId: '4819200000x' }],
      'parties[1]: a personal identification number has 12 digits.',
    ],
    [
      '1.012783',
      [
        { role: 'holder', personalId: GROOM },
        { role: 'parcel', parcelId: 'w6ugqk2zr5ba' },
      ],
      'parties[1]: a parcel identifier has 12 characters, digits and small letters without a, i, l and o.',
    ],
  ])('a malformed identifier is refused and not repeated', async (procedure, parties, message) => {
    const error = await refusalOf(procedure, parties);
    expect([error.code, error.message]).toEqual(['BAD_USER_INPUT', message]);
  });

  test('all that is wrong is told at once', async () => {
    const error = await refusalOf('1.000894', [
      { role: 'groom', personalId: '1' },
      { role: 'priest', personalId: GROOM },
    ]);
    expect(error.code).toBe('INVALID_PARTIES');
    for (const part of ['parties[0]: a personal', 'parties[1]: the role', 'the role bride is missing'])
      expect(error.message).toContain(part);
    expect(error.message).not.toContain('priest');
  });

  test('more of them than a list may have are refused', async () => {
    const many = Array.from({ length: DEFAULTS.limits.listItemsMax + 1 }, () => groom);
    expect(await refusalOf('1.000894', many)).toMatchObject({
      code: 'INVALID_PARTIES',
      message: expect.stringContaining('more than 100'),
    });
  });

  test('an optional one may be left out', async () => {
    const trial = createTrial({ data: { subject: citizen() } });
    const dossier = await trial.dossier('1.004873', [{ role: 'subject', personalId: BRIDE }]);
    expect(dossier.fields.some(({ party }) => party === 'requester')).toBe(false);
    expect(trial.asked[0]!.variables).toEqual({ subject: BRIDE });
  });
});

describe('a broken form', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forms-'));
    cpSync(FORMS_FOLDER, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function breakForm(
    change: (version: FormJson, form: { versions: FormJson[] } & Record<string, unknown>) => void,
  ): void {
    const file = join(folder, '1.000894.json');
    const form = JSON.parse(readFileSync(file, 'utf8'));
    change(form.versions[0], form);
    writeFileSync(file, JSON.stringify(form));
  }

  interface FormJson extends Record<string, unknown> {
    parties: Record<string, unknown>[];
    fields: Record<string, unknown>[];
    checks: Record<string, unknown>[];
  }

  const problems = () => createDossierFeature({ formsFolder: folder }).validateForms(loadedSchema());

  test.each<[string, Record<string, unknown>, string]>([
    [
      'an unknown field',
      { paths: ['birth.fulName'] },
      'path birth.fulName: BirthRecord has no field fulName; the nearest is fullName',
    ],
    [
      'an unknown first step',
      { paths: ['brith.fullName'] },
      'path brith.fullName: Citizen has no field brith; the nearest is birth',
    ],
    ['an unknown rival', { agree: ['fullNam'] }, 'path fullNam: Citizen has no field fullNam; the nearest is fullName'],
    [
      'a list without a choice',
      { paths: ['marriages.recordNo'], agree: [] },
      'path marriages.recordNo: marriages is a list; add [...]',
    ],
    [
      'a choice without a list',
      { paths: ['birth[0].fullName'], agree: [] },
      'path birth[0].fullName: birth is no list; leave out [...]',
    ],
    [
      'an unknown argument',
      { paths: ['marriages(includeOver: true)[0].recordNo'], agree: [] },
      'path marriages(includeOver: true)[0].recordNo: marriages has no argument includeOver; the nearest is includeEnded',
    ],
    [
      'an argument of another type',
      { paths: ['marriages(includeEnded: 1)[0].recordNo'], agree: [] },
      'path marriages(includeEnded: 1)[0].recordNo: includeEnded must be a Boolean!',
    ],
    [
      'an unknown enum value',
      { paths: ['relatives[relation=CHAA].fullName'], agree: [] },
      'path relatives[relation=CHAA].fullName: RelativeKind has no value CHAA; the nearest is CHA',
    ],
    [
      'a format that does not fit',
      { paths: ['birth.ethnicity'], agree: [] },
      'path birth.ethnicity: format name cannot show a CodedValue; those that can: coded',
    ],
    [
      'a role that is not there',
      { paths: ['grom:fullName'], agree: [] },
      'path grom:fullName: there is no role grom; the nearest is groom',
    ],
    [
      'a value without a record',
      { paths: ['personalId'], agree: [], format: 'text' },
      'path personalId: every registry knows it, so name in recordOf a path of the registry whose record it rests on',
    ],
    [
      'a list compared',
      { paths: ['marriages[*].recordNo'], agree: ['fullName'], format: 'text' },
      'agree: lists are not compared; leave out agree or [*]',
    ],
    ['an unknown party', { party: 'grooom' }, 'there is no role grooom; the nearest is groom'],
  ])('with %s names form, field and remedy', (_name, change, problem) => {
    breakForm((version) => Object.assign(version.fields[0]!, change));
    expect(problems()).toContainEqual({ file: '1.000894.json', at: 'field groom.fullName', problem });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown rule', { rule: 'aliv' }, 'there is no rule aliv; the nearest is alive'],
    [
      'a rule for another subject',
      { rule: 'unencumbered' },
      'rule unencumbered judges a PARCEL, and groom is a CITIZEN',
    ],
    ['a missing option', { rule: 'of-age' }, 'with.years is missing; it must be a number'],
    ['a sex that there is not', { rule: 'of-sex', with: { sex: 'MALE' } }, 'with.sex must be one of NAM, NU'],
    ['an unknown option', { with: { year: 20 } }, 'rule alive has no option year; it has none'],
    [
      'a role that is not there',
      { rule: 'not-same-person', with: { other: 'brid' } },
      'with.other: there is no role brid; the nearest is bride',
    ],
    [
      'a path that is not there',
      { rule: 'has-record', with: { path: 'birth.recordNr' } },
      'path birth.recordNr: BirthRecord has no field recordNr; the nearest is recordNo',
    ],
  ])('with %s in a check names it', (_name, change, problem) => {
    breakForm((version) => Object.assign(version.checks[0]!, change));
    expect(problems()).toContainEqual({ file: '1.000894.json', at: 'check groom.alive', problem });
  });

  const loading = () => {
    try {
      createDossierFeature({ formsFolder: folder });
    } catch (error) {
      return (error as FormsError).message;
    }
    return '';
  };

  test.each<[string, (version: FormJson, form: { versions: FormJson[] } & Record<string, unknown>) => void, string]>([
    [
      'a missing label',
      (version) => Object.assign(version.parties[0]!, { label: undefined }),
      '1.000894.json: party groom: label is missing; it must be a text',
    ],
    [
      'an unknown key',
      (version) => Object.assign(version.fields[0]!, { lable: 'x' }),
      '1.000894.json: field groom.fullName: lable is unknown',
    ],
    [
      'a wrong type',
      (version) => Object.assign(version.parties[0]!, { required: 'yes' }),
      'party groom: required must be true or false',
    ],
    [
      'an unknown provision',
      (version) => Object.assign(version.fields[0]!, { basis: 'mariage-form' }),
      'basis: there is no provision mariage-form; the nearest is marriage-form',
    ],
    [
      'an unknown question',
      (version) => Object.assign(version.fields[0]!, { use: 'fullNam' }),
      'use: there is no question fullNam; the nearest is fullName',
    ],
    [
      'an unknown format',
      (version) => Object.assign(version.fields[0]!, { format: 'upper' }),
      'format must be one of text, name, date',
    ],
    [
      'a path that cannot be read',
      (version) => Object.assign(version.fields[0]!, { paths: ['birth..fullName'] }),
      'paths: path birth..fullName: a field name is expected at character 7',
    ],
    [
      'nothing to read and nobody to ask',
      (version) => Object.assign(version.fields[0]!, { paths: [] }),
      'paths must name at least one path, or askCitizen be true',
    ],
    [
      'a key twice',
      (version) => version.fields.push(version.fields[0]!),
      'key groom.fullName stands there more than once',
    ],
    [
      'a bad date',
      (version) => Object.assign(version, { effectiveFrom: '2026-02-30' }),
      'effectiveFrom must be a date such as 2026-01-31',
    ],
    [
      'overlapping versions',
      (version, form) => form.versions.push({ ...version, effectiveFrom: '2027-03-01' }),
      'version 2025-07-01 must end before version 2027-03-01 begins: set effectiveTo',
    ],
    [
      'another code than its name',
      (_version, form) => Object.assign(form, { code: '1.000895' }),
      'the file must be named after its code, 1.000895.json',
    ],
  ])('with %s stops the start', (_name, change, message) => {
    breakForm(change);
    expect(loading()).toContain(message);
  });

  test('tells all problems of all files at once', () => {
    breakForm((version) => {
      Object.assign(version.fields[0]!, { format: 'upper' });
      Object.assign(version.checks[0]!, { basis: 'none' });
    });
    writeFileSync(join(folder, '1.999999.json'), '{');
    const message = loading();
    for (const part of ['field groom.fullName', 'check groom.alive', '1.999999.json: cannot be read'])
      expect(message).toContain(part);
  });

  test('with two versions serves each in its term', async () => {
    breakForm((version, form) => {
      version.effectiveTo = '2027-02-28';
      form.versions.push({
        ...version,
        effectiveFrom: '2027-03-01',
        effectiveTo: null,
        fields: version.fields.slice(0, 1),
        checks: [],
      });
    });
    const sizeOn = async (day: string) => {
      const trial = createTrial({
        formsFolder: folder,
        nowMs: Date.parse(`${day}T12:00:00+07:00`),
        data: { groom: citizen(), bride: citizen() },
      });
      return (await trial.dossier('1.000894', COUPLE)).fields.length;
    };
    expect([await sizeOn('2027-02-28'), await sizeOn('2027-03-01')]).toEqual([27, 1]);
  });

  test('with a dated field asks for it only in its term, by another operation', async () => {
    breakForm((version) => Object.assign(version.fields[0]!, { effectiveTo: '2026-12-31' }));
    const trialOn = async (day: string) => {
      const trial = createTrial({
        formsFolder: folder,
        nowMs: Date.parse(`${day}T12:00:00+07:00`),
        data: { groom: citizen(), bride: citizen() },
      });
      return (await trial.dossier('1.000894', COUPLE)).fields.map(({ key }) => key);
    };
    expect(await trialOn('2026-12-31')).toContain('groom.fullName');
    expect(await trialOn('2027-01-01')).not.toContain('groom.fullName');
  });
});
