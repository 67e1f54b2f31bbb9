import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What the page shows and asks. It comes from the configuration, never from a request: the page is kept. */
export interface GraphiqlOptions {
  /** Where the page sends operations: a path of the page's own origin, e.g. `/graphql`. */
  endpoint: string;
  /** The operation in the editor when the page opens. */
  defaultQuery: string;
  title: string;
  /** What the headers editor holds when the page opens, e.g. `purpose`. Whoever can open the page can read them. */
  headers?: Record<string, string>;
}

export interface GraphiqlPage {
  /** To be served as `text/html; charset=utf-8`: the hashes are of UTF-8. */
  html: string;
  /** The value of the header `content-security-policy`; the page MUST NOT be served without it. */
  contentSecurityPolicy: string;
}

/**
 * Starts the editor. The options stand in the page as data, so that this text, and with it its hash, never changes.
 *
 * GraphiQL would keep every tab and every query that was run in `localStorage`. Queries hold personal identification numbers and
 * officers share machines, so it gets a store that the browser forgets with the page.
 */
const START = `
const options = JSON.parse(document.getElementById('options').textContent);
const kept = new Map();
const storage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => void kept.set(key, value),
  removeItem: (key) => void kept.delete(key),
  clear: () => kept.clear(),
  get length() { return kept.size; },
};
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: options.endpoint }),
    defaultQuery: options.defaultQuery,
    defaultHeaders: options.headers && JSON.stringify(options.headers, null, 2),
    storage,
  }),
);
`;

const LAYOUT = 'body { margin: 0 } #graphiql { height: 100dvh }';

/** The files that GraphiQL publishes for pages without a bundler. Each brings all it needs, fonts too. */
const STYLES = [['graphiql', 'graphiql.min.css']] as const;
const SCRIPTS = [
  ['react', 'umd/react.production.min.js'],
  ['react-dom', 'umd/react-dom.production.min.js'],
  ['graphiql', 'graphiql.min.js'],
] as const;

interface Assets {
  styles: string[];
  scripts: string[];
  contentSecurityPolicy: string;
}

/** A package's file, by its path: `exports` of these packages don't name their files for browsers. */
function readPackageFile([packageName, file]: readonly [string, string]): string {
  return readFileSync(path.join(path.dirname(require.resolve(`${packageName}/package.json`)), file), 'utf8');
}

/**
 * A script as it may stand inside a `<script>` element, where only `</script` and `<!--` mean something to HTML. Both can
 * occur in strings and regular expressions alone, where the backslash changes nothing. The link to a source map goes,
 * because nothing serves one.
 */
function inlineScript(text: string): string {
  return text
    .replace(/^\/\/# sourceMappingURL=.*$/gm, '')
    .replace(/<\/(script)/gi, '<\\/$1')
    .replaceAll('<!--', '<\\!--');
}

/**
 * Nothing from elsewhere, nothing to elsewhere, in nobody's frame, and no script but the four whose hashes stand here. Styles
 * cannot be listed so: the dialogs write one when they open. Without a script or an address to load, a style can do no harm.
 */
function policyFor(scripts: string[]): string {
  const hashes = scripts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src ${hashes.join(' ')}`,
    "style-src 'unsafe-inline'",
    'font-src data:',
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function readAssets(): Assets {
  const scripts = [...SCRIPTS.map((file) => inlineScript(readPackageFile(file))), START];
  return { styles: [...STYLES.map(readPackageFile), LAYOUT], scripts, contentSecurityPolicy: policyFor(scripts) };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function render({ styles, scripts }: Assets, options: GraphiqlOptions): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(options.title)}</title>`,
    // An icon that is there keeps the browser from asking for /favicon.ico.
    '<link rel="icon" href="data:,">',
    ...styles.map((text) => `<style>${text}</style>`),
    '<div id="graphiql"></div>',
    `<script type="application/json" id="options">${JSON.stringify(options).replaceAll('<', '\\u003c')}</script>`,
    ...scripts.map((text) => `<script>${text}</script>`),
    '</html>',
    '',
  ].join('\n');
}

let assets: Assets | undefined;
let kept: { key: string; page: GraphiqlPage } | undefined;

/**
 * GraphiQL as one HTML page of about 1.5 MB that loads nothing from anywhere, and the policy under which it runs. The files
 * are read once; the page is kept until other options come.
 */
export function graphiqlPage(options: GraphiqlOptions): GraphiqlPage {
  const key = JSON.stringify(options);
  if (kept?.key !== key) {
    assets ??= readAssets();
    kept = { key, page: { html: render(assets, options), contentSecurityPolicy: assets.contentSecurityPolicy } };
  }
  return kept.page;
}
