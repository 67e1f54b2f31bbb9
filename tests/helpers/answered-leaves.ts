import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLFormattedError,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** An answer, put together of all its parts. */
export interface Answered {
  readonly status: number;
  readonly requestId: string;
  readonly data: unknown;
  readonly errors: readonly GraphQLFormattedError[];
  readonly provenance?: Published;
  readonly text: string;
}

export interface Published {
  readonly records: readonly {
    registry: string;
    record?: string;
    version?: string;
    cache: string;
    retrievedAt: string;
  }[];
  readonly values: readonly { path: (string | number)[]; records: number[] }[];
}

export async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Answered> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const parts = text.startsWith('{') ? [text] : text.split(/\r\n\r\n|\r\n--/).filter((part) => part.startsWith('{'));
  const [first, ...later] = parts.map((part) => JSON.parse(part));
  const errors: GraphQLFormattedError[] = [...(first.errors ?? [])];
  const whole = { data: first.data };
  for (const { incremental = [] } of later) {
    for (const { path, data, errors: more = [] } of incremental) {
      errors.push(...more);
      merge(
        path.reduce((at: never, name: never) => at[name], whole.data),
        data,
      );
    }
  }
  const requestId = response.headers.get('x-request-id')!;
  return {
    status: response.status,
    requestId,
    data: whole.data,
    errors,
    provenance: first.extensions?.provenance,
    text,
  };
}

function merge(into: Record<string, unknown>, part: Record<string, unknown> | null): void {
  for (const [name, value] of Object.entries(part ?? {})) {
    const there = Object.hasOwn(into, name) ? into[name] : undefined;
    if (typeof there === 'object' && there !== null && typeof value === 'object' && value !== null) {
      merge(there as never, value as never);
    } else Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
  }
}

export interface Leaf {
  /** The client's path. */
  readonly at: readonly (string | number)[];
  /** By the fields' own names. */
  readonly path: string;
  readonly value: unknown;
}

/** All values of an answer, by the fields that were asked for. */
export function leavesOf(document: DocumentNode, data: unknown): Leaf[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  const fieldsOf = (sets: readonly SelectionSetNode[]): Map<string, FieldNode[]> => {
    const fields = new Map<string, FieldNode[]>();
    const gather = (set: SelectionSetNode): void => {
      for (const each of set.selections) {
        if (each.kind === Kind.FIELD) {
          const key = (each.alias ?? each.name).value;
          fields.set(key, [...(fields.get(key) ?? []), each]);
        } else
          gather(each.kind === Kind.INLINE_FRAGMENT ? each.selectionSet : fragments.get(each.name.value)!.selectionSet);
      }
    };
    sets.forEach(gather);
    return fields;
  };
  const leaves: Leaf[] = [];
  const walk = (value: unknown, sets: readonly SelectionSetNode[], at: Pick<Leaf, 'at' | 'path'>): void => {
    if (Array.isArray(value) && value.length > 0) {
      value.forEach((item, index) => {
        walk(item, sets, { at: [...at.at, index], path: `${at.path}.${index}` });
      });
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const fields = fieldsOf(sets);
      for (const [key, below] of Object.entries(value)) {
        const nodes = fields.get(key)!;
        const name = nodes[0]!.name.value;
        if (name === '__typename') continue;
        const under = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
        walk(below, under, { at: [...at.at, key], path: at.path === '' ? name : `${at.path}.${name}` });
      }
    } else leaves.push({ ...at, value });
  };
  const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION)!;
  walk(data, [(operation as { selectionSet: SelectionSetNode }).selectionSet], { at: [], path: '' });
  return leaves;
}

/** What may be said of a value that is not there: what is said of it or below, or of what it stands in. */
export function reasonsFor({ at }: Leaf, errors: Answered['errors']): string[] {
  const reasons = (isOf: (path: readonly (string | number)[]) => boolean) =>
    errors
      .filter(({ path = [] }) => isOf(path))
      .map(({ extensions }) =>
        extensions?.code === 'NOT_PERMITTED' ? `refused ${extensions.rule}` : `missing ${extensions?.code}`,
      );
  const own = reasons((path) => at.every((part, index) => path[index] === part));
  const above = reasons((path) => path.length > 0 && path.every((part, index) => at[index] === part));
  return own.length > 0 ? own : above.length > 0 ? above : ['missing NO_RECORD'];
}

/** The records that were published for a value: those at the longest path. */
export function recordsAt({ at }: Leaf, { records, values }: Published): string[] {
  let longest = -1;
  let found: string[] = [];
  for (const { path, records: indexes } of values) {
    if (path.length < longest || path.length > at.length || path.some((part, index) => at[index] !== part)) continue;
    const texts = indexes.map((index) => textOf(records[index]!));
    found = path.length === longest ? [...found, ...texts] : texts;
    longest = path.length;
  }
  return found;
}

export const textOf = ({
  registry,
  record = '',
  version = '',
  cache,
  retrievedAt,
}: Published['records'][number]): string => [registry, record, version, cache, retrievedAt].join(' ');
