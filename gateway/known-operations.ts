import { type DocumentNode, Kind, type OperationDefinitionNode } from 'graphql';
import type { LoadedSchema, OperationExchange, OperationResult, RequestContext } from './context.js';
import { ERROR_STATUS, GatewayError } from './errors.js';
import type { Answer, Asked } from './http.js';

/** An operation that Apollo Server has parsed and validated on this schema. */
interface Known {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

const OPERATIONS_MAX = 1_000;
const TEXT_CHARS_MAX = 50_000;
const PLAIN_ACCEPT = new Set([undefined, '*/*', 'application/json']);
const HEADERS = { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' };

/**
 * The short way for operations that Apollo Server has let through before on the schema that serves: from HTTP straight to the
 * operation steps. Its pipeline costs more than all the rest of a small operation. Everything out of the ordinary (GET, another
 * media type, several operations, a persisted query) takes the long way, to the same steps and the same bytes.
 */
export function createKnownOperations(parts: {
  current(): LoadedSchema;
  /** The operation steps and the engine; rejects with nothing but a `GatewayError`. */
  run(exchange: Omit<OperationExchange, 'provenance'>): Promise<OperationResult>;
  contextOf(asked: Asked): RequestContext;
}) {
  const bySchema = new WeakMap<LoadedSchema, Map<string, Known>>();

  return {
    /** Called with each operation that Apollo Server is about to execute. */
    remember(schema: LoadedSchema, text: string, document: DocumentNode): void {
      const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
      const [operation] = operations;
      if (!operation || operations.length > 1 || text.length > TEXT_CHARS_MAX) return;
      let known = bySchema.get(schema);
      if (!known) bySchema.set(schema, (known = new Map()));
      if (known.has(text)) return;
      const [oldest] = known.keys();
      if (known.size >= OPERATIONS_MAX && oldest !== undefined) known.delete(oldest);
      known.set(text, { document, operation });
    },

    /** The answer, if the request is an ordinary one for a known operation; else `undefined`, and nothing was done. */
    answer(asked: Asked, body: unknown): Promise<Answer> | undefined {
      if (asked.method !== 'POST' || !PLAIN_ACCEPT.has(asked.headers.accept)) return undefined;
      const request = ordinary(body);
      const schema = parts.current();
      const known = request && bySchema.get(schema)?.get(request.query);
      if (!known || (request.operationName ?? known.operation.name?.value) !== known.operation.name?.value)
        return undefined;
      const { variables, wantsProvenance } = request;
      return parts
        .run({ ...known, variables, schema, wantsProvenance, context: parts.contextOf(asked) })
        .then(sent, refused);
    },
  };
}

interface Ordinary {
  query: string;
  operationName: string | null | undefined;
  variables: Record<string, unknown>;
  wantsProvenance: boolean;
}

function ordinary(body: unknown): Ordinary | undefined {
  const { query, operationName, variables, extensions, ...rest } = body as Record<string, unknown>;
  if (typeof query !== 'string' || Object.keys(rest).length > 0) return undefined;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') return undefined;
  if (!isAbsentOrObject(variables) || !isAbsentOrObject(extensions)) return undefined;
  const { provenance, ...unknown } = extensions ?? {};
  if (Object.keys(unknown).length > 0) return undefined;
  return { query, operationName, variables: variables ?? {}, wantsProvenance: provenance === true };
}

function isAbsentOrObject(value: unknown): value is Record<string, unknown> | null | undefined {
  return value == null || (typeof value === 'object' && !Array.isArray(value));
}

function sent({ data, errors, extensions }: OperationResult): Answer {
  return { status: 200, headers: HEADERS, body: `${JSON.stringify({ errors, data: data ?? null, extensions })}\n` };
}

function refused(error: unknown): Answer {
  if (!(error instanceof GatewayError)) throw error;
  const { http: _, ...extensions } = error.extensions;
  const body = `${JSON.stringify({ errors: [{ message: error.message, extensions }] })}\n`;
  return { status: ERROR_STATUS[error.code] ?? 500, headers: HEADERS, body };
}
