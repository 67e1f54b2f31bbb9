import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openQuestions } from '../../console/client/example.js';

const ROOT = path.resolve(__dirname, '../..');
const GENERATED = path.join(ROOT, 'console/client/generated');
const EXAMPLE = path.join(ROOT, 'console/client/example.ts');

interface Finished {
  code: number;
  output: string;
}

function runNode(...args: string[]): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) || 1 : 0, output: stdout + stderr });
    });
  });
}

describe('the typed client', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lien-thong-client-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Compiles one file under the repository's own strict settings. */
  async function compile(file: string): Promise<Finished> {
    const project = path.join(folder, 'tsconfig.json');
    const compilerOptions = { noEmit: true, types: ['node'], typeRoots: [path.join(ROOT, 'node_modules/@types')] };
    const extended = path.join(ROOT, 'tsconfig.json');
    await writeFile(project, JSON.stringify({ extends: extended, compilerOptions, include: [], files: [file] }));
    return runNode(path.join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project);
  }

  /** A client that reads `selection` of a dossier, beside the example's. */
  async function writeClient(selection: string): Promise<string> {
    const file = path.join(folder, 'client.ts');
    await writeFile(
      file,
      `import { ask, type Gateway } from ${JSON.stringify(EXAMPLE.replace(/\.ts$/, '.js'))};
       import { DossierDocument } from ${JSON.stringify(path.join(GENERATED, 'operations.js'))};
       export async function read(gateway: Gateway) {
         const { dossier } = await ask(gateway, DossierDocument, { procedure: '1.000894', parties: [] });
         return dossier.${selection};
       }`,
    );
    return file;
  }

  test('what is committed is what `npm run codegen` writes from the schema and the registered operations', async () => {
    const output = path.join(folder, 'generated');
    expect(await runNode('console/client/codegen.mjs', '--output', output)).toEqual({ code: 0, output: '' });
    expect(await readdir(GENERATED)).toEqual(await readdir(output));
    for (const name of await readdir(output)) {
      const [committed, fresh] = await Promise.all(
        [GENERATED, output].map((parent) => readFile(path.join(parent, name), 'utf8')),
      );
      if (committed !== fresh) throw new Error(`console/client/generated/${name} is stale: run \`npm run codegen\`.`);
    }
  });

  test('an operation that asks for a field that the schema lacks is refused, by file and place', async () => {
    await writeFile(path.join(folder, 'Wrong.graphql'), 'query Wrong { procedures { code price } }');
    const { code, output } = await runNode(
      'console/client/codegen.mjs',
      '--operations',
      folder,
      '--output',
      `${folder}/out`,
    );
    expect(code).not.toBe(0);
    expect(output).toMatch(/Cannot query field "price" on type "Procedure".*\n.*Wrong\.graphql:1:33/);
    expect(await readdir(folder)).toEqual(['Wrong.graphql']);
  });

  test('the example compiles under strict settings', async () => {
    expect(await compile(EXAMPLE)).toEqual({ code: 0, output: '' });
  });

  test('a client may read a field that its operation selects', async () => {
    expect(await compile(await writeClient('procedure.code'))).toEqual({ code: 0, output: '' });
  });

  test('a client that reads a field that its operation does not select does not compile', async () => {
    const { code, output } = await compile(await writeClient('procedure.parties'));
    expect(code).not.toBe(0);
    expect(output).toContain("TS2339: Property 'parties' does not exist on type");
  });

  describe('the example, against a server', () => {
    async function questionsFor(status: number, answer: object): Promise<string[]> {
      const server = createServer((_request, response) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
        return await openQuestions({ url, headers: { purpose: 'procedure=1.000894' } }, '1.000894', []);
      } finally {
        server.close();
      }
    }

    test('says what is still to be asked', async () => {
      const fields = [
        { label: 'Họ tên', status: 'PREFILLED', reason: null },
        { label: 'Điện thoại', status: 'MISSING', reason: 'ASK_CITIZEN' },
      ];
      expect(await questionsFor(200, { data: { dossier: { fields } } })).toEqual(['Điện thoại: ask the citizen']);
    });

    test('throws what the gateway says when it gives no data', async () => {
      const refusal = questionsFor(403, { errors: [{ message: 'The purpose does not cover this procedure.' }] });
      await expect(refusal).rejects.toThrow('The purpose does not cover this procedure.');
    });
  });
});
