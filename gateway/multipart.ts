import type { DeferredPart, OperationResult } from './context.js';
import { faultMessage } from './for-client.js';

/**
 * An answer in parts, as Apollo's clients and their router speak it (`deferSpec=20220824`): the first is an answer with
 * `hasNext`, each of the others holds in `incremental` what has come since, the last nothing but `hasNext: false`.
 */
const HEAD = 'content-type: application/json; charset=utf-8\r\n\r\n';
const BOUNDARY = '\r\n---';

function part(json: string, isLast: boolean): string {
  return `${HEAD}${json}${BOUNDARY}${isLast ? '--' : ''}\r\n`;
}

/** An answer in one piece for a client that takes nothing but parts; `json` is an object. */
export function onePart(json: string): string {
  return `${BOUNDARY}\r\n${part(`${json.slice(0, -1)},"hasNext":false}`, true)}`;
}

/**
 * The bytes of an answer whose parts come `later`. Whoever stops reading calls `return()`, which reaches `later` at once, even
 * while a part is waited for. When `later` rejects, `failed` is told and the client gets a last part with an error.
 */
export function inParts(
  first: Pick<OperationResult, 'data' | 'errors' | 'extensions'>,
  {
    later,
    errorsMax,
    failed,
  }: { later: AsyncIterable<DeferredPart[]>; errorsMax: number; failed(error: unknown): void },
): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]() {
      let source: AsyncIterator<DeferredPart[]> | undefined;
      let isOver = false;
      const last = (json: string) => {
        isOver = true;
        return { done: false, value: part(json, true) };
      };
      return {
        async next() {
          if (isOver) return { done: true, value: undefined };
          if (!source) {
            source = later[Symbol.asyncIterator]();
            return { done: false, value: `${BOUNDARY}\r\n${part(JSON.stringify({ ...first, hasNext: true }), false)}` };
          }
          try {
            const { done, value } = await source.next();
            if (done) return last('{"hasNext":false}');
            return { done: false, value: part(incremental(value, errorsMax), false) };
          } catch (error) {
            failed(error);
            return last(FAILED);
          }
        },
        async return() {
          isOver = true;
          // Not begun, it has still to be told that nobody will read it.
          await (source ?? later[Symbol.asyncIterator]()).return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

function incremental(parts: readonly DeferredPart[], errorsMax: number): string {
  const capped = parts.map(({ label, path, data, errors }) => ({
    label,
    path,
    data,
    errors: errors?.slice(0, errorsMax),
  }));
  return JSON.stringify({ incremental: capped, hasNext: true });
}

const FAILED = JSON.stringify({
  incremental: [
    {
      path: [],
      data: null,
      errors: [
        {
          message: faultMessage('the x-request-id of this answer'),
          extensions: { code: 'INTERNAL_SERVER_ERROR' },
        },
      ],
    },
  ],
  hasNext: false,
});
