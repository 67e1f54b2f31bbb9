import type { Command } from './command.js';
import { DEMO } from './demo-people.js';
import { ask } from './federation.js';

/** How many fields of a marriage form a started product fills, for the officer whose token it has printed. */
export async function prefilledBy(started: Command, url: string): Promise<number> {
  const query = `{ dossier(procedure: "1.000894", parties: [
    { role: "groom", personalId: "${DEMO.groom}" }, { role: "bride", personalId: "${DEMO.bride}" }
  ]) { coverage { prefilled } } }`;
  const [, token] = /authorization: Bearer (\S+?)'/.exec(started.output())!;
  const answer = await ask(url, { query }, { authorization: `Bearer ${token}` });
  return answer.data.dossier.coverage.prefilled;
}
