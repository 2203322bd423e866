import * as v from "valibot";

const maxClasses = 1000;

const feature = v.object({ names: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(maxClasses)) });
const classes = v.union([
  feature,
  v.pipe(
    v.object({ feature }),
    v.transform((list) => list.feature),
  ),
]);
const described = v.object({ info: v.object({ features: v.record(v.string(), v.unknown()) }) });

/**
 * The class names, in the order of their number, of the columns that Hugging Face's description of a data set calls
 * classes, also in lists and, as "struct.field", in structs; none where the text is no such description. Source: datasets.Features and ClassLabel, as Parquet files keep
 * them under the key "huggingface".
 */
export function classNamesOf(description: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const parsed = v.safeParse(described, parsedJson(description));
  if (!parsed.success) return found;
  for (const [column, value] of Object.entries(parsed.output.info.features)) {
    const own = v.safeParse(classes, value);
    if (own.success) found.set(column, own.output.names);
    const fields = v.safeParse(v.record(v.string(), v.unknown()), value);
    for (const [field, inner] of Object.entries(fields.success ? fields.output : {})) {
      const named = v.safeParse(classes, inner);
      if (named.success) found.set(`${column}.${field}`, named.output.names);
    }
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
