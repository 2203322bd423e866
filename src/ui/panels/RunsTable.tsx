import { memo } from "react";
import type { RunHead } from "../../store/archive.ts";
import { bestScore, lastScore } from "../../store/scores.ts";
import { useSelect } from "../app-context.ts";
import { formatDuration, formatScore } from "../format.ts";
import { useMethodLooks } from "../palette.ts";
import { ScrollRegion } from "../ScrollRegion.tsx";
import { useMetric } from "../use-metric.ts";
import classes from "./panels.module.css";
import { Swatch } from "./Swatch.tsx";

/** Every run: status, steps, scores, time, and what went wrong. */
export function RunsTable() {
  const runs = useSelect((state) => state.experiment.runs);
  const { metric } = useMetric();
  if (runs.length === 0) return null;
  return (
    <section className={classes.tableCard}>
      <h3 className={classes.cardTitle}>Runs</h3>
      <ScrollRegion label="All runs">
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Method</th>
              {["Seed", "Steps", `${metric.label}, last`, "best", "Time"].map((head) => (
                <th key={head} scope="col" className={classes.number}>
                  {head}
                </th>
              ))}
              <th scope="col">Status</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <Row key={run.id} run={run} metric={metric.id} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}

/** Drawn again only when its run changed. */
const Row = memo(function Row({ run, metric }: { readonly run: RunHead; readonly metric: string }) {
  const looks = useMethodLooks();
  return (
    <tr>
      <th scope="row">
        <span className={classes.named}>
          <Swatch look={looks(run.method)} /> {looks(run.method).label}
        </span>
      </th>
      <td className={classes.number}>{run.seed}</td>
      <td className={classes.number}>
        {run.stepsDone}
        <span className={classes.soft}> / {run.stepCount}</span>
      </td>
      <td className={classes.number}>{formatScore(lastScore(run.evaluations, metric))}</td>
      <td className={classes.number}>{formatScore(bestScore(run.evaluations, metric))}</td>
      <td className={classes.number}>{run.elapsedMs > 0 ? formatDuration(run.elapsedMs) : "–"}</td>
      <td>
        <span className={classes.status} data-status={run.status}>
          {run.status}
        </span>
        {run.error !== null && <p className={classes.problem}>{run.error.message}</p>}
      </td>
    </tr>
  );
});
