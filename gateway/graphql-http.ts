import { type Media, negotiate } from './accept.js';
import { type Admitted, type Refused, refuseMissingRoot } from './apollo-server.js';
import type { LoadedSchema, OperationExchange, OperationResult, RequestContext } from './context.js';
import { codeOf, GatewayError, MisfitError, UNTOLD, WHO_ASKS } from './errors.js';
import { answerOf, listOf, refusedAnswer, relayed } from './graphql-answer.js';
import {
  bodyOf,
  type GraphqlRequest,
  refuseOtherHash,
  requestOfBody,
  requestOfSearch,
  searchOf,
} from './graphql-request.js';
import type { Answer, Asked } from './http.js';
import type { Identity } from './identity.js';
import { readJsonBody } from './json-body.js';
import { type JsonObject, setOwn } from './json-object.js';
import type { KnownOperation, KnownOperations } from './known-operations.js';
import { type RefusedAtDoor, type Seen, tellingRefusals } from './refused-at-door.js';

/** What the front door needs of what lies behind it. */
export interface FrontDoor {
  readonly known: KnownOperations;
  /** The schema that serves new requests. */
  current(): LoadedSchema;
  /** Parses and validates what is not known; gives the answer of a request that may not be run. */
  admit(request: { asked: Asked; contentType: string; body: unknown; search: string }): Promise<Admitted | Refused>;
  /** The operation steps and the engine; rejects with nothing but a `GatewayError`. */
  run(exchange: Omit<OperationExchange, 'provenance'>): Promise<OperationResult>;
  /** Who asks, and what for; throws a `GatewayError` for what says so and is not to be believed. */
  identify(asked: Asked): Identity | Promise<Identity>;
  contextOf(asked: Asked, identity: Identity): RequestContext;
  /** Throws for a body that nests too deep to be parsed. */
  refuseBody(json: string): void;
  /** Throws for a text that is too large or nests too deep to be parsed and validated. */
  refuseText(text: string): void;
  /** How many operations one request may hold, as a list; 0: it may be none. */
  readonly batchMax: number;
  /** Whether what is known skips Apollo Server. */
  readonly shortWay: boolean;
  /** Whether only registered operations are taken. */
  readonly registeredOnly: boolean;
  /** Whether a refusal may tell something of the schema. */
  readonly schemaDetails: boolean;
  /** Whether nobody reads anything but what is open to all without saying who asks. */
  asksWho(): boolean;
  onFault(error: unknown, requestId: string): void;
  /** Told of what comes to no operation, before it is answered; absent: nobody writes it down. */
  onRefused?(refused: RefusedAtDoor): Promise<void>;
}

/** One operation on its way in: a request of its own, or an item of a list. */
interface Arrival {
  readonly asked: Asked;
  readonly who: Identity;
  readonly media: Media;
  readonly body: unknown;
  readonly context: () => RequestContext;
  readonly acceptsParts: boolean;
}

/**
 * The way of a GraphQL request from HTTP to the operation steps. An operation that is known on the schema that serves goes
 * straight there; everything else is first parsed and validated by Apollo Server, and then goes there too. One list of steps,
 * and one place that writes what they come to. Rejects with a `GatewayError` for what is no GraphQL request.
 */
export function graphqlOverHttp(door: FrontDoor): (asked: Asked) => Promise<Answer> {
  return tellingRefusals(answerer(door), door.onRefused);
}

function answerer(door: FrontDoor): (asked: Asked, seen: Seen) => Promise<Answer> {
  return async (asked, seen) => {
    const media = negotiate(asked.headers.accept);
    if (!media) {
      const types = 'application/json, application/graphql-response+json or, for @defer, multipart/mixed';
      throw new GatewayError('NOT_ACCEPTABLE', `The accept header takes none of what there is; accept ${types}.`);
    }
    if (asked.method !== 'POST') {
      if (asked.method !== 'GET' && asked.method !== 'HEAD') {
        throw new GatewayError('METHOD_NOT_ALLOWED', 'Ask with POST, or GET for a query.');
      }
      const who = (seen.who = await door.identify(asked));
      const context = () => door.contextOf(asked, who);
      return one(door, { asked, who, media, body: undefined, context, acceptsParts: true });
    }
    const identity = door.identify(asked);
    // Whoever is known already need not be waited for.
    const who = (seen.who = identity instanceof Promise ? await identity : identity);
    const context = () => door.contextOf(asked, who);
    const body = await readJsonBody(asked, door.refuseBody);
    if (Array.isArray(body)) return many(door, { asked, who, media, bodies: body, contextOf: context });
    if (typeof body !== 'object' || body === null) {
      throw new GatewayError('BAD_REQUEST', 'The body is not a JSON object. Send {"query": "…", "variables": {…}}.');
    }
    return one(door, { asked, who, media, body, context, acceptsParts: true });
  };
}

