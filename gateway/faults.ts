/**
 * What the log keeps of an error that nobody threw on purpose: its name, its code, and where it happened. Its message stays
 * out, because it may hold values: of a request, of a record, of a host.
 */
export function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name, stack = '' } = error;
  const { code } = error as { code?: unknown };
  const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line));
  return [typeof code === 'string' ? `${name} ${code}` : name, ...frames].join('\n');
}
