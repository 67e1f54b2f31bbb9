/**
 * What a database's refusal may tell. A driver's error carries rows (`detail`, `where`, often the message itself),
 * and a refused connection its address, so nothing of it is passed on but what is known to be free of them.
 */
export interface DatabaseErrorFacts {
  schema?: string;
  table?: string;
  column?: string;
  constraint?: string;
}

/** `code`: the SQLSTATE, a system code (`ECONNREFUSED`), or `08006` for a connection lost without either. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  constructor(
    readonly code: string,
    message: string,
    readonly facts: DatabaseErrorFacts = {},
  ) {
    super(message);
  }
}

/**
 * The classes of SQLSTATE whose messages speak of the statement or of the server's state, never of a row: feature not
 * supported, invalid statement name, invalid cursor, transaction rollback, transaction state, syntax and names,
 * resources, limits, object state, operator intervention.
 */
const CLASSES_WITH_SAFE_MESSAGES = new Set(['0A', '25', '26', '34', '40', '42', '53', '54', '55', '57']);

const SENTENCES: Record<string, string> = {
  '23502': 'a value that may not be null is null',
  '23503': 'a row refers to one that does not exist, or is still referred to',
  '23505': 'a value that must be unique exists already',
  '23514': 'a row breaks a check constraint',
  '22P02': 'a value has not the form of its type',
  '22001': 'a value is too long for its column',
  '22003': 'a number is out of the range of its type',
  '22P04': 'a row of a COPY has not the form of its table',
  '28P01': 'the database refused the user or the password',
  '28000': 'the database refused the user',
  '3D000': 'the database named in the URL does not exist',
  ECONNREFUSED: 'nothing accepts connections at the address of the URL',
  ENOTFOUND: 'the host of the URL is unknown',
  ETIMEDOUT: 'the host of the URL does not answer',
};

const CLASS_SENTENCES: Record<string, string> = {
  '08': 'the connection to the database failed',
  '22': 'a value was refused',
  '23': 'a constraint was broken',
  '28': 'the database refused the user',
  P0: 'a function of the database raised an error',
};

/** Turns whatever a driver threw into a `DatabaseError` without values, addresses or credentials. */
export function databaseErrorFrom(thrown: unknown): DatabaseError {
  if (thrown instanceof DatabaseError) return thrown;
  // By its shape, not by `instanceof`: under jest, an error of the runtime is of another realm's class.
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Partial<Record<string, unknown>>;
  const message = typeof error.message === 'string' ? error.message : '';
  if (typeof error.code !== 'string') {
    // What `pg` says of its own accord when a connection ends or a deadline passes has no code, and only fixed texts.
    const known = /timeout|terminated|closed|ended|not queryable/i.test(message);
    return new DatabaseError(
      '08006',
      known ? `the connection failed: ${message}` : 'the driver of the database failed',
    );
  }
  const code = error.code;
  const facts: DatabaseErrorFacts = {};
  for (const fact of ['schema', 'table', 'column', 'constraint'] as const) {
    const value = error[fact];
    if (typeof value === 'string') facts[fact] = value;
  }
  return new DatabaseError(code, `${sentence(code, message)} (${code}${place(facts)})`, facts);
}

function sentence(code: string, message: string): string {
  const codeClass = code.slice(0, 2);
  if (CLASSES_WITH_SAFE_MESSAGES.has(codeClass) && code.length === 5) return message;
  return SENTENCES[code] ?? CLASS_SENTENCES[codeClass] ?? 'the database refused';
}

function place({ schema, table, column, constraint }: DatabaseErrorFacts): string {
  const names = [schema, table, column].filter((name) => name !== undefined).join('.');
  return (names ? `, ${names}` : '') + (constraint ? `, constraint ${constraint}` : '');
}
