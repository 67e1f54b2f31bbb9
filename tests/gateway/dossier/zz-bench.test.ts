import { citizen, createTrial, COUPLE, BRIDE } from './dossier-trial.js';
import { createLedger } from '../../../gateway/provenance/ledger.js';
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
test('bench', async () => {
  const data = { groom: citizen(), bride: citizen({ personalId: BRIDE }) };
  const trial = createTrial({ data });
  (trial.context as any).run = async () => {
    const ledger = createLedger();
    for (const r of ['groom', 'bride']) for (const [f, registry] of [['', 'citizen-identity'], ['', 'civil-status'], ['birth', 'civil-status'], ['card','citizen-identity'], ['permanentResidence', 'citizen-identity']] as const)
      ledger.note(f ? [r, f] : [r], { registry, record: 'R' + f, version: '1', recordedAt: '2020-01-01T00:00:00.000Z', retrievedAtMs: 1.7e12, cache: 'SOURCE' });
    return { data, provenance: ledger };
  };
  for (let i = 0; i < 3000; i++) await trial.dossier('1.000894', COUPLE);
  let best = 1e9;
  for (let r = 0; r < 5; r++) {
    const t = process.hrtime.bigint();
    for (let i = 0; i < 2000; i++) await trial.dossier('1.000894', COUPLE);
    best = Math.min(best, Number(process.hrtime.bigint() - t) / 2000 / 1e3);
  }
  const s = new Session(); s.connect();
  const post = (m: string, p?: any) => new Promise<any>((res, rej) => s.post(m as any, p, (e: any, x: any) => e ? rej(e) : res(x)));
  await post('Profiler.enable'); await post('Profiler.setSamplingInterval', { interval: 200 }); await post('Profiler.start');
  for (let i = 0; i < 6000; i++) await trial.dossier('1.000894', COUPLE);
  const { profile } = await post('Profiler.stop');
  const self = new Map<string, number>();
  const byId = new Map<number, any>(profile.nodes.map((n: any) => [n.id, n]));
  for (const id of profile.samples) { const n = byId.get(id); const k = n.callFrame.functionName + ' ' + n.callFrame.url.split('/').pop(); self.set(k, (self.get(k) ?? 0) + 1); }
  const top = [...self].sort((a, b) => b[1] - a[1]).slice(0, 22).map(([k, v]) => `${(100 * v / profile.samples.length).toFixed(1)} ${k}`);
  writeFileSync('/tmp/zz-bench.txt', `best us/fill ${best.toFixed(1)}\n${top.join('\n')}\n`);
}, 100000);
