/** The registered operations cannot be read at all. */
export class OperationsError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'OperationsError';
  }
}
