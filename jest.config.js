/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$|/node_modules/jose/.+\\.js$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // `jose` holds nothing but ES modules, which Node can require and jest cannot.
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  // Node and npm resolve `./x.js` to the compiled file; under jest the source is the only file there is.
  // A thread is out of jest's reach: the planner's is started from a file that compiles the source by itself.
  moduleNameMapper: {
    '^\\./planner-thread\\.js$': '<rootDir>/tests/helpers/planner-thread.js',
    '^\\.\\./jsutils/instanceOf\\.js$': '<rootDir>/tests/helpers/graphql-instance-of.js',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testTimeout: 60_000,
  // What a suite leaves behind (PGlite's memory above all) makes the later ones half as fast.
  workerIdleMemoryLimit: '1GB',
};