async function many(
  door: FrontDoor,
  {
    asked,
    who,
    media,
    bodies,
    contextOf,
  }: Pick<Arrival, 'asked' | 'who' | 'media'> & { bodies: readonly unknown[]; contextOf(): RequestContext },
): Promise<Answer> {
  const { batchMax } = door;
  if (batchMax === 0) {
    const cure = 'Send them one by one; who runs this gateway can allow lists with BATCH_MAX.';
    throw new GatewayError('BAD_REQUEST', `Several operations in one request are not taken. ${cure}`);
  }
  if (bodies.length === 0) throw new GatewayError('BAD_REQUEST', 'The list of operations is empty. Send at least one.');
  if (bodies.length > batchMax) {
    throw new GatewayError(
      'BAD_REQUEST',
      `At most ${batchMax} operations are taken in one request. Send fewer at once.`,
    );
  }
  let shared: RequestContext | undefined;
  const context = () => (shared ??= contextOf());
  const answers = bodies.map((body) => one(door, { asked, who, media, body, context, acceptsParts: false }));
  return listOf(await Promise.all(answers), media);
}

async function one(door: FrontDoor, arrival: Arrival): Promise<Answer> {
  const { asked, media } = arrival;
  const isGet = asked.method !== 'POST';
  // Apollo Server has a word for a GET that a page of anybody's could make a browser send, and for every other method.
  const isSafe = !isGet || (asked.method === 'GET' && wasPreflighted(asked.headers));
  let text: string | undefined;
  let isRun = false;
  const begin = (admitted: Parameters<typeof run>[1]) => {
    refuseMissingRoot(admitted.operation);
    isRun = true;
    return run(door, admitted, arrival);
  };
  try {
    const readable = isGet ? requestOfSearch(asked.search) : requestOfBody(arrival.body);
    const request = isSafe ? readable : undefined;
    const found = request && find(door, request);
    text = request ? (request.text ?? found?.text) : textIn(arrival);
    if (door.registeredOnly && text !== undefined) refuseUnregistered(door, text);
    const operation = found?.operation(request?.operationName);
    if (door.shortWay && request && operation && (!isGet || operation.operation.operation === 'query')) {
      return await begin({ operation, ...request });
    }
    const admitted = await door.admit(asItCame(door, { arrival, request, text }));
    if (!('refused' in admitted)) return await begin(admitted);
    if (admitted.isMisfit && !door.schemaDetails) throw untold(door, arrival);
    await door.onRefused?.({ asked, who: arrival.who, code: admitted.code, text });
    return relayed(admitted.refused, admitted.isRequestError, media);
  } catch (error) {
    // Of what came to be run the operation steps have told.
    if (!isRun) await door.onRefused?.({ asked, who: arrival.who, code: codeOf(error), text });
    const isUntold = error instanceof MisfitError && !door.schemaDetails;
    return refusedAnswer(isUntold ? untold(door, arrival) : error, media);
  }
}

/** To who does not say who asks, what does not fit is the same as what is not theirs to read. */
function untold(door: FrontDoor, arrival: Arrival): GatewayError {
  return isStranger(door, arrival) ? WHO_ASKS : UNTOLD;
}

/** Whoever says nothing of themselves where nothing is told of the schema: so what is valid MUST NOT look different to them. */
function isStranger(door: FrontDoor, { who }: Arrival): boolean {
  return !who.caller && !door.schemaDetails && door.asksWho();
}

/** The answer to a stranger tells of an operation only that it may all be read, if it may. */
async function runForStranger(running: Promise<OperationResult>): Promise<OperationResult> {
  const result = await running.catch((error: unknown) => {
    throw error instanceof GatewayError && error.code !== 'INTERNAL_SERVER_ERROR' ? WHO_ASKS : error;
  });
  if (result.errors?.some(({ extensions }) => extensions?.rule === 'authentication')) throw WHO_ASKS;
  return result;
}

