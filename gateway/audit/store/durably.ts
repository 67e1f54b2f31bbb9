/**
 * SQL: the transaction that it is evaluated in is on the server's disk before it is answered, whatever the server is set to
 * (`synchronous_commit`). What waits for standby servers as well stays as it is.
 */
export const DURABLY = `CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END`;
