import { parseArgs } from 'node:util';
import { ClaimError, readClaims } from '../gateway/access/claims.js';
import { readConfig } from '../gateway/config.js';
import { ROLES } from '../gateway/identity.js';
import { DEMO_TOKEN_SECONDS, openDemoIssuerOf, scopeOf } from './demo-issuer.js';
import { main, UsageError } from './main.js';

const HELP = `npm run -s token -- --role ROLE [--procedure CODE] [--dossier NUMBER] [--department CODE] [--citizen NUMBER]
                    [--scope SCOPE]... [--subject NAME] [--expires-in SECONDS]

Prints a token of this machine's demo issuer, and nothing else: curl -H "authorization: Bearer $(npm run -s token -- --role officer)"
Its key is in DATA_DIR, where npm start looks for it. With JWKS_URL or NODE_ENV=production there is no demo issuer.

  --role ROLE           ${ROLES.join(', ')}
  --procedure CODE      what the token may be used for, e.g. 1.000894; without it the request says so in its purpose header
  --dossier NUMBER      the only dossier that it may be used for, e.g. H48.2026.000123
  --department CODE     the caller's department
  --citizen NUMBER      the caller's own personal identification number
  --scope SCOPE         a scope; repeatable; default: of an officer those of what stands in forms, of others none
  --subject NAME        who the caller is; default: demo- and the role
  --expires-in SECONDS  default ${DEMO_TOKEN_SECONDS}: 7 days

DATA_DIR   default .data

Exit code 0: printed; 1: there is no demo issuer here; 2: the command line is wrong.
`;

const OPTIONS = {
  role: { type: 'string' },
  procedure: { type: 'string' },
  dossier: { type: 'string' },
  department: { type: 'string' },
  citizen: { type: 'string' },
  scope: { type: 'string', multiple: true },
  subject: { type: 'string' },
  'expires-in': { type: 'string', default: String(DEMO_TOKEN_SECONDS) },
  help: { type: 'boolean', short: 'h' },
} as const;

const SECONDS_MAX = 365 * 86_400;

async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { role, scope, subject, 'expires-in': expiresIn, help: _, ...rest } = values;
  const expiresInSeconds = /^\d+$/.test(expiresIn) ? Number(expiresIn) : 0;
  if (expiresInSeconds < 1 || expiresInSeconds > SECONDS_MAX) {
    throw new UsageError(`--expires-in must be a whole number of seconds from 1 to ${SECONDS_MAX}`);
  }
  const claims = {
    ...rest,
    role,
    sub: subject ?? `demo-${role}`,
    ...(scope ? { scope: scope.join(' ') } : scopeOf(role)),
  };
  refuseUnreadable(claims);
  const issuer = await openDemoIssuerOf(readConfig());
  if (!issuer) {
    throw new UsageError('JWKS_URL is set: get a token from that issuer, or unset it for the demo issuer.', 1);
  }
  process.stdout.write(`${await issuer.sign(claims, { nowMs: Date.now(), expiresInSeconds })}\n`);
  return 0;
}

/** Whoever is given a token should learn here, and not from a gateway, that it says nobody. */
function refuseUnreadable(claims: Record<string, unknown>): void {
  try {
    readClaims(claims);
  } catch (error) {
    if (!(error instanceof ClaimError)) throw error;
    throw new UsageError(`--${error.claim === 'sub' ? 'subject' : error.claim} must be ${error.must}`);
  }
}

if (require.main === module) main(run, HELP);
