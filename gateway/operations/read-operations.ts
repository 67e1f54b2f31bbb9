import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, GraphQLError, parse } from 'graphql';

/** One file of registered operations: its document, or what a parser says against it. */
export interface OperationsFile {
  /** The name of the file in its folder. */
  file: string;
  text: string;
  read: DocumentNode | GraphQLError;
}

/** The folder of registered operations cannot be read. */
export class OperationsError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'OperationsError';
  }
}

/** Reads every `*.graphql` of a folder, in the order of their names. */
export function readOperations(folder: string, tokensMax: number): OperationsFile[] {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
    return files.sort().map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      return { file, text, read: read(text, tokensMax) };
    });
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    throw new OperationsError(`the folder of registered operations cannot be read (${code}); make it readable`);
  }
}

function read(text: string, tokensMax: number): DocumentNode | GraphQLError {
  try {
    return parse(text, { maxTokens: tokensMax });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}
