import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
/** What a build, a start or an installation makes: the entries of .gitignore, and git's own. */
const MADE = new Set(['node_modules', 'dist', '.data', 'coverage', '.git']);

/** Every file of the project, by its path from the root. Reads the folders, since a copy of the project may have no git. */
export function projectFiles(folder = ''): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (MADE.has(entry.name) || entry.name.endsWith('.log')) return [];
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    return entry.isDirectory() ? projectFiles(path) : [path];
  });
}