function find(door: FrontDoor, request: GraphqlRequest) {
  const { text, documentId, hash } = request;
  if (documentId !== undefined && text !== undefined) {
    throw new GatewayError(
      'BAD_REQUEST',
      'Send either the query or the documentId of a registered operation, not both.',
    );
  }
  const found = door.known.find(door.current(), request);
  if (found || text !== undefined) return found;
  // What a client has registered by itself it sends in full when it is told that its hash is unknown; an id it cannot.
  const isId = hash !== undefined && (door.registeredOnly || (!door.schemaDetails && !SHA256.test(hash)));
  if (documentId !== undefined || isId) {
    const ids = 'the name of a registered operation, or sha256: and the hash of its text';
    throw new MisfitError(
      'UNKNOWN_OPERATION',
      `No operation is registered under this documentId or hash. Send ${ids}.`,
    );
  }
  return undefined;
}

const SHA256 = /^[\da-f]{64}$/;

function refuseUnregistered({ known, current }: FrontDoor, text: string): void {
  if (known.isRegistered(current(), text)) return;
  throw new GatewayError(
    'OPERATION_NOT_REGISTERED',
    'Only registered operations are taken here. Send the documentId of one, or its text as it is registered, byte for byte; ' +
      'who runs this gateway registers more in schema/operations or OPERATIONS_MANIFEST.',
  );
}

/** What Apollo Server is shown: the request as it came, unless it has no name for what was asked. */
function asItCame(
  door: FrontDoor,
  { arrival, request, text }: { arrival: Arrival; request: GraphqlRequest | undefined; text: string | undefined },
) {
  const { asked, media, body } = arrival;
  const asking = { asked, contentType: media.contentType };
  if (text !== undefined) door.refuseText(text);
  if (!request) return { ...asking, body, search: asked.search };
  refuseOtherHash(request);
  const spelledOut = { ...request, text, extensions: extensionsOf(request, text) };
  return asked.method === 'POST'
    ? { ...asking, body: bodyOf(spelledOut), search: '' }
    : { ...asking, body: undefined, search: searchOf(spelledOut) };
}

/** The hash by which a text was found is no hash to Apollo Server where it is an id of another kind. */
function extensionsOf({ text, extensions }: GraphqlRequest, found: string | undefined): JsonObject | undefined {
  if (text !== undefined || found === undefined || !extensions) return extensions;
  const { persistedQuery: _, ...others } = extensions;
  return others;
}

/** The text in a request that is not well-formed, if there is one all the same. */
function textIn({ asked, body }: Arrival): string | undefined {
  const given =
    asked.method === 'POST' ? (body as JsonObject | null)?.query : new URLSearchParams(asked.search).get('query');
  return typeof given === 'string' ? given : undefined;
}

async function run(
  door: FrontDoor,
  { operation, variables, extensions }: { operation: KnownOperation } & Omit<Admitted, 'operation'>,
  arrival: Arrival,
): Promise<Answer> {
  const { asked, media, context, acceptsParts } = arrival;
  door.known.use(operation);
  const running = door.run({
    schema: operation.schema,
    document: operation.document,
    text: operation.text,
    operation: operation.operation,
    variables: declared(operation.operation, variables),
    wantsProvenance: extensions?.provenance === true || asked.headers.provenance === 'true',
    wantsCost: extensions?.cost === true || asked.headers.cost === 'true',
    acceptsParts: acceptsParts && media.parts !== undefined,
    context: context(),
  });
  const result = await (isStranger(door, arrival) ? runForStranger(running) : running);
  return answerOf(result, media, (error) => door.onFault(error, asked.requestId));
}

/** What is declared of what was handed in: the rest means nothing, and nobody shall look into it, count it or remember by it. */
function declared({ variableDefinitions = [] }: KnownOperation['operation'], given: JsonObject): JsonObject {
  const variables: JsonObject = {};
  for (const { variable } of variableDefinitions) {
    const name = variable.name.value;
    if (Object.hasOwn(given, name)) setOwn(variables, name, given[name]);
  }
  return variables;
}

/**
 * Whether a browser would have asked leave before it sent this GET for a page of another site: Apollo Server's rule, in its
 * plain cases.
 */
function wasPreflighted(headers: Asked['headers']): boolean {
  const type = headers['content-type'];
  if (type !== undefined) return type === 'application/json';
  return Boolean(headers['apollo-require-preflight'] || headers['x-apollo-operation-name']);
}
