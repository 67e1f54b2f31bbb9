import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GraphQLFormattedError } from 'graphql';
import { type Config, DEFAULTS, type Limits } from '../../gateway/config.js';
import type { Log } from '../../gateway/context.js';
import { createGateway, type Gateway, type GatewayOptions } from '../../gateway/index.js';
import { compose } from '../../gateway/supergraph/compose.js';
import { type FaultySubgraph, type Received, type Resolvers, startFaultySubgraph } from './faulty-subgraph.js';

export interface SubgraphOfTest {
  sdl: string;
  resolvers?: Resolvers;
}

export type ConfigOfTest = Partial<Omit<Config, 'limits'>> & { limits?: Partial<Limits> };

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it as it likes
  data?: any;
  errors?: GraphQLFormattedError[];
  extensions?: Record<string, unknown>;
  /** The body as it came. */
  text: string;
}

export interface Federation {
  readonly url: string;
  readonly gateway: Gateway;
  readonly supergraphFile: string;
  readonly supergraphSdl: string;
  /** Every line that the gateway logged, as it would stand on standard output. */
  readonly logLines: string[];
  subgraph(name: string): FaultySubgraph;
  /** What a subgraph was sent. */
  requestsTo(name: string): Received[];
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
  /** Writes another supergraph of these subgraphs over the file, as a deployment does: by renaming. */
  replaceSupergraph(subgraphs: Record<string, { sdl: string }>): void;
  writeSupergraph(text: string): void;
  stop(): Promise<void>;
}

export interface FederationOptions {
  subgraphs: Record<string, SubgraphOfTest>;
  config?: ConfigOfTest;
  gateway?: Partial<GatewayOptions>;
}

/** Real subgraphs over HTTP on free ports, composed, with our gateway in front of them on another. */
export async function startFederation(options: FederationOptions): Promise<Federation> {
  const servers = new Map<string, FaultySubgraph>();
  try {
    return await start(options, servers);
  } catch (error) {
    for (const server of servers.values()) await server.stop();
    throw error;
  }
}

async function start(options: FederationOptions, servers: Map<string, FaultySubgraph>): Promise<Federation> {
  for (const [name, { sdl, resolvers }] of Object.entries(options.subgraphs)) {
    servers.set(name, await startFaultySubgraph({ sdl: FEDERATION + sdl, resolvers }));
  }
  const serverOf = (name: string) => servers.get(name) ?? fail(`no subgraph is called ${name}`);
  const supergraphSdl = composeOrFail(options.subgraphs, (name) => serverOf(name).url);
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-federation-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  writeFileSync(supergraphFile, supergraphSdl);
  const logLines: string[] = [];
  const gateway = await createGateway({
    config: configOf(options.config),
    supergraphFile,
    log: logInto(logLines),
    ...options.gateway,
  });
  const { url } = await gateway.listen();
  const writeSupergraph = (text: string) => {
    writeFileSync(`${supergraphFile}.new`, text);
    renameSync(`${supergraphFile}.new`, supergraphFile);
  };

  return {
    url,
    gateway,
    supergraphFile,
    supergraphSdl,
    logLines,
    subgraph: serverOf,
    requestsTo: (name) => serverOf(name).received,
    ask: (query, variables, headers) => ask(url, { query, variables }, headers),
    replaceSupergraph: (subgraphs) => writeSupergraph(composeOrFail(subgraphs, (name) => serverOf(name).url)),
    writeSupergraph,
    async stop() {
      await gateway.stop();
      for (const server of servers.values()) await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Posts a GraphQL request to a gateway. */
export async function ask(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, ...JSON.parse(text) };
}

/** The defaults on a free port, with what a test changes. */
export function configOf({ limits, ...rest }: ConfigOfTest = {}): Config {
  const defaults = structuredClone(DEFAULTS);
  return { ...defaults, port: 0, ...rest, limits: { ...defaults.limits, drainMs: 500, ...limits } };
}

/** A log that keeps its lines. */
export function logInto(lines: string[]): Log {
  const write = (level: string) => (fields: Record<string, unknown>, msg: string) => {
    lines.push(JSON.stringify({ level, msg, ...fields }));
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

export function composeOrFail(subgraphs: Record<string, { sdl: string }>, urlOf: (name: string) => string): string {
  const files = Object.entries(subgraphs).map(([name, { sdl }]) => {
    return { name, url: urlOf(name), file: `${name}.graphql`, text: FEDERATION + sdl };
  });
  const composition = compose(files);
  return composition.ok ? composition.supergraphSdl : fail(composition.problems.join('\n'));
}

/** Waits until `holds` is true; a condition, not the clock, decides how long. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`it did not come true within ${withinMs} ms: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function fail(message: string): never {
  throw new Error(message);
}

/** Every subgraph of a test may use all of Federation 2. */
export const FEDERATION = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@interfaceObject", "@inaccessible", "@tag",
  "@context", "@fromContext", "@composeDirective", "@authenticated", "@requiresScopes", "@policy"
])
`;
