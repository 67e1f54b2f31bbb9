import { readFileSync } from 'node:fs';
import { Kind, parse, print } from 'graphql';

/** `count` operations about one citizen, no two alike: each another choice of the pre-fill's fields, under other names. */
export function differentOperations(count) {
  const [operation] = parse(readFileSync(new URL('citizen.graphql', import.meta.url), 'utf8')).definitions;
  const [citizen] = operation.selectionSet.selections;
  const fields = citizen.selectionSet.selections;
  return Array.from({ length: count }, (_, number) => {
    const chosen = fields.filter((_, index) => index === 0 || isChosen(number, index));
    const selections = chosen.map((field, index) => (index === 0 ? aliased(field, `person${number}`) : field));
    const asked = { ...citizen, selectionSet: { ...citizen.selectionSet, selections } };
    return print({
      ...operation,
      name: { ...operation.name, value: `Citizen${number}` },
      selectionSet: { ...operation.selectionSet, selections: [asked] },
    });
  });
}

/** Mixed by a multiplicative hash, so that neighbours differ in more than one field; about every second is chosen. */
function isChosen(number, index) {
  return ((Math.imul(number + 1, 2_654_435_761) >>> (index + 8)) & 1) === 1;
}

function aliased(field, alias) {
  return { ...field, alias: { kind: Kind.NAME, value: alias } };
}
