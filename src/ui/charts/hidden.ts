import { useSelect } from "../app-context.ts";

/** Said in place of a chart where a person has hidden all that it would show. */
export const hiddenText = "Every method is hidden: choose one in the legend.";

/** true where nothing is drawn for no other reason than that. */
export function useAllHidden(): boolean {
  return useSelect(({ experiment: { runs }, view: { hidden } }) => {
    return runs.length > 0 && runs.every(({ method }) => hidden.includes(method));
  });
}
