import { useMemo } from "react";
import { fewSeedsWarning } from "../../analysis/seeds.ts";
import type { SummaryRecord } from "../../contract/run.ts";
import { byMethod } from "../../store/by-method.ts";
import { useSelect } from "../app-context.ts";
import { formatScore } from "../format.ts";
import { useMethodLooks } from "../palette.ts";
import { ScrollRegion } from "../ScrollRegion.tsx";
import { useMetric } from "../use-metric.ts";
import { Comparison } from "./Comparison.tsx";
import classes from "./panels.module.css";
import { Swatch } from "./Swatch.tsx";

/** Mean and standard deviation by method and score: the answer, as far as there is one. */
export function SummaryTable() {
  const summary = useSelect((state) => state.experiment.summary);
  const looks = useMethodLooks();
  const { metrics } = useMetric();
  const methods = useMemo(() => byMethod(summary), [summary]);
  const measured = metrics.filter((metric) => summary.some((one) => one.score === metric.id));
  if (methods.length === 0 || measured.length === 0) return null;
  const warning = fewSeedsWarning(Math.min(...summary.map((one) => one.seeds.length)));
  return (
    <section className={classes.tableCard}>
      <h3 className={classes.cardTitle}>Mean ± standard deviation over seeds</h3>
      <p className={classes.hint}>
        Dev scores × 100. “Last” is the score after the last step, which papers report. “Best” is the highest of all
        evaluations: it was chosen on the dev set and flatters.
      </p>
      <ScrollRegion label="Means by method">
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Method</th>
              {measured.map((metric) => [
                <th key={metric.id} scope="col" className={classes.number}>
                  {metric.label}, last
                </th>,
                <th key={`${metric.id}~best`} scope="col" className={classes.number}>
                  {metric.label}, best
                </th>,
              ])}
              <th scope="col" className={classes.number}>
                Seeds
              </th>
            </tr>
          </thead>
          <tbody>
            {methods.map(([method, own]) => (
              <tr key={method}>
                <th scope="row">
                  <span className={classes.named}>
                    <Swatch look={looks(method)} /> {looks(method).label}
                  </span>
                </th>
                {measured.map((metric) => [
                  <Score
                    key={metric.id}
                    of={find(own, metric.id, "last")}
                    top={isTop(summary, metric.id, "last", method)}
                  />,
                  <Score key={`${metric.id}~best`} of={find(own, metric.id, "best")} top={false} />,
                ])}
                <td className={classes.number}>{own[0]?.seeds.length ?? 0}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {warning !== null && (
        <p className={classes.warning} role="note">
          {warning}
        </p>
      )}
      <Comparison />
    </section>
  );
}

function find(own: readonly SummaryRecord[], score: string, epoch: "last" | "best"): SummaryRecord | undefined {
  return own.find((one) => one.score === score && one.epoch === epoch);
}

/** true for the highest mean, where there are at least two to compare. */
function isTop(all: readonly SummaryRecord[], score: string, epoch: "last" | "best", method: string): boolean {
  const same = all.filter((one) => one.score === score && one.epoch === epoch && one.mean !== null);
  const highest = Math.max(...same.map((one) => one.mean ?? Number.NEGATIVE_INFINITY));
  return same.length > 1 && same.some((one) => one.method === method && one.mean === highest);
}

function Score({ of, top }: { readonly of: SummaryRecord | undefined; readonly top: boolean }) {
  return (
    <td className={classes.number} data-top={top}>
      {formatScore(of?.mean ?? null)}
      {of !== undefined && of.std !== null && <span className={classes.soft}> ± {formatScore(of.std)}</span>}
    </td>
  );
}
