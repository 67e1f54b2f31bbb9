/**
 * Writes the TypeScript types of the API and of the registered operations:
 * `npm run codegen [-- --schema FILE --operations FOLDER --output FOLDER]`.
 *
 * It calls the generator's library, not its command: the command brings 230 more packages, loaders that fetch schemas from
 * the network among them, and this reads one file and one folder and writes two files.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import { buildSchema, parse, Source } from 'graphql';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const CONFIG = {
  // An operation is text with a type: to send it, a client needs neither graphql-js nor a parser.
  documentMode: 'string',
  enumsAsTypes: true,
  useTypeImports: true,
  // Node finds a relative import only by its whole name.
  importExtension: '.js',
  emitLegacyCommonJSImports: false,
  // A scalar that nobody mapped must fail here, not become `any` in somebody's form.
  strictScalars: true,
  scalars: {
    ID: { input: 'string', output: 'string' },
    DateTime: 'string',
    Date: 'string',
    PartialDate: 'string',
    JSON: 'unknown',
  },
};

/** The registered operations in the order of their file names, so that the output is the same on every machine. */
async function readOperations(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.graphql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const rawSDL = await readFile(path.join(folder, name), 'utf8');
      return { location: name, rawSDL, document: parse(new Source(rawSDL, name)) };
    }),
  );
}

/** `schema.ts`: every type of the API. */
function generateSchemaTypes(sdl) {
  return codegen({
    filename: 'schema.ts',
    schema: parse(sdl),
    schemaAst: buildSchema(sdl),
    documents: [],
    config: CONFIG,
    plugins: [{ typescript: {} }],
    pluginMap: { typescript },
  });
}

/**
 * `operations.ts`: each operation as text that carries the types of its variables and its result. The preset's other files
 * serve operations written inside a client's code, which registered ones are not.
 */
async function generateOperations(sdl, operationsFolder) {
  const sections = await preset.buildGeneratesSection({
    baseOutputDir: 'generated/',
    schema: parse(sdl),
    schemaAst: buildSchema(sdl),
    documents: await readOperations(operationsFolder),
    config: CONFIG,
    presetConfig: { fragmentMasking: false },
    plugins: [],
    pluginMap: {},
    pluginContext: {},
    documentTransforms: [],
  });
  return codegen(sections.find(({ filename }) => filename === 'generated/graphql.ts'));
}

const HELP = `npm run codegen [-- --schema FILE --operations FOLDER --output FOLDER]

Writes the TypeScript types of the API and of the registered operations. The output folder is emptied first.

  --schema FILE         default: schema/api.graphql
  --operations FOLDER   default: schema/operations
  --output FOLDER       default: console/client/generated
`;

/** Ends the process for `--help` (0) and for what it does not know (2). */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        schema: { type: 'string', default: path.join(ROOT, 'schema/api.graphql') },
        operations: { type: 'string', default: path.join(ROOT, 'schema/operations') },
        output: { type: 'string', default: path.join(ROOT, 'console/client/generated') },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (!values.help) return values;
    process.stdout.write(HELP);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

const options = readOptions();
const sdl = await readFile(options.schema, 'utf8');
const files = {
  'schema.ts': await generateSchemaTypes(sdl),
  'operations.ts': await generateOperations(sdl, options.operations),
};
// Emptied only now: a schema with an error leaves the last good output.
await rm(options.output, { recursive: true, force: true });
await mkdir(options.output, { recursive: true });
for (const [name, text] of Object.entries(files)) {
  await writeFile(path.join(options.output, name), `// Written by \`npm run codegen\`.\n${text.trimEnd()}\n`);
}
