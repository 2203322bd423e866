import { useMemo } from "react";
import { placeText } from "../../../analysis/grids/axes.ts";
import { cellKey } from "../../../analysis/grids/cells.ts";
import { leadersOf } from "../../../analysis/scores/leader.ts";
import { byMethod } from "../../../store/results/by-method.ts";
import { metricOn } from "../../../store/results/scores.ts";
import { standingAt } from "../../../store/results/shown.ts";
import { useSelect } from "../../app-context.ts";
import { countOf } from "../../../core/format.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { MeanCell, MethodHead, MethodTable } from "../MethodTable.tsx";
import { useMetric } from "../use-metric.ts";
import { useCompletedRuns, useShownAxes, useShownSetting } from "../use-shown.ts";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./OutOfDomain.module.css";

/** Scores on sets of other sources, methods by sets, with dev before them: does what was learnt hold elsewhere? */
export function OutOfDomain() {
  const summary = useSelect((state) => state.experiment.summary);
  const transfers = useSelect((state) => state.experiment.config?.transfers);
  const axes = useShownAxes();
  const setting = useShownSetting();
  const looks = useMethodLooks();
  const { metric, metrics } = useMetric();
  const base = baseOf(metric.id, metrics[0]?.id ?? "");
  const label = metrics.find(({ id }) => id === base)?.label ?? base;
  const scores = [base, ...(transfers ?? []).map(({ name }) => metricOn(base, name))];
  const records = useMemo(
    () => standingAt(summary, setting).filter(({ seeds }) => seeds.length > 0),
    [summary, setting],
  );
  const completed = useCompletedRuns();
  const leaders = useMemo(() => {
    const scored = [base, ...(transfers ?? []).map(({ name }) => metricOn(base, name))];
    return new Map(scored.map((score) => [score, leadersOf(completed, score)]));
  }, [completed, base, transfers]);
  const groups = byMethod(records);
  if (transfers === undefined || transfers.length === 0 || groups.length === 0) return null;
  const at = placeText(axes, setting);
  return (
    <section className={cardClasses.card}>
      <h3 className={cardClasses.title}>Out of domain</h3>
      <p className={textClasses.hint}>
        {label} × 100 after the last step, on dev and on sets of other sources that nothing was trained on: mean ±
        standard deviation over seeds{at !== "" && `, at ${at}`}. Bold: a lead that is more than the luck of seeds.
      </p>
      <MethodTable label="Scores on sets of other sources" heads={["Dev", ...transfers.map(({ name }) => name)]}>
        {groups.map(([method, own]) => (
          <tr key={method}>
            <MethodHead look={looks(method)} />
            {scores.map((score) => (
              <MeanCell
                key={score}
                of={own.find((one) => one.score === score && one.epoch === "last")}
                bold={leaders.get(score)?.has(cellKey({ method, setting: own[0]?.setting ?? {} })) === true}
              />
            ))}
          </tr>
        ))}
      </MethodTable>
      <ul className={classes.notes}>
        {transfers.map(({ name, rowCount, mapping }) => (
          <li key={name}>
            <b>{name}</b>: {countOf(rowCount, "row")}. {mapping}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The score without the set that it is of. */
function baseOf(metric: string, first: string): string {
  const [base = ""] = metric.split("@");
  return base === "" ? first : base;
}
