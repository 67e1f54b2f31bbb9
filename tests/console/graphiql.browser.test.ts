import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startGateway, type TestGateway } from './graphiql-gateway.js';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Headless, and with everything off by which the browser itself calls its maker. */
const BROWSER_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What an injected script would try. Text, because these are the page's names, not this program's. */
const FOREIGN_ATTEMPTS = `(async () => {
  const outcome = (attempt) => Promise.resolve().then(attempt).then(() => 'done', () => 'stopped');
  const script = document.createElement('script');
  script.textContent = 'globalThis.injected = true';
  document.body.append(script);
  const image = new Image();
  image.src = 'http://localhost:9/image.png';
  return {
    script: await outcome(() => { if (!globalThis.injected) throw new Error(); }),
    request: await outcome(() => fetch('http://localhost:9/')),
    image: await outcome(() => image.decode()),
  };
})()`;

/** Without a browser the suite is skipped, aloud; in CI that is a failure, so that a job that lost it is never green. */
function describeInBrowser(name: string, tests: () => void): void {
  if (existsSync(CHROMIUM)) {
    describe(name, tests);
    return;
  }
  const sentence = `no browser at ${CHROMIUM} (install Debian's chromium, or set CHROMIUM_PATH)`;
  if (process.env.CI === 'true') {
    test(`${name}: ${sentence}`, () => {
      throw new Error(`CI must run the browser tests: ${sentence}.`);
    });
    return;
  }
  process.stderr.write(`SKIPPED ${name}: ${sentence}\n`);
  describe.skip(`${name}: ${sentence}`, tests);
}

describeInBrowser('GraphiQL in a browser', () => {
  let gateway: TestGateway;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let requested: string[];

  beforeAll(async () => {
    gateway = await startGateway();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_FLAGS });
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    complaints = [];
    requested = [];
    // A policy that blocks something complains, so that `complaints` also shows what the policy had to stop.
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requested.push(request.url()));
  });

  afterEach(() => page.close());

  /** Opens the page and waits until it has read the schema: until then the documentation is empty. */
  async function open(): Promise<void> {
    const introspection = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.goto(gateway.url);
    await introspection;
    await page.getByText('MarriageDossier').waitFor();
  }

  const answer = () => page.locator('.graphiql-response .CodeMirror-code');

  async function run(): Promise<void> {
    await page.getByRole('button', { name: /execute query/i }).click();
    await answer().getByText('dossier').waitFor();
  }

  const foreignRequests = () =>
    requested.filter((url) => !url.startsWith('data:') && new URL(url).origin !== new URL(gateway.url).origin);

  test('the marriage query is in the editor, and pressing run shows its answer', async () => {
    await open();
    const editor = page.locator('.graphiql-query-editor .CodeMirror-code');
    expect(await editor.textContent()).toContain('048090000001');
    await run();
    expect(await answer().textContent()).toContain('1.000894');
    expect(complaints).toEqual([]);
  });

  test('the headers that it opens with go along, and a person can change them', async () => {
    await open();
    const sent = () => page.waitForRequest((request) => request.method() === 'POST');
    const first = sent();
    await run();
    expect((await first).headers().authorization).toBe(`Bearer ${gateway.token}`);
    await page.getByRole('button', { name: 'Headers' }).click();
    const editor = page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror');
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('{"authorization": "Bearer pasted"}');
    const next = sent();
    await page.getByRole('button', { name: /execute query/i }).click();
    expect((await next).headers().authorization).toBe('Bearer pasted');
    await answer().getByText('UNAUTHENTICATED').waitFor();
  });

  test('every part of it works without one request to another origin', async () => {
    await open();
    await run();
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByRole('link', { name: 'Citizen', exact: true }).click();
    await page.getByText('A person with a personal identification number').waitFor();
    for (const dialog of ['Open short keys dialog', 'Open settings dialog']) {
      await page.getByRole('button', { name: dialog }).click();
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
    }
    expect(requested.length).toBeGreaterThanOrEqual(3);
    expect(foreignRequests()).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('its policy stops an injected script, a foreign request and a foreign image', async () => {
    await open();
    const attempts = await page.evaluate(FOREIGN_ATTEMPTS);
    expect(attempts).toEqual({ script: 'stopped', request: 'stopped', image: 'stopped' });
    expect(complaints.filter((text) => text.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(3);
  });

  test('nothing that was asked or answered stays in the browser', async () => {
    await open();
    await run();
    expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
  });
});
