import { shortHash } from '../../../../gateway/audit/entry.js';
import { verifyLog, type VerifyLog } from '../../../../gateway/audit/verify/verify.js';
import { AuditLogOfTest, type Folder, readOf } from '../../../helpers/audit-log-of-test.js';

test('probe', async () => {
  const log = new AuditLogOfTest().fill(700);
  log.sign();
  const files = log.publish();
  console.log([...files.keys()].filter(k=>!k.startsWith('details')));
  const r = await verifyLog({ read: readOf(files), vkey: log.signer.vkey });
  console.log(JSON.stringify(r, null, 1));
  expect(r.isWhole).toBe(true);
});
