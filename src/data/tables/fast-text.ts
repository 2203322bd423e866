import type { Lines } from "./lines.ts";
import type { RowSink } from "./rows.ts";

/** A line: its class behind a mark, and its text. Source: fastText's tutorial on text classification. */
const labelled = /^__label__(\S+)\s+(?!__label__)(.*)$/u;
/** Share of the lines that have to be such. */
const mostLines = 0.9;

export const fastTextHeader: readonly string[] = ["label", "text"];

/** Whether lines are fastText's: a class and a text, as in "__label__good It was good". */
export function holdsFastText(lines: readonly string[]): boolean {
  const filled = lines.filter((line) => line.trim() !== "");
  const marked = filled.filter((line) => line.startsWith("__label__"));
  return filled.length > 0 && marked.length >= mostLines * filled.length;
}

/** Reads rows of class and text. Lines with several classes, or none, are skipped. */
export async function readFastText(pieces: AsyncIterable<Lines>, sink: RowSink): Promise<void> {
  for await (const { text, firstLine } of pieces) {
    let line = firstLine;
    for (const content of text.split("\n")) {
      const [, label, words] = labelled.exec(content) ?? [];
      if (label !== undefined && words !== undefined) sink.row([label, words], line);
      else if (content.trim() === "") sink.row([""], line);
      else
        sink.skip(
          line,
          content.startsWith("__label__") ? "several labels, or no text" : "no __label__ before the text",
        );
      line += 1;
    }
  }
}
