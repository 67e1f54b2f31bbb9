import { userInfo } from 'node:os';

/** What an auditor's token is, for the entries of a log that is read by HTTP: by the environment alone, for arguments are seen by others. */
export function readAuditToken(environment = process.env): string | undefined {
  return environment.AUDIT_TOKEN || undefined;
}

/** Who runs the command, as the system knows it: not by a variable, which says what its user wants. */
export function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that no account has.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
