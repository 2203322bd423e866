import * as v from "valibot";

const maxClasses = 1000;

const feature = v.object({ names: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(maxClasses)) });
const described = v.object({ info: v.object({ features: v.record(v.string(), v.unknown()) }) });

/**
 * The class names, in the order of their number, of the columns that Hugging Face's description of a data set calls
 * classes; none where the text is no such description. Source: datasets.Features and ClassLabel, as Parquet files keep
 * them under the key "huggingface".
 */
export function classNamesOf(description: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const parsed = v.safeParse(described, parsedJson(description));
  if (!parsed.success) return found;
  for (const [column, value] of Object.entries(parsed.output.info.features)) {
    const classes = v.safeParse(feature, value);
    if (classes.success) found.set(column, classes.output.names);
  }
  return found;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
