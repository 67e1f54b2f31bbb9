/**
 * What stands for `gateway/execution/planner-thread.js` under jest (see `moduleNameMapper` in its configuration): a thread
 * knows nothing of jest's transform, so this one compiles the sources itself, as they are now.
 */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const SOURCES = join(__dirname, '../../gateway');

Module._extensions['.ts'] = (module, file) => {
  const { code } = transformSync(readFileSync(file, 'utf8'), {
    filename: file,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  });
  module._compile(code, file);
};

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  const isOurs = /^\.{1,2}\//.test(request) && parent?.filename?.startsWith(SOURCES);
  return resolveFilename.call(Module, isOurs ? request.replace(/\.js$/, '.ts') : request, parent, ...rest);
};

require('../../gateway/execution/planner-thread.ts');
