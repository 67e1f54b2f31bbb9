import { GatewayError } from '../errors.js';
import type { Purpose } from '../identity.js';

/** What a purpose is made of, and how each part is written. */
export const PURPOSE_PARTS = { procedure: /^[\w.-]{1,40}$/, dossier: /^[\w./-]{1,64}$/ } as const;

export type PurposePart = keyof typeof PURPOSE_PARTS;

/** The header `purpose: procedure=1.000894; dossier=H48.2026.000123`: each part at most once. Throws for anything else. */
export function parsePurpose(header: string): Partial<Purpose> {
  const purpose: Partial<Record<PurposePart, string>> = {};
  for (const part of header.split(';')) {
    const [name = '', value = '', ...more] = part.trim().split('=');
    if (!isPart(name) || purpose[name] !== undefined || more.length > 0 || !PURPOSE_PARTS[name].test(value)) {
      throw malformed();
    }
    purpose[name] = value;
  }
  return purpose;
}

/**
 * What a request is for, by its header and by the token's claims. Either may say what the other leaves open; a token that was
 * given out for one procedure or dossier MUST NOT serve another.
 */
export function purposeOf(header: Partial<Purpose>, claimed: Partial<Purpose>): Purpose | undefined {
  for (const part of ['procedure', 'dossier'] as const) {
    if (header[part] !== undefined && claimed[part] !== undefined && header[part] !== claimed[part]) {
      const cure = `Leave it out of the purpose header, or use a token for this ${part}.`;
      throw new GatewayError('PURPOSE_REQUIRED', `The token is for another ${part} than the purpose header. ${cure}`);
    }
  }
  const procedure = header.procedure ?? claimed.procedure;
  const dossier = header.dossier ?? claimed.dossier;
  if (procedure !== undefined) return Object.freeze(dossier === undefined ? { procedure } : { procedure, dossier });
  if (dossier === undefined) return undefined;
  throw malformed();
}

function isPart(name: string): name is PurposePart {
  return Object.hasOwn(PURPOSE_PARTS, name);
}

function malformed(): GatewayError {
  const example = 'purpose: procedure=1.000894; dossier=H48.2026.000123';
  return new GatewayError(
    'BAD_REQUEST',
    `The purpose header says no purpose. Send the procedure's code, and the dossier's number if there is one: ${example}`,
  );
}
