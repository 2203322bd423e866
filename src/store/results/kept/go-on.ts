import type { StoreApi } from "zustand/vanilla";
import { problemWithGrowing, type AppActions, type AppState } from "../../state.ts";

type Parts = Pick<AppActions, "kept" | "grow" | "link" | "takeSettings"> & {
  /** Tokenizes the tables. */
  readonly makeReady: () => Promise<void>;
};

/** Going on with an experiment that was cut off, with whatever the engine has of the run that stood in the middle. */
export function goOnAction(
  store: StoreApi<AppState>,
  { kept, grow, link, takeSettings, makeReady }: Parts,
): AppActions["goOn"] {
  return async (id) => {
    if (!(await kept.show(id))) return;
    const { config } = store.getState().experiment;
    if (config === null) return;
    // The rows first: they are read anew when the settings change.
    await takeSettings();
    if (problemWithGrowing(store.getState()) !== null) await link.loadFor(config);
    await makeReady();
    // What a person has to load is said beside the result, with a button to go on then.
    if (problemWithGrowing(store.getState()) === null) await grow.rest();
  };
}
