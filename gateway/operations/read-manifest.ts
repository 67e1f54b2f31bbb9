import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from '../json-object.js';
import type { Declared } from './declarations.js';
import { OperationsError } from './operations-error.js';

/** One operation of a manifest. */
export interface ManifestEntry extends Declared {
  readonly id: string;
  readonly body: string;
  readonly name: string;
  readonly type: string;
}

const FORMAT = 'apollo-persisted-query-manifest';
const TYPES = ['query', 'mutation', 'subscription'];
const SHA256 = /^(?:sha256:)?([\da-f]{64})$/;

/**
 * The operations of a manifest of persisted queries, in the format that Apollo's tools write:
 * `{ format: "apollo-persisted-query-manifest", version: 1, operations: [{ id, name, type, body }] }`
 * (https://www.apollographql.com/docs/graphos/platform/security/persisted-queries). An id may be any text; one that is a SHA-256
 * must be that of its body. Beside these an operation may have an `owner` and `purposes`; where it has none, those of the
 * manifest itself hold. Throws an `OperationsError` for anything else.
 */
export function readManifest(text: string, file: string): ManifestEntry[] {
  const refuse = (problem: string): never => {
    throw new OperationsError(`the manifest ${file} ${problem}`);
  };
  const manifest = parsed(text);
  if (!isObject(manifest)) return refuse('is not a JSON object');
  if (manifest.format !== FORMAT || manifest.version !== 1) return refuse(`is not of the format ${FORMAT}, version 1`);
  if (!Array.isArray(manifest.operations)) return refuse('has no list of operations');
  const problem = problemOfDeclared(manifest);
  if (problem) return refuse(problem);
  const ids = new Set<string>();
  return manifest.operations.map((operation: unknown, index) => {
    const wrong = problemOf(operation);
    if (wrong) return refuse(`is wrong at operations[${index}]: ${wrong}`);
    const entry = operation as ManifestEntry;
    if (ids.has(entry.id)) return refuse(`is wrong at operations[${index}]: its id is another's already`);
    ids.add(entry.id);
    const { owner, purposes } = manifest as Declared;
    return { ...entry, owner: entry.owner ?? owner, purposes: entry.purposes ?? purposes };
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemOf(operation: unknown): string | undefined {
  if (!isObject(operation)) return 'it is not an object';
  const { id, body, name, type } = operation;
  for (const [key, value] of Object.entries({ id, body, name })) {
    if (typeof value !== 'string' || value === '') return `its ${key} is not a text`;
  }
  if (!TYPES.includes(type as string)) return `its type is none of ${TYPES.join(', ')}`;
  const hash = SHA256.exec(id as string)?.[1];
  if (
    hash !== undefined &&
    hash !==
      createHash('sha256')
        .update(body as string)
        .digest('hex')
  ) {
    return 'its id is a SHA-256, but not that of its body';
  }
  return problemOfDeclared(operation);
}

function problemOfDeclared({ owner, purposes }: JsonObject): string | undefined {
  if (owner !== undefined && typeof owner !== 'string') return 'has an owner that is not a text';
  const areTexts = Array.isArray(purposes) && purposes.every((purpose) => typeof purpose === 'string');
  return purposes === undefined || areTexts ? undefined : 'has purposes that are not a list of texts';
}
