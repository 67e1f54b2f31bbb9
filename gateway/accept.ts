import Negotiator from 'negotiator';

/** How a client wants its answer. */
export interface Media {
  /** The content type of an answer in one piece. */
  readonly contentType: string;
  /**
   * Whether the client named `application/json` and gets it. Such a client takes any status but 200 for the word of something
   * between us (GraphQL over HTTP, "application/json"), so it is told of a mistake in its operation with 200.
   */
  readonly namesJson: boolean;
  /** The content type of an answer in parts; absent: the client takes none. */
  readonly parts?: string;
  /** The client takes nothing but parts, so an answer in one piece is sent as one part. */
  readonly onlyParts: boolean;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';
const PARTS = 'multipart/mixed';
const PARTS_AS_APOLLO = 'multipart/mixed; deferSpec=20220824';

/** Clients send few different ones; one that sends ever new ones gets no more than these remembered. */
const REMEMBERED_MAX = 500;
const REMEMBERED_CHARS_MAX = 300;
const remembered = new Map<string, Media | undefined>();

/** What `accept` prefers, quality values included; `undefined`: nothing that we could send. */
export function negotiate(accept = '*/*'): Media | undefined {
  if (remembered.has(accept)) return remembered.get(accept);
  const media = preferred(accept);
  if (accept.length <= REMEMBERED_CHARS_MAX) {
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(accept, media);
  }
  return media;
}

function preferred(accept: string): Media | undefined {
  const negotiator = new Negotiator({ headers: { accept } });
  const whole = negotiator.mediaType([JSON_TYPE, GRAPHQL_TYPE]);
  // A wildcard does not ask for parts: whoever sends one seldom reads them.
  const named = /\bmultipart\/mixed\b/i.test(accept) ? negotiator.mediaType([PARTS, PARTS_AS_APOLLO]) : undefined;
  if (!whole && !named) return undefined;
  return {
    contentType: whole ?? JSON_TYPE,
    namesJson: whole === JSON_TYPE && /\bapplication\/json\b/i.test(accept),
    ...(named ? { parts: named.replace(PARTS, `${PARTS}; boundary="-"`) } : {}),
    onlyParts: !whole,
  };
}
