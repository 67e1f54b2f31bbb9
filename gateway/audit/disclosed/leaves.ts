import type { GraphQLFormattedError } from 'graphql';
import type { Note, ResponsePath, SourceRecord } from '../../context.js';
import { PathTree } from '../../path-tree.js';
import type { FieldNames } from './field-names.js';

/** One value of an answer, as the log counts it. */
export interface Leaf {
  /** The fields' own names and list indexes, with dots between. */
  readonly path: string;
  readonly outcome: string;
  readonly value: unknown;
  /** The records that it rests on. */
  readonly records: readonly SourceRecord[];
}

/** What an answer consists of. */
export interface Answered {
  readonly data: unknown;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
  readonly notes: readonly Note[];
  readonly masked: readonly { readonly path: ResponsePath; readonly as: string }[];
  readonly names: FieldNames;
  /** The fields of the root that are not looked into, by their own names. */
  readonly without?: string;
}

interface Place {
  readonly path: string;
  /** The same in the client's words. */
  readonly asked: string;
  readonly names: FieldNames;
  readonly notes: PathTree<Note[]> | undefined;
  /** What was noted of the fields of the object, or of the objects of the list, that stands here. */
  readonly named: readonly Note[];
  /** The records of all that nothing longer says otherwise of. */
  readonly records: readonly SourceRecord[];
  /** Whether somebody has answered for this very field. */
  readonly isAnswered: boolean;
  /** How the list is masked that it stands in. */
  readonly mask?: string | undefined;
}

const NONE: readonly never[] = [];

/** All values of an answer in its order: what was not shown as well, with the reason. */
export function leavesOf({ data, errors, notes, masked, names, without }: Answered): Leaf[] {
  const walk = new Walk(new Outcomes(errors ?? NONE), new Map(masked.map(({ path, as }) => [path.join('.'), as])));
  const tree = new PathTree<Note[]>();
  for (const note of notes) (tree.make(note.values.path).value ??= []).push(note);
  const root = { path: '', asked: '', names, notes: tree, named: NONE, records: NONE, isAnswered: false };
  walk.value(data, root, without ?? '');
  return walk.leaves;
}

class Walk {
  readonly leaves: Leaf[] = [];

  constructor(
    private readonly failed: Outcomes,
    private readonly masked: ReadonlyMap<string, string>,
  ) {}

  value(value: unknown, above: Place, without = ''): void {
    const place = entered(above);
    if (Array.isArray(value) && value.length > 0) {
      const mask = place.mask ?? this.masked.get(place.asked);
      for (const [index, item] of value.entries()) {
        // A part that came later has nothing of the items beside.
        if (item === undefined) continue;
        const at = { path: `${place.path}.${index}`, asked: `${place.asked}.${index}` };
        this.value(item, { ...place, ...at, mask, notes: place.notes?.below(index) });
      }
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      this.object(value as Record<string, unknown>, place, without);
    } else this.leaf(value, place);
  }

  private object(object: Record<string, unknown>, place: Place, without: string): void {
    for (const [key, value] of Object.entries(object)) {
      const { name, below } = place.names.get(key) ?? { name: key, below: place.names };
      if (name.startsWith('__') || name.split(':')[0] === without) continue;
      const of = place.named.filter(({ values }) => values.names?.includes(key));
      this.value(value, {
        path: place.path === '' ? name : `${place.path}.${name}`,
        asked: place.asked === '' ? key : `${place.asked}.${key}`,
        names: below,
        notes: place.notes?.below(key),
        named: NONE,
        records: of.length > 0 ? of.map(({ record }) => record) : place.records,
        isAnswered: of.length > 0,
      });
    }
  }

  private leaf(value: unknown, { path, asked, records, mask, isAnswered }: Place): void {
    const as = mask ?? this.masked.get(asked);
    if (as === undefined && (value === null || value === undefined)) {
      const outcome =
        this.failed.at(asked) ?? (isAnswered ? undefined : this.failed.above(asked)) ?? 'missing NO_RECORD';
      // Nobody was asked for what was refused.
      const from = outcome.startsWith('refused') ? NONE : records;
      this.leaves.push({ path, value: null, records: from, outcome });
      return;
    }
    this.leaves.push({ path, value: value ?? null, records, outcome: as === undefined ? 'shown' : `masked ${as}` });
  }
}

/** With what was noted at the place itself. */
function entered(place: Place): Place {
  const here = place.notes?.value;
  if (!here) return place;
  const whole = here.filter(({ values }) => values.names === undefined).map(({ record }) => record);
  const named = here.filter(({ values }) => values.names !== undefined);
  return {
    ...place,
    records: whole.length > 0 ? whole : place.records,
    named: named.length > 0 ? [...place.named, ...named] : place.named,
  };
}

/**
 * Why there is nothing: by what stands at an error, and above it as far as a null may have come up. The first error counts where there
 * are several.
 */
class Outcomes {
  private readonly upwards = new Map<string, string>();
  /** At the errors' own paths. */
  private readonly own = new Map<string, string>();

  constructor(errors: readonly GraphQLFormattedError[]) {
    for (const { path = [], extensions } of errors) {
      const code = String(extensions?.code ?? 'INTERNAL_SERVER_ERROR');
      const outcome = code === 'NOT_PERMITTED' ? `refused ${extensions?.rule ?? code}` : `missing ${code}`;
      for (let length = path.length; length >= 0; length--) {
        const at = path.slice(0, length).join('.');
        if (!this.upwards.has(at)) this.upwards.set(at, outcome);
        if (length === path.length && !this.own.has(at)) this.own.set(at, outcome);
      }
    }
  }

  at(asked: string): string | undefined {
    return this.upwards.get(asked);
  }

  /** Of what failed as a whole, of which another part of the answer may have brought some. */
  above(asked: string): string | undefined {
    for (let end = asked.lastIndexOf('.'); end > 0; end = asked.lastIndexOf('.', end - 1)) {
      const above = this.own.get(asked.slice(0, end));
      if (above !== undefined) return above;
    }
    return undefined;
  }
}
