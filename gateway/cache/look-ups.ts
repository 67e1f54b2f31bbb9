/** Objects looked up of one subgraph, by what came of it. */
export interface Counts {
  /** Known and fresh. */
  hit: number;
  /** Given although no longer fresh. */
  stale: number;
  /** Of which some was known. */
  partial: number;
  miss: number;
  /** Asked for by somebody else already, whose answer was waited for. */
  shared: number;
}

/** What came of looking up, by subgraph. */
export class LookUps {
  readonly bySubgraph = new Map<string, Counts>();

  of(subgraph: string): Counts {
    let counts = this.bySubgraph.get(subgraph);
    if (!counts) this.bySubgraph.set(subgraph, (counts = { hit: 0, stale: 0, partial: 0, miss: 0, shared: 0 }));
    return counts;
  }
}
