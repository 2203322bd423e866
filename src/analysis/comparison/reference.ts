import type { Place } from "../grids/cells.ts";

/** The yardstick of the comparisons, where it was run. */
const yardstick = "vanilla";

/** The method that the others are held against: vanilla, or else the first; undefined for none. */
export function referenceOf<T extends { readonly method: string }>(methods: readonly T[]): T | undefined {
  return methods.find(({ method }) => method === yardstick) ?? methods[0];
}

/**
 * What each cell is held against, in the order given: the reference method at the same value of every axis that both
 * have. All cells have the axes that are not a method's own, so nothing is held against another learning rate, say;
 * and vanilla, which has no frozen share, stands against all of them. A cell of the reference method is its own
 * yardstick. null where several cells of the reference would do, as none of them is the right one.
 */
export function referencesOf<T extends Place>(cells: readonly T[]): readonly (T | null)[] {
  const reference = referenceOf(cells)?.method;
  const candidates = cells.filter(({ method }) => method === reference);
  return cells.map((cell) => {
    const [found = null, ...others] = candidates.filter(({ setting }) => agree(setting, cell.setting));
    return others.length === 0 ? found : null;
  });
}

function agree(left: Place["setting"], right: Place["setting"]): boolean {
  return Object.entries(left).every(([field, value]) => !Object.hasOwn(right, field) || right[field] === value);
}
