/** What was decided about a file on the way from its bytes to a table, so that a person can see it and overrule it. */
export interface ReadingStep {
  readonly stage: "container" | "encoding" | "comments" | "separator" | "quotes" | "header" | "columns" | "labels";
  /** A few words, as in "UTF-16" or "tab". */
  readonly found: string;
  /** A sentence where the file might have been meant otherwise; null where it says so itself. */
  readonly assumed: string | null;
}

/** How a person wants a file to be read; null leaves it to the file. */
export interface ReadingChoice {
  /** As the Encoding Standard names it. */
  readonly encoding: string | null;
  readonly separator: "\t" | "," | ";" | "|" | null;
  /** true: cells in quotes may hold separators, line ends and doubled quotes; false: quotes are ordinary characters. */
  readonly quoted: boolean | null;
  /** Whether the first line names the columns. */
  readonly header: boolean | null;
}

/** Everything is read off the file. */
export const asTheFileSays: ReadingChoice = { encoding: null, separator: null, quoted: null, header: null };
