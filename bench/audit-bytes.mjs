// How many bytes a marriage dossier's entry takes, and what lies beside it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { citizensFor, SEED } from './backends.mjs';
import { people } from './built-product.mjs';
import { root } from './processes.mjs';

const DOSSIERS = 50;
const OF_LOG = `SELECT count(*)::int AS entries, max(length(body)) AS most,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY length(body)) AS line,
    (SELECT avg(length(salt) + length(digests))::int FROM audit.opening) AS opening,
    (SELECT count(*)::int FROM audit.detail) AS shapes, (SELECT avg(length(body))::int FROM audit.detail) AS shape
  FROM audit.entry WHERE body LIKE '%"kind":"read"%'`;

/**
 * Asks a gateway whose log is in PostgreSQL for dossiers as an officer does, and resolves with what its entries take: the `line` of
 * half of them at most, and of the longest; the `opening`, one an answer; and how many `shapes` there are, and of how many bytes.
 */
export async function bytesOfDossiers({ url, log, headers }) {
  const query = readFileSync(join(root, 'schema/operations/dossier.graphql'), 'utf8');
  const { men, women } = people({ citizens: citizensFor(DOSSIERS), seed: SEED, count: DOSSIERS });
  for (const [index, groom] of men.slice(0, women.length).entries()) {
    const parties = [
      { role: 'groom', personalId: groom },
      { role: 'bride', personalId: women[index] },
    ];
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers[index], 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { procedure: '1.000894', parties } }),
    });
    const { data, errors } = await response.json();
    if (!data?.dossier || errors) throw new Error(`no dossier: ${response.status} ${JSON.stringify(errors)}`);
  }
  const [sizes] = await log.rows(OF_LOG);
  return sizes;
}
