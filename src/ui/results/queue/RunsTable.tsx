import { UnstyledButton } from "@mantine/core";
import { useMemo, useState } from "react";
import type { RunHead } from "../../../store/results/archive.ts";
import type { ShownAxis } from "../../../analysis/grids/axes.ts";
import { progressOf } from "../../../store/results/progress.ts";
import { useActive, useSelect } from "../../app-context.ts";
import { formatDuration, formatWhole } from "../../../core/format.ts";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import { useMetric } from "../use-metric.ts";
import { useShownAxes } from "../use-shown.ts";
import { QueueTools } from "./QueueTools.tsx";
import { RunRow } from "./RunRow.tsx";
import { NumberHeads } from "../MethodTable.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";
import classes from "./queue.module.css";

/** Where on the page the runs are, to jump to. */
export const runsAnchor = "runs";

/** Runs under a heading, of which the first so many are listed. */
interface Group {
  /** null: without a heading. */
  readonly title: string | null;
  readonly runs: readonly RunHead[];
  readonly limit: number;
}

/** Every run: status, steps, scores, time, and what went wrong; while the experiment goes on, as its queue. */
export function RunsTable() {
  const runs = useSelect((state) => state.experiment.runs);
  const active = useActive();
  const paused = useSelect((state) => state.experiment.status === "paused");
  const axes = useShownAxes();
  const { metric } = useMetric();
  const groups = useMemo(
    () => (active ? queueGroups(runs, paused) : [{ title: null, runs, limit: 100 }]),
    [active, paused, runs],
  );
  if (runs.length === 0) return null;
  const figures = ["Steps", `${metric.label}, last`, "best", "Time"];
  return (
    <section id={runsAnchor} className={`${cardClasses.card} ${classes.card}`} data-live={active}>
      <div className={classes.head}>
        <h3 className={cardClasses.title}>{active ? "Queue" : "Runs"}</h3>
        <QueueTools />
      </div>
      {active && <TimeLeft runs={runs} />}
      <ScrollRegion label="All runs">
        <table className={tableClasses.table}>
          <thead>
            <tr>
              <th scope="col">Method</th>
              <NumberHeads heads={[...axes.map((axis) => axis.label), "Seed"]} />
              {figures.map((figure) => (
                <th key={figure} scope="col" className={`${tableClasses.number} ${classes.figure}`}>
                  {figure}
                </th>
              ))}
              <th scope="col">Status</th>
            </tr>
          </thead>
          {groups.map((group) => (
            <Rows
              key={group.title ?? ""}
              group={group}
              metric={metric.id}
              axes={axes}
              columnCount={figures.length + axes.length + 3}
            />
          ))}
        </table>
      </ScrollRegion>
    </section>
  );
}

/** What runs, what waits in its order, and what has ended; what failed before what did not, for it can be retried. */
function queueGroups(runs: readonly RunHead[], paused: boolean): readonly Group[] {
  const having = (...statuses: readonly RunHead["status"][]): readonly RunHead[] =>
    runs.filter(({ status }) => statuses.includes(status));
  const groups: readonly Group[] = [
    { title: paused ? "Paused" : "Running", runs: having("running"), limit: 20 },
    { title: "Waiting", runs: having("waiting"), limit: 5 },
    { title: "Ended", runs: [...having("failed", "stopped"), ...having("completed")], limit: 20 },
  ];
  return groups.filter((group) => group.runs.length > 0);
}

function TimeLeft({ runs }: { readonly runs: readonly RunHead[] }) {
  const { remainingMs, runsPlanned, runsEnded } = progressOf(runs);
  return (
    <p className={textClasses.hint}>
      {formatWhole(runsEnded)} of {formatWhole(runsPlanned)} runs have ended
      {remainingMs !== null && `; about ${formatDuration(remainingMs)} left for the others`}.
    </p>
  );
}

interface RowsProps {
  readonly group: Group;
  readonly metric: string;
  readonly axes: readonly ShownAxis[];
  readonly columnCount: number;
}

/** The rows of a group; hundreds of them are opened by the fifty. */
function Rows({ group, metric, axes, columnCount }: RowsProps) {
  const [more, setMore] = useState(0);
  const { title, runs, limit } = group;
  const listed = runs.slice(0, limit + more);
  const rest = runs.length - listed.length;
  return (
    <tbody>
      {title !== null && (
        <tr className={classes.groupRow}>
          <th scope="rowgroup" colSpan={columnCount}>
            {title} <span className={textClasses.soft}>{formatWhole(runs.length)}</span>
          </th>
        </tr>
      )}
      {listed.map((run) => (
        <RunRow key={run.id} run={run} metric={metric} axes={axes} />
      ))}
      {rest > 0 && (
        <tr>
          <td colSpan={columnCount} className={classes.rest}>
            <UnstyledButton className={tableClasses.more} onClick={() => setMore(more + 50)}>
              and {formatWhole(rest)} more
            </UnstyledButton>
          </td>
        </tr>
      )}
    </tbody>
  );
}
