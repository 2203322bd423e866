import { encodingLabels, type ReadingChoice, type ReadingStep } from "../../contract/reading.ts";
import { optionsUnder, wrongUsage, type Given, type Option } from "../options.ts";

const separators = { tab: "\t", comma: ",", semicolon: ";", pipe: "|", blank: " " } as const;
const answers = { yes: true, no: false } as const;

/** How files are read, where a person knows better than what can be read off them. */
export function readingOptions(group: string): readonly Option[] {
  const option = optionsUnder(group);
  return [
    option(
      "encoding",
      "NAME",
      `How bytes stand for letters: ${encodingLabels.slice(0, 4).join(", ")}, … Default: as found.`,
    ),
    option("separator", Object.keys(separators).join("|"), "What parts a line's cells. Default: as found."),
    option("quotes", "yes|no", "Whether cells may be in quotes, or quotes are ordinary characters. Default: as found."),
    option("header", "yes|no", "Whether the first line names the columns. Default: as found."),
    option(
      "multi-label",
      "yes|no",
      "Whether a row may have several labels: lists, names with | ; or , between them, columns of 0 and 1. Default: as found.",
    ),
    option("explain", null, "Say step by step how each file was read."),
  ];
}

/** Reads readingOptions. Errors: bad-settings, naming the option. */
export function readReadingChoice(given: Given): ReadingChoice {
  const encoding = given.get("encoding")?.toLowerCase() ?? null;
  if (encoding !== null && !isEncoding(encoding)) {
    throw wrongUsage(`There is no --encoding "${encoding}"; known are ${encodingLabels.join(", ")}.`);
  }
  return {
    encoding,
    separator: pick(given, "separator", separators),
    quoted: pick(given, "quotes", answers),
    header: pick(given, "header", answers),
    multiLabel: pick(given, "multi-label", answers),
  };
}

/** Whether the Encoding Standard knows it; a person may name others than those that are found by themselves. */
function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== "";
  } catch {
    return false;
  }
}

function pick<T>(given: Given, name: string, known: Readonly<Record<string, T>>): T | null {
  const text = given.get(name);
  if (text === undefined) return null;
  const found = Object.hasOwn(known, text) ? known[text] : undefined;
  if (found !== undefined) return found;
  throw wrongUsage(`--${name} is one of ${Object.keys(known).join(", ")}, not "${text}".`);
}

/** What was assumed of a file, a line each; with `explained` the whole chain first. */
export function describeReading(name: string, steps: readonly ReadingStep[], explained: boolean): readonly string[] {
  const chain = explained ? [`Read    ${name}: ${steps.map(({ found }) => found).join(" · ")}`] : [];
  return [...chain, ...steps.flatMap(({ assumed }) => (assumed === null ? [] : [`Note    ${name}: ${assumed}`]))];
}
