// The peer: `@apollo/server` over `@apollo/gateway`, as their documentation sets them up, with their own defaults.
// node stock-gateway.mjs SUPERGRAPH_FILE NAME=URL...
import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { Kind, parse } from 'graphql';

const [supergraphFile, ...named] = process.argv.slice(2);
const urls = new Map(named.map((each) => each.split(/=(.*)/s, 2)));

/**
 * The subgraph `local:gateway` is the one that our own gateway adds: here it only turns the `citizen(personalId:)` of an
 * operation into `{ __typename personalId }`. Stock gets it as cheaply as it can be had: in its own process, each document
 * parsed once, no schema, no validation, no execution by graphql-js. A `LocalGraphQLDataSource` would parse and validate at
 * every fetch, and a remote server would cost a fetch more; so it cannot be what makes stock slow.
 */
class CitizenStub {
  #parsed = new Map();

  async process({ request: { query, variables } }) {
    const data = {};
    for (const { alias, name, variable } of this.#fieldsOf(query)) {
      data[alias] = { __typename: 'Citizen', [name]: variables[variable] };
    }
    return { data };
  }

  #fieldsOf(query) {
    let fields = this.#parsed.get(query);
    if (!fields) this.#parsed.set(query, (fields = readFields(query)));
    return fields;
  }
}

function readFields(query) {
  const operation = parse(query).definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return operation.selectionSet.selections.map((field) => {
    const [argument] = field.arguments ?? [];
    if (field.name?.value !== 'citizen' || argument?.value.kind !== Kind.VARIABLE) {
      throw new Error(`the stub knows citizen(personalId: $variable) only: ${query}`);
    }
    return {
      alias: field.alias?.value ?? field.name.value,
      name: argument.name.value,
      variable: argument.value.name.value,
    };
  });
}

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(supergraphFile, 'utf8'),
  buildService: ({ name, url }) =>
    url === 'local:gateway' ? new CitizenStub() : new RemoteGraphQLDataSource({ url: urls.get(name) ?? url }),
});
const server = new ApolloServer({ gateway });
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
process.stderr.write(`GraphQL at ${url}\n`);
