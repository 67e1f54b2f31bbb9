/** What can be wrong with a log. */
export type Kind =
  /** The checkpoint is forged, damaged, absent or of another log. */
  | 'checkpoint'
  /** Too few witnesses have cosigned it. */
  | 'witnesses'
  /** The signed root is not that of the tree. */
  | 'root'
  /** A tile was changed, swapped or is missing. */
  | 'tile'
  | 'changed'
  | 'order'
  | 'missing'
  | 'twice'
  /** Stands in a file, but not in the tree. */
  | 'added'
  /** The end is missing. */
  | 'truncated'
  /** A writer's entries do not follow one another. */
  | 'chain'
  | 'time'
  | 'details'
  /** The log signed two histories. */
  | 'fork'
  /** The log is what it was before. */
  | 'restored'
  /** An hour without a checkpoint. */
  | 'hour'
  /** What can't be told from what is here. */
  | 'undecided';

export interface Finding {
  readonly kind: Kind;
  /** The entry's place in the tree, and its number in its writer's, as far as they can be told. */
  readonly leaf?: number;
  readonly writer?: string;
  readonly n?: number;
  /** What is wrong, as a sentence. */
  readonly says: string;
}

const SUSPECTS_MAX = 10_000;

/** What a changed entry says that it is, which need not be true. */
export interface Claim {
  readonly writer: string;
  readonly n: number;
}

type Draft = { -readonly [Name in keyof Finding]: Finding[Name] } & { readonly claim?: Claim | undefined };

/** Findings as they come: so many are kept, the others counted. */
export class Findings {
  private readonly drafts: Draft[] = [];
  /** Leaves whose entries are gone, changed or moved, and it isn't known yet which of a writer's they were. */
  private unnamed: Draft[] = [];
  private total = 0;

  constructor(private readonly max: number) {}

  add(finding: Finding): void {
    this.keep({ ...finding });
  }

  /** A finding about an entry that can't be read any more: the gap in its writer's numbers may tell which it was. */
  addUnnamed(finding: Finding & { readonly leaf: number }, claim?: Claim): void {
    const draft = this.keep({ ...finding, claim });
    if (draft) this.unnamed.push(draft);
  }

  /** Remembers an entry that is not here, and that may have been retired: it is a finding when its writer's numbers show that it wasn't. */
  suspect(finding: Finding & { readonly leaf: number }): void {
    if (this.unnamed.length < SUSPECTS_MAX) this.unnamed.push({ ...finding });
  }

  /** Whether it was found out which of a writer's entries a leaf had. */
  isNamed(leaf: number): boolean {
    return this.drafts.some((draft) => draft.leaf === leaf && draft.writer !== undefined);
  }

  /** Says that a writer's entries `from` to `to` stood between two leaves; `false`: it can't be told that they are those found lost. */
  name(gap: { writer: string; from: number; to: number; after: number; before: number }): boolean {
    const count = gap.to - gap.from + 1;
    const between = this.unnamed.filter(({ leaf }) => leaf! > gap.after && leaf! < gap.before);
    const isClaimed = ({ claim }: Draft) => claim?.writer === gap.writer && claim.n >= gap.from && claim.n <= gap.to;
    const lost = between.length === count ? between : between.filter(isClaimed);
    if (lost.length !== count) return false;
    for (const [index, draft] of lost.entries()) {
      if (!this.drafts.includes(draft)) this.keep(draft);
      Object.assign(draft, { writer: gap.writer, n: gap.from + index });
    }
    this.unnamed = this.unnamed.filter((draft) => !lost.includes(draft));
    return true;
  }

  private keep(draft: Draft): Draft | undefined {
    this.total += 1;
    if (this.drafts.length >= this.max) return undefined;
    this.drafts.push(draft);
    return draft;
  }

  get count(): number {
    return this.total;
  }

  /** All that were kept, each with what it is about in its sentence. */
  list(): Finding[] {
    return this.drafts.map(({ claim, ...draft }) => {
      const claims =
        claim && draft.writer === undefined
          ? ` It says now that it is entry ${claim.n} of writer ${claim.writer}.`
          : '';
      return { ...draft, says: `${about(draft)}${draft.says}${claims}` };
    });
  }
}

function about({ leaf, writer, n }: Finding): string {
  const entry = writer === undefined ? '' : `entry ${n} of writer ${writer}`;
  if (leaf === undefined) return entry && `${entry[0]!.toUpperCase()}${entry.slice(1)}: `;
  return entry ? `Leaf ${leaf} (${entry}): ` : `Leaf ${leaf}: `;
}

/** A time for a sentence: entries may hold numbers that no calendar has. */
export function timeText(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`;
}
