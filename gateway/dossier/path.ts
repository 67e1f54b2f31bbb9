/**
 * The syntax of a path in a form, from a party's `Citizen` or `Parcel` to a value:
 *
 *     path   = [ role ":" ] step { "." step }
 *     step   = name [ "(" arguments ")" ] [ "[" access "]" ]
 *     access = index | "*" | name { "." name } "=" ( value | "@" role )
 *
 * `birth.fullName`, `marriages(includeEnded: false)[0].spouse.fullName`, `relatives[relation=CHA].fullName` (the first that
 * fits), `landRights[*].parcel.id` (all), `parcel:landRights[holder.personalId=@transferor].share`. A role before the path
 * names another party than the field's own; `@self` is the party that the path starts from.
 */
export interface Path {
  /** As written, for messages and to tell two paths apart. */
  readonly text: string;
  /** The party it starts from; null: the field's own party. */
  readonly role: string | null;
  readonly steps: readonly PathStep[];
}

export interface PathStep {
  readonly name: string;
  /** The arguments as written between the parentheses; empty: none. */
  readonly args: string;
  /** How to choose from a list; absent for a field that is no list. */
  readonly access?: Access;
}

export type Access =
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'first-with'; readonly path: readonly string[]; readonly equals: string }
  | { readonly kind: 'first-of-party'; readonly path: readonly string[]; readonly role: string };

const ROLE = /^([A-Za-z_]\w*):/;
const STEP = /([A-Za-z_]\w*)(?:\(([^()]*)\))?(?:\[([^\]]*)\])?/y;
const CONDITION = /^([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)=(@?)(\w+)$/;

/** Throws an `Error` whose message says what is wrong, without naming the form or the field. */
export function parsePath(text: string): Path {
  const role = ROLE.exec(text);
  let at = role ? role[0].length : 0;
  const steps: PathStep[] = [];
  for (;;) {
    STEP.lastIndex = at;
    const step = STEP.exec(text);
    if (!step) throw new Error(`path ${text}: a field name is expected at character ${at + 1}`);
    const access = step[3] === undefined ? {} : { access: parseAccess(text, step[3]) };
    steps.push({ name: step[1]!, args: step[2]?.trim() ?? '', ...access });
    at = STEP.lastIndex;
    if (at === text.length) break;
    if (text[at] !== '.') throw new Error(`path ${text}: a dot is expected at character ${at + 1}`);
    at += 1;
  }
  return { text, role: role ? role[1]! : null, steps };
}

function parseAccess(text: string, inside: string): Access {
  if (inside === '*') return { kind: 'all' };
  if (/^\d{1,3}$/.test(inside)) return { kind: 'index', index: Number(inside) };
  const condition = CONDITION.exec(inside);
  if (!condition)
    throw new Error(`path ${text}: [${inside}] must be an index, * or a condition such as [relation=CHA]`);
  const path = condition[1]!.split('.');
  if (condition[2] === '@') return { kind: 'first-of-party', path, role: condition[3]! };
  return { kind: 'first-with', path, equals: condition[3]! };
}
