// Stands in for the registries, so that a gateway is measured and not the databases behind it: real HTTP servers that send a
// request on the first time and answer the same body from memory ever after, whether the registry still runs or not.
// node recorded-registries.mjs NAME=URL...
import { createServer } from 'node:http';

const urls = [];
for (const named of process.argv.slice(2)) {
  const [name, url] = named.split(/=(.*)/s, 2);
  urls.push(`${name}=${await serve(url)}`);
}
process.stderr.write(`recorded ${urls.join(' ')}\n`);

/** Serves one registry's recorded answers; resolves with where. */
function serve(url) {
  const answers = new Map();
  const server = createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', async () => {
      const asked = Buffer.concat(parts);
      const key = asked.toString('latin1');
      let answer = answers.get(key);
      if (!answer) {
        answer = await ask(url, asked);
        if (answer.status === 200) answers.set(key, answer);
      }
      const { status, body } = answer;
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length });
      response.end(body);
    });
  });
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}/graphql`));
  });
}

async function ask(url, body) {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body });
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
  } catch {
    return { status: 502, body: Buffer.from('{"errors":[{"message":"not recorded, and the registry is gone"}]}') };
  }
}
