import { NOBODY as NO_IDENTITY } from '../../../gateway/identity.js';
import { DEMO } from '../../helpers/demo-people.js';
import { DOSSIER_QUERY, partyInputs } from '../../helpers/filled-dossier.js';
import { type Product, startProduct } from '../../helpers/product.js';
import { NO_BUDGETS } from './door-with-budgets.js';

const MARRIAGE = {
  procedure: '1.000894',
  parties: partyInputs({ groom: DEMO.groom, bride: DEMO.bride }),
};
const CITIZEN = 'query ($id: ID!) { citizen(personalId: $id) { fullName } }';

let product: Product;

beforeAll(async () => {
  // Whoever asks is somebody, in this file.
  Object.assign(NO_IDENTITY, { caller: { subject: 'an', role: 'officer', scopes: [] } });
  product = await startProduct({
    config: { budgets: { ...NO_BUDGETS, requestsASecond: 1, requestsBurst: 5, citizensADay: 3 } },
  });
});
afterAll(() => product.stop());

test('a dossier is one request for its parties, whatever it reads of the registries', async () => {
  for (let time = 0; time < 3; time += 1) {
    const { data, errors } = await product.ask(DOSSIER_QUERY, MARRIAGE);
    expect(errors).toBeUndefined();
    expect(data.dossier.coverage.prefilled).toBeGreaterThan(0);
  }
  expect((await product.ask(CITIZEN, { id: DEMO.husband })).data.citizen.fullName).toBeTruthy();
  const refused = await product.ask(CITIZEN, { id: DEMO.wife });
  expect([refused.status, refused.data]).toEqual([429, undefined]);
  expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'BUDGET_SPENT', budget: 'citizens' });
  expect((await product.ask(CITIZEN, { id: DEMO.bride })).data.citizen.fullName).toBeTruthy();
});

test('/metrics tells who was refused by which budget, and who decided', async () => {
  const page = await (await fetch(`${product.url}/metrics`)).text();
  expect(page).toContain('lien_thong_budget_refused_total{budget="citizens"} 1');
  expect(page).toContain('lien_thong_budget_refused_total{budget="requests"} 0');
  expect(page).toMatch(/lien_thong_budget_decisions_total\{by="process"\} \d/);
  expect(page).toContain('lien_thong_budget_decisions_total{by="redis"} 0');
  expect(page).toContain('lien_thong_budget_kept_by_process 1');
});
