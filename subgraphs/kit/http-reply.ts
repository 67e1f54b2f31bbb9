/** A whole answer over HTTP. */
export interface Reply {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: string;
  /** The request's body was not read to its end, so the connection cannot be used again. */
  readonly close?: boolean;
  /** What may be remembered of the answer is said in the SDL; absent: nothing may. For so long at most, milliseconds. */
  readonly cacheable?: { readonly freshForMs: number | undefined };
}

export function jsonReply(status: number, body: unknown): Reply {
  return { status, headers: [['content-type', 'application/json; charset=utf-8']], body: JSON.stringify(body) };
}
