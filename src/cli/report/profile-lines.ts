import { phases, summarizeProfile } from "../../analysis/time/profile.ts";
import type { ProfileSummary } from "../../analysis/time/profile.ts";
import type { Profile } from "../../contract/engine/profile.ts";
import { countOf } from "../../core/format.ts";
import { formatTable } from "./text-table.ts";

/** Where the time of the profiled steps went, for the terminal. */
export function profileLines(profile: Profile): readonly string[] {
  const summary = summarizeProfile(profile);
  const { stepCount, recordedMs, elapsedMs, deviceMs, untimedCount } = summary;
  if (stepCount === 0) return ["", "No step was profiled."];
  const share = ((100 * recordedMs) / elapsedMs).toFixed(1);
  const first = profile.parts.length > stepCount ? ", without the first, which makes what all use" : "";
  return [
    "",
    `Where the time goes, in ${countOf(stepCount, "step")} of the first run${first}`,
    `A step takes ${elapsedMs.toFixed(2)} ms. Of that the CPU records and sends it in ${recordedMs.toFixed(2)} ms (${share} %).`,
    ...(profile.timestamps
      ? [`Kernels take ${deviceMs.toFixed(2)} ms on the GPU.`, "", ...familyTable(summary)]
      : ["This device has no timestamps, so single kernels cannot be timed."]),
    ...(untimedCount === 0 ? [] : [`${countOf(untimedCount, "kernel")} found no room to be timed and are left out.`]),
  ];
}

/** Families of kernels by phase, and their sums. */
function familyTable({ families, deviceMs, evaluationCount }: ProfileSummary): readonly string[] {
  const shown = phases.filter((phase) => phase !== "evaluation" || evaluationCount > 0);
  const headings = shown.map((phase) => (phase === "evaluation" ? "evaluation, ms a batch" : phase));
  const cells = (family: string, stepMs: number, share: number, ms: readonly number[]): readonly string[] => [
    family,
    stepMs.toFixed(3),
    `${(share * 100).toFixed(1)} %`,
    ...ms.map((value) => (value === 0 ? "" : value.toFixed(3))),
  ];
  const rows = families.map(({ family, stepMs, share, ms }) =>
    cells(
      family,
      stepMs,
      share,
      shown.map((phase) => ms[phase]),
    ),
  );
  const sums = shown.map((phase) => families.reduce((sum, { ms }) => sum + ms[phase], 0));
  return formatTable(["kernels", "ms a step", "share", ...headings], [...rows, cells("all", deviceMs, 1, sums)]);
}
