import cluster from 'node:cluster';

/** What a user did wrong, said as it is, without a stack. `exitCode` 2: the command line; 1: the work failed. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 2,
  ) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Runs a command: exit code 0 done, 1 failed, 2 wrong command line (with the help). A message, never a stack. */
export function main(run: (args: string[]) => Promise<number> | number, help: string): void {
  Promise.resolve()
    .then(() => run(process.argv.slice(2)))
    .then(
      (code) => {
        process.exitCode = code;
      },
      (error: Error & { code?: string; exitCode?: number }) => {
        const badArguments = error.code?.startsWith('ERR_PARSE_ARGS') ?? false;
        process.stderr.write(`${error.message}\n${badArguments ? `\n${help}` : ''}`);
        process.exitCode = badArguments ? 2 : (error.exitCode ?? 1);
      },
    )
    .then(() => {
      // Others end when nothing is left to do; a worker's line to its primary would keep it for ever.
      if (cluster.isWorker) process.exit();
    });
}
