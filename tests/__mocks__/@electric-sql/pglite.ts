import { runInThisContext } from 'node:vm';

/**
 * Not a mock: the real engine, loaded outside jest's sandbox. jest takes this file for every import of the package,
 * because it lies in a `__mocks__` folder of its roots. Inside the sandbox the engine's own `import()` fails, short of
 * running node with `--experimental-vm-modules`. Outside, it is also compiled once a jest worker, not once a test file.
 */
const outside = runInThisContext('process') as { getBuiltinModule(id: 'node:module'): typeof import('node:module') };

module.exports = outside.getBuiltinModule('node:module').createRequire(__filename)('@electric-sql/pglite');
