import { readFileSync } from 'node:fs';
import { backendOf, citizensFor, SEED } from './backends.mjs';
import { marriageOperation, people } from './built-product.mjs';

/** Parcels of one request: aliases p0 to p49. */
const PARCELS = 50;
const PARCEL_REQUESTS = 40;
/** How many people the land registry is asked about at a time while parcels are gathered. */
const ASKED_AT_ONCE = 50;
/** Every operation through Apollo Server, as one that was never seen before. */
const LONG_WAY = { SHORT_WAY: 'off' };

const textOf = (file) => readFileSync(new URL(file, import.meta.url), 'utf8');
const bodyOf = (query, variables) => JSON.stringify({ query, variables });

/** The pre-fill's operation, and a request for it. */
export const CITIZEN = textOf('citizen.graphql');
export const bodyAbout = (personalId) => bodyOf(CITIZEN, { personalId });

/** Of what use it is to compare: the long way is a matter between ours and stock. */
export const peersOf = (name, peers) =>
  name === 'ad-hoc' ? peers.filter((peer) => peer === 'ours' || peer === 'stock') : peers;

/**
 * The scenarios of one backend: `bodies` of requests, each about other people or parcels, asked round and round (nothing
 * comes again while it is in flight), the `people` of the pre-fill, and the `env` that ours needs for it.
 */
export async function scenariosOf(names, { backend, people: count }) {
  const shop = () => ({ title: 'shop', bodies: [bodyOf(textOf('shop/operation.graphql'))] });
  if (names.every((name) => backendOf(name) === 'shop')) return names.map((name) => ({ name, ...shop() }));
  const { men, women } = people({ citizens: citizensFor(count), seed: SEED, count });
  const citizens = [...men, ...women];
  const builders = {
    'pre-fill': () => ({ title: 'pre-fill, each person once', bodies: citizens.map(bodyAbout), people: citizens }),
    'ad-hoc': () => ({ title: 'pre-fill, through Apollo Server', bodies: citizens.map(bodyAbout), env: LONG_WAY }),
    dossier: () => {
      const operation = marriageOperation();
      const couples = men.slice(0, women.length).map((groom, index) => ({ groom, bride: women[index] }));
      return { title: 'the marriage dossier’s operation', bodies: couples.map((couple) => bodyOf(operation, couple)) };
    },
    parcels: async () => ({ title: '50 parcels', bodies: await parcelBodies(backend.urls.get('land'), citizens) }),
  };
  const scenarios = [];
  for (const name of names) scenarios.push({ name, ...(await builders[name]()) });
  return scenarios;
}

/** Requests for 50 parcels each, of parcels that the people asked about have rights in. */
async function parcelBodies(land, citizens) {
  const ids = new Set();
  const wanted = PARCELS * PARCEL_REQUESTS;
  for (let at = 0; at < citizens.length && ids.size < wanted; at += ASKED_AT_ONCE) {
    for (const id of await parcelsOf(land, citizens.slice(at, at + ASKED_AT_ONCE))) ids.add(id);
  }
  if (ids.size < PARCELS) throw new Error(`only ${ids.size} parcels: give more --people`);
  const all = [...ids].slice(0, wanted);
  const operation = parcelsOperation();
  const bodies = [];
  for (let at = 0; at + PARCELS <= all.length; at += PARCELS) {
    const variables = Object.fromEntries(all.slice(at, at + PARCELS).map((id, index) => [`p${index}`, id]));
    bodies.push(bodyOf(operation, variables));
  }
  return bodies;
}

async function parcelsOf(land, personalIds) {
  const query =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Citizen { landRights { parcel { id } } } } }';
  const representations = personalIds.map((personalId) => ({ __typename: 'Citizen', personalId }));
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(land, { method: 'POST', headers, body: bodyOf(query, { representations }) });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`the land registry failed: ${JSON.stringify(errors)}`);
  return data._entities.flatMap((citizen) => (citizen?.landRights ?? []).map(({ parcel }) => parcel.id));
}

function parcelsOperation() {
  const names = Array.from({ length: PARCELS }, (_, index) => `p${index}`);
  const variables = names.map((name) => `$${name}: ID!`).join(', ');
  const fields = names.map((name) => `  ${name}: parcel(id: $${name}) {\n    ...Parcel\n  }`).join('\n');
  return `query Parcels(${variables}) {\n${fields}\n}\n\n${textOf('parcel.graphql')}`;
}
