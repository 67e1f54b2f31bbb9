import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What something is called, in Vietnamese and in English. */
export interface Called {
  readonly text: string;
  readonly textEn: string;
}

/** The words in which people are told of entries. */
export interface Words {
  /** `undefined`: nobody has given it a name. */
  procedure(code: string): Called | undefined;
  department(code: string): Called | undefined;
  role(code: string): Called;
  /** A field by its path, as a shape has it; `form KEY` and `check KEY` in the form of a procedure. */
  field(path: string, procedure?: string): Called | undefined;
  readonly other: Called;
}

interface Coded extends Called {
  readonly code: string;
}

interface WordsFile {
  readonly procedures: readonly Coded[];
  readonly departments: readonly Coded[];
  readonly roles: readonly Coded[];
  readonly paths: Readonly<Record<string, Called>>;
  readonly other: Called;
}

interface Labelled {
  readonly label?: string;
  readonly labelEn?: string;
}

interface FormFile {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string;
  readonly versions: readonly {
    readonly fields: readonly ({ readonly key: string; readonly use?: string } & Labelled)[];
    readonly checks: readonly ({ readonly key: string } & Labelled)[];
  }[];
}

type Questions = Readonly<Record<string, { readonly paths?: readonly string[] } & Labelled>>;

/**
 * The names of procedures and fields from the forms, and what these don't name from `schema/audit-words.json`. Whether the forms are in
 * order is for who fills them to say.
 */
export function readWords({ formsFolder }: { formsFolder: string }): Words {
  const file = readJson<WordsFile>(require.resolve('#schema/audit-words.json'));
  const questions = readJson<Questions>(join(formsFolder, 'shared', 'questions.json'));
  const forms = readdirSync(formsFolder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readJson<FormFile>(join(formsFolder, name)));
  const procedures = byCode(file.procedures);
  for (const { code, name, nameEn } of forms) procedures.set(code, { text: name, textEn: nameEn });
  const [departments, roles] = [byCode(file.departments), byCode(file.roles)];
  const byPath = pathsOf(questions, file.paths);
  const byKey = keysOf(forms, questions);
  return {
    procedure: (code) => procedures.get(code),
    department: (code) => departments.get(code),
    role: (code) => roles.get(code) ?? { text: code, textEn: code },
    field: (path, procedure = '') =>
      /^(form|check) /.test(path) ? byKey.get(`${procedure} ${path}`) : longestMatch(path, byPath),
    other: file.other,
  };
}

function readJson<Read>(file: string): Read {
  return JSON.parse(readFileSync(file, 'utf8')) as Read;
}

function byCode(all: readonly Coded[]): Map<string, Called> {
  return new Map(all.map(({ code, text, textEn }) => [code, { text, textEn }]));
}

function called({ label, labelEn }: Labelled): Called | undefined {
  return label === undefined ? undefined : { text: label, textEn: labelEn ?? label };
}

/** By the path from the person or the parcel, without what picks items of lists. */
function pathsOf(questions: Questions, own: WordsFile['paths']): Map<string, Called> {
  const words = new Map(Object.entries(own));
  for (const { paths = [], ...labels } of Object.values(questions).reverse()) {
    const label = called(labels);
    for (const path of paths) if (label) words.set(path.replace(/\[[^\]]*\]|\([^)]*\)/g, ''), label);
  }
  // The key of every parcel and of much else: alone it says nothing.
  words.delete('id');
  return words;
}

function keysOf(forms: readonly FormFile[], questions: Questions): Map<string, Called> {
  const words = new Map<string, Called>();
  for (const { code, versions } of forms) {
    for (const { fields, checks } of versions) {
      for (const { key, use, ...own } of fields) {
        const label = called(own) ?? (use === undefined ? undefined : called(questions[use] ?? {}));
        if (label) words.set(`${code} form ${key}`, label);
      }
      for (const { key, ...own } of checks) {
        const label = called(own);
        if (label) words.set(`${code} check ${key}`, label);
      }
    }
  }
  return words;
}

/** The longest stretch of a path that has a name, the first of equal ones. */
function longestMatch(path: string, words: ReadonlyMap<string, Called>): Called | undefined {
  // Without list indexes, and without what tells apart a field that was asked for twice.
  const parts = path.split('.').flatMap((part) => (/^\d+$/.test(part) ? [] : [part.replace(/:\d+$/, '')]));
  for (let length = Math.min(parts.length, PATH_PARTS_MAX); length > 0; length -= 1) {
    for (let from = 0; from + length <= parts.length; from += 1) {
      const found = words.get(parts.slice(from, from + length).join('.'));
      if (found) return found;
    }
  }
  return undefined;
}

/** No question has a longer path. */
const PATH_PARTS_MAX = 6;
