import * as v from "valibot";

const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(1000));
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER));
const fileSchema = v.object({
  /** In the model's folder; no folders inside it. */
  name: v.pipe(text, v.regex(/^\w[\w.-]*$/)),
  sizeBytes: count,
  /** Hexadecimal, of the whole file. */
  sha256: v.pipe(text, v.regex(/^[0-9a-f]{64}$/)),
});
const modelSchema = v.object({
  /** Folder of its files. */
  id: v.pipe(text, v.regex(/^[a-z0-9][a-z0-9-]*$/)),
  label: text,
  /** One paragraph. */
  description: text,
  license: text,
  parameterCount: count,
  files: v.pipe(v.array(fileSchema), v.nonEmpty(), v.maxLength(50)),
});
const indexSchema = v.pipe(v.array(modelSchema), v.maxLength(100));

/** A file of a bundled model. */
export type BundledFile = v.InferOutput<typeof fileSchema>;

/** A model that ships with the page, as public/models/index.json tells of it. */
export type BundledModel = v.InferOutput<typeof modelSchema>;

/** The model card among a bundled model's files: Hugging Face's README.md. It is read by people, not by the engine. */
export const cardName = "README.md";

/** A model name that means the bundled one; it is no model of the Hub, for those have an owner or a family's name. */
export const bundledWord = "bundled";

/** Reads public/models/index.json. Errors: valibot's, for anything that is no index. */
export function readBundledIndex(json: unknown): readonly BundledModel[] {
  return v.parse(indexSchema, json);
}

/** SHA-256 of bytes, hexadecimal. */
export async function sha256Of(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
