import * as v from "valibot";

/** What a schema lets through; nobody changes it afterwards. */
export type Checked<S extends v.GenericSchema> = Frozen<v.InferOutput<S>>;

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** A larger result file is not opened: 100 runs of 20,000 steps stay far below. */
export const resultSizeLimit = 256 * 2 ** 20;

/** A whole number, not below 0. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A text of a sensible length. */
export const text = v.pipe(v.string(), v.maxLength(10_000));

/** A number that may be NaN, which JSON writes as null; it becomes NaN again. */
export const real = v.union([
  v.number(),
  v.pipe(
    v.null(),
    v.transform(() => Number.NaN),
  ),
]);

/** At most `limit` of them. */
export const list = <S extends v.GenericSchema>(schema: S, limit: number) =>
  v.pipe(v.array(schema), v.maxLength(limit));

/** See FieldValue. */
export const fieldValue = v.union([v.number(), text, v.boolean(), v.null()]);

/** See Values. */
export const values = v.record(text, fieldValue);

/** See KernelChoice. */
export const kernelChoice = v.record(text, text);
