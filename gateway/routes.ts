import type { cacheDeskRoutes } from './cache-desk-http.js';
import { GatewayError } from './errors.js';
import type { Readiness } from './health.js';
import { json, type Route } from './http.js';

/** The page for people. */
export interface Page {
  html: string;
  contentSecurityPolicy: string;
}

/** What is served where: GraphQL, health, metrics and, if there is one, the page for people. */
export function createRoutes(parts: {
  graphql: Route;
  readiness(): Promise<Readiness>;
  metrics(): Promise<{ body: string; contentType: string }>;
  page: Page | undefined;
  desk: ReturnType<typeof cacheDeskRoutes>;
  /** The audit log's own, by their paths; one that ends in `/` is that of all below. */
  audit: ReadonlyMap<string, Route>;
}): Route {
  const { graphql, readiness, metrics, page, desk, audit } = parts;
  const routes = new Map<string, Route>(
    Object.entries({
      '/graphql': graphql,
      '/health/live': async () => json(200, { status: 'live' }),
      '/health/ready': async () => {
        const { ready, body } = await readiness();
        return json(ready ? 200 : 503, body);
      },
      '/metrics': async () => {
        const { body, contentType } = await metrics();
        return { status: 200, headers: { 'content-type': contentType }, body };
      },
    }),
  );
  for (const [path, { route }] of desk) routes.set(path, route);
  for (const [path, route] of audit) routes.set(path, route);
  const folders = [...audit.keys()].filter((path) => path.endsWith('/'));
  if (page) {
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': page.contentSecurityPolicy,
    };
    routes.set('/', async () => ({ status: 200, headers, body: page.html }));
  }
  return async (asked) => {
    const folder = folders.find((each) => asked.path.startsWith(each));
    const route = routes.get(folder ?? asked.path);
    if (!route) throw new GatewayError('NOT_FOUND', 'There is nothing here. GraphQL is at /graphql.');
    const method = desk.get(asked.path)?.method ?? 'GET';
    if (method === 'POST' && asked.method !== method) {
      throw new GatewayError('METHOD_NOT_ALLOWED', 'Ask this with POST.');
    }
    if (route !== graphql && method === 'GET' && asked.method !== 'GET' && asked.method !== 'HEAD') {
      throw new GatewayError('METHOD_NOT_ALLOWED', 'Ask this with GET.');
    }
    return route(asked);
  };
}
