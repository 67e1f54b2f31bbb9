import type { AuditDatabase } from '../gateway/audit/database.js';
import { describeFault } from '../gateway/faults.js';
import { DatabaseError } from '../subgraphs/kit/database-error.js';
import type { ToPrimary, ToWorker } from './worker-messages.js';

type Question = Extract<ToPrimary, { type: 'query' }>;
type Reply = Extract<ToWorker, { type: 'rows' }>;

/** Answers what a worker asks of the audit log's store, which only this process can open. Never rejects. */
export async function answerQuery(database: AuditDatabase, { asked, text, values }: Question): Promise<Reply> {
  try {
    return { type: 'rows', asked, rows: await database.query(text, values) };
  } catch (error) {
    return { type: 'rows', asked, problem: describeFault(error) };
  }
}

/**
 * The audit log's store as a worker has it: the primary process asks it. One statement at a time, for that is all that whoever writes
 * and reads the log needs.
 */
export function databaseOfPrimary(channel: {
  send(message: ToPrimary): void;
  onMessage(listener: (message: ToWorker) => void): void;
}): AuditDatabase {
  const waiting = new Map<number, (reply: Reply) => void>();
  let last = 0;
  channel.onMessage((message) => {
    if (message.type !== 'rows') return;
    waiting.get(message.asked)?.(message);
    waiting.delete(message.asked);
  });
  const query = async <Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> => {
    const asked = ++last;
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(asked, resolve);
      channel.send({ type: 'query', asked, text, values });
    });
    if (!reply.rows) throw new DatabaseError('08000', `the process that has the store open: ${reply.problem}`);
    return reply.rows as Row[];
  };
  return {
    query,
    transaction: () =>
      Promise.reject(new Error('a worker has no transactions: its primary process puts the log in order')),
    async ping(timeoutMs) {
      let timer: NodeJS.Timeout | undefined;
      const timeIsUp = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new DatabaseError('57014', `no answer within ${timeoutMs} ms`)), timeoutMs);
      });
      await Promise.race([query('SELECT 1'), timeIsUp]).finally(() => clearTimeout(timer));
    },
  };
}
