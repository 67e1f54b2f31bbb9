import type { GraphQLFormattedError } from 'graphql';

/** One entry of `incremental`. */
export interface Incremental {
  label?: string;
  path: (string | number)[];
  data: unknown;
  errors?: GraphQLFormattedError[];
}

/** One part as it came. */
export interface Piece {
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it as it likes
  data?: any;
  errors?: GraphQLFormattedError[];
  extensions?: Record<string, unknown>;
  incremental?: Incremental[];
  hasNext: boolean;
}

const ACCEPT = 'multipart/mixed;deferSpec=20220824, application/json';

/** An answer in parts, read by hand as it comes. */
export class PartsReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';

  constructor(response: Response) {
    this.#reader = response.body!.getReader();
  }

  /** The next part; `undefined` after the last. */
  async next(): Promise<Piece | undefined> {
    for (;;) {
      const part = /^(?:\r\n---)?\r\ncontent-type: application\/json; charset=utf-8\r\n\r\n([^\r\n]*)\r\n---/.exec(
        this.#text,
      );
      if (part) {
        this.#text = this.#text.slice(part[0].length);
        return JSON.parse(part[1]!) as Piece;
      }
      const { done, value } = await this.#reader.read();
      if (done) {
        expect(this.#text).toBe('--\r\n');
        return undefined;
      }
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  async rest(): Promise<Piece[]> {
    const pieces: Piece[] = [];
    for (let piece = await this.next(); piece; piece = await this.next()) pieces.push(piece);
    return pieces;
  }
}

interface Asked {
  query: string;
  variables?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
}

/** Asks as Apollo's clients do that understand `@defer`. */
export async function askInParts(url: string, body: Asked, signal?: AbortSignal): Promise<PartsReader> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: ACCEPT },
    body: JSON.stringify(body),
    signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('multipart/mixed; boundary="-"; deferSpec=20220824');
  return new PartsReader(response);
}

export interface Whole {
  data: unknown;
  errors: GraphQLFormattedError[];
  /** What came at once, as if it were an entry. */
  first: Incremental;
  entries: Incremental[];
}

/** What a client holds when all parts have come. */
export function applied(pieces: readonly Piece[]): Whole {
  const [first, ...rest] = pieces;
  const last = rest.pop();
  expect(first?.hasNext).toBe(true);
  expect(last).toEqual({ hasNext: false });
  const entries = rest.flatMap(({ incremental = [], hasNext }) => {
    expect(hasNext).toBe(true);
    expect(incremental.length).toBeGreaterThan(0);
    return incremental;
  });
  const root = { data: JSON.parse(JSON.stringify(first?.data)) as unknown };
  for (const { path, data } of JSON.parse(JSON.stringify(entries)) as Incremental[]) {
    const at = path.reduce<unknown>((value, part) => {
      const holder = Object(value) as Record<string, unknown>;
      return Object.hasOwn(holder, part) ? holder[part] : undefined;
    }, root.data);
    // A part is of an object that the client holds already.
    expect(at ?? undefined).toEqual(expect.any(Object));
    if (data !== null) mergeInto(at as Record<string, unknown>, data as Record<string, unknown>);
  }
  const errors = [...(first?.errors ?? []), ...entries.flatMap((entry) => entry.errors ?? [])];
  return { data: root.data, errors, first: { path: [], data: first?.data, errors: first?.errors }, entries };
}

/**
 * By own fields only: `__proto__` and `constructor` are names like any other. An object that one part brings is not taken away
 * by another part, in which something else of it failed.
 */
function mergeInto(target: Record<string, unknown>, source: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(source)) {
    const present = Object.hasOwn(target, name) ? target[name] : undefined;
    if (typeof present === 'object' && present !== null && typeof value === 'object' && value !== null) {
      mergeInto(present as Record<string, unknown>, value as Record<string, unknown>);
    } else if (value === null && typeof present === 'object' && present !== null) {
      // It stays.
    } else Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
  }
}
