import type { Clock, Log } from '../context.js';
import { describeFault } from '../faults.js';
import type { Asked, Route } from '../http.js';
import type { Identity } from '../identity.js';
import type { AuditQueryable } from './database.js';
import {
  type AuditResolvers,
  createAuditResolvers,
  createEmbargo,
  dataTrackerRoutes,
  exportRoute,
  type RecordAct,
  readWords,
} from './desk/index.js';
import type { AuditReader } from './reader.js';
import type { SubjectKey } from './subject-keys.js';

/** What may be asked of the log. */
export interface Desk {
  readonly resolvers: AuditResolvers;
  /** By path; all are asked with GET. */
  readonly routes: ReadonlyMap<string, Route>;
}

export function openDesk(options: {
  readonly reader: AuditReader;
  readonly database: AuditQueryable;
  readonly subjectKeys: readonly SubjectKey[];
  readonly act: RecordAct;
  readonly clock: Clock;
  readonly log: Log;
  readonly formsFolder: string;
  identify(asked: Asked): Identity | Promise<Identity>;
}): Desk {
  const { database, act, clock, log, formsFolder } = options;
  const onFault = (fault: unknown) => log.error({ fault: describeFault(fault) }, 'the audit log could not be read');
  const parts = {
    ...options,
    onFault,
    words: readWords({ formsFolder }),
    embargo: createEmbargo({ database, act, clock }),
  };
  const routes = new Map<string, Route>();
  for (const [path, { route }] of [...exportRoute(parts), ...dataTrackerRoutes(parts)]) routes.set(path, route);
  return { resolvers: createAuditResolvers(parts), routes };
}

/** For a gateway that keeps no log: its fields are there, and say so. */
export function withoutDesk(formsFolder: string): Desk {
  const parts = {
    reader: undefined,
    embargo: undefined,
    subjectKeys: [],
    onFault() {},
    words: readWords({ formsFolder }),
  };
  return { resolvers: createAuditResolvers(parts), routes: new Map() };
}
