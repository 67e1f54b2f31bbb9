import { deflateRawSync } from 'node:zlib';
import { Redis } from 'ioredis';
import { DEFAULTS } from '../../gateway/config.js';
import { DEMO } from '../helpers/demo-people.js';
import { until } from '../helpers/federation.js';
import { DOSSIER_QUERY, partyInputs } from '../helpers/filled-dossier.js';
import { type Product, startProduct } from '../helpers/product.js';
import { describeOnRedis, type RedisServer, startRedis } from '../helpers/redis-server.js';
import { KEYS } from '../helpers/redis-store.js';

const { groom, bride, husband, wife } = DEMO;
/** What is shorter could be anywhere by chance. */
const BYTES_MIN = 5;

describeOnRedis('what lies in Redis after people were served', () => {
  let server: RedisServer;
  let product: Product;
  let answers: string;
  let dump: Buffer;

  beforeAll(async () => {
    server = await startRedis();
    const cache = { ...DEFAULTS.cache, redisUrl: server.url, keys: KEYS.one, redisMs: 2_000 };
    product = await startProduct({ config: { cache } });
    await until(async () => /cache_heard\{subgraph=""\} 1/.test(await metrics()));
    const told: unknown[] = [];
    const rights = `{ citizen(personalId: "${husband}") { landRights { parcel { id address { text } mortgages { mortgagee } } } } }`;
    for (let time = 0; time < 2; time += 1) {
      const { data } = await product.ask(rights, {}, { provenance: true });
      told.push(data);
      const parcel = data.citizen.landRights[0].parcel.id;
      const ask = (procedure: string, parties: Record<string, string>) =>
        product.ask(DOSSIER_QUERY, { procedure, parties: partyInputs(parties) });
      told.push(await ask('1.000894', { groom, bride }));
      told.push(await ask('1.012783', { holder: husband, spouse: wife, parcel }));
    }
    // Something that changed, which gateways tell each other, too.
    await product.database.query(`UPDATE citizen_identity.person SET note = 'x' WHERE personal_id = '${groom}'`);
    answers = JSON.stringify(told);
    await until(async () => (dump = await dumpOf(server.url)).length > 5_000);
  });
  afterAll(async () => {
    await product?.stop();
    await server?.stop();
  });
  const metrics = async () => (await fetch(new URL('/metrics', product.url))).text();

  test('is used at all', async () => {
    expect(await metrics()).toMatch(/redis_bytes_total\{subgraph="civil-status",direction="written"\} [1-9]/);
    expect(answers).toContain(groom);
  });

  test('holds no name, number or word of the data, plain, in base64 or compressed', () => {
    const words = new Set([groom, bride, husband, wife, 'Citizen', 'fullName', 'civil-status', 'personalId']);
    for (const [text] of answers.matchAll(/[\p{L}\p{N}][\p{L}\p{N}./-]*/gu)) words.add(text);
    const long = [...words].filter((word) => Buffer.byteLength(word) >= BYTES_MIN);
    expect(long.length).toBeGreaterThan(100);
    const found = long.filter((word) => formsOf(word).some((form) => dump.includes(form)));
    expect(found).toEqual([]);
  });
});

/** A word as it could lie there: base64 looks otherwise at each of three places. */
function formsOf(word: string): Buffer[] {
  const bytes = Buffer.from(word);
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '');
    return Buffer.from(text.slice(shift === 0 ? 0 : shift + 1, -1));
  });
  const deflated = deflateRawSync(bytes).subarray(0, -2);
  return [bytes, ...base64, deflated].filter(({ length }) => length >= BYTES_MIN);
}

/** Every key and all that lies under it. */
async function dumpOf(url: string): Promise<Buffer> {
  const redis = new Redis(url);
  const parts: Buffer[] = [];
  for (const key of await redis.keysBuffer('*')) {
    parts.push(key);
    const type = await redis.type(key);
    if (type === 'hash') {
      for (const [name, value] of Object.entries(await redis.hgetallBuffer(key))) parts.push(Buffer.from(name), value);
    } else if (type === 'stream') parts.push(Buffer.from(JSON.stringify(await redis.xrange(key, '-', '+'))));
    else parts.push((await redis.getBuffer(key)) ?? Buffer.alloc(0));
  }
  redis.disconnect();
  return Buffer.concat(parts);
}
