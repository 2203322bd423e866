import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { AppError } from "../core/errors.ts";
import type { App } from "../store/app.ts";
import { isActive } from "../store/experiment.ts";
import type { AppActions, AppState } from "../store/state.ts";

/** Carries the app to every component; set once, in main. */
export const AppContext = createContext<App | null>(null);

/** The app, for charts that read its archive. Errors: bug, outside the context. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new AppError("bug", "A component stands outside AppContext.");
  return app;
}

/** Selects from the store. The selector must return what the store holds, not something made anew. */
export function useSelect<T>(selector: (state: AppState) => T): T {
  return useStore(useApp().store, selector);
}

/** Everything a person can do. */
export function useActions(): AppActions {
  return useApp().actions;
}

/** Whether an experiment is going on, or several models' one after another: what it works on must stay as it is. */
export function useActive(): boolean {
  return useSelect(({ experiment, lineup }) => isActive(experiment.status) || lineup.running);
}
