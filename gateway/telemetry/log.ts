import pino from 'pino';
import type { Log } from '../context.js';

/**
 * One JSON line an event on standard output: `level`, `time`, `msg` and the event's own fields. Callers MUST NOT put a
 * token, a personal value, an operation's variables or an internal URL in a field; codes, names, ids and counts only.
 */
export function createLog(options: {
  level: string;
  name: string;
  /** The process, where several write to one output. */
  pid?: number;
  destination?: NodeJS.WritableStream;
}): Log {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: { name: options.name, pid: options.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}
