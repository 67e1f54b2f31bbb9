import type { Basis, Form, FormCheck, FormField, FormVersion, PartyRole, Problem, Term } from './form.js';
import { FORMATS, type FormatName } from './format.js';
import { isObject, type Json, JsonReader } from './json-reader.js';
import { nearest } from './nearest.js';
import { type Path, parsePath } from './path.js';

/** What forms share: provisions of law by key, and questions that many forms ask in the same way. */
export interface Shared {
  readonly bases: ReadonlyMap<string, Basis>;
  /** A question is a field without key, party and basis; `use` in a field takes it over, the field's own keys prevail. */
  readonly questions: ReadonlyMap<string, Json>;
}

const ROLE = /^[a-z][A-Za-z0-9]*$/;
const CODE = /^\d+\.\d{6}$/;
const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];

/** Reads a form's file. The form is only to be used when no problem was added. */
export function parseForm(file: string, json: unknown, into: { shared: Shared; problems: Problem[] }): Form {
  const object = isObject(json) ? json : {};
  const reader = new JsonReader(object, { file, at: '' }, into.problems);
  if (!isObject(json)) reader.fail('the file must hold one object');
  const code = reader.text('code');
  if (!CODE.test(code)) reader.fail('code must be a procedure code such as 1.000894');
  if (file !== `${code}.json`) reader.fail(`the file must be named after its code, ${code}.json`);
  const form = {
    file,
    code,
    name: reader.text('name'),
    nameEn: reader.text('nameEn'),
    versions: reader
      .objects('versions', (version) => `version ${String(version.effectiveFrom)}`)
      .map((version) => parseVersion(version, into.shared)),
  };
  if (form.versions.length === 0) reader.fail('versions must hold at least one version');
  checkTerms(form.versions, reader);
  reader.end();
  return form;
}

export function parseBasis(reader: JsonReader): Basis {
  const basis = { text: reader.text('text'), readIn: reader.text('readIn'), verified: reader.flag('verified') };
  reader.end();
  return basis;
}

function checkTerms(versions: readonly FormVersion[], reader: JsonReader): void {
  for (const [index, version] of versions.entries()) {
    const next = versions[index + 1];
    if (next && (version.effectiveTo === null || version.effectiveTo >= next.effectiveFrom)) {
      reader.fail(
        `version ${version.effectiveFrom} must end before version ${next.effectiveFrom} begins: set effectiveTo`,
      );
    }
  }
}

function parseVersion(reader: JsonReader, shared: Shared): FormVersion {
  const term = { effectiveFrom: reader.date('effectiveFrom'), effectiveTo: reader.dateOrNull('effectiveTo') };
  if (term.effectiveTo !== null && term.effectiveTo < term.effectiveFrom)
    reader.fail('effectiveTo is before effectiveFrom');
  const version = {
    ...term,
    readIn: reader.text('readIn'),
    verified: reader.flag('verified'),
    notes: reader.texts('notes'),
    parties: reader.objects('parties', (party) => `party ${String(party.role)}`).map(parseParty),
    fields: reader.objects('fields', (field) => `field ${String(field.key)}`).map((field) => parseField(field, shared)),
    checks: reader.objects('checks', (check) => `check ${String(check.key)}`).map((check) => parseCheck(check, shared)),
  };
  if (!version.parties.some((party) => party.required)) reader.fail('parties must hold at least one that is required');
  checkUnique(
    version.parties.map(({ role }) => `party ${role}`),
    reader,
  );
  checkUnique(
    [...version.fields, ...version.checks].map(({ key }) => `key ${key}`),
    reader,
  );
  reader.end();
  return version;
}

function checkUnique(names: readonly string[], reader: JsonReader): void {
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
    reader.fail(`${name} stands there more than once`);
  }
}

function parseParty(reader: JsonReader): PartyRole {
  const party = {
    role: reader.text('role'),
    label: reader.text('label'),
    labelEn: reader.text('labelEn'),
    subject: reader.oneOf('subject', ['CITIZEN', 'PARCEL'] as const),
    required: reader.flag('required'),
  };
  if (!ROLE.test(party.role) || party.role === 'self') {
    reader.fail('role must be letters and digits, begin with a small letter, and not be self');
  }
  reader.end();
  return party;
}

function parseField(own: JsonReader, shared: Shared): FormField {
  const reader = withQuestion(own, shared);
  const field = {
    key: reader.text('key'),
    label: reader.text('label'),
    labelEn: reader.text('labelEn'),
    party: reader.textOrNull('party'),
    paths: parsePaths(reader, 'paths'),
    agree: parsePaths(reader, 'agree'),
    format: reader.oneOf('format', FORMAT_NAMES, 'text'),
    join: reader.textOrNull('join'),
    whenEmpty: reader.textOrNull('whenEmpty'),
    recordOf: reader.has('recordOf') ? (parsePaths(reader, 'recordOf')[0] ?? null) : null,
    askCitizen: reader.flag('askCitizen', false),
    basis: basisOf(reader, shared),
    ...termOf(reader),
  };
  if (field.paths.length === 0 && !field.askCitizen)
    reader.fail('paths must name at least one path, or askCitizen be true');
  reader.end();
  return field;
}

/** The field over the question that its `use` names; the message of a defect in a question names the field that uses it. */
function withQuestion(own: JsonReader, shared: Shared): JsonReader {
  const name = own.textOrNull('use');
  const question = name === null ? {} : shared.questions.get(name);
  if (!question)
    own.fail(`use: there is no question ${name}; the nearest is ${nearest(name!, shared.questions.keys())[0]}`);
  const { use: _, ...rest } = own.object;
  return new JsonReader({ ...question, ...rest }, own.place, own.problems);
}

function parseCheck(reader: JsonReader, shared: Shared): FormCheck {
  const given = reader.keyed('with');
  const check = {
    key: reader.text('key'),
    label: reader.text('label'),
    labelEn: reader.text('labelEn'),
    party: reader.text('party'),
    rule: reader.text('rule'),
    with: given as Record<string, string | number>,
    basis: basisOf(reader, shared),
    ...termOf(reader),
  };
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'string' && typeof value !== 'number') reader.fail(`with.${name} must be a text or a number`);
  }
  reader.end();
  return check;
}

function parsePaths(reader: JsonReader, key: string): Path[] {
  const one = reader.object[key];
  const texts = typeof one === 'string' ? [reader.text(key)] : reader.texts(key);
  return texts.flatMap((text) => {
    try {
      return [parsePath(text)];
    } catch (error) {
      reader.fail(`${key}: ${(error as Error).message}`);
      return [];
    }
  });
}

function termOf(reader: JsonReader): Partial<Term> {
  const from = reader.dateOrNull('effectiveFrom');
  const to = reader.dateOrNull('effectiveTo');
  return { ...(from === null ? {} : { effectiveFrom: from }), ...(to === null ? {} : { effectiveTo: to }) };
}

const NO_BASIS: Basis = { text: '', readIn: '', verified: false };

function basisOf(reader: JsonReader, shared: Shared): Basis {
  const key = reader.text('basis');
  const basis = shared.bases.get(key);
  if (key !== '' && !basis)
    reader.fail(`basis: there is no provision ${key}; the nearest is ${nearest(key, shared.bases.keys())[0]}`);
  return basis ?? NO_BASIS;
}
