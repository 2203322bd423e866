import { oneLine } from "../core/one-line.ts";

/** Where a command writes: lines for good, one line that changes, complaints. */
export interface Terminal {
  /** Characters a line where a person watches; null for a file or a pipe. */
  readonly width: number | null;
  /** A line on stdout. */
  line(text: string): void;
  /** Redraws the one changing line below all others; "" takes it away. Does nothing without a width. */
  status(text: string): void;
  /** A line on stderr. */
  complain(text: string): void;
}

/** What a process gives us of its streams. */
interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const barWidth = 20;
/** Characters of one line: labels and names of a file may have any length. */
const mostOfALine = 4000;

/** "[#####...............]" for a share of a quarter. */
export function progressBar(share: number): string {
  return `[${"#".repeat(Math.floor(share * barWidth)).padEnd(barWidth, ".")}]`;
}

const clearLine = "\r\x1b[2K";

/** The process's own terminal. Whatever a file says is told in one line, and steers nothing. */
export function openTerminal(out: Stream, errors: Stream): Terminal {
  let shown = "";
  const erase = (): string => (shown === "" ? "" : clearLine);
  const width = (): number | null => (out.isTTY === true ? (out.columns ?? 80) : null);
  return {
    get width() {
      return width();
    },
    line(text) {
      out.write(`${erase()}${oneLine(text, mostOfALine)}\n${shown}`);
    },
    status(text) {
      const columns = width();
      if (columns === null) return;
      // One column stays free, for a full line would wrap and could not be redrawn.
      const next = oneLine(text, mostOfALine).slice(0, columns - 1);
      out.write(`${erase()}${next}`);
      shown = next;
    },
    complain(text) {
      if (shown !== "") out.write(clearLine);
      errors.write(`${oneLine(text, mostOfALine)}\n`);
      out.write(shown);
    },
  };
}
