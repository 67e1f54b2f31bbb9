// The subgraph `gateway`, which holds the way in, as a remote one: it turns a number into a person that the registries know.
import { readFileSync } from 'node:fs';
import { inMemorySubgraph } from './in-memory-subgraph.mjs';

const sdl = readFileSync(new URL('../schema/gateway.graphql', import.meta.url), 'utf8');

export const answer = inMemorySubgraph(sdl, {
  Query: { citizen: (_, { personalId }) => ({ __typename: 'Citizen', personalId }) },
});
