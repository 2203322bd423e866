import * as v from "valibot";
import { count } from "../../../contract/schemas/schema.ts";
import type { KeptRun } from "./result-store.ts";

const runSchema = v.object({
  run: v.pipe(v.string(), v.maxLength(1000)),
  step: v.pipe(count, v.minValue(1)),
  stepCount: count,
  watched: v.boolean(),
  sizeBytes: count,
});

/** What storage says of runs that were saved under way; what says nothing is left out. */
export function keptRunsOf(runs: readonly unknown[]): readonly KeptRun[] {
  return runs.flatMap((run) => {
    const read = v.safeParse(runSchema, run);
    return read.success ? [read.output] : [];
  });
}

/** Where runs stand, as a part of a sentence that begins with a comma; "" for none. */
export function standingText(runs: readonly Pick<KeptRun, "step" | "stepCount">[]): string {
  const [first] = runs;
  if (first === undefined) return "";
  if (runs.length === 1) return `, one stands at step ${first.step} of ${first.stepCount}`;
  return `, ${runs.length} stand at steps ${runs.map(({ step, stepCount }) => `${step} of ${stepCount}`).join(", ")}`;
}
