import { expect, vi } from "vitest";
import type { App } from "../../../../src/store/app.ts";
import type { ResultStore } from "../../../../src/store/results/kept/result-store.ts";
import { ready } from "../../bench.ts";

/** What the list knows. */
export const keptIn = (app: App) => app.store.getState().kept;
export const namesIn = (app: App) => keptIn(app).items.map(({ name }) => name);
export const idOf = (app: App, name: string): string => keptIn(app).items.find((item) => item.name === name)?.id ?? "";
export const listed = (app: App, names: readonly string[]) => vi.waitFor(() => expect(namesIn(app)).toEqual(names));

/** An app over a store that others use as well, as tabs of one browser and visits of one person do. */
export async function over(shared: ResultStore, options: Parameters<typeof ready>[0] = {}) {
  const made = await ready(options, () => Promise.resolve(shared));
  await made.app.actions.kept.load();
  return made;
}
