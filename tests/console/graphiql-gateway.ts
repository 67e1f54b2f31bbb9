import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, graphql } from 'graphql';
import { graphiqlPage } from '../../gateway/graphiql.js';

export interface TestGateway {
  /** Where the page is. */
  url: string;
  stop: () => Promise<void>;
}

const PROCEDURE = { code: '1.000894', name: 'Thủ tục đăng ký kết hôn' };
const COVERAGE = { prefilled: 0, conflict: 0, missing: 0, withheld: 0, askCitizen: 0, total: 0 };
const ANSWERS = { dossier: { procedure: PROCEDURE, coverage: COVERAGE, fields: [], checks: [] } };

async function readJson(request: IncomingMessage): Promise<{ query: string; operationName?: string }> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

/** The page, and the API's schema over one canned answer. */
export async function startGateway(): Promise<TestGateway> {
  const schema = buildSchema(readFileSync(require.resolve('#schema/api.graphql'), 'utf8'));
  const defaultQuery = readFileSync(require.resolve('#console/marriage.graphql'), 'utf8');
  const { html, contentSecurityPolicy } = graphiqlPage({ endpoint: '/graphql', defaultQuery, title: 'Liên Thông' });
  const server = createServer(async (request, response) => {
    if (request.url === '/') {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.setHeader('content-security-policy', contentSecurityPolicy);
      response.end(html);
      return;
    }
    const { query, operationName } = await readJson(request);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(await graphql({ schema, source: query, operationName, rootValue: ANSWERS })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
