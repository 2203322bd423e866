import * as v from "valibot";

const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(500));
const rowCount = v.pipe(v.number(), v.integer(), v.minValue(1));
const sampleSchema = v.object({
  /** Folder of its two files, train.tsv and dev.tsv. */
  id: v.pipe(text, v.regex(/^[a-z0-9-]+$/)),
  label: text,
  /** A sentence or two. */
  description: text,
  train: rowCount,
  dev: rowCount,
});
const indexSchema = v.pipe(v.array(sampleSchema), v.maxLength(100));

/** A small task that ships with the page, as public/tasks/index.json tells of it; `train` and `dev` count rows. */
export type SampleRecord = v.InferOutput<typeof sampleSchema>;

/** Reads public/tasks/index.json. Errors: valibot's, for anything that is no index. */
export function readSampleIndex(json: unknown): readonly SampleRecord[] {
  return v.parse(indexSchema, json);
}
