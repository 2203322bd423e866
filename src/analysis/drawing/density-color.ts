import { colourSteps } from "../subnetwork/density.ts";

/** The colour of a place by its colourStep: from one side of chance over paper-grey to the other. */
export function densityColor(step: number): string {
  if (step === 0) return "var(--as-chance)";
  const mixed = 28 + (72 * (Math.abs(step) - 1)) / (colourSteps - 1);
  return `color-mix(in oklab, var(${step < 0 ? "--less" : "--more"}) ${mixed}%, var(--as-chance))`;
}
