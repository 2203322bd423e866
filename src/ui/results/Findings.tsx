import type { AppState } from "../../store/state.ts";
import { useSelect } from "../app-context.ts";
import { charts } from "../charts/index.ts";
import { FollowInView } from "../charts/live.tsx";
import { AnswersPanel } from "./answers/AnswersPanel.tsx";
import { Cases } from "./cases/Cases.tsx";
import { ExportPanel } from "./models/ExportPanel.tsx";
import { GridTables } from "./findings/GridTables.tsx";
import { ModelsTable } from "./findings/ModelsTable.tsx";
import { OutOfDomain } from "./findings/OutOfDomain.tsx";
import { RunsTable } from "./queue/RunsTable.tsx";
import { SummaryTable } from "./findings/SummaryTable.tsx";
import { SweepPanel } from "./findings/SweepPanel.tsx";
import { TimePanel } from "./TimePanel.tsx";
import { ViewControls } from "./view/ViewControls.tsx";
import classes from "./Findings.module.css";

/** Ids of the charts that have something to show, as one text, so that a redraw needs a change. */
function wantedCharts({ experiment }: AppState): string {
  return charts
    .filter((entry) => entry.wanted(experiment.runs))
    .map((entry) => entry.id)
    .join(" ");
}

/** All that is found of the runs on show: tables, charts, examples, models. */
export function Findings() {
  const wanted = useSelect(wantedCharts).split(" ");
  return (
    <>
      <ModelsTable />
      <GridTables />
      <SweepPanel />
      <SummaryTable />
      <OutOfDomain />
      <ViewControls />
      <div className={classes.charts}>
        {charts
          .filter(({ id }) => wanted.includes(id))
          .map(({ id, Chart }) => (
            <FollowInView key={id}>
              <Chart />
            </FollowInView>
          ))}
      </div>
      <AnswersPanel />
      <Cases />
      <RunsTable />
      <TimePanel />
      <ExportPanel />
    </>
  );
}
