import type { OperationExchange } from '../../../gateway/context.js';
import { FetchError } from '../../../gateway/errors.js';
import { failureErrors, reportedErrors } from '../../../gateway/execution/errors.js';
import { ERRORS_SENT_MAX, forClient } from '../../../gateway/for-client.js';
import { logInto } from '../../helpers/federation.js';

const PATHS = Array.from({ length: 3 * ERRORS_SENT_MAX }, (_, index) => ['people', index, 'tax']);
const failed = () => failureErrors(new FetchError('timeout', 'x', { subgraph: 'land' }), 'land', PATHS);

test('each field that a dead registry leaves empty has its error, so that a dossier knows why', () => {
  expect(failed().map(({ path }) => path)).toEqual(PATHS);
});

test('a client is sent so many of them and no more', async () => {
  const run = forClient(async ({ context: _, ...rest }) => ({ errors: failed(), ...rest }) as never, logInto([]));
  const { errors } = await run({ context: {} } as OperationExchange);
  expect(errors).toHaveLength(ERRORS_SENT_MAX);
});

test.each([
  ['NOT_FOUND', 'as it is'],
  ['NOT_PERMITTED', 'as it is'],
  ['UND_ERR_CONNECT_TIMEOUT', 'masked'],
  ['INTERNAL_SERVER_ERROR', 'masked'],
  [undefined, 'masked'],
])('an error with the code %s is answered %s', (code, how) => {
  const [error] = reportedErrors({ message: 'said', extensions: { code } }, 'land', [['parcel']]);
  if (how === 'masked') expect(error).toMatchObject({ extensions: { code: 'REGISTRY_UNAVAILABLE' } });
  else expect(error).toMatchObject({ message: 'said', extensions: { code } });
  expect(error?.message.includes('said')).toBe(how !== 'masked');
});
