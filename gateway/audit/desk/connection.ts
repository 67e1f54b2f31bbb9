import { GatewayError } from '../../errors.js';

/** A page, as GraphQL clients know it. */
export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** What was found, and where in the tree. */
export interface Placed<Node> {
  readonly leaf: number;
  readonly node: Node;
}

/**
 * The first of what comes, page by page, until there are enough; what is left out on the way is made up for by what comes after, so
 * that a page never tells how much that was.
 */
export async function pageOf<Node>(
  pages: AsyncIterable<readonly Placed<Node>[]>,
  first: number,
): Promise<Connection<Node>> {
  const found: Placed<Node>[] = [];
  for await (const page of pages) {
    found.push(...page);
    if (found.length > first) break;
  }
  const edges = found.slice(0, first).map(({ leaf, node }) => ({ cursor: cursorOf(leaf), node }));
  return { edges, pageInfo: { hasNextPage: found.length > first, endCursor: edges.at(-1)?.cursor ?? null } };
}

export function checkFirst(first: number, most: number): number {
  if (Number.isInteger(first) && first >= 1 && first <= most) return first;
  throw new GatewayError('BAD_USER_INPUT', `first is from 1 to ${most}; ask for the rest page by page, with after.`);
}

function cursorOf(leaf: number): string {
  return Buffer.from(`leaf ${leaf}`).toString('base64url');
}

/** The leaf after which to go on; `undefined`: from the beginning. */
export function leafIn(cursor: string | null | undefined): number | undefined {
  if (cursor === undefined || cursor === null) return undefined;
  const leaf = /^leaf (\d{1,16})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (leaf !== undefined) return Number(leaf);
  throw new GatewayError('BAD_USER_INPUT', 'after is no cursor; send one that a page has given.');
}
