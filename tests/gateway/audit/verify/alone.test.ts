import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../../../gateway/audit/verify');
const ALLOWED = /^(node:crypto|\.\.\/entry\.js|\.\/[a-z-]+\.js)$/;
const importsOf = (text: string) =>
  [...text.matchAll(/(?:\bfrom |^import |\bimport\(|\brequire\()'([^']+)'/gm)].map(([, name]) => name!);

test('the verifier needs nothing but node:crypto and the format of an entry', () => {
  const files = readdirSync(FOLDER);
  expect(files).toContain('verify.ts');
  for (const file of files) {
    for (const name of importsOf(readFileSync(join(FOLDER, file), 'utf8'))) expect(name).toMatch(ALLOWED);
  }
  const entry = readFileSync(join(FOLDER, '../entry.ts'), 'utf8');
  expect(importsOf(entry)).toEqual(['node:crypto']);
});

test.each(["import { Pool } from 'pg';", "import { x } from '../store/read.js';", "const fs = require('node:fs');"])(
  '%s would be found',
  (line) => {
    expect(importsOf(line)[0]).not.toMatch(ALLOWED);
  },
);
