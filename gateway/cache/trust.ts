/** What tells how far back a subgraph's remembered values may be trusted. */
export interface Trust {
  /** Since when nothing of a subgraph's can have changed without this gateway's knowledge, milliseconds since 1970. */
  sinceMs(subgraph: string): number;
}
