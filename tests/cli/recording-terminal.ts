import type { Terminal } from "../../src/cli/terminal.ts";

/** A pipe that keeps what was written. */
export function recordingTerminal(): Terminal & { readonly lines: string[]; readonly errors: string[] } {
  const lines: string[] = [];
  const errors: string[] = [];
  return {
    width: null,
    lines,
    errors,
    line: (text) => lines.push(text),
    status: () => {},
    complain: (text) => errors.push(text),
  };
}
