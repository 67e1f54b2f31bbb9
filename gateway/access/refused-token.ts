import { GatewayError } from '../errors.js';
import { ClaimError } from './claims.js';
import { errors } from './jose.js';

/**
 * The answer to a token that is not to be believed (RFC 6750, section 3). What is said of the claims is said of a token whose
 * signature holds, to whom it was given; of any other no more than that it does not hold.
 */
export function refusalOf(error: unknown): GatewayError {
  // The keys could not be had.
  if (error instanceof GatewayError) return error;
  return invalid(`${sentenceOf(error)} Get a new one from the issuer that this gateway believes.`);
}

/** A token that is bound to a client certificate, without it (RFC 8705, section 3). */
export function boundElsewhere(): GatewayError {
  return invalid('The token is bound to a client certificate. Connect with that certificate, or use a token without.');
}

export function tooLong(): GatewayError {
  return invalid('The token is too long. Get one with fewer claims from its issuer.');
}

/** Another scheme than Bearer, or something that no token can be. */
export function noBearer(): GatewayError {
  const cure = 'Send the token as "authorization: Bearer TOKEN", or no such header.';
  return new GatewayError('UNAUTHENTICATED', `The authorization header holds no bearer token. ${cure}`).withHeaders({
    'www-authenticate': 'Bearer',
  });
}

function invalid(message: string): GatewayError {
  return new GatewayError('UNAUTHENTICATED', message).withHeaders({
    'www-authenticate': 'Bearer error="invalid_token"',
  });
}

function sentenceOf(error: unknown): string {
  if (error instanceof ClaimError) return `The token says nobody: ${error.message}.`;
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (!(error instanceof errors.JWTClaimValidationFailed)) return 'The token cannot be verified.';
  switch (error.claim) {
    case 'aud':
      return 'The token is for somebody else: its audience (aud) is not this gateway.';
    case 'iss':
      return 'The token is of another issuer (iss).';
    case 'nbf':
      return 'The token is not valid yet (nbf); the clock of its issuer may be wrong.';
    case 'typ':
      return 'The token is no access token (typ).';
    default:
      return `The token lacks ${error.claim}, or has it in a wrong form.`;
  }
}
