/** The yardstick of the comparisons, where it was run. */
const yardstick = "vanilla";

/** The method that the others are held against: vanilla, or else the first; undefined for none. */
export function referenceOf<T extends { readonly method: string }>(methods: readonly T[]): T | undefined {
  return methods.find(({ method }) => method === yardstick) ?? methods[0];
}
