import { composeServices } from '@apollo/composition';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { type ASTNode, GraphQLError, parse, printSchema, Source } from 'graphql';
import { joinCacheHints } from './cache-hints.js';

export interface SubgraphFile {
  name: string;
  url: string;
  /** For messages. */
  file: string;
  text: string;
}

export type Composition =
  | { ok: true; supergraphSdl: string; apiSdl: string; hints: string[] }
  /** One sentence a problem, each beginning with `file:line:`. */
  | { ok: false; problems: string[] };

const SUPPORTED = { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES };

/** Composes subgraphs into a supergraph and the schema that clients see. The same files give the same bytes. */
export function compose(files: readonly SubgraphFile[]): Composition {
  const services = [];
  const problems: string[] = [];
  for (const { name, url, file, text } of files) {
    try {
      services.push({ name, url, typeDefs: parse(new Source(text, file)) });
    } catch (error) {
      problems.push(placed(error, file));
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  const result = composeServices(services);
  if (result.errors) {
    return { ok: false, problems: result.errors.map((error) => placed(error, fileOf(error, files))) };
  }
  const { hints } = result;
  const byName = [...services].sort((one, other) => (one.name < other.name ? -1 : 1));
  const supergraphSdl = joinCacheHints(result, byName);
  return {
    ok: true,
    supergraphSdl: `${supergraphSdl.trimEnd()}\n`,
    apiSdl: `${printSchema(Supergraph.build(supergraphSdl, SUPPORTED).apiSchema().toGraphQLJSSchema())}\n`,
    hints: hints.map(({ message }) => message),
  };
}

function placed(error: unknown, file: string): string {
  if (!(error instanceof GraphQLError)) return `${file}: ${error instanceof Error ? error.message : String(error)}`;
  const node = error.nodes?.find((candidate: ASTNode) => candidate.loc);
  const line = node?.loc?.startToken.line ?? error.locations?.[0]?.line;
  const source = node?.loc?.source.name;
  const name = source?.endsWith('.graphql') ? source : file;
  return `${name}${line === undefined ? '' : `:${line}`}: ${error.message}`;
}

/** Composition puts the subgraph's name before its sentence when it has no node to point at. */
function fileOf(error: GraphQLError, files: readonly SubgraphFile[]): string {
  const name = /^\[([^\]]+)\]/.exec(error.message)?.[1];
  return files.find((file) => file.name === name)?.file ?? files.map(({ file }) => file).join(', ');
}
