// The least that any server could do: node:http alone, each request keeping it busy for as long as it was told, and allocating
// nothing. How slow its slowest are is what the machine adds, which is shared.
// node busy-server.mjs BUSY_MS
import { createServer } from 'node:http';

const busyNs = BigInt(Math.round(Number(process.argv[2]) * 1e6));
const BODY = '{"data":{}}';

const server = createServer((request, response) => {
  request.resume().once('end', () => {
    const until = process.hrtime.bigint() + busyNs;
    while (process.hrtime.bigint() < until);
    response.setHeader('content-type', 'application/json');
    response.end(BODY);
  });
});
server.listen(0, '127.0.0.1', () => process.stderr.write(`busy at http://127.0.0.1:${server.address().port}\n`));
