import { type DocumentNode, parse } from 'graphql';
import type { Limits } from '../config.js';
import { GatewayError } from '../errors.js';
import { refuseLargeDocument } from './document.js';

/**
 * Refuses the text of an operation that nobody knows yet and that would cost too much to validate. Of one that cannot be parsed
 * it says nothing: the parser has better words for it.
 */
export function refuseText(text: string, limits: Limits): void {
  refuseDeepNesting(text, limits);
  let document: DocumentNode;
  try {
    document = parse(text, { maxTokens: limits.tokensMax, noLocation: true });
  } catch {
    return;
  }
  refuseLargeDocument(document, limits);
}

/** A body that is shorter costs nothing to parse, however deep it nests. */
const SHORT_BODY = 10_000;
/** What stands around variables: a list of requests, the request, and what holds the variables. */
const AROUND_VARIABLES = 3;

/** Refuses a long body that nests deeper than any variable may, before it is parsed: 100,000 brackets cost a tenth of a second. */
export function refuseDeepBody(json: string, { depthMax, tokensMax }: Limits): void {
  if (json.length > SHORT_BODY) refuseDeepNesting(json, { depthMax: depthMax + AROUND_VARIABLES, tokensMax });
}

/**
 * Refuses an operation whose brackets nest deeper than `depthMax`, before it reaches a parser: parser, validation and
 * planner recurse, and a nesting of thousands would exhaust the stack. Brackets in strings and comments don't count. Refuses more
 * than `tokensMax` comments as well, which a parser keeps but does not count.
 */
export function refuseDeepNesting(text: string, { depthMax, tokensMax }: Pick<Limits, 'depthMax' | 'tokensMax'>): void {
  let depth = 0;
  let comments = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '#') {
      at = endOfLine(text, at);
      comments += 1;
      if (comments > tokensMax) {
        const message = `The operation has more than ${tokensMax} comments; leave them out.`;
        throw new GatewayError('OPERATION_TOO_LARGE', message);
      }
    } else if (character === '{' || character === '[' || character === '(') {
      depth += 1;
      if (depth > depthMax) {
        const message = `The request nests deeper than ${depthMax} brackets; ask for less at once.`;
        throw new GatewayError('OPERATION_TOO_LARGE', message);
      }
    } else if (character === '}' || character === ']' || character === ')') depth -= 1;
  }
}

function endOfString(text: string, start: number): number {
  if (text.startsWith('"""', start)) {
    let end = text.indexOf('"""', start + 3);
    while (end > 0 && text[end - 1] === '\\') end = text.indexOf('"""', end + 3);
    return end < 0 ? text.length : end + 2;
  }
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"' || text[at] === '\n' || text[at] === '\r') return at;
  }
  return text.length;
}

function endOfLine(text: string, start: number): number {
  // A carriage return ends a line, too.
  for (let at = start; at < text.length; at += 1) if (text[at] === '\n' || text[at] === '\r') return at;
  return text.length;
}
