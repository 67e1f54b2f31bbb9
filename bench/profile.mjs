// Where the time of a process goes: sums up a .cpuprofile of V8.
// node bench/profile.mjs FILE.cpuprofile
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { printTable } from './table.mjs';

const FUNCTIONS_MAX = 40;
const PLACES_MAX = 25;
const IDLE = '(idle)';

/** Prints two tables: self time by function, and by where the function is. Idle time is not counted. */
export function printProfile(title, file) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8'));
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const functions = new Map();
  const places = new Map();
  let total = 0;
  let idle = 0;
  for (const [index, id] of samples.entries()) {
    const frame = byId.get(id);
    const microseconds = timeDeltas[index];
    if (frame.functionName === IDLE) {
      idle += microseconds;
      continue;
    }
    total += microseconds;
    add(functions, nameOf(frame), microseconds);
    add(places, placeOf(frame), microseconds);
  }
  const rowsOf = (sums, most) =>
    [...sums]
      .sort(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([name, microseconds]) => [
        name,
        ((microseconds / total) * 100).toFixed(1),
        (microseconds / 1000).toFixed(0),
      ]);
  const busy = ((total / (total + idle)) * 100).toFixed(0);
  printTable(`${title}, ${busy} % busy: by place`, ['place', 'self %', 'self ms'], rowsOf(places, PLACES_MAX));
  printTable('By function', ['function', 'self %', 'self ms'], rowsOf(functions, FUNCTIONS_MAX));
}

function add(sums, name, microseconds) {
  sums.set(name, (sums.get(name) ?? 0) + microseconds);
}

function nameOf(frame) {
  const { functionName, url, lineNumber } = frame;
  const name = functionName || '(anonymous)';
  return url ? `${name} ${shortOf(url)}:${lineNumber + 1}` : name;
}

/** A file of ours, a package of others, a module of Node's, or what V8 does by itself. */
function placeOf({ functionName, url }) {
  if (!url) return functionName.startsWith('(') ? functionName : '(native)';
  return shortOf(url).replace(/^(node_modules\/(?:@[^/]+\/)?[^/]+)\/.*/, '$1');
}

function shortOf(url) {
  if (url.startsWith('node:')) return url;
  return /.*?((?:dist|bench|node_modules)\/.*)$/.exec(url.replace(/.*\/node_modules\//, 'node_modules/'))?.[1] ?? url;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) printProfile(process.argv[2], process.argv[2]);
