import type { Clock } from '../../context.js';
import { GatewayError } from '../../errors.js';
import { type Asked, json, type Route } from '../../http.js';
import type { Identity } from '../../identity.js';
import type { AuditReader } from '../reader.js';
import { askedByAddress, wholeNumber } from './asked-by-address.js';
import { type DataUse, dataUses } from './data-uses.js';
import type { Embargo, RecordAct } from './embargo.js';
import { momentOf } from './filter.js';
import { guardedEmbargo, guardedReader, unreadable } from './guarded.js';
import { citizenAsking } from './may-read.js';
import { EntryReader } from './read-entries.js';
import { hashesOf, type SubjectKey } from './subject-keys.js';
import type { Words } from './words.js';

export interface FindUsageOptions {
  /** Absent: this process has no log. */
  readonly reader: AuditReader | undefined;
  readonly embargo: Embargo | undefined;
  readonly subjectKeys: readonly SubjectKey[];
  readonly words: Words;
  readonly clock: Clock;
  /** Records that a citizen looks, before they are told anything. */
  readonly act: RecordAct;
  identify(asked: Asked): Identity | Promise<Identity>;
  onFault(fault: unknown): void;
}

const LIMIT_MAX = 10_000;
const LIMIT = 1_000;
/** So many of a citizen's uses are counted; nobody turns that many pages. */
const USES_MAX = 20_000;
const SYSTEM = 'lien-thong';

/**
 * `GET /findUsage`, `/usagePeriod` and `/heartbeat` as Estonia's Data Tracker asks them: dumonitor-openapi-v2.yaml, version 2.0.0, of
 * https://github.com/e-gov/AJ. There a security server vouches for `X-Road-UserId`; here the token says who asks, and the header and
 * `userCode` MUST name the same person, as 12 digits or with `VN` before them. That somebody asks for another whom they represent, the
 * specification allows and we refuse: nothing here knows of mandates.
 */
export function dataTrackerRoutes(
  options: FindUsageOptions,
): ReadonlyMap<string, { readonly method: string; readonly route: Route }> {
  const reader = options.reader && guardedReader(options.reader, options.onFault);
  const usagePeriod: Route = async (asked) => {
    citizenAsking(await options.identify(asked));
    if (!reader) throw unreadable();
    const [oldest] = await new EntryReader(reader).read(await reader.find({ order: 'oldest first', first: 1 }), false);
    const from = oldest ? oldest.entry.at : options.clock.now();
    return json(200, { periodStart: new Date(from).toISOString() });
  };
  const heartbeat: Route = async () => {
    const isWell = await (reader?.checkpoint() ?? Promise.reject(unreadable())).then(
      () => true,
      () => false,
    );
    return isWell
      ? json(200, { status: 'OK' })
      : json(503, { status: 'FAIL', message: 'The audit log cannot be read now.' });
  };
  return new Map([
    ['/findUsage', { method: 'GET', route: findUsage(options, reader) }],
    ['/usagePeriod', { method: 'GET', route: usagePeriod }],
    ['/heartbeat', { method: 'GET', route: heartbeat }],
  ]);
}

function findUsage(options: FindUsageOptions, reader: AuditReader | undefined): Route {
  const { subjectKeys, words, act, identify, onFault } = options;
  const embargo = options.embargo && guardedEmbargo(options.embargo, onFault);
  const entries = reader && new EntryReader(reader);
  return async (asked) => {
    const identity = await identify(asked);
    const citizen = citizenAsking(identity);
    const given = askedByAddress(asked.search, ['userCode', 'periodStart', 'periodEnd', 'offset', 'limit']);
    checkWho(citizen, [asked.headers['x-road-userid'], 'the header X-Road-UserId']);
    checkWho(citizen, [given.userCode, 'the parameter userCode']);
    const offset = wholeNumber(given.offset, { name: 'offset', least: 0, most: 2 ** 31 - 1, otherwise: 0 });
    const limit = wholeNumber(given.limit, { name: 'limit', least: 1, most: LIMIT_MAX, otherwise: LIMIT });
    const fromMs = momentOf(inVietnam(given.periodStart), 'periodStart');
    const untilMs = momentOf(inVietnam(given.periodEnd), 'periodEnd');
    if (!entries || !embargo) throw unreadable();
    const subject = hashesOf(citizen, subjectKeys).join(' ');
    await act('log.find-usage', { subject }, { ...identity, requestId: asked.requestId });
    const usages: object[] = [];
    let totalUsages = 0;
    const period = { citizen, fromMs, untilMs, first: LIMIT, signal: asked.signal };
    counting: for await (const page of dataUses({ entries, subjectKeys, embargo, words }, period)) {
      for (const { node } of page) {
        if (totalUsages >= offset && usages.length < limit) usages.push(usageOf(node));
        totalUsages += 1;
        if (totalUsages === USES_MAX) break counting;
      }
    }
    return json(200, { totalUsages, usages });
  };
}

/** `VN048090000001` or `048090000001`; what is wrong is never repeated. */
function checkWho(citizen: string, [code, where]: [code: string | string[] | undefined, where: string]): void {
  const id = typeof code === 'string' ? /^(?:VN)?(\d{12})$/.exec(code)?.[1] : undefined;
  if (id === undefined) {
    throw new GatewayError(
      'BAD_REQUEST',
      `Send the personal number of who asks in ${where}: 12 digits, or VN before them.`,
    );
  }
  if (id === citizen) return;
  throw new GatewayError(
    'NOT_PERMITTED',
    `A citizen asks for themselves only, and ${where} names another than the token does.`,
  );
}

/** The specification's own example of a moment names no offset: then it is Viet Nam's. */
function inVietnam(moment: string | undefined): string | undefined {
  return moment !== undefined && /T[\d:.]+$/.test(moment) ? `${moment}+07:00` : moment;
}

/** The schema `Usage`. Whoever cannot be named by a department is named by their role. */
function usageOf({ at, procedure, dossier, department, role, system }: DataUse): object {
  const purpose = procedure?.text ?? 'Tra cứu dữ liệu';
  return {
    logtime: at,
    action: dossier === null ? purpose : `${purpose} (hồ sơ ${dossier})`,
    receiverCode: department?.code ?? role.code ?? 'unknown',
    receiverName: department?.text ?? role.text,
    receiverSystem: system ?? SYSTEM,
  };
}
