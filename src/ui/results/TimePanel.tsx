import { Button } from "@mantine/core";
import { Download } from "lucide-react";
import { useMemo } from "react";
import { phases, summarizeProfile } from "../../analysis/time/profile.ts";
import type { ProfileSummary } from "../../analysis/time/profile.ts";
import { traceOf } from "../../analysis/time/trace.ts";
import type { Profile } from "../../contract/engine/profile.ts";
import { countOf, formatShare, formatStepTime } from "../../core/format.ts";
import { useSelect } from "../app-context.ts";
import { ScrollRegion } from "../kit/ScrollRegion.tsx";
import { saveFile } from "../kit/files/save-file.ts";
import { NumberHeads } from "./MethodTable.tsx";
import cardClasses from "../kit/card.module.css";
import textClasses from "../kit/text.module.css";
import tableClasses from "./table.module.css";
import classes from "./TimePanel.module.css";

/** Where the time of a run's first steps went: by family of kernels, by phase, and as a trace. Folded. */
export function TimePanel() {
  const profile = useSelect((state) => state.experiment.profile);
  const summary = useMemo(() => (profile === null ? null : summarizeProfile(profile)), [profile]);
  if (profile === null || summary === null || summary.stepCount === 0) return null;
  const { stepCount, elapsedMs, recordedMs, deviceMs, untimedCount } = summary;
  return (
    <details className={`${cardClasses.card} ${classes.fold}`}>
      <summary>
        <h3 className={cardClasses.title}>Where the time goes</h3>
      </summary>
      <p className={textClasses.hint}>
        A step takes {formatStepTime(elapsedMs)}, the mean of {countOf(stepCount, "step")} of the first run. Of that the
        CPU records and sends it in {formatStepTime(recordedMs)} ({formatShare(recordedMs / elapsedMs)}).{" "}
        {profile.timestamps
          ? `Kernels take ${formatStepTime(deviceMs)} on the GPU. Browsers round the times of a kernel to about 0.1 ms, ` +
            "which means even out; a single kernel of the trace may be off by that."
          : "This device has no timestamps, so only whole steps can be timed."}
        {untimedCount > 0 && ` ${countOf(untimedCount, "kernel")} found no room to be timed and are left out.`}
      </p>
      {profile.timestamps && <TimeTables summary={summary} />}
      <SaveTrace profile={profile} />
    </details>
  );
}

/** Milliseconds a step and their share, by family and by phase. */
function TimeTables({ summary: { families, deviceMs } }: { readonly summary: ProfileSummary }) {
  const byFamily = families.map(({ family, stepMs }): TimeRow => [family, stepMs]);
  const byPhase = phases
    .filter((phase) => phase !== "evaluation")
    .map((phase): TimeRow => [phase, families.reduce((sum, { ms }) => sum + ms[phase], 0)]);
  const shown = ([, ms]: TimeRow): boolean => ms > 0;
  return (
    <div className={classes.tables}>
      <TimeTable of="Kernels" rows={byFamily.filter(shown)} totalMs={deviceMs} />
      <TimeTable of="Phase" rows={byPhase.filter(shown)} totalMs={deviceMs} />
    </div>
  );
}

/** What it is of, and its milliseconds a step. */
type TimeRow = readonly [string, number];

interface TimeTableProps {
  readonly of: string;
  readonly rows: readonly TimeRow[];
  readonly totalMs: number;
}

function TimeTable({ of, rows, totalMs }: TimeTableProps) {
  return (
    <ScrollRegion label={`Time by ${of.toLowerCase()}`}>
      <table className={tableClasses.table}>
        <thead>
          <tr>
            <th scope="col">{of}</th>
            <NumberHeads heads={["ms a step", "Share"]} />
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ms]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className={tableClasses.number}>{ms.toFixed(2)}</td>
              <td className={tableClasses.number}>{formatShare(ms / totalMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** The profile as a file for ui.perfetto.dev. */
function SaveTrace({ profile }: { readonly profile: Profile }) {
  function save(): void {
    saveFile("trace.json", new Blob([JSON.stringify(traceOf(profile))], { type: "application/json" }));
  }
  return (
    <Button
      className={classes.save}
      size="xs"
      variant="default"
      title="To open at ui.perfetto.dev"
      leftSection={<Download size={14} aria-hidden />}
      onClick={save}
    >
      Save trace
    </Button>
  );
}
