import type { Given, Option } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** One command of the program. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  options(): readonly Option[];
  /** Resolves with the exit code. Errors: what went wrong, for the caller to print. */
  run(given: Given, terminal: Terminal): Promise<number>;
}

/** All went well; something failed; it was asked for wrongly; Ctrl+C, as shells have it. */
export const exitCodes = { done: 0, failed: 1, misused: 2, interrupted: 130 } as const;
