import { useSyncExternalStore } from "react";
import { useSelect } from "../app-context.ts";

/** Narrower than this, the set-up lies over the results; App.module.css has the same. */
const narrow = "(max-width: 1099px)";

function watch(tell: () => void): () => void {
  const query = window.matchMedia(narrow);
  query.addEventListener("change", tell);
  return () => query.removeEventListener("change", tell);
}

/** Whether the set-up lies over the results now. */
export function useCovered(): boolean {
  const isNarrow = useSyncExternalStore(
    watch,
    () => window.matchMedia(narrow).matches,
    () => false,
  );
  const open = useSelect((state) => state.view.setupOpen);
  return isNarrow && open;
}
