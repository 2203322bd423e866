import { later } from "../../kit/later.tsx";
import classes from "./adapt.module.css";

/** The chart of the held-out text; few adapt a model, and what draws it is large. */
export const HeldOut = later(async () => (await import("../../charts/HeldOutChart.tsx")).HeldOutChart, ChartPlace);

/** As high as the chart. */
function ChartPlace() {
  return <div className={classes.chartPlace} aria-busy />;
}
