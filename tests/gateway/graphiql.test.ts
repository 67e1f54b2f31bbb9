import { createHash } from 'node:crypto';
import { type GraphiqlOptions, graphiqlPage } from '../../gateway/graphiql.js';

const OPTIONS: GraphiqlOptions = { endpoint: '/graphql', defaultQuery: '{ procedures { code } }', title: 'Liên Thông' };

/** The page without the texts of its scripts and styles. */
function skeletonOf(html: string): string {
  return html.replace(/<(script|style)>[\s\S]*?<\/\1>/g, '');
}

describe('the GraphiQL page', () => {
  test('names no address but that of an empty icon', () => {
    const skeleton = skeletonOf(graphiqlPage(OPTIONS).html);
    expect(skeleton.match(/(?:src|href)="[^"]*"/g)).toEqual(['href="data:,"']);
  });

  test('its policy lists every script of the page and no other', () => {
    const { html, contentSecurityPolicy } = graphiqlPage(OPTIONS);
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text!);
    const hashes = scripts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    expect(hashes).toHaveLength(4);
    expect(contentSecurityPolicy.split('; ')).toContain(`script-src ${hashes.join(' ')}`);
  });

  test('its policy stays the same whatever the options say', () => {
    const other = { ...OPTIONS, title: 'Other', headers: { purpose: 'procedure=1.000894' } };
    expect(graphiqlPage(other).contentSecurityPolicy).toBe(graphiqlPage(OPTIONS).contentSecurityPolicy);
  });

  test('text in its options MUST NOT become markup', () => {
    const defaultQuery = '# </script><img src="http://localhost:9/">';
    const skeleton = skeletonOf(graphiqlPage({ ...OPTIONS, defaultQuery, title: '</title><b>&amp;' }).html);
    expect(skeleton).not.toContain('<img');
    expect(skeleton).toContain('<title>&lt;/title>&lt;b>&amp;amp;</title>');
    const data = /<script type="application\/json" id="options">(.*?)<\/script>/.exec(skeleton)?.[1];
    expect(JSON.parse(data!)).toMatchObject({ defaultQuery });
  });

  test('is made once for the same options', () => {
    expect(graphiqlPage({ ...OPTIONS })).toBe(graphiqlPage(OPTIONS));
    expect(graphiqlPage({ ...OPTIONS, endpoint: '/other' }).html).not.toBe(graphiqlPage(OPTIONS).html);
  });
});
